"""What the briefing says, in order, for every format it is set in (PDF, Word): no layout here, no sentences either."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.charts.base import Chart
from analysis.figures import Figures
from analysis.outlook import outlook
from analysis.revisions import KINDS
from analysis.standing import BEHIND, LATE, MISSED, Standing, Street, standing
from analysis.wording import bulletin, prospects, sections, style

GOOD, BAD, PLAIN = "good", "bad", "plain"
CHARTS_BEFORE, CHARTS_DUE = ("league", "pace"), ("league", "timeline")
MOST_BRIDGED = 6


@dataclass(frozen=True)
class KeyFigure:
    """A number of the top row: label above, value with unit, remark below."""

    label: str
    value: str
    unit: str
    remark: str
    tone: str = PLAIN


@dataclass(frozen=True)
class Paragraph:
    """A paragraph that opens with a bold lead ('' for none)."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Table:
    """A table of texts; `numeric` columns stand flush right, `bad` (row, column) in red, a `total` last."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]  # mm
    numeric: tuple[int, ...] = ()
    bad: tuple[tuple[int, int], ...] = ()
    total: bool = False
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart: file name without suffix, its finding and its text alternative; size in mm."""

    name: str
    title: str
    alt: str
    width: float
    height: float


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it; `small` print is for notes."""

    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    small: bool = False


@dataclass(frozen=True)
class Content:
    """One briefing."""

    issuer: str
    day: tuple[int, int, int]
    dateline: str
    topic: str
    finding: str
    marks: tuple[str, ...]
    notices: tuple[str, ...]
    key_figures: tuple[KeyFigure, ...]
    paragraphs: tuple[Paragraph, ...]
    progress: Table
    sections: tuple[Section, ...]


def compose(figures: Figures, charts: Sequence[Chart]) -> Content:
    """The briefing of one month.

    Parameters
    ----------
    figures : all figures as of a day.
    charts : drawn charts; those the briefing has a place for are shown, the chart pack has them all.
    """
    s = standing(figures.progress, figures.daily, figures.plan, figures.as_of)
    complete, sample = figures.cleaned.complete, figures.cleaned.sample
    return Content(
        issuer=figures.plan.issuer, day=(s.as_of.year, s.as_of.month, s.as_of.day),
        dateline=f"数据截至{style.day(s.as_of)}", topic=f"{figures.plan.name}进度", finding=bulletin.finding(s),
        marks=tuple(style.marks(complete, sample)), notices=tuple(style.notices(complete, sample)),
        key_figures=_key_figures(s), paragraphs=_bulletin(figures, s), progress=_progress_table(figures, s),
        sections=tuple(_sections(figures, s, {c.name: c for c in charts})),
    )


# --- page 1 ---------------------------------------------------------------------------------------------------------


def _key_figures(s: Standing) -> tuple[KeyFigure, ...]:
    slow = len(s.of(MISSED, BEHIND))
    goal = f"{s.target.name}{style.number(s.target.district)}"
    pace = f"序时{style.percent(s.pace_share)}"
    done, undone = ("已完成", "未完成") if s.due else ("达序时", "未达序时")
    late, whole = len(s.of(LATE)), f"共{len(s.streets)}个"
    return (
        KeyFigure("全区累计", style.number(s.person_times), "人次", goal),
        KeyFigure("完成率", style.percent(s.share), "", pace, _tone(s.points >= 0)),
        KeyFigure(f"{done}街镇", str(len(s.streets) - slow), "个", f"其中{late}个逾期" if late else whole),
        KeyFigure(f"{undone}街镇", str(slow), "个", whole, _tone(not slow)),
        KeyFigure("缺口合计", style.number(s.gap), "人次", "超额不相抵", _tone(not s.gap) if s.due else PLAIN),
        _time_left(s),
    )


def _tone(good: bool) -> str:
    return GOOD if good else BAD


def _time_left(s: Standing) -> KeyFigure:
    """Days left and the pace they need, or how long the deadline has passed."""
    if s.required is not None:
        return KeyFigure("距期限", str(s.days_left), "天", f"每天需{style.number(s.required)}人次")
    return KeyFigure("期限已过" if s.days_past else "期限", str(s.days_past) if s.days_past else "今日",
                     "天" if s.days_past else "", f"{style.day(s.target.deadline, s.plan)}到期")


def _bulletin(figures: Figures, s: Standing) -> tuple[Paragraph, ...]:
    told = [
        Paragraph(bulletin.overall(s), "总体："),
        Paragraph(bulletin.laggards(s), "未完成的街镇：" if s.due else "未达序时的街镇："),
        Paragraph(bulletin.shortfall(s), "差多少："), Paragraph(bulletin.needed(s), "需要什么："),
    ]
    for target in figures.plan.targets:
        if target.deadline < s.target.deadline and s.person_times:
            earlier = standing(figures.progress, figures.daily, figures.plan, figures.as_of, target)
            told.append(Paragraph(bulletin.milestone(earlier), f"{target.name}："))
    return (*told, Paragraph(sections.since_last(s, figures.comparison), "较上期："))


PROGRESS_COLUMNS = ("排名（较上期）", "街镇", "累计人次", "完成率", "序时进度", "与序时差值（百分点）",
                    "缺口", "所需日均", "是否达序", "说明")
PROGRESS_WIDTHS = (17.5, 10, 13.5, 12.5, 13.5, 16.4, 11.6, 13.5, 18.5, 29)
CHARACTER = 3.2  # mm, a Chinese character in a table


def _progress_table(figures: Figures, s: Standing) -> Table:
    previous = figures.previous
    before = {} if previous is None else dict(zip(previous["street"], previous["rank"].astype(int), strict=True))
    order = {name: i for i, name in enumerate(s.plan.street_names)}
    ranked = sorted(s.streets, key=lambda b: (b.rank, order[b.name]))
    rows = [(
        sections.rank_change(b.rank, before.get(b.name)), b.name, style.number(b.person_times), style.percent(b.share),
        style.percent(b.pace_share), style.signed(b.points), style.number(b.gap), sections.required(b, s), b.status,
        sections.remark(b, s),
    ) for b in ranked]
    whole = ("", "全区", style.number(s.person_times), style.percent(s.share), style.percent(s.pace_share),
             style.signed(s.points), style.number(s.gap), "—" if s.required is None else style.number(s.required), "",
             "")
    last = figures.comparison
    arrows = f"箭头为较上期（截至{style.day(last.as_of, s.plan)}）名次升降。" if last else ""
    return Table(
        f"各街镇{s.target.name}进度（截至{style.day(s.as_of)}）", PROGRESS_COLUMNS, (*rows, whole), _widths(s),
        numeric=(2, 3, 4, 5, 6, 7), bad=_marked(ranked), total=True,
        note=f"序时进度{style.BASES[figures.plan.basis]}。{arrows}全区缺口、日均为各街镇之和。",
    )


def _widths(s: Standing) -> tuple[float, ...]:
    """Long names of streets take their room from the last column."""
    more = CHARACTER * max(max(len(b.name) for b in s.streets) - 2, 0)
    first, name, *others, last = PROGRESS_WIDTHS
    return first, name + more, *others, last - more


def _marked(ranked: Sequence[Street]) -> tuple[tuple[int, int], ...]:
    """Name and status of a street that is behind, missed the target or was late; what it lacks unless it has met it."""
    found = []
    for i, street in enumerate(ranked):
        columns = (1, 5, 6, 8) if street.state in (MISSED, BEHIND) else (1, 8) if street.state == LATE else ()
        found += [(i, c) for c in columns]
    return tuple(found)


# --- the other pages ------------------------------------------------------------------------------------------------


def _sections(figures: Figures, s: Standing, charts: dict[str, Chart]) -> list[Section]:
    basis = figures.plan.basis
    scenarios = sections.scenario_text(figures.scenarios, s.plan, s.person_times)
    found = [
        Section("各街镇与指标的距离", pictures=_pictures(charts, CHARTS_DUE if s.due else CHARTS_BEFORE)),
        Section("累计走势", pictures=_pictures(charts, ("small_multiples",))),
        _changes(figures, s),
        *([] if s.due else [_outlook(figures, s, charts)]),
        Section("应用场景", (Paragraph(scenarios),), pictures=_pictures(charts, ("scenarios",))),
        _quality(figures),
        Section("说明", tuple(Paragraph(text, f"{term}：") for term, text in sections.notes(s, figures.cleaned, basis)),
                small=True),
    ]
    return [f for f in found if f.paragraphs or f.tables or f.pictures]


def _pictures(charts: dict[str, Chart], names: Iterable[str]) -> tuple[Picture, ...]:
    found = [charts[n] for n in names if n in charts]
    sizes = [[float(side) * 25.4 for side in c.figure.get_size_inches()] for c in found]
    return tuple(Picture(c.name, c.title, c.alt, *size) for c, size in zip(found, sizes, strict=True))


def _outlook(figures: Figures, s: Standing, charts: dict[str, Chart]) -> Section:
    """Only before the deadline: after it nothing is left to chance."""
    found = outlook(figures.records, figures.plan, figures.as_of)
    text = (Paragraph(prospects.outlook_text(found, s)),)
    if found["chance"].isna().all():
        return Section("展望", text)
    rows = tuple((
        str(r["street"]), style.number(r["person_times"]), style.number(r["target"]),
        "—" if pd.isna(r["median"]) else style.number(r["median"]), prospects.span(r["low80"], r["high80"]),
        prospects.chance(r["chance"], r["word"]), r["word"] or "暂不推算",
    ) for r in _likeliest_first(found))
    bad = tuple((i, c) for i, r in enumerate(rows) if r[-1] == prospects.WORDS[-1] for c in (0, 5, 6))
    columns = ("街镇", "现有人次", "指标", "到期约", "八成把握的范围", "完成把握", "判断")
    title = f"到{style.day(s.target.deadline)}能否完成{s.target.name}"
    table = Table(title, columns, rows, (18, 20, 18, 20, 34, 20, 26), numeric=(1, 2, 3, 4, 5), bad=bad, total=True,
                  note=prospects.outlook_note())
    drawn = _pictures(charts, ("outlook",))
    return Section("展望", text, () if drawn else (table,), drawn)  # the chart holds every number of the table


def _likeliest_first(found: pd.DataFrame) -> list[dict[Any, Any]]:
    """The streets by chance, those without one last, and the district at the end."""
    streets, whole = found.iloc[:-1], found.iloc[-1:]
    ranked = streets.sort_values("chance", ascending=False, kind="stable", na_position="last")
    return [*ranked.to_dict("records"), *whole.to_dict("records")]


def _changes(figures: Figures, s: Standing) -> Section:
    texts = (sections.crossings(figures.previous, s), sections.reasons(figures.comparison))
    told = [Paragraph(text) for text in texts if text]
    c = figures.comparison
    if c is None or not len(c.changes):
        return Section("较上期变化及原因", tuple(told))
    title = f"上期数（截至{style.day(c.as_of)}）的修订"
    columns = ("街镇", "上期所知", *KINDS.values(), "现在所知")
    rows = tuple(_bridge_row(r) for r in _bridge_lines(c.streets.to_dict("records")))
    table = Table(title, columns, rows, (26, 20, *[18] * len(KINDS), 20), numeric=tuple(range(1, len(columns))),
                  total=True, note="单位：人次，空格为没有变化；逐条记录见 tables.xlsx“修订”表。")
    return Section("较上期变化及原因", tuple(told), (table,))


def _bridge_lines(streets: Sequence[dict[Any, Any]]) -> list[dict[Any, Any]]:
    """The streets with most changes, the others in one line, and the total."""
    moved = [r for r in streets if any(r[k] for k in KINDS)]
    first = sorted(moved, key=lambda r: -sum(abs(r[k]) for k in KINDS))[:MOST_BRIDGED]
    rest = [r for r in streets if r not in first]
    return [*first, *([_added(rest, f"其余{len(rest)}个")] if rest else []), _added(streets, "全区")]


def _added(lines: Sequence[dict[Any, Any]], name: str) -> dict[Any, Any]:
    return {"street": name, **{k: sum(r[k] for r in lines) for k in ("before", *KINDS, "after")}}


def _bridge_row(line: dict[Any, Any]) -> tuple[str, ...]:
    return (str(line["street"]), style.number(line["before"]), *(sections.changed(int(line[k])) for k in KINDS),
            style.number(line["after"]))


def _quality(figures: Figures) -> Section:
    unread = tuple(Paragraph(text, "未能读取：") for text in sections.unread(figures.cleaned))
    return Section("数据质量", (Paragraph(sections.reading(figures.cleaned)), *unread))

"""What the briefing says, in order, for every format it is set in (PDF, Word): no layout here, no sentences either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.charts.base import Chart
from analysis.figures import Figures
from analysis.revisions import KINDS
from analysis.standing import BEHIND, LATE, MISSED, Standing, standing
from analysis.wording import bulletin, sections, style

GOOD, BAD, PLAIN = "good", "bad", "plain"
CHART_SECTIONS = (("各街镇与指标的距离", ("league", "pace")), ("累计走势", ("small_multiples",)))


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
    """A table of texts; `numeric` columns are set flush right, `bad` rows are marked, `total` is the last row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    numeric: tuple[int, ...] = ()
    bad: tuple[int, ...] = ()
    total: bool = False
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart: file name without suffix, and its text alternative."""

    name: str
    title: str
    alt: str
    width: float
    height: float


@dataclass(frozen=True)
class Section:
    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()


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
    cleaned, plan = figures.cleaned, figures.plan
    return Content(
        issuer=plan.issuer, day=(figures.as_of.year, figures.as_of.month, figures.as_of.day),
        dateline=f"数据截至{style.day(figures.as_of)}", topic=f"{plan.name}进度",
        finding=bulletin.finding(s), marks=tuple(style.marks(cleaned.complete, cleaned.sample)),
        notices=tuple(style.notices(cleaned.complete, cleaned.sample)), key_figures=_key_figures(s),
        paragraphs=_bulletin(figures, s), progress=_progress_table(figures, s),
        sections=tuple(_sections(figures, s, {c.name: c for c in charts})),
    )


def _key_figures(s: Standing) -> tuple[KeyFigure, ...]:
    slow = len(s.rows(MISSED, BEHIND))
    good = len(s.streets) - slow
    total, deadline = len(s.streets), style.day(s.target.deadline, s.plan)
    late = f"，其中{n}个逾期" if (n := len(s.rows(LATE))) else ""
    kept = ("已完成街镇", f"共{total}个{late}") if s.due else ("达序时街镇", f"共{total}个")
    lost = ("未完成街镇", "期限已到" if s.due else "") if s.due else ("未达序时街镇", "低于序时进度")
    past = (s.as_of - s.target.deadline).days
    days = KeyFigure("距期限", str(s.days_left), "天", f"{deadline}到期") if not s.due else \
        KeyFigure("期限已过" if past else "今日到期", str(past), "天", f"{deadline}到期", BAD if s.gap else PLAIN)
    need = KeyFigure("所需日均", style.number(s.required), "人次", "各街镇合计", PLAIN) if s.required is not None else \
        KeyFigure("所需日均", "—", "", "期限已到")
    share = f"序时{style.percent(s.expected / max(s.target.district, 1))}" if not s.due else f"{s.target.name}"
    return (
        KeyFigure("全区累计", style.number(s.person_times), "人次", f"{s.target.name}{style.number(s.target.district)}"),
        KeyFigure("完成率", style.percent(s.share), "", share, GOOD if s.points >= 0 and s.person_times else BAD),
        KeyFigure(kept[0], str(good), "个", kept[1], GOOD if good else PLAIN),
        KeyFigure(lost[0], str(slow), "个", lost[1] if slow else "没有", BAD if slow else PLAIN),
        KeyFigure("缺口合计", style.number(s.gap), "人次", "不以超额相抵", BAD if s.gap and (s.due or slow) else PLAIN),
        days, need,
    )


def _bulletin(figures: Figures, s: Standing) -> tuple[Paragraph, ...]:
    lead = "谁未完成：" if s.due else "谁未达序时："
    told = [
        Paragraph(bulletin.overall(s), "总体："), Paragraph(bulletin.laggards(s), lead),
        Paragraph(bulletin.shortfall(s), "差多少："), Paragraph(bulletin.needed(s), "需要什么："),
    ]
    earlier = [t for t in figures.plan.targets if t.deadline < s.target.deadline]
    told += [Paragraph(bulletin.milestone(standing(figures.progress, figures.daily, figures.plan, figures.as_of, t)),
                       f"{t.name}：") for t in earlier]
    return tuple(told)


PROGRESS_COLUMNS = ("排名", "街镇", "累计人次", "完成率", "序时进度", "与序时差值（百分点）", "缺口", "所需日均", "是否达序", "说明")
PROGRESS_WIDTHS = (13, 11, 14, 14, 14, 17, 12, 13.5, 19, 28.5)


def _progress_table(figures: Figures, s: Standing) -> Table:
    before = {} if figures.previous is None else dict(zip(figures.previous["street"], figures.previous["rank"], strict=True))
    ordered = s.streets.assign(order=s.streets["street"].map({n: i for i, n in enumerate(s.plan.street_names)}))
    ordered = ordered.sort_values(["rank", "order"], kind="stable")
    rows = [(
        sections.rank_change(int(r.rank), before.get(r.street)), r.street, style.number(r.person_times),
        style.percent(r.person_times / max(r.target, 1)), style.percent(r.expected / max(r.target, 1)),
        style.signed(r.points), style.number(r.gap), sections.required(r, s), r.status, sections.remark(r, s),
    ) for r in ordered.itertuples()]
    bad = tuple(i for i, state in enumerate(ordered["state"]) if state in (MISSED, BEHIND, LATE))
    whole = ("", "全区", style.number(s.person_times), style.percent(s.share),
             style.percent(s.expected / max(s.target.district, 1)), style.signed(s.points), style.number(s.gap),
             "—" if s.required is None else style.number(s.required), "", "缺口为各街镇合计")
    note = f"序时进度{style.BASES[figures.plan.basis]}。" + (
        f"排名后箭头为较上期（{style.day(figures.comparison.as_of, s.plan)}）升降。" if figures.comparison and before else "")
    return Table(f"各街镇{s.target.name}进度（截至{style.day(s.as_of)}）", PROGRESS_COLUMNS, (*rows, whole),
                 PROGRESS_WIDTHS, numeric=(2, 3, 4, 5, 6, 7), bad=bad, total=True, note=note)


def _sections(figures: Figures, s: Standing, charts: dict[str, Chart]) -> list[Section]:
    found = [Section(heading, pictures=_pictures(charts, names)) for heading, names in CHART_SECTIONS]
    found.append(Section("展望", pictures=_pictures(charts, ("outlook",))))
    found.append(Section("应用场景", (Paragraph(sections.scenario_text(figures.scenarios, s.plan)),),
                         pictures=_pictures(charts, ("scenarios",))))
    found.append(_changes(figures, s))
    found.append(_quality(figures))
    found.append(Section("说明", tuple(Paragraph(text, f"{term}：") for term, text in
                                      sections.notes(s, figures.cleaned, figures.plan.basis))))
    return [f for f in found if f.paragraphs or f.tables or f.pictures]


def _pictures(charts: dict[str, Chart], names: Sequence[str]) -> tuple[Picture, ...]:
    return tuple(
        Picture(c.name, c.title, c.alt, *(side * 25.4 for side in c.figure.get_size_inches()))
        for c in (charts[n] for n in names if n in charts)
    )


def _changes(figures: Figures, s: Standing) -> Section:
    told = [Paragraph(sections.since_last(s, figures.comparison))]
    if text := sections.crossings(figures.previous, s):
        told.append(Paragraph(text))
    c = figures.comparison
    if c is None or not len(c.changes):
        return Section("较上期变化及原因", tuple(told))
    moved = c.streets[(c.streets[list(KINDS)] != 0).any(axis=1) | (c.streets["before"] != c.streets["after"])]
    lines = [*moved.to_dict("records"), {"street": "全区", **c.streets.drop(columns="street").sum().to_dict()}]
    rows = tuple((str(r["street"]), style.number(r["before"]), *(sections.changed(int(r[k])) for k in KINDS),
                  style.number(r["after"])) for r in lines)
    columns = ("街镇", "上期数", *KINDS.values(), "修订后")
    table = Table(f"截至{style.day(c.as_of)}的累计人次：上期所知与现在所知", columns, rows, (16, 22, *[19.5] * len(KINDS), 22),
                  numeric=tuple(range(1, len(columns))), total=True, note="空格为没有变化。逐条记录见 tables.xlsx“修订”表。")
    return Section("较上期变化及原因", tuple(told), (table,))


def _quality(figures: Figures) -> Section:
    cleaned = figures.cleaned
    told = [Paragraph(sections.reading(cleaned))]
    told += [Paragraph(text, "未能读取：") for text in sections.unread(cleaned)]
    reasons = sections.exclusions(cleaned)
    if not reasons:
        return Section("数据质量", tuple(told))
    rows = tuple((name, style.number(n)) for name, n in [*reasons, ("合计", sum(n for _, n in reasons))])
    table = Table("排除的行及原因", ("原因", "行数"), rows, (60, 24), numeric=(1,), total=True)
    return Section("数据质量", tuple(told), (table,))


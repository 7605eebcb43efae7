"""What the briefing says, in order, for every format it is set in (PDF, Word): no layout here, no sentences either."""

from __future__ import annotations

from collections.abc import Sequence

from analysis import content_ahead
from analysis.charts.base import Chart
from analysis.content_parts import BAD, GOOD, PLAIN, Content, KeyFigure, Paragraph, Section, Table, pictures, widths_for
from analysis.figures import Figures
from analysis.standing import BEHIND, LATE, MISSED, Standing, Street, standing
from analysis.wording import bulletin, prospects, sections, style


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
    if not s.due and s.gap:
        told.append(Paragraph(prospects.outlook_text(figures.outlook, s), "展望："))
    for target in figures.plan.targets:
        if target.deadline < s.target.deadline and s.person_times:
            earlier = standing(figures.progress, figures.daily, figures.plan, figures.as_of, target)
            told.append(Paragraph(bulletin.milestone(earlier), f"{target.name}："))
    return (*told, Paragraph(sections.since_last(s, figures.comparison), "较上期："))


PROGRESS_COLUMNS = ("排名（较上期）", "街镇", "累计人次", "完成率", "序时进度", "与序时差值（百分点）",
                    "缺口", "所需日均", "是否达序", "说明")
PROGRESS_WIDTHS = (17.5, 10, 13.5, 12.5, 13.5, 16.4, 11.6, 13.5, 18.5, 29)


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
        f"各街镇{s.target.name}进度（截至{style.day(s.as_of)}）", PROGRESS_COLUMNS, (*rows, whole), widths_for([b.name for b in s.streets], PROGRESS_WIDTHS, column=1),
        numeric=(2, 3, 4, 5, 6, 7), bad=_marked(ranked), total=True,
        note=f"序时进度{style.BASES[figures.plan.basis]}。{arrows}全区缺口、日均为各街镇之和。",
    )


def _marked(ranked: Sequence[Street]) -> tuple[tuple[int, int], ...]:
    """Name and status of a street that is behind, missed the target or was late; what it lacks unless it has met it."""
    found = []
    for i, street in enumerate(ranked):
        columns = (1, 5, 6, 8) if street.state in (MISSED, BEHIND) else (1, 8) if street.state == LATE else ()
        found += [(i, c) for c in columns]
    return tuple(found)


# --- the other pages ------------------------------------------------------------------------------------------------


def _sections(figures: Figures, s: Standing, charts: dict[str, Chart]) -> list[Section]:
    distance, scenarios = "各街镇与指标的距离", _scenarios(figures, s, charts)
    course = Section("累计走势", pictures=pictures(charts, ("small_multiples",)))
    if s.due:
        found = [Section(distance, pictures=pictures(charts, ("league", "timeline"))), course,
                 content_ahead.pace(figures, s), content_ahead.changes(figures, s, charts), scenarios]
    else:
        found = [Section(distance, pictures=pictures(charts, ("league",))), scenarios,
                 content_ahead.outlook(s, charts), content_ahead.pace(figures, s), course,
                 content_ahead.changes(figures, s, charts)]
    told = sections.notes(s, figures.cleaned, figures.plan.basis)
    notes = Section("说明", tuple(Paragraph(text, f"{term}：") for term, text in told), small=True)
    return [f for f in (*found, _quality(figures), notes) if f.paragraphs or f.tables or f.pictures]


def _scenarios(figures: Figures, s: Standing, charts: dict[str, Chart]) -> Section:
    text = sections.scenario_text(figures.scenarios, s.plan, s.person_times)
    return Section("应用场景", (Paragraph(text),), pictures=pictures(charts, ("scenarios",)))


def _quality(figures: Figures) -> Section:
    unread = tuple(Paragraph(text, "未能读取：") for text in sections.unread(figures.cleaned))
    return Section("数据质量", (Paragraph(sections.reading(figures.cleaned)), *unread))

"""The briefing's sections on what lies ahead and on what has changed: outlook, pace and late records, revisions."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.charts.base import Chart
from analysis.content_parts import Paragraph, Section, Table, pictures, widths_for
from analysis.figures import Figures
from analysis.late import BEHIND, total
from analysis.pace import ACTIVE, RECENT_DAYS
from analysis.standing import Standing
from analysis.wording import prospects, sections, style

COLUMNS = ("街镇", "状态", f"近{RECENT_DAYS}天", "缺口", "每天需", "每工作日需", f"近{RECENT_DAYS}天日均",
           "还需场次（每场人次）")
WIDTHS = (10, 17, 13, 11, 12, 17, 17, 19)
ENTRY_COLUMNS, ENTRY_WIDTHS = ("可能未录（人次）", "落后，还是未录"), (15, 25)


def outlook(s: Standing, charts: dict[str, Chart]) -> Section:
    """Will they make it: the chart says it all; why there is none stands on page 1."""
    return Section(f"展望：到{style.day(s.target.deadline, s.plan)}能否完成", pictures=pictures(charts, ("outlook",)))


def pace(figures: Figures, s: Standing) -> Section:
    """How fast it must go, who has stopped, and who is behind or only not entered yet."""
    told = [Paragraph(prospects.stopped_text(figures.pace, figures.entry, s), "是否仍在开展："),
            Paragraph(prospects.late_text(figures, s), "落后还是未录入：")]
    if s.due:
        return Section("是否仍在开展，是否录齐", tuple(told))
    told.append(Paragraph(prospects.bases_text(figures.bases, s), "换一种序时算法："))
    return Section("节奏：要多快才来得及", tuple(told), (_pace_table(figures, s),))


def _pace_table(figures: Figures, s: Standing) -> Table:
    entered = total(figures.missing) > 0
    order = {street.name: street.rank for street in s.streets}
    lines = figures.pace.merge(figures.entry[["street", "missing", "word"]], on="street")
    ranked = sorted(lines.to_dict("records"), key=lambda r: order[r["street"]])
    rows = tuple(_pace_row(r, entered) for r in ranked)
    columns, widths = (COLUMNS + ENTRY_COLUMNS, WIDTHS + ENTRY_WIDTHS) if entered else (COLUMNS, WIDTHS)
    bad = tuple((i, c) for i, r in enumerate(ranked) for c in _marked(r, entered))
    return Table(f"各街镇的节奏（截至{style.day(s.as_of)}）", columns, rows, widths_for(order, widths), tuple(range(3, 9 if entered else 8)),
                 bad, note=prospects.pace_note(figures, s))


def _pace_row(r: dict[Any, Any], entered: bool) -> tuple[str, ...]:
    need = (r["required_per_day"], r["required_per_working_day"])
    sessions_needed = "—" if pd.isna(r["sessions_needed"]) or not r["gap"] else (
        f"{style.number(r['sessions_needed'])}（{style.number(r['usual_session'])}）")
    row = (r["street"], r["status"], r["trend"], style.number(r["gap"]),
           *("—" if pd.isna(n) or not r["gap"] else style.daily(n) for n in need), style.pace(r["recent_per_day"]),
           sessions_needed)
    return (*row, style.number(r["missing"]), r["word"] or "—") if entered else row


def _marked(r: dict[Any, Any], entered: bool) -> list[int]:
    """What stands in red: a street that has stopped, that is too slow, that is behind whatever is still to be entered."""
    slow = not pd.isna(r["enough"]) and not r["enough"]
    return [*([2] if r["trend"] != ACTIVE else []), *([6] if slow else []),
            *([9] if entered and r["word"] == BEHIND else [])]


def changes(figures: Figures, s: Standing, charts: dict[str, Chart]) -> Section:
    """Who changed standing since the last briefing, and why its figures are others today."""
    c = figures.comparison
    texts = (sections.growth(figures.change, c, s), sections.crossings(figures.previous, s), sections.reasons(c))
    told = [Paragraph(text) for text in texts if text]
    drawn = pictures(charts, ("revisions",)) if c is not None and len(c.changes) else ()
    return Section("较上期变化及原因", tuple(told), pictures=drawn)

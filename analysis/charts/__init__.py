"""Charts: frames in, matplotlib figures out, each with a finding as its title.

`draw_all` draws every chart of the month, `save` writes one as PDF, PNG and SVG.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.charts.base import Chart, Context
from analysis.charts.calendar import calendar
from analysis.charts.district import district
from analysis.charts.late import late
from analysis.charts.league import league
from analysis.charts.outlook import outlook
from analysis.charts.pace import pace
from analysis.charts.render import save, save_all, svg
from analysis.charts.revisions import revisions
from analysis.charts.scenarios import scenarios
from analysis.charts.small_multiples import small_multiples
from analysis.charts.style import MissingGlyphError, use_style
from analysis.charts.timeline import timeline
from analysis.late import total
from analysis.schedule import is_due

if TYPE_CHECKING:
    from analysis.figures import Figures

__all__ = ["Chart", "Context", "MissingGlyphError", "calendar", "district", "draw_all", "late", "league", "outlook", "pace",
           "revisions", "save", "save_all", "scenarios", "small_multiples", "svg", "timeline", "use_style"]


def draw_all(figures: Figures, context: Context) -> list[Chart]:
    """Draw every chart of the month, in the order of the briefing.

    Parameters
    ----------
    figures : counted records and the frames computed from them, all as of `context.as_of`.
    context : plan, as-of date, marks and format.
    """
    with use_style():
        return [
            timeline(figures.records, figures.progress, context),
            league(figures.progress, context),
            small_multiples(figures.daily, figures.progress, context),
            district(figures.district_daily, context),
            pace(figures.daily, figures.progress, context),
            scenarios(figures.records, context),
            calendar(figures.records, context),
            *_ahead(figures, context),
            *_unentered(figures, context),
            *_changed(figures, context),
        ]


def _ahead(figures: Figures, context: Context) -> list[Chart]:
    """The outlook, while the deadline of the target in force has not come."""
    if is_due(context.plan.target_in_force(context.as_of), context.as_of):
        return []
    return [outlook(figures.outlook, figures.fan, figures.district_daily, context, figures.missing)]


def _unentered(figures: Figures, context: Context) -> list[Chart]:
    """Who is behind and who is perhaps not entered yet, while anything is probably missing."""
    if not total(figures.missing):
        return []
    return [late(figures.entry, figures.lateness, context)]


def _changed(figures: Figures, context: Context) -> list[Chart]:
    """Why the last briefing's figure has changed, if there was one."""
    c = figures.comparison
    if c is None:
        return []
    return [revisions(c.streets, replace(context, as_of=c.as_of), c.old_known_by, c.new_known_by)]

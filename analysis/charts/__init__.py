"""Charts: frames in, matplotlib figures out, each with a finding as its title.

`draw_all` draws every chart of the month, `save` writes one as PDF, PNG and SVG.
"""

from __future__ import annotations

import pandas as pd

from analysis import progress
from analysis.charts.base import Chart, Context
from analysis.charts.calendar import calendar
from analysis.charts.district import district
from analysis.charts.league import league
from analysis.charts.pace import pace
from analysis.charts.render import save, svg
from analysis.charts.scenarios import scenarios
from analysis.charts.small_multiples import small_multiples
from analysis.charts.style import MissingGlyphError, use_style
from analysis.charts.timeline import timeline
from analysis.plan import Plan

__all__ = ["Chart", "Context", "MissingGlyphError", "calendar", "district", "draw_all", "league", "pace", "save",
           "scenarios", "small_multiples", "svg", "timeline", "use_style"]


def draw_all(records: pd.DataFrame, plan: Plan, context: Context) -> list[Chart]:
    """Draw every chart of the month, in the order of the briefing.

    Parameters
    ----------
    records : counted records (an empty frame with the columns is fine).
    plan : the programme.
    context : as-of date, marks and format; its plan must be `plan`.
    """
    daily = progress.daily(records, plan, context.as_of)
    whole = progress.district_daily(records, plan, context.as_of)
    with use_style():
        return [timeline(records, daily, context), league(daily, context), small_multiples(daily, context),
                district(whole, context), pace(daily, context), scenarios(records, context), calendar(records, context)]

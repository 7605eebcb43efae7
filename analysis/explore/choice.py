"""What can be chosen: a view, how it is counted, and which records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from analysis.participation.counting import Counting

Measure = Literal["person_times", "activities", "share", "per_activity"]
MEASURES: dict[str, str] = {"person_times": "人次", "activities": "场次", "share": "占比", "per_activity": "每场人次"}
COUNTINGS: dict[str, str] = {"full": "每个场景全计", "fractional": "各场景均摊"}
FILTERS = ("streets", "scenarios", "services", "venue_types", "start", "end")


@dataclass(frozen=True)
class View:
    """One way to look at the selection.

    Attributes
    ----------
    title : its name in the list.
    by : the dimensions of a count, rows then columns; none for the views that are no plain count.
    share_of : the dimension within which 占比 is taken.
    """

    title: str
    by: tuple[str, ...] = ()
    share_of: str = ""


VIEWS: dict[str, View] = {
    "scenario×street": View("场景 × 街镇", ("scenario", "street"), "street"),
    "scenario×month": View("场景 × 月份（标出阶段）", ("scenario", "month"), "month"),
    "scenario×phase": View("场景 × 阶段", ("scenario", "phase"), "phase"),
    "street×phase": View("街镇 × 阶段", ("street", "phase"), "street"),
    "scenario": View("各场景", ("scenario",)),
    "street": View("各街镇", ("street",)),
    "venue_type": View("服务点类型", ("venue_type",)),
    "venue_type×scenario": View("服务点类型 × 场景", ("venue_type", "scenario"), "venue_type"),
    "weekday×hour": View("星期 × 时段", ("weekday", "hour")),
    "services": View("培训与帮办"),
    "missing": View("没做过的场景"),
    "together": View("哪些场景一起做"),
    "venues": View("服务点：一次性还是重复使用"),
    "venue_list": View("服务点明细"),
}


@dataclass(frozen=True)
class Choice:
    """What is chosen; an empty tuple means all, no date the programme's first day and the as-of date."""

    view: str = "scenario×street"
    measure: str = "person_times"
    counting: Counting = "full"
    streets: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    venue_types: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    hide_small: bool = False

    def filters(self) -> dict[str, Any]:
        """The filters that are set, as `participation` takes them; 培训与帮办 shows every kind of service."""
        names = [n for n in FILTERS if getattr(self, n) and not (n == "services" and self.view == "services")]
        return {n: list(v) if isinstance(v := getattr(self, n), tuple) else v for n in names}


"""Each raw column with its distinct cells cleaned once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.exports.coding import Coded, Mask, table_of
from analysis.plan import UNCLASSIFIED, UNSTATED_SERVICE, Plan
from analysis.values import (
    Parsed,
    date_parser,
    parse_clock,
    parse_moment,
    parse_person_times,
    parse_record_id,
    plain_text,
    scenario_parser,
    service_parser,
    status_parser,
    street_parser,
)

TEXTS = ("venue", "venue_type", "activity")


@dataclass(frozen=True)
class CleanColumn:
    """A cleaned column: per row the index into `parsed`, -1 for a blank cell; `blank` is what a blank means."""

    codes: npt.NDArray[np.int32]
    raw: list[object]
    parsed: list[Parsed]
    blank: Parsed

    def take(self, get: Callable[[Parsed], object]) -> npt.NDArray[np.object_]:
        return table_of([*(get(p) for p in self.parsed), get(self.blank)])[self.codes]

    def mask(self, test: Callable[[Parsed], bool]) -> Mask:
        return np.array([*(test(p) for p in self.parsed), test(self.blank)], dtype=bool)[self.codes]

    def category(self) -> pd.Categorical:
        """Clean values as a categorical of texts ('' where there is none)."""
        texts = [str(p.value or "") for p in [*self.parsed, self.blank]]
        unique = list(dict.fromkeys(texts))
        position = {t: i for i, t in enumerate(unique)}
        codes = np.array([position[t] for t in texts], dtype=np.int32)[self.codes]
        return pd.Categorical.from_codes(codes, categories=pd.Index(unique, dtype="str"))


def clean_columns(raw: dict[str, Coded], plan: Plan) -> dict[str, CleanColumn]:
    unstated = Parsed(UNSTATED_SERVICE)
    rules: dict[str, tuple[str, Callable[[object], Parsed], Parsed]] = {
        "street": ("street", street_parser(plan), Parsed(None, message="街镇为空")),
        "activity_date": ("activity_date", date_parser(plan), Parsed(None, message="日期为空")),
        "person_times": ("person_times", parse_person_times, Parsed(None, message="人次为空")),
        "record_id": ("record_id", parse_record_id, Parsed("")),
        "recorded_at": ("recorded_at", parse_moment, Parsed(None)),
        "service": ("service", service_parser(plan), unstated),
        "scenarios": ("scenarios", scenario_parser(plan), Parsed(UNCLASSIFIED)),
        "status": ("status", status_parser(plan), Parsed("")),
        "status_text": ("status", plain_text, Parsed("")),
        "start_time": ("start_time", parse_clock, Parsed("")),
        "end_time": ("end_time", parse_clock, Parsed("")),
        **{name: (name, plain_text, Parsed("")) for name in TEXTS},
    }
    return {
        name: CleanColumn(raw[source].codes, raw[source].values, [parse(v) for v in raw[source].values], blank)
        for name, (source, parse, blank) in rules.items()
    }

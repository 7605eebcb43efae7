"""Counted records for the tests of the figures, made from few words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

TEXTS = ("venue", "venue_type", "activity", "start_time", "record_id")


def made(*rows: dict[str, object]) -> pd.DataFrame:
    """Records with the columns of the reader; each row needs street, day and n, the rest has defaults.

    `n` is a training of n person-times in 就医 unless service (培训 / 帮办 / 未注明), training, assistance or scenarios
    say otherwise.
    """
    return pd.DataFrame([_row(r) for r in rows], columns=[*_row({"street": "", "day": "2021-04-01", "n": 1})]).astype({
        "activity_date": "datetime64[s]", "person_times": "Int64", "training": "int64", "assistance": "int64",
        "person_level": "bool", **dict.fromkeys(("street", "scenarios", "service", *TEXTS), "category"),
    })


def _row(r: dict[str, object]) -> dict[str, object]:
    service, n = r.get("service", "培训"), r["n"]
    return {
        "street": r["street"], "activity_date": pd.Timestamp(str(r["day"])), "person_times": n, "service": service,
        "training": r.get("training", n if service == "培训" else 0),
        "assistance": r.get("assistance", n if service == "帮办" else 0),
        "scenarios": r.get("scenarios", "就医"), "person_level": r.get("person_level", False),
        **{c: r.get(c, "") for c in TEXTS},
    }


def sessions(street: str, first: str, sizes: Sequence[int], every: int = 1) -> list[dict[str, object]]:
    """A session of each size, `every` days apart."""
    start = date.fromisoformat(first)
    return [{"street": street, "day": str(start + timedelta(days=i * every)), "n": n} for i, n in enumerate(sizes)]

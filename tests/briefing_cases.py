"""Figures from a handful of literal records, for the tests of wording, briefing and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from analysis.figures import Figures, figures_of
from analysis.pipeline import Cleaned
from analysis.plan import load_plan
from analysis.revisions import KINDS, Comparison
from analysis.standing import Standing, standing

PLAN = load_plan()
STREETS = PLAN.street_names
Counts = Mapping[str, Sequence[tuple[str, int]]]


def evenly(day: str, number: int, **others: int) -> dict[str, list[tuple[str, int]]]:
    """Every street had `number` person-times on one day, or the number named for it (0 for no record)."""
    found = {name: others.get(name, number) for name in STREETS}
    return {name: [(day, n)] if n else [] for name, n in found.items()}


def records_of(counts: Counts, scenarios: str = "就医") -> pd.DataFrame:
    """Counted records, one for every (day, person-times) of a street."""
    lines = [(street, day, n) for street, days in counts.items() for day, n in days]
    frame = pd.DataFrame(lines, columns=["street", "activity_date", "person_times"])
    rows = range(5, 5 + len(frame))
    return frame.assign(
        street=frame["street"].astype("str"),
        activity_date=pd.to_datetime(frame["activity_date"]).astype("datetime64[s]"),
        person_times=frame["person_times"].astype("Int64"), training=frame["person_times"].astype("Int64"),
        assistance=pd.array([0] * len(frame), "Int64"), service="培训", scenarios=scenarios,
        file="随申学.xlsx", sheet="活动明细", row=list(rows), row_id=[f"随申学.xlsx|活动明细|{r}" for r in rows],
        snapshot=pd.Timestamp("2021-12-31"), first_snapshot=pd.Timestamp("2021-12-31"), disposition="counted",
        reason="", faults="", record_id=[f"SSX{r:06d}" for r in rows], venue="社区综合为老服务中心",
        venue_type="社区综合为老服务中心", activity="手机课堂", start_time="09:00", end_time="10:30", status="已通过",
        recorded_at=pd.Timestamp("2021-12-31"), person_level=False,
    )


def cleaned_of(records: pd.DataFrame, as_of: date, complete: bool = True, sample: bool = False) -> Cleaned:
    """One export with these records, one superseded row, 4 rows that are no records, and perhaps one unread file."""
    n = len(records)
    files = [["随申学.xlsx", "read", "xlsx", f"{as_of} 23:59:59", "", n + 5, n, 1, ""]]
    if not complete:
        files.append(["加密.xlsx", "unread", "", "", "", 0, 0, 0, "文件有密码，请保存为无密码的 .xlsx 后重试"])
    ledger = records[["file", "sheet", "row", "disposition", "reason", "record_id", "street", "activity_date",
                      "person_times"]]
    old = pd.DataFrame([{"file": "随申学.xlsx", "sheet": "活动明细", "row": 4, "disposition": "excluded",
                         "reason": "superseded", "record_id": "SSX000005", "street": "曹杨",
                         "activity_date": pd.Timestamp("2021-04-02"), "person_times": 7}])
    findings = pd.DataFrame([["large_session", "note", "随申学.xlsx", "活动明细", 5, "一场500人，请核对"]],
                            columns=["kind", "severity", "file", "sheet", "row", "message"])
    return Cleaned(
        records=records, ledger=pd.concat([ledger, old], ignore_index=True),
        repairs=pd.DataFrame(columns=["file", "sheet", "row", "column", "raw", "clean", "rule"]), findings=findings,
        files=pd.DataFrame(files, columns=["file", "status", "kind", "snapshot", "coverage", "rows", "counted",
                                           "excluded", "message"]),
        accounting=pd.DataFrame([["随申学.xlsx", "活动明细", n + 5, n, 1, 4]],
                                columns=["file", "sheet", "rows", "counted", "excluded", "not_record"]),
        events=pd.DataFrame(), complete=complete, sample=sample, default_as_of=as_of, known_by=None, input_sha256={},
    )


def figures_for(day: str, counts: Counts, complete: bool = True, sample: bool = False) -> Figures:
    """All figures as of a day."""
    as_of = date.fromisoformat(day)
    return figures_of(cleaned_of(records_of(counts), as_of, complete, sample), PLAN, as_of)


def entered_late(day: str, known_by: str, delay: int = 7, n: int = 6, **others: int) -> Figures:
    """Every street has a session of n a day (or the number named for it), entered `delay` days later, up to `known_by`."""
    days = [d.date().isoformat() for d in pd.date_range("2021-04-01", day)]
    rows = records_of({s: [(d, others.get(s, n)) for d in days] for s in STREETS})
    entered = rows["activity_date"] + pd.Timedelta(days=delay, hours=12)
    now = pd.Timestamp(f"{known_by} 23:00")
    rows = rows.assign(recorded_at=entered, snapshot=now, first_snapshot=now)[entered <= now]
    return figures_of(cleaned_of(rows, date.fromisoformat(day)), PLAN, date.fromisoformat(day))


def standing_for(day: str, counts: Counts) -> Standing:
    """Where the streets stand on a day."""
    f = figures_for(day, counts)
    return standing(f.progress, f.daily, PLAN, f.as_of)


def comparison(**changes: int) -> Comparison:
    """曹杨 had 100 in the last briefing of 30 June; each kind of change with its person-times."""
    lines = [{"street": "曹杨", "activity_month": "2021-05", "what": kind, "record_id": "A1", "before": 10,
              "after": 10 + n, "file": "b.xlsx", "sheet": "明细", "row": 9} for kind, n in changes.items()]
    streets = pd.DataFrame({"street": STREETS, "before": [100] + [0] * 9})
    streets = streets.assign(**{k: [changes.get(k, 0)] + [0] * 9 for k in KINDS})
    streets["after"] = streets["before"] + streets[list(KINDS)].sum(axis=1)
    columns = ["street", "activity_month", "what", "record_id", "before", "after", "file", "sheet", "row"]
    last, now = date(2021, 6, 30), date(2021, 7, 31)
    return Comparison(last, last, now, pd.DataFrame(lines, columns=columns), streets)

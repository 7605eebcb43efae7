"""A reading kept as a table comes back as it was, and one with personal data is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.exports.coding import Coded, code_cells
from analysis.exports.entries import entry_of, reading_of
from analysis.exports.grid import CellError
from analysis.exports.lines import Stated
from analysis.exports.pieces import SCHEMA, NotKept
from analysis.exports.reading import ExportReading
from analysis.exports.sheet_reading import FIELDS, SheetReading, Total
from tests.exports.readings import form_of

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).filter(lambda t: not any(c.isdigit() for c in t))
times = st.times().map(lambda t: t.replace(fold=0))  # no engine knows the hour that summer time repeats
stamps = st.datetimes().map(lambda t: t.replace(fold=0))
cells = st.one_of(st.none(), texts, texts.map(CellError), st.integers(), st.floats(), stamps, st.dates(), times)
moments = st.none() | stamps
numbers = st.lists(st.integers(0, 2**31 - 1), max_size=5).map(lambda n: np.array(n, np.int32))
seconds = st.lists(st.none() | stamps, max_size=4).map(lambda m: np.array(m, "datetime64[s]"))
columns = st.lists(cells, max_size=8).map(code_cells)
days = st.tuples(st.dates(), st.dates())


@st.composite
def sheets(draw: st.DrawFn) -> SheetReading:
    labelled = st.lists(st.tuples(st.sampled_from(["培训", "帮办", ""]), columns), max_size=3).map(tuple)
    totals = st.builds(
        Total, st.integers(1, 10**6), texts, small, st.lists(small, max_size=3).map(tuple), st.integers(0, 9), st.integers(0, 9)
    )
    return SheetReading(
        draw(texts), draw(st.booleans()), draw(st.sampled_from(["activity", "other", "not_understood"])), draw(texts),
        draw(numbers), draw(numbers),
        columns={name: draw(columns) for name in draw(st.sets(st.sampled_from(FIELDS)))},
        ids=draw(st.none() | st.lists(texts, max_size=4).map(lambda t: pa.array(t, pa.string()))),
        moments=draw(st.none() | seconds),
        present=frozenset(draw(st.sets(st.sampled_from(FIELDS)))),
        parts=draw(labelled), checks=tuple(draw(st.lists(columns, max_size=2))), marks=draw(labelled),
        home=draw(st.none() | st.lists(st.booleans()).map(lambda b: np.array(b, bool))),
        merged=draw(numbers), hidden_rows=draw(numbers), totals=tuple(draw(st.lists(totals, max_size=3))),
        unknown=tuple(draw(st.lists(texts, max_size=2))), doubled=tuple(draw(st.lists(texts, max_size=2))),
        left=draw(texts), headcount=draw(st.booleans()),
    )


small = st.one_of(st.none(), texts, st.integers(-999, 999), st.floats(-9, 9), st.dates(), times, texts.map(CellError))
stateds = st.builds(Stated, moments, st.booleans(), st.lists(days, max_size=2).map(tuple), st.booleans())
streets = st.none() | st.sampled_from(["曹杨", "长风"])


@st.composite
def readings(draw: st.DrawFn) -> ExportReading:
    tables = st.lists(st.lists(st.tuples(st.integers(0, 9), streets), max_size=2).map(tuple), max_size=2)
    return ExportReading(
        "", draw(st.sampled_from(["xlsx", "csv"])), tuple(draw(st.lists(sheets(), max_size=3))), draw(stateds),
        draw(moments), tuple(draw(st.lists(streets, max_size=2))), tuple(draw(tables)),
        tuple(draw(st.lists(st.sampled_from(["曹杨", "长风"]), max_size=2))), draw(st.booleans()), draw(st.booleans()),
        tuple(draw(st.lists(texts, max_size=2))),
    )


@settings(max_examples=80, deadline=None, derandomize=True)
@given(readings())
def test_any_reading_comes_back_with_the_types_of_its_cells(reading: ExportReading) -> None:
    assert form_of(reading_of(entry_of(reading))) == form_of(reading)


CELLS = ["", "5", CellError("5"), 5, 5.0, 0.1 + 0.2, -0.0, float("inf"), 2**80, datetime(2021, 4, 1), date(2021, 4, 1),
         datetime(2021, 4, 1, 9, 30, 0, 1), time(9, 30), time(9, 30, 0, 5), "2021-04-01", "\x00", "龘\u200b🙂", CellError("#N/A")]


def sheet(**fields: object) -> SheetReading:
    empty = SheetReading("明细", False, "activity", "", np.array([1, 2], np.int32), np.array([2], np.int32))
    return replace(empty, **fields)


def reading(*sheets: SheetReading, **fields: object) -> ExportReading:
    whole = ExportReading("", "xlsx", sheets, Stated(), None, (None,), ((),), (), False, False)
    return replace(whole, **fields)


def test_cells_that_look_alike_stay_what_they_were() -> None:
    column = Coded(np.arange(len(CELLS), dtype=np.int32), CELLS)
    back = reading_of(entry_of(reading(sheet(columns={"status": column}))))
    values = back.sheets[0].columns["status"].values
    assert [(type(v), repr(v)) for v in values] == [(type(v), repr(v)) for v in CELLS]


def test_what_comes_back_can_be_written_to() -> None:
    """An array over Arrow's memory would refuse."""
    back = reading_of(entry_of(reading(sheet())))
    back.sheets[0].rows[0] = 7
    assert back.sheets[0].rows.tolist() == [7, 2]


HASHES = np.array(["a1", ""], dtype=object)
PHONE = "13812345678"
PERSONAL = {
    "a list of persons": reading(sheet(persons=HASHES)),
    "persons beside the person-times": reading(sheet(named=HASHES)),
    "lines of text": reading(sheet(lines=("制表人：张三",))),
    "lines above a table": reading(sheet(tables=((0, ("街镇：曹杨",)),))),
    "a phone number in a sheet's name": reading(sheet(name=f"张{PHONE}")),
    "in a title": reading(sheet(unknown=(PHONE,))),
    "in a warning": reading(sheet(), warnings=(f"第1行 {PHONE}",)),
    "in a total": reading(sheet(totals=(Total(5, "合计", f"{PHONE}人次", (), 1, 0),))),
    "as a number in a part of a total": reading(sheet(totals=(Total(5, "合计", None, (int(PHONE),), 1, 0),))),
}


@pytest.mark.parametrize("what", PERSONAL)
def test_personal_data_is_refused(what: str) -> None:
    with pytest.raises(NotKept):
        entry_of(PERSONAL[what])


@pytest.mark.parametrize("cell", [True, 1j, b"x", np.float64(1), "\ud800"])
def test_a_cell_that_would_not_come_back_is_refused(cell: object) -> None:
    with pytest.raises(NotKept):
        entry_of(reading(sheet(columns={"status": Coded(np.zeros(1, np.int32), [cell])})))


def test_another_table_is_no_entry() -> None:
    with pytest.raises(ValueError, match="no entry"):
        reading_of(entry_of(reading()).rename_columns(["a", "b", "c"]))
    assert entry_of(reading()).schema == SCHEMA

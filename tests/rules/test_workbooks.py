"""The example workbooks of tests/workbooks/: each read as its case says, and as the script would write it."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.rules.cases import every_case
from tests.rules.make_workbooks import WORKBOOKS
from tests.rules.workbooks import balanced, encoded, run

CASES = {case.name: case for case in every_case()}


@pytest.mark.parametrize("name", CASES)
def test_example(name):
    case = CASES[name]
    result = run(WORKBOOKS / name)
    for place, rows in case.verdicts.items():
        assert result.rows(*place.split("|")) == rows
    assert result.totals() == case.totals
    assert result.flags() == case.flags
    read = {place.split("|")[0]: "read" for place in case.verdicts}
    assert {k: v for k, v in result.statuses().items() if k in read or v != "read"} == {**read, **case.statuses}
    assert result.complete == case.complete
    balanced(result)


def parts(content):
    """The parts of a zip (also of an .xlsx), for compressed bytes differ between machines; else the bytes."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {i.filename: parts(archive.read(i)) for i in archive.infolist()}


@pytest.mark.parametrize("name", [n for n in CASES if n not in ("unread_truncated", "format_ods", "format_biff_named_et")])
def test_example_is_what_the_script_writes(name):
    for file, content in CASES[name].files().items():
        assert parts((WORKBOOKS / name / file).read_bytes()) == parts(encoded(file, content))


def test_every_folder_has_a_case():
    assert {p.name for p in WORKBOOKS.iterdir() if p.is_dir()} == set(CASES)

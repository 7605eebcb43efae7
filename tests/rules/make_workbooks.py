"""Writes the example folders of `cases.py` to tests/workbooks/: `python -m tests.rules.make_workbooks`."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.rules.cases import every_case
from tests.rules.workbooks import encoded

WORKBOOKS = Path(__file__).parents[1] / "workbooks"


def written(folder: Path) -> None:
    """Write every case's folder anew."""
    for case in every_case():
        target = folder / case.name
        shutil.rmtree(target, ignore_errors=True)
        for name, content in case.files().items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encoded(name, content))


if __name__ == "__main__":
    written(WORKBOOKS)

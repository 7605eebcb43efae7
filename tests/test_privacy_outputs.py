"""Planted phone and ID numbers, and names of persons, are in no file that a report writes."""

from __future__ import annotations

import zipfile
from pathlib import Path

import fitz
import openpyxl

from analysis.figures import figures
from analysis.pipeline import read_folder
from analysis.plan import load_plan
from analysis.report import write_report

PHONES = [f"138{n:08d}" for n in range(12340000, 12340100)]
NAME = "欧阳秘密"
HEADER = ["活动编号", "街镇", "服务点", "活动名称", "活动日期", "参加人次", "状态", "备注", "志愿者姓名", "联系电话"]


def id_number(serial: int) -> str:
    body = f"31010719400101{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


IDS = [id_number(n) for n in range(100, 200)]


def exports(folder: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (["导出时间：2021-06-30 18:00:00", NAME], HEADER):
        sheet.append(line)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for i, (phone, number) in enumerate(zip(PHONES, IDS, strict=True)):
        spaced = f"{phone[:3]} {phone[3:7]} {phone[7:]}"
        sheet.append([f"A{i:07d}", "曹杨", f"点（{spaced}）", f"课 {phone.translate(wide)} {number}", "2021-06-01", 5,
                      f"已通过{phone}" if i % 10 == 0 else "已通过", f"{NAME}{phone}", NAME, phone])
    book.save(folder / "随申学_20210630.xlsx")
    return folder


def text_of(path: Path) -> str:
    if path.suffix == ".pdf":
        with fitz.open(path) as document:
            return "".join(page.get_text() for page in document)
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as package:
            return "".join(package.read(n).decode("utf-8", "replace") for n in package.namelist())
    return path.read_text(encoding="utf-8-sig", errors="replace")


def test_no_output_holds_a_planted_secret(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    plan = load_plan()
    month = figures(read_folder(exports(raw), plan), plan)
    assert int(month.progress["person_times"].sum()) == 90 * 5
    written = write_report(month, tmp_path / "out" / "2021-06-30", raw, notebooks=False)
    looked = [p for p in written.rglob("*") if p.is_file() and p.suffix != ".png"]
    assert {p.suffix for p in looked} >= {".csv", ".xlsx", ".docx", ".pdf", ".html", ".txt", ".json", ".svg"}
    for path in looked:
        text = text_of(path)
        digits = text.replace(" ", "").replace("\u00a0", "")
        assert not [s for s in (*PHONES, *IDS) if s in digits], path.name
        assert NAME not in text, path.name

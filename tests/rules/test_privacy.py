"""No output shows a person: several hundred phone and ID numbers and names, planted wherever a cell can hold text."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, csv_text, folder, run

N, C = NOT_RECORD, COUNTED
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def phone(rng):
    return "1" + rng.choice("3456789") + "".join(rng.choice("0123456789") for _ in range(9))


def id_number(rng):
    """Eighteen characters with the right check character (GB 11643)."""
    born = f"19{rng.randint(30, 55)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    body = "310107" + born + f"{rng.randint(0, 999):03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


PHONE_FORMS = [
    lambda p: p, lambda p: f"{p[:3]} {p[3:7]} {p[7:]}", lambda p: f"{p[:3]}-{p[3:7]}-{p[7:]}",
    lambda p: p.translate(WIDE),
    lambda p: f"+86 {p}", lambda p: f"86-{p}", lambda p: f"{p[:3]}　{p[3:7]}　{p[7:]}", lambda p: " ".join(p),
    lambda p: f"{p[:3]}－{p[3:7]}－{p[7:]}", lambda p: f"（{p}）", lambda p: f"{p[:3]}\u200b{p[3:]}",
    lambda p: f"{p[:3]}\xa0{p[3:7]}\xa0{p[7:]}",
]
ID_FORMS = [
    lambda i: i, lambda i: i.lower(), lambda i: i.translate(WIDE), lambda i: f"{i[:6]} {i[6:14]} {i[14:]}",
    lambda i: f"{i[:6]}-{i[6:14]}-{i[14:]}", lambda i: f"{i[:6]}　{i[6:14]}　{i[14:]}",
    lambda i: f"{i[:10]}\u200b{i[10:]}",
]
TITLES = ["序号", "活动编号", "街镇", "服务点名称", "服务点类型", "活动名称", "活动类型", "应用场景", "活动日期",
          "开始时间", "参加人次", "状态", "备注", "姓名",
          "联系电话", "证件号码", "天气"]


class Planted:
    """Numbers and names that are in the exports and must be in no output."""

    def __init__(self) -> None:
        self.rng = random.Random(2021)
        self.secrets: list[str] = []

    def number(self) -> str:
        """The next phone or ID number, in the next way of writing it."""
        k = len(self.secrets)
        bare = phone(self.rng) if k % 3 else id_number(self.rng)
        self.secrets.append(bare)
        forms = PHONE_FORMS if k % 3 else ID_FORMS
        return forms[k // 3 % len(forms)](bare)

    def name(self) -> str:
        """The next name; its two characters are in no other text."""
        name = "龘" + chr(0x4E00 + 7 * len(self.secrets)) + "靐"
        self.secrets.append(name)
        return name


def plain(text):
    """Text without blanks, joints and width: a number written in any way is found in it."""
    return re.sub(r"[\s\-‐-―·.\u200b-\u200f\ufeff]", "", unicodedata.normalize("NFKC", text)).upper()


def leaks(planted, text):
    searched = plain(text)
    return [s for s in planted.secrets if s in searched]


def clean_row(i):
    return [i, f"PT{i:06d}", "曹杨", "甲居委活动室", "老年活动室", f"第{i}课", "培训", "扫码",
            date(2021, 4, 1 + i % 28), "09:00", 12, "已通过", None, None, None, None, "晴"]


def exports(planted):
    """A workbook, a CSV and a roll of participants with planted numbers in every column, title, note and total."""
    rows = [["随申学活动表 联系人" + planted.name() + planted.number()],
            [f"街镇：曹杨新村街道 电话 {planted.number()}"],
            [f"填报单位：曹杨 {planted.number()}"], [*TITLES, f"组长{planted.number()}",
                f"活动主题（{planted.number()}）"]]
    for c in [i for i, title in enumerate(TITLES) if title not in ("序号", "姓名", "联系电话", "证件号码")]:
        for i in range(12):
            row = clean_row(100 * c + i)
            row[c] = planted.number() if i % 2 else f"{row[c] or ''} 请联系{planted.number()}，谢谢"
            row[13:16] = [planted.name(), planted.number(), planted.number()]
            rows.append(row)
    rows += [[None, None, f"合计（{planted.number()}）", *[None] * 7, 999], [f"备注：{planted.number()}"],
             [f"制表人 {planted.number()} 2021-07-01"],
             [None, f"小计 {planted.number()}", *[None] * 8, f"{planted.number()}人次"]]
    numbers = [["序号", "活动编号", "街镇", "活动名称", "活动日期", "参加人次", "手机号"]]
    for i in range(12):
        secret = phone(planted.rng)
        planted.secrets.append(secret)
        other = phone(planted.rng)
        planted.secrets.append(other)
        numbers.append([i, int(secret), "长征", f"数{i}", date(2021, 5, 1 + i), 5, int(other)])
    roll = [["活动编号", "街镇", "活动日期", "姓名", "手机号", "身份证号"]]
    roll += [["PR000001", "桃浦", date(2021, 6, 1), planted.name(), planted.number(),
              planted.number()] for _ in range(20)]
    roll += [roll[-1]]  # the same person twice
    text = csv_text([["街镇", "活动名称", "服务点", "活动日期", "参加人次", "志愿者姓名", "联系人"],
                     *(["长寿", f"课{i} {planted.number()}", f"点{planted.number()}", f"2021-05-{i + 1:02d}", "约8人",
                        planted.name(), planted.number()]
                       for i in range(20))])
    return {"20210701.xlsx": {"活动": rows, "数字": numbers, "名单": roll}, "20210702.csv": text,
            "坏_20210703.xlsx": b"PK\x03\x04" + planted.number().encode()}


def frames(result):
    cleaned = result.cleaned
    return {n: getattr(cleaned, n) for n in ("records", "ledger", "repairs", "findings", "files", "accounting",
                                             "events")}


def test_several_hundred_numbers_are_in_no_frame(tmp_path):
    planted = Planted()
    result = run(folder(tmp_path, exports(planted)))
    assert len(planted.secrets) > 500
    assert result.total() > 0
    found = {name: leaks(planted, f.astype(str).to_csv() + " ".join(f.columns)) for name, f in frames(result).items()}
    assert {name: numbers for name, numbers in found.items() if numbers} == {}


def test_the_search_itself_finds_what_is_there():
    planted = Planted()
    shown = [planted.number() for _ in range(3 * max(len(PHONE_FORMS), len(ID_FORMS)))] + [planted.name()]
    assert leaks(planted, "，".join(shown)) == planted.secrets


@pytest.mark.parametrize("debug", [False, True])
def test_no_file_and_no_message_of_check_shows_them(tmp_path, debug):
    planted = Planted()
    raw = folder(tmp_path, exports(planted))
    options = ["--debug"] if debug else []
    command = [sys.executable, "-m", "analysis", *options, "check", str(raw), "--out", str(tmp_path / "out")]
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False,
                          env={**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache"),
                               "PYTHONIOENCODING": "utf-8"})
    assert done.returncode == 1, done.stderr  # a file is unread
    assert leaks(planted, done.stdout + done.stderr) == []
    written = [p for p in [*(tmp_path / "out").rglob("*"), *home.rglob("*")] if p.is_file()]
    assert any(p.name == "ledger.csv" for p in written)
    for path in written:
        for encoding in ("utf-8", "utf-16-le"):
            assert leaks(planted, path.read_bytes().decode(encoding, errors="replace")) == [], path.name


@pytest.mark.parametrize("title", ["姓名", "志愿者", "志愿者姓名", "联系人", "联系电话", "手机号", "电话", "身份证号",
                                   "证件号码"])
def test_personal_columns_are_dropped(tmp_path, title):
    rows = [["街镇", "活动日期", "参加人次", title], ["曹杨", date(2021, 5, 6), 3, "独有词甲乙"],
            ["曹杨", date(2021, 5, 7), 4, None]]
    result = run(folder(tmp_path, {"20210701.xlsx": {"s": rows}}))
    assert result.rows() == {1: N, 2: C, 3: C}
    assert result.totals() == {"曹杨": 7}
    assert all("独有词" not in f.astype(str).to_csv() for f in frames(result).values())


def masked_activity(tmp_path, text):
    rows = [["街镇", "活动名称", "活动日期", "参加人次"], ["曹杨", text, date(2021, 5, 6), 3]]
    return str(run(folder(tmp_path, {"20210701.xlsx": {"s": rows}})).cleaned.records["activity"].iloc[0])


@pytest.mark.parametrize(("before", "after"), [("扫码课", "（张老师）"), ("", "扫码课"), ("联系", "报名")])
def test_only_the_number_is_masked(tmp_path, before, after):
    shown = masked_activity(tmp_path, f"{before}13912345678{after}")
    assert "13912345678" not in shown
    assert unicodedata.normalize("NFKC", shown).startswith(before)
    assert unicodedata.normalize("NFKC", shown).endswith(unicodedata.normalize("NFKC", after))


@pytest.mark.parametrize("text", [
    "第20210412000123期",  # a record number
    "310107194501010012",  # eighteen digits whose check digit is wrong
    "智能手机12345课", "2021-04-12 扫码课", "12345678901课", "课2021年4月12日13:00-15:30",
])
def test_what_is_no_personal_number_stays(tmp_path, text):
    assert masked_activity(tmp_path, text) == text


def test_record_ids_are_exempt_unless_they_look_like_a_mobile_number(tmp_path):
    titles = ["活动编号", "街镇", "活动名称", "活动日期", "参加人次"]
    rows = [titles, ["20210412000123", "曹杨", "一", date(2021, 5, 6), 3],
            ["310107194501010012", "曹杨", "二", date(2021, 5, 7), 3],
            ["13912345678", "曹杨", "三", date(2021, 5, 8), 3], [13987654321, "曹杨", "四", date(2021, 5, 9), 3],
            ["１３９ ８７６５ ４３２２", "曹杨", "五", date(2021, 5, 10), 3]]
    result = run(folder(tmp_path, {"20210701.xlsx": {"s": rows}}))
    assert result.totals() == {"曹杨": 15}
    ids = list(result.cleaned.records["record_id"].astype(str))
    assert ids[:2] == ["20210412000123", "310107194501010012"]
    everything = plain(" ".join(f.astype(str).to_csv() for f in frames(result).values()))
    assert not any(p in everything for p in ("13912345678", "13987654321", "13987654322"))


def test_masking_does_not_make_two_rows_one(tmp_path):
    # two helpers with two phones in the venue's name, without ids: two activities, also once both are masked
    titles = ["街镇", "服务点", "活动日期", "参加人次"]
    old = [titles, ["曹杨", "王家13912345678", date(2021, 5, 6), 3], ["曹杨", "王家13987654321", date(2021, 5, 6), 3]]
    result = run(folder(tmp_path, {"20210601.xlsx": {"s": old}, "20210701.xlsx": {"s": old}}))
    assert result.rows("20210601.xlsx") == {1: N, 2: "superseded", 3: "superseded"}
    assert result.totals() == {"曹杨": 6}


def test_the_same_person_is_known_only_while_the_program_runs(tmp_path):
    roll = [["活动编号", "街镇", "活动日期", "姓名", "手机号"], ["P1", "桃浦", date(2021, 6, 1), "王一", "13912345678"],
            ["P1", "桃浦", date(2021, 6, 1), "王一", "13912345678"],
            ["P1", "桃浦", date(2021, 6, 1), "李二", "13987654321"]]
    raw = folder(tmp_path, {"20210701.xlsx": {"s": roll}})
    one, two = run(raw), run(raw)
    assert one.rows() == {1: N, 2: "duplicate", 3: C, 4: C}
    assert one.totals() == {"桃浦": 2}
    hexes = set(re.findall(r"[0-9a-f]{16,}", " ".join(f.astype(str).to_csv() for f in frames(one).values())))
    assert hexes == set()
    assert two.verdicts() == one.verdicts()
    assert not list(Path(raw).rglob("*.parquet"))

"""Walking a folder: what is read, what is passed over and why, what zips give."""

from __future__ import annotations

import io
import os
import zipfile

import pytest

from analysis.exports.files import Passed, walk
from analysis.exports.grid import Source
from tests.rules.formats import csv_text, xlsx, zip_of
from tests.rules.rare_formats import PDF, PNG

CSV = csv_text([["街镇", "活动日期", "参加人次"], ["曹杨", "2021-04-12", 25]]).encode()


def place(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def statuses(folder):
    return {f.path: f.status if isinstance(f, Passed) else f.kind for f in walk(folder)}


def only(folder) -> Passed:
    (found,) = walk(folder)
    assert isinstance(found, Passed)
    return found


def test_no_folder(tmp_path):
    with pytest.raises(NotADirectoryError):
        list(walk(tmp_path / "没有"))


def test_empty_folder(tmp_path):
    assert list(walk(tmp_path)) == []


def test_files_come_in_the_order_of_their_paths_with_their_bytes(tmp_path):
    place(tmp_path, {"b.csv": CSV, "a/z.csv": CSV + b"\r\n", "a/b/c.csv": CSV})
    found = list(walk(tmp_path))
    assert [f.path for f in found] == ["a/b/c.csv", "a/z.csv", "b.csv"]
    assert [f.content for f in found] == [CSV, CSV + b"\r\n", CSV]


@pytest.mark.parametrize(
    "name",
    [
        "~$四月.xlsx",
        "六月/~$a.xlsx",
        ".a.csv",
        ".~lock.a.xlsx#",
        "Thumbs.db",
        "THUMBS.DB",
        "desktop.ini",
        "README",
        "ReadMe.txt",
        "README.zh-CN.md",
        "说明.MD",
        "corrections.csv",
        "通知.pdf",
        "图.PNG",
    ],
)
def test_passed_over_by_name_or_harmless_content(tmp_path, name):
    place(tmp_path, {name: PDF if name.endswith("pdf") else PNG if name.endswith("PNG") else CSV})
    assert statuses(tmp_path) == {name: "ignored"}


def test_corrections_count_only_at_the_top(tmp_path):
    place(tmp_path, {"corrections.csv": CSV, "六月/corrections.csv": CSV, "包.zip": zip_of({"corrections.csv": CSV})})
    used = {f.path: "未使用" not in f.message for f in walk(tmp_path) if isinstance(f, Passed)}
    assert used == {"corrections.csv": True, "六月/corrections.csv": False, "包.zip/corrections.csv": False}


def test_hidden_folders_are_listed_once(tmp_path):
    place(tmp_path, {".git/a.csv": CSV, "__MACOSX/._a.csv": CSV})
    assert statuses(tmp_path) == {".git": "ignored", "__MACOSX": "ignored"}


def test_a_table_named_readme_is_read(tmp_path):
    place(tmp_path, {"readme.xlsx": xlsx({"a": [["街镇"]]}), "readme_data.csv": CSV})
    assert statuses(tmp_path) == {"readme.xlsx": "xlsx", "readme_data.csv": "csv"}


def test_unread_files_are_named_in_their_message(tmp_path):
    place(tmp_path, {"六月/空.xlsx": b""})
    found = only(tmp_path)
    assert (found.path, found.status) == ("六月/空.xlsx", "unread")
    assert found.message.startswith("“六月/空.xlsx”：空文件")


def test_names_in_gbk_bytes_are_shown_as_text(tmp_path):
    try:
        with open(os.path.join(os.fsencode(tmp_path), "四月.csv".encode("gbk")), "wb") as file:
            file.write(CSV)
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    assert statuses(tmp_path) == {"四月.csv": "csv"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are a POSIX matter")
def test_a_pipe_does_not_hang_the_walk(tmp_path):
    os.mkfifo(tmp_path / "管道.xlsx")
    assert statuses(tmp_path) == {"管道.xlsx": "ignored"}


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_linked_folders_are_not_entered_and_reported(tmp_path):
    place(tmp_path, {"a.csv": CSV})
    (tmp_path / "环").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "断.xlsx").symlink_to(tmp_path / "没有")
    assert statuses(tmp_path) == {"a.csv": "csv", "环": "unread", "断.xlsx": "unread"}


@pytest.mark.parametrize("gbk", [True, False])
def test_members_of_a_zip(tmp_path, gbk):
    members = {
        "四月/曹杨.csv": CSV,
        "__MACOSX/._曹杨.csv": b"\0",
        "~$曹杨.csv": b"x",
        "四月/图.png": PNG,
        "封面.xlsx": PNG,
    }
    place(tmp_path, {"包.zip": zip_of(members, gbk)})
    assert statuses(tmp_path) == {
        "包.zip/四月/曹杨.csv": "csv",
        "包.zip/__MACOSX/._曹杨.csv": "ignored",
        "包.zip/~$曹杨.csv": "ignored",
        "包.zip/四月/图.png": "ignored",
        "包.zip/封面.xlsx": "unread",
    }


def test_a_name_in_utf8_without_the_flag_is_text_too(tmp_path):
    content = zip_of({"曹杨.csv": CSV})
    plain = bytearray(content)
    for signature, at in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        plain[content.index(signature) + at] &= ~0x08
    place(tmp_path, {"包.zip": bytes(plain)})
    assert statuses(tmp_path) == {"包.zip/曹杨.csv": "csv"}


def test_a_zip_in_a_zip_and_the_date_a_member_takes(tmp_path):
    inner = zip_of({"a.csv": CSV})
    place(tmp_path, {"随申学_20210701.zip": zip_of({"六月.zip": inner, "20210601.zip": inner, "b.csv": CSV})})
    parents = {f.path: f.parent for f in walk(tmp_path)}
    assert parents == {
        "随申学_20210701.zip/20210601.zip/a.csv": "随申学_20210701.zip/20210601.zip",
        "随申学_20210701.zip/b.csv": "随申学_20210701.zip",
        "随申学_20210701.zip/六月.zip/a.csv": "随申学_20210701.zip",
    }


def test_zips_are_opened_three_deep(tmp_path):
    third = zip_of({"c.zip": zip_of({"a.csv": CSV}), "d.csv": CSV})
    place(tmp_path, {"1.zip": zip_of({"2.zip": zip_of({"3.zip": third})})})
    assert statuses(tmp_path) == {"1.zip/2.zip/3.zip/c.zip": "unread", "1.zip/2.zip/3.zip/d.csv": "csv"}
    place(tmp_path, {"1.zip": zip_of({"2.zip": third})})
    assert statuses(tmp_path) == {"1.zip/2.zip/c.zip/a.csv": "csv", "1.zip/2.zip/d.csv": "csv"}


def test_member_names_never_lead_out_of_the_zip(tmp_path):
    place(tmp_path, {"包.zip": zip_of({"../../外.csv": CSV, "/根.csv": CSV, "a\\b.csv": CSV})})
    assert set(statuses(tmp_path)) == {"包.zip/外.csv", "包.zip/根.csv", "包.zip/a/b.csv"}


def test_two_members_of_one_name_are_both_read(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", CSV)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.csv", CSV + CSV)
    place(tmp_path, {"包.zip": buffer.getvalue()})
    assert {f.path: len(f.content) for f in walk(tmp_path)} == {
        "包.zip/a.csv": len(CSV),
        "包.zip/a.csv (2)": 2 * len(CSV),
    }


def test_one_damaged_member_leaves_the_others(tmp_path):
    content = bytearray(zip_of({"a.csv": CSV, "b.csv": CSV}))
    content[content.index(b"a.csv") + 5] ^= 0xFF
    place(tmp_path, {"包.zip": bytes(content)})
    assert statuses(tmp_path) == {"包.zip/a.csv": "unread", "包.zip/b.csv": "csv"}


def test_an_encrypted_member_says_so(tmp_path):
    content = bytearray(zip_of({"a.csv": CSV}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + at] |= 1
    place(tmp_path, {"包.zip": bytes(content)})
    assert "密码" in only(tmp_path).message


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_compress(tmp_path, method):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a.csv", CSV)
    place(tmp_path, {"包.zip": buffer.getvalue()})
    (found,) = walk(tmp_path)
    assert isinstance(found, Source)
    assert found.content == CSV


def test_empty_zip(tmp_path):
    place(tmp_path, {"空.zip": zip_of({})})
    assert "没有文件" in only(tmp_path).message


def test_too_many_members(tmp_path):
    place(tmp_path, {"多.zip": zip_of({f"{i}.csv": b"" for i in range(5001)})})
    assert only(tmp_path).status == "unread"


def test_a_member_squeezed_beyond_reason(tmp_path):
    place(tmp_path, {"炸弹.zip": zip_of({"a.csv": b"0" * 11_000_000, "b.csv": CSV})})
    assert statuses(tmp_path) == {"炸弹.zip/a.csv": "unread", "炸弹.zip/b.csv": "csv"}

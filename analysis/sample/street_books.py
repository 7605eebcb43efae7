"""A dozen workbooks that streets kept by hand and sent along; each carries activities which the platform has too.

Only the last one, sent in January, holds activities that are nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

from analysis.sample import half_year_books, later_books
from analysis.sample.cabinet import Cabinet
from analysis.sample.saving import save

BOOKS: dict[str, Callable[[Cabinet], Workbook]] = {
    "曹杨新村街道2021年4月台账": half_year_books.caoyang,
    "甘泉路街道上半年明细表": half_year_books.ganquan,
    "石泉路6、7月": half_year_books.shiquan,
    "长寿路街道2021年4-6月活动统计": half_year_books.changshou,
    "万里街道上半年登记": half_year_books.wanli,
    "长风新村街道_志愿者登记_20210915": later_books.changfeng_volunteers,
    "宜川路街道8月统计(1)": later_books.yichuan,
    "真如镇2021-10": later_books.zhenru,
    "长征镇9月(定稿)": later_books.changzheng,
    "桃浦镇三季度20211009": later_books.taopu,
    "长风新村街道11月、全部": later_books.changfeng_all,
    "万里街道补录20220107": later_books.late_supplement,
}


def write_street_books(folder: Path, cabinet: Cabinet) -> None:
    """Write the workbooks of the streets into a folder."""
    for name, build in BOOKS.items():
        save(build(cabinet), folder / f"{name}.xlsx")

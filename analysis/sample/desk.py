"""What a clerk's hand does to a sheet: titles, borders, merged cells, and many ways to write the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from analysis.sample.world import Activity

FONT = Font(name="宋体", size=11)
BOLD = Font(name="宋体", size=11, bold=True)
HEADING = Font(name="黑体", size=16)
THIN = Side(style="thin", color="808080")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
WEEKDAYS = "一二三四五六日"
SYNONYMS = {
    "就医": "挂号",
    "出行": "打车",
    "亮码": "健康码",
    "扫码": "扫一扫",
    "聊天": "微信",
    "缴费": "交费",
    "购物": "网购",
    "文娱": "娱乐",
    "用机": "手机操作",
    "安全": "反诈",
}
JOINTS = ("、", "，", "/", "+", "；", " ", "和")
DIGITS = "〇一二三四五六七八九"


class Desk:
    """One sheet, written from the top down."""

    def __init__(self, book: Workbook, name: str, widths: Sequence[int], first: bool = False) -> None:
        self.sheet: Worksheet = book.worksheets[0] if first else book.create_sheet(name)
        self.sheet.title = name
        self.row = 0
        self.width = len(widths)
        for i, width in enumerate(widths, 1):
            self.sheet.column_dimensions[get_column_letter(i)].width = width

    def heading(self, text: str) -> None:
        """The title above the table, with the mark of the sample."""
        self.line(f"{text}（演示数据）", HEADING)
        self.merge(self.row, self.row, 1, self.width)
        self.sheet.cell(self.row, 1).alignment = CENTRE

    def line(self, text: str, font: Font = FONT, column: int = 1) -> None:
        self.row += 1
        self.sheet.cell(self.row, column, text).font = font

    def blank(self) -> None:
        self.row += 1

    def titles(self, *titles: str | None) -> None:
        self.put(titles, BOLD)

    def put(self, values: Sequence[object], font: Font = FONT) -> int:
        """A row of the table; its number."""
        self.row += 1
        for i, value in enumerate(values, 1):
            cell = self.sheet.cell(self.row, i, value)  # type: ignore[arg-type]
            cell.font, cell.border = font, BOX
            if isinstance(value, datetime):
                cell.number_format = ("yyyy/m/d", 'm"月"d"日"', 'yyyy"年"m"月"d"日"')[self.row % 3]
        return self.row

    def merge(self, first: int, last: int, column: int, until: int | None = None) -> None:
        """Merge cells as WPS does: the first keeps its value."""
        if first == last and until in (None, column):
            return
        self.sheet.merge_cells(start_row=first, end_row=last, start_column=column, end_column=until or column)
        self.sheet.cell(first, column).alignment = CENTRE


def written_date(day: date, way: int) -> object:
    """A date as one of many hands writes it."""
    ways = (
        datetime(day.year, day.month, day.day),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.month}月{day.day}日",
        f"{day.year}年{day.month}月{day.day}日",
        datetime(day.year, day.month, day.day),
        f"{day.year}/{day.month}/{day.day}",
        int(f"{day:%Y%m%d}"),
        f"{day.year}年{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）",
        f"{day:%Y-%m-%d} ",
        (day - date(1899, 12, 30)).days,
        f"{day.month}/{day.day}",
        wide(f"{day:%Y-%m-%d}"),
    )
    return ways[way % len(ways)]


def written_count(number: int, way: int) -> object:
    """A number of person-times as one of many hands writes it."""
    ways = (
        number,
        f"{number}人",
        number,
        f"{number}人次",
        number,
        wide(str(number)),
        f"约{number}人",
        number,
        in_words(number),
        f"{number - number // 2}+{number // 2}" if number > 1 else number,
    )
    return ways[way % len(ways)]


def written_scenarios(activity: Activity, way: int) -> str | None:
    """Scenarios with synonyms, joined one way or another."""
    if not activity.scenarios:
        return None
    names = [SYNONYMS.get(s, s) if (way + i) % 3 == 0 else s for i, s in enumerate(activity.scenarios)]
    if len(names) > 1 and way % 8 == 7:
        return " ".join(f"{i}.{n}" for i, n in enumerate(names, 1))
    return JOINTS[way % len(JOINTS)].join(names)


def wide(text: str) -> str:
    """Full-width forms."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def in_words(number: int) -> str:
    """A number below 100 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十") + (
        "" if ones == 0 and tens else DIGITS[ones]
    )

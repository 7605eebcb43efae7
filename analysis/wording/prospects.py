"""Words of the outlook: who is likely to reach the target by its deadline if things go on as they did lately."""

from __future__ import annotations

from math import isnan

import pandas as pd

from analysis.outlook import DISTRICT
from analysis.standing import Standing
from analysis.wording.style import day, listed, number

WORDS = ("很可能", "有可能", "不太可能")


def outlook_text(table: pd.DataFrame, s: Standing) -> str:
    """The streets by how likely they reach the target, and what the district may come to.

    Parameters
    ----------
    table : what `outlook.outlook` returns, before the deadline.
    """
    rows = table[table["street"] != DISTRICT]
    by = {word: list(rows.loc[rows["word"] == word, "street"]) for word in WORDS}
    if not any(by.values()):
        return _nothing_to_tell(rows)
    told = [f"{word}的{len(names)}个（{listed(names)}）" for word, names in by.items() if names]
    told[0] = told[0].replace("的", f"完成{s.target.name}的", 1)
    refused = list(rows.loc[(rows["word"] == "") & (rows["reason"] != ""), "street"])
    more = f"；{listed(refused)}历史太短，暂不推算" if refused else ""
    return f"照近期做法推算，到{day(s.target.deadline, s.plan)}{'，'.join(told)}{more}。{_district(table, s)}"


def _nothing_to_tell(rows: pd.DataFrame) -> str:
    open_rows = rows[rows["word"] == ""]
    return f"{open_rows['reason'].iloc[0]}。" if len(open_rows) else "各街镇都已完成指标。"


def _district(table: pd.DataFrame, s: Standing) -> str:
    row = table[table["street"] == DISTRICT].to_dict("records")[0]
    if row["word"] not in WORDS:
        return ""
    text = f"全区{row['word']}完成{number(s.target.district)}人次，到期约{number(row['median'])}人次"
    return f"{text}，八成把握在{number(row['low80'])}至{number(row['high80'])}之间。"


def chance(share: float, word: str) -> str:
    """'64%'; a simulated chance is never certain: '<1%', '>99%'; '—' where there is none to tell."""
    if word not in WORDS or pd.isna(share) or isnan(share):
        return "—"
    if share < 0.01:
        return "<1%"
    return ">99%" if share > 0.99 else f"{share * 100:.0f}%"


def span(low: float, high: float) -> str:
    """'979—1,028'; '—' where nothing is told."""
    return "—" if pd.isna(low) or pd.isna(high) else f"{number(low)}—{number(high)}"


def outlook_note() -> str:
    """How the chance was found, and what it leaves out."""
    return ("完成把握：把近期各周的人次随机续接到期限、反复推演，看有多少次达到指标；只反映近期做法，不含新的安排。"
            "八成以上为很可能，两成以下为不太可能。")

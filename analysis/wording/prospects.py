"""Words of what lies ahead: who is likely to reach the target, who has stopped, what is perhaps not entered yet."""

from __future__ import annotations

import pandas as pd

from analysis.figures import Figures
from analysis.late import BEHIND, UNRECORDED, total
from analysis.outlook import DISTRICT, percent_words
from analysis.pace import NOT_STARTED, RECENT_DAYS, STOPPED
from analysis.standing import Standing
from analysis.wording.style import day, few, listed, number, percent

BASIS_NAMES = {"phased": "按分阶段序时", "linear": "按直线序时", "calendar": "按月序时"}
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
    text = f"全区{row['word']}（{percent_words(row['chance'])}）完成{number(s.target.district)}人次，到期约{number(row['median'])}人次"
    return f"{text}，八成把握在{number(row['low80'])}至{number(row['high80'])}之间。"


def stopped_text(pace: pd.DataFrame, entry: pd.DataFrame, s: Standing) -> str:
    """Who has no activity of the last four weeks, met target or not: 达标 says nothing of 趋势."""
    lacking = dict(zip(entry["street"], entry["missing"].fillna(0), strict=True))
    stopped = pace[pace["trend"] == STOPPED].to_dict("records")
    never = list(pace.loc[pace["trend"] == NOT_STARTED, "street"])
    told = [f"{r['street']}（{r['status']}，最近一次{day(r['last_activity'], s.plan)}{_late(int(lacking[r['street']]))}）"
            for r in stopped]
    parts = [f"近{RECENT_DAYS}天没有计入活动的{len(told)}个：{listed(told)}"] * bool(told)
    parts += [f"至今没有计入活动的{len(never)}个：{listed(never)}"] * bool(never)
    return f"{'；'.join(parts)}。" if parts else f"各街镇近{RECENT_DAYS}天都有活动。"


def _late(lacking: int) -> str:
    return f"，可能尚未录入{number(lacking)}人次" if lacking else ""


def late_text(figures: Figures, s: Standing) -> str:
    """How much is probably not entered yet, and which of the streets behind it may explain; or why that is not known."""
    habit, lacking = figures.lateness, total(figures.missing)
    old = _before_today(figures.records, s)
    if habit.reason:
        return f"{old}{habit.reason}，本期不区分。"
    if not lacking:
        return f"按录入习惯，截至{day(s.as_of, s.plan)}的活动应已录齐。"
    first = habit.shares.loc[habit.shares["street"] == DISTRICT, "share"].iloc[0]
    text = f"{old}最近一周的活动通常只录入{percent(first)}，据此约有{number(lacking)}人次可能尚未录入。"
    return text + _told_apart(figures.entry, s)


def _before_today(records: pd.DataFrame, s: Standing) -> str:
    """A warning when the newest export of a street is older than the day of the figures."""
    newest = records["snapshot"].groupby(records["street"].astype(object)).max()
    old = newest[newest < pd.Timestamp(s.as_of)]
    if old.empty:
        return ""
    whose = "各街镇" if len(old) == len(s.streets) else few(list(old.index))
    return f"{whose}最新导出早于截至日（最早{day(old.min(), s.plan)}），其后的活动还看不到。"


def _told_apart(entry: pd.DataFrame, s: Standing) -> str:
    behind, unrecorded = (list(entry.loc[entry["word"] == word, "street"]) for word in (BEHIND, UNRECORDED))
    state, enough = ("未完成", "可完成") if s.due else ("未达序时", "可达序时")
    if not behind and not unrecorded:
        return ""
    if not unrecorded:
        return f"{state}的{few(behind, 5)}加上这部分仍不够，属“{BEHIND}”。"
    text = f"{state}的街镇中，{few(unrecorded, 5)}加上这部分{enough}，属“{UNRECORDED}”"
    return f"{text}；{few(behind, 5)}仍不够，属“{BEHIND}”。" if behind else f"{text}。"


def bases_text(bases: pd.DataFrame, s: Standing) -> str:
    """Who changes light under another basis of 序时."""
    own = bases[f"status_{s.plan.basis}"]
    told = []
    for basis, name in BASIS_NAMES.items():
        if basis == s.plan.basis:
            continue
        moves: dict[tuple[str, str], list[str]] = {}
        for street, old, new in zip(bases["street"], own, bases[f"status_{basis}"], strict=True):
            if old != new:
                moves.setdefault((old, new), []).append(street)
        changed = "，".join(f"{few(names, 5)}由“{old}”转为“{new}”" for (old, new), names in moves.items())
        told.append(f"{name}，{changed or '判断都不变'}")
    return f"{'；'.join(told)}。"


def pace_note(figures: Figures, s: Standing) -> str:
    """What the columns of the table of pace mean, and why one is empty."""
    working = figures.pace["working_days_left"].iloc[0]
    calendar = "" if pd.isna(working) else f"、{working}个工作日（含调休上班）"
    why = sorted(set(figures.pace.loc[figures.pace["gap"] > 0, "note"]) - {""})
    empty = f"{'；'.join(why)}。" if why else ""
    entry = "" if not total(figures.missing) else "“可能未录”按以往各周录入的快慢推算，不计入累计人次。"
    return (f"到{day(s.target.deadline, s.plan)}还有{s.days_left}天{calendar}。{empty}"
            f"还需场次按本街镇每场人次的中位数折算。{entry}")

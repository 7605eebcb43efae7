"""Words of the later pages: remarks on streets, what has changed since the last briefing, scenarios, data quality, notes."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.pipeline import Cleaned
from analysis.plan import UNCLASSIFIED, Plan
from analysis.revisions import KINDS, Comparison
from analysis.standing import EARLY, LATE, ON_TIME, RECENT_DAYS, Standing
from analysis.summary import REASONS
from analysis.wording.style import BASES, daily, day, listed, number, pace, percent

# --- the progress table ---------------------------------------------------------------------------------------------


def remark(row: object, s: Standing) -> str:
    """说明 of one street in few words: when it reached the target, or its recent pace."""
    r = row
    reached, state = r.reached, r.state  # type: ignore[attr-defined]
    if not r.person_times:  # type: ignore[attr-defined]
        return "没有计入的记录"
    if state in (EARLY, ON_TIME, LATE):
        if pd.isna(reached):
            return ""
        late = (reached - pd.Timestamp(s.target.deadline)).days
        return f"{day(reached, s.plan)}{f'，晚{late}天' if late > 0 else '达到'}"
    recent = r.recent  # type: ignore[attr-defined]
    return f"近{RECENT_DAYS}天日均{pace(recent)}" if recent else f"近{RECENT_DAYS}天无活动"


def rank_change(rank: int, before: int | None) -> str:
    """'3（↑2）', '3（↓1）', '3（—）', or '3' when there was no earlier briefing."""
    if before is None:
        return f"{rank}"
    step = before - rank
    return f"{rank}（{'↑' if step > 0 else '↓' if step < 0 else '—'}{abs(step) or ''}）"


def required(row: object, s: Standing) -> str:
    """所需日均 of one street; after the deadline it has no meaning."""
    gap = row.gap  # type: ignore[attr-defined]
    if not gap:
        return "0"
    return "—" if s.due else daily(gap / s.days_left)


# --- since the last briefing ----------------------------------------------------------------------------------------


def since_last(s: Standing, comparison: Comparison | None) -> str:
    """The total then, what activity since has added, and what later corrections have changed."""
    if comparison is None:
        return "本期没有可比的上期通报（上期指至少早20天的一次导出）。"
    c = comparison
    before, after = int(c.streets["before"].sum()), int(c.streets["after"].sum())
    last = f"上期（截至{day(c.as_of, s.plan)}，按{day(c.old_known_by, s.plan)}所知）为{number(before)}人次"
    new = s.person_times - after
    parts = [f"其后开展的活动新增{number(new)}人次"] if c.as_of < s.as_of else []
    revised = after - before
    if not len(c.changes):
        parts.append("上期数字没有修订")
    else:
        net = f"净增{number(revised)}" if revised > 0 else f"净减{number(-revised)}" if revised < 0 else "增减相抵"
        parts.append(f"上期及以前的记录修订{len(c.changes)}条，{net}{'人次' if revised else ''}（{_by_kind(c)}）")
    return f"{last}，本期为{number(s.person_times)}人次。{'；'.join(parts)}。"


def _by_kind(c: Comparison) -> str:
    sums = c.streets[list(KINDS)].sum()
    present = [k for k in KINDS if (c.changes["what"] == k).any()]
    return "、".join(f"{KINDS[k]}{_plus(int(sums[k]))}" for k in present)


def _plus(change: int) -> str:
    return f"{'+' if change > 0 else '−' if change < 0 else '±'}{number(abs(change))}"


def changed(change: int) -> str:
    """A cell of the bridge: '+12', '−3', blank for no change."""
    return _plus(change) if change else ""


def crossings(previous: pd.DataFrame | None, s: Standing) -> str:
    """Which streets changed their standing since the last briefing; blank when none did."""
    if previous is None or previous.empty:
        return ""
    before = previous.set_index("street")["status"]
    now = s.streets.set_index("street")["status"]
    moved = [f"{name}由“{before[name]}”变为“{now[name]}”" for name in s.plan.street_names
             if name in before.index and before[name] != now[name]]
    return f"状态有变的街镇：{'；'.join(moved)}。" if moved else "各街镇状态与上期相同。"


# --- scenarios ------------------------------------------------------------------------------------------------------


def scenario_text(scenarios: pd.DataFrame, plan: Plan) -> str:
    """The strongest, the weakest and the missing scenarios, and the share that names none."""
    table = scenarios.set_index("scenario")
    if not table["person_times"].sum():
        return "还没有计入的活动记录。"
    known = table["fractional"].drop(UNCLASSIFIED, errors="ignore")
    total = table["fractional"].sum()
    blank = float(table["fractional"].get(UNCLASSIFIED, 0.0))
    unnamed = f"没有注明场景的占{percent(blank / total)}。" if blank else "每场活动都注明了场景。"
    if not known.sum():
        return "活动记录都没有注明应用场景。"
    never = [name for name in plan.scenario_names if not known.get(name, 0)]
    ordered = known.sort_values(ascending=False, kind="stable")
    top = ordered.head(2)
    text = f"折算人次（一场活动涉及几个场景的，平均分摊）最多的是{listed(list(top.index))}，合占{percent(float(top.sum()) / total)}"
    if never:
        return f"{text}；{listed(never)}还没有开展。{unnamed}"
    return f"{text}；最少的是{ordered.index[-1]}，占{percent(float(ordered.iloc[-1]) / total)}。{unnamed}"


# --- data quality and notes -----------------------------------------------------------------------------------------


def reading(cleaned: Cleaned) -> str:
    """What was read, and that the rows add up."""
    files = cleaned.files["status"].value_counts()
    sums = cleaned.accounting[["rows", "counted", "excluded", "not_record"]].sum()
    unread = int(files.get("unread", 0))
    read = f"读取导出文件{int(files.get('read', 0))}个" + (f"，{unread}个未能读取" if unread else "，没有读不了的文件")
    return (f"{read}。共{number(sums['rows'])}行，其中计入{number(sums['counted'])}行、排除{number(sums['excluded'])}行、"
            f"非记录{number(sums['not_record'])}行（表头、合计、说明等），三项之和与总行数相符。")


def exclusions(cleaned: Cleaned) -> list[tuple[str, int]]:
    """Reasons of excluded rows in words with their number, most frequent first."""
    reasons = cleaned.ledger.loc[cleaned.ledger["disposition"] == "excluded", "reason"].astype(str)
    counts = reasons.value_counts()
    ordered = sorted(((str(r), int(n)) for r, n in counts.items() if n), key=lambda item: (-item[1], item[0]))
    return [(REASONS.get(r, r), n) for r, n in ordered]


def unread(cleaned: Cleaned) -> list[str]:
    """Each file that could not be read, and what to do."""
    files = cleaned.files[cleaned.files["status"] == "unread"]
    return [f"{r.file}：{r.message}" for r in files.itertuples()]


def notes(s: Standing, cleaned: Cleaned, basis: str) -> list[tuple[str, str]]:
    """Sources, dates and definitions, as (term, meaning)."""
    plan = s.plan
    targets = "；".join(f"{t.name}全区{number(t.district)}人次，{day(t.deadline, plan)}前完成" for t in plan.targets)
    return [
        ("来源", f"{plan.record_system}的导出记录；任务依据{plan.source}。"),
        ("截至日", f"{day(s.as_of)}，只计活动日期在当日及以前的记录。"),
        ("导出日期", _snapshots(cleaned)),
        ("指标", f"{targets}。{day(s.as_of, plan)}执行{s.target.name}。"),
        ("序时进度", f"{BASES[basis]}，按当日日终计。"),
        ("人次", "一人参加一次计一次；同一记录多次导出只按最新一版计一次。"),
        ("完成率", f"累计人次÷{s.target.name}；保留一位小数，未完成的只舍不入。"),
        ("缺口", "指标减累计人次，超额的街镇记0，不抵其他街镇；所需日均＝缺口÷次日至期限的天数，只入不舍。"),
        ("排名", "按完成率，其次按人次；数值相同的名次相同。"),
    ]


def _snapshots(cleaned: Cleaned) -> str:
    files = cleaned.files[cleaned.files["status"] == "read"]
    dates = sorted({_date(text) for text in files["snapshot"].astype(str) if text})
    unknown = int((files["snapshot"].astype(str) == "").sum())
    if not dates:
        return "导出文件都没有标明日期。"
    span = f"{day(dates[0])}至{day(dates[-1])}的{len(dates)}个日期" if len(dates) > 1 else day(dates[0])
    known = f"，按{day(cleaned.known_by)}所知" if cleaned.known_by else ""
    return f"{span}{known}" + (f"；{unknown}个文件没有标明日期。" if unknown else "。")


def _date(text: str) -> date:
    return date.fromisoformat(text[:10])

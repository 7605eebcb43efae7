"""Words of the later pages: remarks on streets, changes since the last briefing, scenarios, data quality, notes."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.pace import RECENT_DAYS
from analysis.pipeline import Cleaned
from analysis.plan import UNCLASSIFIED, Plan
from analysis.revisions import KINDS, Comparison
from analysis.standing import MET, Standing, Street
from analysis.summary import REASONS
from analysis.wording.style import BASES, daily, day, listed, number, pace, percent

MOST_REASONS = 3

# --- the progress table ---------------------------------------------------------------------------------------------


def remark(street: Street, s: Standing) -> str:
    """说明 of one street in few words: when it reached the target, or its recent pace."""
    if not street.person_times:
        return "没有计入的记录"
    if street.state in MET:
        if street.reached is None:
            return ""
        late = (street.reached - s.target.deadline).days
        return f"{day(street.reached, s.plan)}{f'，晚{late}天' if late > 0 else '达到'}"
    return f"近{RECENT_DAYS}天日均{pace(street.recent)}" if street.recent else f"近{RECENT_DAYS}天无活动"


def rank_change(rank: int, before: int | None) -> str:
    """'3（↑2）', '3（↓1）', '3（—）', or '3' when there was no earlier briefing."""
    if before is None:
        return f"{rank}"
    step = before - rank
    return f"{rank}（{'↑' if step > 0 else '↓' if step < 0 else '—'}{abs(step) or ''}）"


def required(street: Street, s: Standing) -> str:
    """所需日均 of one street; from the deadline on it has no meaning."""
    if not street.gap:
        return "0"
    return "—" if s.due else daily(street.gap / s.days_left)


# --- since the last briefing ----------------------------------------------------------------------------------------


def since_last(s: Standing, comparison: Comparison | None) -> str:
    """The total then, what activity since has added, and what later corrections have changed."""
    if comparison is None:
        return "没有可比的上期（上期指至少早20天的一次导出）。"
    c = comparison
    before, after = int(c.streets["before"].sum()), int(c.streets["after"].sum())
    known = "" if c.old_known_by == c.as_of else f"、按{day(c.old_known_by, s.plan)}所知"
    text = f"上期（截至{day(c.as_of, s.plan)}{known}）{number(before)}人次，本期{number(s.person_times)}人次"
    new = [f"其后开展的活动新增{number(s.person_times - after)}人次"] if c.as_of < s.as_of else []
    return f"{text}。{'；'.join([*new, _revised(c, after - before)])}。"


def _revised(c: Comparison, net: int) -> str:
    if not len(c.changes):
        return "上期数没有修订"
    amount = "增减相抵" if not net else f"净{'增' if net > 0 else '减'}{number(abs(net))}人次"
    sums = c.streets[list(KINDS)].sum()
    present = [k for k in KINDS if (c.changes["what"] == k).any()]
    kinds = "、".join(f"{KINDS[k]}{changed(int(sums[k])) or '±0'}" for k in present)
    return f"上期数因记录修订{amount}（{len(c.changes)}条：{kinds}）"


def reasons(comparison: Comparison | None) -> str:
    """The largest single corrections of the last briefing's figures, each with its place; blank when there are none."""
    if comparison is None or not len(comparison.changes):
        return ""
    changes = comparison.changes.assign(size=(comparison.changes["after"] - comparison.changes["before"]).abs())
    largest = changes.sort_values("size", ascending=False, kind="stable").head(MOST_REASONS).to_dict("records")
    told = [f"{c['street']}{c['activity_month']}{KINDS[c['what']]}{number(c['before'])}→{number(c['after'])}人次"
            f"（{c['file']}第{c['row']}行）" for c in largest]
    return f"修订最大的{len(told)}条：{'；'.join(told)}。" if len(changes) > len(told) else f"修订：{'；'.join(told)}。"


def changed(change: int) -> str:
    """A cell of the bridge: '+12', '−3', blank for no change."""
    return f"{'+' if change > 0 else '−'}{number(abs(change))}" if change else ""


def crossings(previous: pd.DataFrame | None, s: Standing) -> str:
    """Which streets changed their standing since the last briefing, grouped by the change; blank without one."""
    if previous is None or previous.empty:
        return ""
    before = dict(zip(previous["street"], previous["status"], strict=True))
    now = {b.name: b.status for b in s.streets}
    moves: dict[tuple[str, str], list[str]] = {}
    for name in s.plan.street_names:
        if name in before and before[name] != now[name]:
            moves.setdefault((before[name], now[name]), []).append(name)
    told = [f"{listed(names)}由“{old}”转为“{new}”" for (old, new), names in moves.items()]
    return f"{'；'.join(told)}。" if told else "各街镇状态与上期相同。"


def growth(change: pd.DataFrame | None, comparison: Comparison | None, s: Standing) -> str:
    """Each street's person-times against the last briefing's, the largest change first; blank without one."""
    if change is None or comparison is None:
        return ""
    ordered = change.sort_values("person_times_change", ascending=False, kind="stable")
    told = [f"{name}{changed(int(n)) or '持平'}" for name, n in
            zip(ordered["street"], ordered["person_times_change"].fillna(0), strict=True)]
    return f"各街镇人次较上期（截至{day(comparison.as_of, s.plan)}）：{listed(told)}。"


# --- scenarios ------------------------------------------------------------------------------------------------------


def scenario_text(scenarios: pd.DataFrame, plan: Plan, person_times: int) -> str:
    """The strongest, the weakest and the missing scenarios, and the share that names none."""
    counts = dict(zip(scenarios["scenario"], scenarios["person_times"].astype(int), strict=True))
    if not any(counts.values()):
        return "还没有计入的活动记录。"
    blank = counts.pop(UNCLASSIFIED, 0)
    ordered = sorted(counts, key=lambda name: -counts[name])
    if not any(counts.values()):
        return "计入的活动都没有注明应用场景。"
    top = "、".join(f"{name}（{number(counts[name])}人次）" for name in ordered[:2] if counts[name])
    never = [name for name in plan.scenario_names if not counts[name]]
    last = f"{listed(never)}还没有开展" if never else f"{ordered[-1]}最少（{number(counts[ordered[-1]])}人次）"
    unnamed = f"没有注明场景的占全部人次的{percent(blank / person_times)}。" if blank else "各条记录都注明了场景。"
    return f"{top}最多，{last}。{unnamed}"


# --- data quality and notes -----------------------------------------------------------------------------------------


def reading(cleaned: Cleaned) -> str:
    """What was read, and that the rows add up."""
    files = cleaned.files["status"].value_counts()
    sums = cleaned.accounting[["rows", "counted", "excluded", "not_record"]].sum()
    lost = int(files.get("unread", 0))
    text = f"读取导出文件{int(files.get('read', 0))}个，{f'{lost}个未能读取' if lost else '没有未能读取的文件'}"
    parts = (f"计入{number(sums['counted'])}行、排除{number(sums['excluded'])}行、"
             f"非记录{number(sums['not_record'])}行（表头、合计、说明等）")
    return f"{text}；共{number(sums['rows'])}行＝{parts}。{_excluded(cleaned)}{_findings(cleaned)}"


def _excluded(cleaned: Cleaned) -> str:
    reasons = exclusions(cleaned)
    return f"排除原因：{'、'.join(f'{name}{number(n)}行' for name, n in reasons)}。" if reasons else ""


def exclusions(cleaned: Cleaned) -> list[tuple[str, int]]:
    """Reasons of excluded rows in words with their number, most frequent first."""
    ledger = cleaned.ledger
    counts = ledger.loc[ledger["disposition"] == "excluded", "reason"].astype(str).value_counts()
    ordered = sorted(((str(r), int(n)) for r, n in counts.items() if n), key=lambda item: (-item[1], item[0]))
    return [(REASONS.get(r, r), n) for r, n in ordered]


def _findings(cleaned: Cleaned) -> str:
    counts = cleaned.findings["severity"].value_counts()
    serious, mild = int(counts.get("error", 0)), int(counts.get("warning", 0))
    if not serious and not mild:
        return "核对没有发现问题。"
    return f"核对发现严重问题{number(serious)}项、需注意{number(mild)}项，逐项见 tables.xlsx“问题”表。"


def unread(cleaned: Cleaned, most: int = 5) -> list[str]:
    """Each file that could not be read, and what to do."""
    files = cleaned.files[cleaned.files["status"] == "unread"].to_dict("records")
    told = [f"{f['file']}：{f['message']}" for f in files[:most]]
    return [*told, f"另有{len(files) - most}个，见 tables.xlsx“文件”表。"] if len(files) > most else told


def notes(s: Standing, cleaned: Cleaned, basis: str) -> list[tuple[str, str]]:
    """Sources, dates and definitions, as (term, meaning)."""
    plan = s.plan
    targets = "，".join(f"{day(t.deadline, plan)}前全区{number(t.district)}人次（{t.name}）" for t in plan.targets)
    return [
        ("来源", f"{plan.record_system}导出记录；任务依据{plan.source}。"),
        ("截至日", f"{day(s.as_of)}，只计当日及以前的活动；导出日期{_snapshots(cleaned)}。"),
        ("指标", f"{targets}；{day(s.as_of, plan)}执行{s.target.name}。"),
        ("序时进度", f"{BASES[basis]}，计到当日日终。"),
        ("人次", "一人参加一次计一次；同一记录多次导出的，按最新一版计一次。"),
        ("完成率", f"累计人次÷{s.target.name}，保留一位小数，未完成的不进位为100%。"),
        ("缺口", "指标减累计人次，超额记0，不抵其他街镇；所需日均＝缺口÷次日至期限的天数，只入不舍。"),
        ("排名", "先比完成率，再比人次；数值相同的名次相同。"),
    ]


def _snapshots(cleaned: Cleaned) -> str:
    stamps = cleaned.files.loc[cleaned.files["status"] == "read", "snapshot"].astype(str)
    dates = sorted({date.fromisoformat(text[:10]) for text in stamps if text})
    unknown = int((stamps == "").sum())
    if not dates:
        return "都没有标明"
    span = day(dates[0]) if len(dates) == 1 else f"{day(dates[0])}至{day(dates[-1])}（{len(dates)}个）"
    known = f"，按{day(cleaned.known_by)}所知" if cleaned.known_by else ""
    return f"{span}{known}{f'，{unknown}个文件没有标明' if unknown else ''}"

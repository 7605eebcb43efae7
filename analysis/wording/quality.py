"""The answers of the notebook on data quality."""

from __future__ import annotations

from analysis.notebook_view import words
from analysis.pipeline import Cleaned
from analysis.summary import REASONS, SEVERITIES

MADE_OVER = ("superseded", "duplicate", "withdrawn", "cancelled", "pending", "outside_programme", "future_date")
MOST_NAMED = 3


def files(cleaned: Cleaned) -> str:
    """'21个文件都读到了。'"""
    status = cleaned.files["status"].astype(str)
    unread = cleaned.files.loc[status == "unread", "file"].astype(str).tolist()
    read = int((status == "read").sum())
    if unread:
        return f"{len(unread)}个文件没有读到：{_some(unread)}。请先补上，否则所有数字都不完整。"
    return f"{read}个文件都读到了。" if cleaned.complete else f"{read}个文件读到了，但有工作表没有读懂，数字不完整。"


def excluded(cleaned: Cleaned) -> str:
    """How many rows are excluded, and how many of them a street must correct."""
    rows = cleaned.ledger.loc[cleaned.ledger["disposition"] == "excluded", "reason"].astype(str)
    if rows.empty:
        return "没有排除的行。"
    to_correct = rows[~rows.isin(MADE_OVER)]
    kinds = "、".join(REASONS.get(r, r) for r in to_correct.value_counts().index)
    rest = f"其中{len(to_correct)}行要请街镇改正（{kinds}）" if len(to_correct) else "都是版本更替或不应计入的，不用改正"
    return f"排除{len(rows):,}行，{rest}。"


def repairs(cleaned: Cleaned) -> str:
    """How many cells were read otherwise than they stand, by rule."""
    rules = cleaned.repairs["rule"].astype(str).str.partition("：")[0].value_counts()
    if rules.empty:
        return "没有改动任何写法。"
    named = "；".join(f"{words()['words']['rule'].get(r, r)}{n}处" for r, n in rules.items())
    return f"改了{int(rules.sum()):,}处写法：{named}。"


def findings(cleaned: Cleaned) -> str:
    """How many doubts there are, by severity."""
    counts = cleaned.findings["severity"].astype(str).value_counts()
    if counts.empty:
        return "没有疑点。"
    return "，".join(f"{SEVERITIES[s]}{int(counts[s]):,}项" for s in SEVERITIES if s in counts) + "。"


def _some(names: list[str]) -> str:
    return "、".join(names) if len(names) <= MOST_NAMED else f"{'、'.join(names[:MOST_NAMED])}等"

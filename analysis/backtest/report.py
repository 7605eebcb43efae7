"""The tables of the back-test as Markdown, in Chinese, as they stand in docs/method.md."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.backtest import LINE, OUTLOOK, PATH
from analysis.backtest.delays import AS_ENTERED, CORRECTED
from analysis.backtest.scores import calibration, interval_score, summary
from analysis.late import BEHIND, UNRECORDED
from analysis.outlook import DISTRICT

BEHAVIOUR_WORDS = {
    "steady": "均匀", "rush": "期限前突击", "early": "先紧后松", "late_start": "起步晚", "summer_gap": "盛夏停办",
    "lectures": "大讲座", "fading": "逐渐减少", "growing": "逐渐增加", "on_and_off": "时断时续", "just_enough": "够数就停",
}
HORIZONS = {"1周": (1, 1), "2周": (2, 2), "3—4周": (3, 4), "5—8周": (5, 8), "9—13周": (9, 14)}
SCORES = ["预测次数", "50%覆盖", "80%覆盖", "95%覆盖", "80%区间得分", "中位偏差", "中位误差", "Brier分"]


def report(forecasts: pd.DataFrame) -> str:
    """All tables for forecasts of made-up years (`analysis.backtest.backtest`)."""
    streets = forecasts[forecasts["behaviour"] != DISTRICT]
    district = forecasts[forecasts["behaviour"] == DISTRICT]
    ours = streets[streets["method"] == OUTLOOK]
    open_ones = ours[~ours["done"]]
    years = forecasts["year"].nunique()
    return "\n\n".join([
        f"表1 三种推算的比较（{years}个模拟年，每周推算一次）", comparison(streets, district),
        "表2 街镇的展望，按离期限的周数", _scored(_by_horizon(ours), "离期限"),
        "表3 街镇的展望，按街镇的做法（及两种简单推算的80%区间得分）", _by_behaviour(streets),
        "表4 可能性与结果（尚未达标的街镇）", calibrated(open_ones), verdict(streets, district),
    ])


def comparison(streets: pd.DataFrame, district: pd.DataFrame) -> str:
    """The three methods side by side, for streets, for those that had not met the target yet, and for the district."""
    parts = [("街镇", streets), ("街镇，推算时尚未达标", streets[~streets["done"]]), (DISTRICT, district)]
    tables = [summary(rows.assign(group=f"{name}：" + rows["method"]), ["group"]) for name, rows in parts]
    return _scored(pd.concat(tables, ignore_index=True), "对象与方法")


def calibrated(forecasts: pd.DataFrame) -> str:
    """Stated chance against what came true, in ten bins."""
    bins = calibration(forecasts["chance"].to_numpy(dtype=float), forecasts["met"].to_numpy(dtype=bool))
    lines = [[f"{b.low:.0%}—{b.high:.0%}", f"{b.forecasts:,}", _share(b.stated), _share(b.came_true)]
             for b in bins.itertuples()]
    return _markdown(["可能性", "预测次数", "平均说法", "实际达标"], lines)


def late_report(forecasts: pd.DataFrame) -> str:
    """Tables of `analysis.backtest.delays.late_forecasts`: the forecasts, and how the two words came true."""
    known, unknown = forecasts[forecasts["known"]], forecasts[~forecasts["known"] & (forecasts["method"] != CORRECTED)]
    groups = pd.concat([known.assign(group=known["method"]), unknown.assign(group="无从推算快慢时：" + unknown["method"])])
    behind = known[(known["method"] == AS_ENTERED) & known["behind"]]
    lines = [[word, f"{len(rows):,}", _share(1 - rows["truly_behind"].mean())]
             for word, rows in ((UNRECORDED, behind[behind["unrecorded"]]), (BEHIND, behind[~behind["unrecorded"]]))]
    table = _markdown(["照已录入低于序时，称为", "次数", "其实已达序时"], lines)
    return f"{_scored(summary(groups, ['group']), '推算方式')}\n\n{table}"


def verdict(streets: pd.DataFrame, district: pd.DataFrame) -> str:
    """Which method has the better 80 % range, said in words whatever the outcome."""
    words = []
    for name, rows in (("街镇", streets), (DISTRICT, district)):
        scores = summary(rows, ["method"]).set_index("method")["score80"]
        order = scores.sort_values()
        how = "优于两种简单推算" if order.index[0] == OUTLOOK else f"不如“{order.index[0]}”"
        words.append(f"{name}：展望的80%区间得分{scores[OUTLOOK]:,.0f}，{how}"
                     f"（{LINE}{scores[LINE]:,.0f}，{PATH}{scores[PATH]:,.0f}；越小越好）。")
    return "".join(words)


def _by_horizon(forecasts: pd.DataFrame) -> pd.DataFrame:
    parts = [forecasts[forecasts["weeks_left"].between(*ends)].assign(group=name) for name, ends in HORIZONS.items()]
    return summary(pd.concat(parts), ["group"])


def _by_behaviour(streets: pd.DataFrame) -> str:
    score = interval_score(streets["low80"], streets["high80"], streets["actual"], 0.8)
    rivals = score.groupby([streets["behaviour"], streets["method"]]).mean().unstack()
    table = summary(streets[streets["method"] == OUTLOOK], ["behaviour"]).set_index("behaviour")
    lines = [[word, *_cells(table.loc[name]), *(f"{rivals.at[name, m]:,.0f}" for m in (LINE, PATH))]
             for name, word in BEHAVIOUR_WORDS.items() if name in table.index]
    return _markdown(["做法", *SCORES, LINE, PATH], lines)


def _scored(table: pd.DataFrame, title: str) -> str:
    lines = [[str(group), *_cells(row)] for group, (_, row) in zip(table["group"], table.iterrows(), strict=True)]
    return _markdown([title, *SCORES], lines)


def _cells(row: pd.Series) -> list[str]:
    covered = [_share(row[f"coverage{s}"]) for s in (50, 80, 95)]
    scores = [f"{row['score80']:,.0f}", f"{row['bias']:+,.0f}", f"{row['error']:,.0f}", f"{row['brier']:.3f}"]
    return [f"{row['forecasts']:,.0f}", *covered, *scores]


def _share(value: float) -> str:
    return "—" if pd.isna(value) else f"{value * 100:.1f}%"


def _markdown(head: list[str], lines: Iterable[list[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *lines])

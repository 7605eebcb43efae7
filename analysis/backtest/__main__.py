"""`python -m analysis.backtest`: forecast made-up years and the sample week by week, and print how good it was."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import pandas as pd
from joblib import Parallel, delayed

from analysis.backtest import OUTLOOK, backtest, forecasts_of_year
from analysis.backtest.delays import late_forecasts
from analysis.backtest.report import calibrated, comparison, late_report, report
from analysis.outlook import SEED
from analysis.pipeline import counted, read_and_clean
from analysis.plan import Plan, load_plan
from analysis.progress import daily

SAMPLE = Path("raw_exports/sample")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m analysis.backtest", description="展望的回测：模拟年与示例数据")
    parser.add_argument("--years", type=int, default=200, help="模拟年数（种子1起）")
    parser.add_argument("--raw", type=Path, default=SAMPLE, help="另用于回测的导出文件夹")
    parser.add_argument("--jobs", type=int, default=-1, help="并行的进程数，缺省为全部处理器")
    options = parser.parse_args()
    plan = load_plan()
    years = Parallel(options.jobs)(delayed(backtest)(plan, [seed]) for seed in range(1, options.years + 1))
    print(report(pd.concat(years, ignore_index=True)))
    late = Parallel(options.jobs)(delayed(late_forecasts)(plan, seed) for seed in range(1, options.years + 1))
    print("\n表5 录入有快有慢时的展望（同样的模拟年，录入晚几天到几周，各推算五次）\n")
    print(late_report(pd.concat(late, ignore_index=True)))
    if options.raw.is_dir():
        print(f"\n表6 {options.raw.as_posix()}（一年，十个街镇，用最后一份导出的数字；只作参考）\n")
        print(_of_exports(options.raw, plan))


def _of_exports(raw: Path, plan: Plan) -> str:
    """The same for a year of exports: one year is an example, not a proof."""
    records = counted(read_and_clean(raw, plan).records)
    end: date = plan.last_day
    grid = daily(records, plan, end)["person_times"].to_numpy(dtype="int64").reshape(len(plan.streets), -1)
    forecasts = forecasts_of_year(grid, plan, SEED)
    of_district = forecasts["place"] == len(plan.streets)
    streets = forecasts[~of_district]
    ours = streets[(streets["method"] == OUTLOOK) & ~streets["done"]]
    return f"{comparison(streets, forecasts[of_district])}\n\n{calibrated(ours)}"


if __name__ == "__main__":
    main()

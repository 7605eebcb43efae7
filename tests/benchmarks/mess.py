"""What stands in the cells of a benchmark book: tables of writings, rows drawn from them and what they are worth."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from analysis.plan import load_plan

Codes = npt.NDArray[np.int64]
Table = tuple[object, ...]

FIRST_DAY, DAYS = date(2021, 4, 1), 275
MOST = 60  # person-times of one activity
BAD_DATES, BAD_COUNTS, UNKNOWN_STREETS = ("待定", "每周三", ""), ("若干", "", "0", "12.5"), ("外区", "其他")
JOINTS = ("、", "，", "/", "+", "；", " ", "和", ",")
PASSED = ("已通过", "审核通过", "已完成", "")
STATUSES = (*PASSED, "已取消", "待审核")
SHARES = {"bad_date": 0.002, "unknown_street": 0.001, "bad_count": 0.003}
STATUS_SHARES = (0.60, 0.17, 0.10, 0.10, 0.02, 0.01)
FREE = ("activity", "service", "scenarios", "volunteer", "phone", "remark")  # drawn evenly
MERGED = 0.02  # share of rows with which a merged block of street and venue begins


@dataclass(frozen=True)
class Rows:
    """Drawn rows: per column a code into its table, and what the row is worth if it counts (0 if not)."""

    codes: dict[str, Codes]
    street: Codes
    readable: Codes  # person-times as far as they can be read, for the total rows
    worth: Codes
    block: npt.NDArray[np.bool_]  # the row continues the merged block of the row above

    def __len__(self) -> int:
        return len(self.worth)

    def by_street(self) -> Codes:
        """What the rows are worth to each street, in the plan's order."""
        sums = np.bincount(self.street, self.worth, minlength=len(load_plan().streets))
        return np.rint(sums).astype(np.int64)

    def renumbered(self, rng: np.random.Generator) -> Rows:
        """The same records with other person-times."""
        count = rng.integers(1, 31, size=len(self))
        written = {**self.codes, "count": (count - 1) * len(count_writings(1))}
        return replace(self, codes=written, readable=count, worth=count)

    def take(self, at: Codes) -> Rows:
        """Some of the rows."""
        codes = {name: c[at] for name, c in self.codes.items()}
        return Rows(codes, self.street[at], self.readable[at], self.worth[at], self.block[at])


@cache
def tables() -> dict[str, Table]:
    """Every writing of every column; the number of an Excel date is a float, a count an int, all else text."""
    plan = load_plan()
    return {
        "street": (*(w for s in plan.streets for w in street_writings(s.name, s.official)), *UNKNOWN_STREETS),
        "venue": tuple(f"{s}演示{t}{n}号" for s in plan.street_names for t in plan.venue_types for n in range(1, 5)),
        "venue_type": plan.venue_types,
        "activity": tuple(f"智能手机课堂第{n}讲" for n in range(1, 61)),
        "service": ("培训", "授课", "讲座", "帮办", "代办", "一对一"),
        "scenarios": _scenario_writings(tuple(plan.scenario_names)),
        "date": (*(w for d in range(DAYS) for w in date_writings(FIRST_DAY + timedelta(d))), *BAD_DATES),
        "start": tuple(f"{h:02d}:{m:02d}" for h in range(8, 17) for m in (0, 30)),
        "end": tuple(f"{h:02d}:{m:02d}" for h in range(9, 19) for m in (0, 30)),
        "count": (*(w for n in range(1, MOST + 1) for w in count_writings(n)), *BAD_COUNTS),
        "status": STATUSES,
        "volunteer": tuple(f"演示志愿者{n:03d}" for n in range(200)),
        "phone": tuple(f"100-0000-{n:04d}" for n in range(2000)),
        "remark": ("", "", "", "场地已消毒", "雨天改到室内", "与志愿服务日合办"),
    }


def street_writings(name: str, official: str) -> tuple[str, ...]:
    """Ten ways to write a street."""
    spaced = " ".join(official)
    return (official, name, f"上海市普陀区{official}", f"普陀区{official}", f"{official} ", spaced, f"{official}办事处",
            f"上海市{official}", f"　{official}", f"{official}\u200b")


def date_writings(day: date) -> tuple[object, ...]:
    """Twelve ways to write a date; the first three are what Excel makes of a date."""
    serial = float((day - date(1899, 12, 30)).days)
    chinese = f"{day.year}年{day.month}月{day.day}日"
    return (serial, serial, serial, day.isoformat(), f"{day.year}/{day.month}/{day.day}",
            f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}", chinese, f"{day.month}月{day.day}日",
            f"{chinese}(周{'一二三四五六日'[day.weekday()]})", f"{day.isoformat()} 09:30", f"{day.month}/{day.day}")


def count_writings(number: int) -> tuple[object, ...]:
    """Six ways to write a number of person-times."""
    wide = "".join(chr(ord(c) + 0xFEE0) for c in str(number))
    return number, number, f"{number}人", f"{number}人次", wide, f"约{number}人"


def _scenario_writings(names: tuple[str, ...]) -> Table:
    ordered = [p for size in (1, 2, 3) for p in itertools.permutations(names, size)]
    return ("", *dict.fromkeys(joint.join(p) for p in ordered for joint in JOINTS))


def draw_rows(rng: np.random.Generator, n: int, subtotal_every: int) -> Rows:
    """Rows with every sort of mess.

    Parameters
    ----------
    rng : random numbers; the same state gives the same rows.
    n : number of rows.
    subtotal_every : merged blocks do not run across a multiple of this.
    """
    t = tables()
    streets = len(load_plan().street_names)
    street, day = rng.integers(streets, size=n), rng.integers(DAYS, size=n)
    count = np.clip(np.rint(rng.normal(16, 6, n)), 1, MOST).astype(np.int64)
    per_street = len(t["venue"]) // streets
    venue = street * per_street + rng.integers(per_street, size=n)
    start = rng.integers(len(t["start"]), size=n)
    codes: dict[str, Codes] = {
        "street": street * 10 + rng.choice(10, size=n, p=[0.55, *[0.05] * 9]),
        "venue": venue, "venue_type": venue // 4 % len(t["venue_type"]),
        "date": day * 12 + rng.integers(12, size=n), "start": start, "end": start + 2,
        "count": (count - 1) * 6 + rng.choice(6, size=n, p=[0.45, 0.45, 0.04, 0.03, 0.02, 0.01]),
        "status": rng.choice(len(STATUSES), size=n, p=STATUS_SHARES),
        **{name: rng.integers(len(t[name]), size=n) for name in FREE},
    }
    block = _merge_blocks(rng, n, subtotal_every)
    source = np.maximum.accumulate(np.where(block, 0, np.arange(n)))
    for name in ("street", "venue", "venue_type"):
        codes[name] = codes[name][source]
    faulty = {kind: rng.random(n) < share for kind, share in SHARES.items()}
    faulty["unknown_street"] &= ~block & ~np.append(block[1:], False)
    for kind, name, words in (("bad_date", "date", BAD_DATES), ("bad_count", "count", BAD_COUNTS),
                              ("unknown_street", "street", UNKNOWN_STREETS)):
        bad = len(t[name]) - len(words) + rng.integers(len(words), size=n)
        codes[name] = np.where(faulty[kind], bad, codes[name])
    counts = ~faulty["bad_date"] & ~faulty["bad_count"] & ~faulty["unknown_street"] & (codes["status"] < len(PASSED))
    readable = np.where(faulty["bad_count"], 0, count)
    return Rows(codes, street[source], readable, np.where(counts, count, 0), block)


def _merge_blocks(rng: np.random.Generator, n: int, subtotal_every: int) -> npt.NDArray[np.bool_]:
    """Rows that continue a block; the first row, and one after a subtotal, never does."""
    block = np.zeros(n, dtype=bool)
    starts, lengths = np.flatnonzero(rng.random(n) < MERGED), rng.integers(1, 5, size=n)
    for start in starts:
        block[start + 1 : start + 1 + lengths[start]] = True
    block[::subtotal_every] = False
    return block


def moments(rows: Rows) -> list[str]:
    """When each record was typed: most on the same day or a few days later, one in a hundred weeks later."""
    day = np.minimum(rows.codes["date"] // len(date_writings(FIRST_DAY)), DAYS - 1)
    spread = rows.codes["phone"] * 7919 + rows.codes["activity"] * 104_729
    delay = np.where(spread % 100 == 0, 15 + spread % 4, spread % 5)
    seconds = (day + delay) * 86_400 + 61_200 + spread % 14_400
    return [str(m).replace("T", " ") for m in np.datetime64(FIRST_DAY, "s") + seconds]


def stacked(a: Rows, b: Rows) -> Rows:
    """The rows of both, one after the other."""
    codes = {name: np.concatenate([a.codes[name], b.codes[name]]) for name in a.codes}
    others = (np.concatenate([getattr(a, f), getattr(b, f)]) for f in ("street", "readable", "worth", "block"))
    return Rows(codes, *others)

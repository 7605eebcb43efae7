"""Find the header of an activity table and say which column means what. Rules: docs/method.md#tables and #columns."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from analysis.exports.coding import CodedSheet
from analysis.exports.titles import NUMBERS, Header, TitleReader
from analysis.vocabulary import BRACKETS, compared_title, squeeze

HEADER_WITHIN = 30
DEEPEST_HEADER = 4


def find_header(sheet: CodedSheet, reader: TitleReader, starts: range | None = None) -> Header | None:
    """The first activity table's header among the first 30 rows: most titles understood, fewest rows, the highest."""
    found: list[Header] = []
    for first in starts or range(min(HEADER_WITHIN, sheet.length)):
        if not _row_could_be_header(sheet, first):
            continue
        for depth in range(1, DEEPEST_HEADER + 1):
            last = first + depth - 1
            if last < sheet.length and _row_is_blank(sheet, last):
                continue  # a blank row may stand between parents and children
            if last >= sheet.length or (depth > 1 and not _row_could_be_header(sheet, last)):
                break
            header = read_header(sheet, first, last, reader)
            if header is not None:
                found.append(header)
    tables = (h for h in sorted(found, key=lambda h: h.last) if h.is_activity and _has_rows(sheet, h, found))
    if first_table := next(tables, None):
        found = [h for h in found if h.first <= first_table.last]  # a table further down must not hide this one
    best = max(found, key=lambda h: (_score(h), h.first - h.last, -h.first), default=None)
    if best is None:
        return None
    deeper = (h for h in found if h.first == best.first and _score(h) == _score(best))
    return max(deeper, key=lambda h: h.last)  # a row of children belongs to the header even if it adds no column


def _has_rows(sheet: CodedSheet, header: Header, others: list[Header]) -> bool:
    """Numbers or dates stand between a header and the next activity table's (else it only explains the columns)."""
    end = min((h.first for h in others if h.is_activity and h.first > header.last), default=sheet.length)
    return any(
        isinstance(c.at(r), int | float | date) or _numeric(c.at(r))
        for r in range(header.last + 1, end)
        for c in sheet.columns
    )


def _numeric(cell: object) -> bool:
    return isinstance(cell, str) and re.fullmatch(r"[\d,.\-/:年月日 ]+", squeeze(cell)) is not None


def _score(header: Header) -> int:
    return (
        len(header.columns)
        + len(header.parts)
        + len(header.scenario_marks)
        + len(header.checks)
        + len(header.personal)
        + 100 * header.is_activity
    )


def _row_is_blank(sheet: CodedSheet, row: int) -> bool:
    return all(c.at(row) is None for c in sheet.columns)


def _row_could_be_header(sheet: CodedSheet, row: int) -> bool:
    """A row of titles holds text only, no dates, no numbers."""
    cells = [c for c in (column.at(row) for column in sheet.columns) if c is not None]
    if not cells or any(isinstance(c, int | float | date) for c in cells):
        return False
    return not any(_numeric(c) for c in cells)


def header_cells(sheet: CodedSheet, first: int, last: int) -> list[list[str]]:
    """Titles of a header, rows × columns; a parent stands over all its children, blanks are ''."""
    block = [[_text(c.at(r)) for c in sheet.columns] for r in range(first, last + 1)]
    for first_row, first_column, last_row, last_column in sheet.merges:
        for r in range(max(first_row, first), min(last_row, last) + 1):
            if first <= first_row <= last:
                for c in range(first_column, min(last_column + 1, len(sheet.columns))):
                    block[r - first][c] = block[first_row - first][first_column]
    block = [row for row in block if any(row)]
    for upper, lower in pairwise(block):
        _spread_parents(upper, lower)
    return block


def _spread_parents(upper: list[str], lower: list[str]) -> None:
    """Without merges a parent stands over its first child only: it also covers blank neighbours that have a child."""
    for c in range(1, len(upper)):
        if not upper[c] and upper[c - 1] and lower[c] and lower[c - 1] and lower[c - 1] != upper[c - 1]:
            upper[c] = upper[c - 1]


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def read_header(sheet: CodedSheet, first: int, last: int, reader: TitleReader) -> Header | None:
    """Understand rows first..last as one header; None if nothing that a table needs is in it."""
    block = header_cells(sheet, first, last)
    paths = [_path([row[c] for row in block]) for c in range(len(sheet.columns))]
    if sum(bool(p) for p in paths) < 2 or not _each_row_adds(block, reader):
        return None
    spans = _spans(paths, sheet, last)
    chosen = _choose_span(paths, spans, reader)
    header = _assign(paths, chosen, reader, first, last)
    if len(header.columns) + len(header.parts) + len(header.personal) < 2:
        return None
    left = next(
        (
            s
            for s in spans
            if s != chosen and not _inside(s, chosen) and _assign(paths, s, reader, first, last).is_activity
        ),
        None,
    )
    titles = tuple(tuple(c.at(r) for c in sheet.columns) for r in range(first, last + 1))
    return Header(**{**header.__dict__, "left": left, "titles": titles})


def _inside(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _path(titles: list[str]) -> list[str]:
    """Titles from parent to child without blanks and repeats."""
    path: list[str] = []
    for title in filter(None, titles):
        if not path or path[-1] != title:
            path.append(title)
    return path


def _each_row_adds(block: list[list[str]], reader: TitleReader) -> bool:
    """A row below the first belongs to the header only if it holds titles, children or scenarios, and little else."""
    for upper, row in pairwise(block):
        new = [t for t, u in zip(row, upper, strict=True) if t and t != u]
        children = [
            t
            for t, u in zip(row, upper, strict=True)
            if t and t != u and upper.count(u) > 1 and reader.meaning(u) in NUMBERS
        ]
        understood = [
            t
            for t in new
            if t in children
            or reader.known(t)
            or squeeze(t) in reader.services
            or squeeze(t) in reader.scenarios
            or squeeze(t) in reader.words.child_totals
        ]
        if not understood or len(understood) * 2 < len(new):
            return False
    top = [t for t in block[0] if t]
    return len(block) == 1 or len(set(top)) > 1


def _spans(paths: list[list[str]], sheet: CodedSheet, last: int) -> list[tuple[int, int]]:
    """Runs of columns between columns that are blank in the header and below it."""
    spans: list[tuple[int, int]] = []
    start = None
    for c, path in enumerate([*paths, []]):
        used = bool(path) or (c < len(paths) and bool(sheet.columns[c].filled()[last + 1 :].any()))
        if used and start is None:
            start = c
        if not used and start is not None:
            spans.append((start, c - 1))
            start = None
    return spans


def _choose_span(paths: list[list[str]], spans: list[tuple[int, int]], reader: TitleReader) -> tuple[int, int]:
    """The run that holds an activity table alone; a run beside it joins unless it repeats a title or has none we know."""
    whole = (spans[0][0], spans[-1][1])
    alone = [s for s in spans if _assign(paths, s, reader, 0, 0).is_activity]
    if not alone:
        return whole
    main = alone[0]
    meanings = {m for c in range(main[0], main[1] + 1) if (m := _meaning(paths[c], reader))}
    first, last = main
    for s in spans:
        other = {m for c in range(s[0], s[1] + 1) if (m := _meaning(paths[c], reader))}
        if s != main and s not in alone and other and not other & meanings:
            first, last = min(first, s[0]), max(last, s[1])
    return first, last


def _meaning(path: list[str], reader: TitleReader) -> str:
    return next((m for t in reversed(path) if (m := reader.meaning(t) or reader.personal(t))), "")


def _assign(paths: list[list[str]], span: tuple[int, int], reader: TitleReader, first: int, last: int) -> Header:
    found: dict[str, list[tuple[int, int]]] = {}
    parts: dict[int, str] = {}
    checks: list[int] = []
    unknown: list[str] = []
    sequence: list[int] = []
    marks: dict[int, str] = {}
    personal: dict[str, list[int]] = {}
    for c in range(span[0], span[1] + 1):
        if not paths[c]:
            continue
        child, parents = paths[c][-1], paths[c][:-1]
        counted_parent = any(reader.meaning(p) in NUMBERS for p in parents)
        bare = squeeze(child)
        counted = reader.meaning(child) in NUMBERS
        over = [squeeze(p) for p in parents]
        is_total = counted_parent and bare in reader.words.child_totals
        if is_total or (counted and any(p in reader.words.child_totals for p in over)):
            checks.append(c)
        elif counted_parent and bare.startswith("其中"):
            unknown.append(child)
        elif (
            counted and (kind := next((reader.services[p] for p in over if p in reader.services), None)) is not None
        ) or (kind := reader.part(child)) is not None:
            parts[c] = kind
        elif counted_parent and bare not in reader.scenarios and not counted:
            parts[c] = reader.services.get(compared_title(child), "")
        elif kind := reader.personal(child):
            personal.setdefault(kind, []).append(c)
        elif BRACKETS.sub("", bare) in reader.scenarios:
            marks[c] = reader.scenarios[BRACKETS.sub("", bare)]
        elif name := reader.meaning(child) or next((m for p in reversed(parents) if (m := reader.meaning(p))), ""):
            if name == "sequence":
                sequence.append(c)
            else:
                found.setdefault(name, []).append((reader.rank(child), c))  # type: ignore[arg-type]
        else:
            unknown.append(child)
    if len(marks) == 1 and not any(reader.meaning(p) == "scenarios" for p in paths[next(iter(marks))][:-1]):
        unknown.append(paths[next(iter(marks))][-1])
        marks = {}
    return _settle(found, parts, checks, marks, personal, sequence, unknown, paths, span, first, last)


def _settle(
    found: dict[str, list[tuple[int, int]]],
    parts: dict[int, str],
    checks: list[int],
    marks: dict[int, str],
    personal: dict[str, list[int]],
    sequence: list[int],
    unknown: list[str],
    paths: list[list[str]],
    span: tuple[int, int],
    first: int,
    last: int,
) -> Header:
    """Of two columns of one meaning the earlier title of the list wins; 人数 serves only where there is no 人次."""
    columns = {name: min(options)[1] for name, options in found.items()}
    doubled = [
        f"{paths[c][-1]}（已用{paths[columns[name]][-1]}）"
        for name, options in found.items()
        if name != "status"
        for _, c in sorted(options)[1:]
    ]
    if checks and not parts and not columns.keys() & set(NUMBERS):  # 合计 beside 其中：女 is the number itself
        only = checks[0]
        columns["headcount" if _of_people(paths[only]) else "person_times"] = only
    headcount = "headcount" in columns and "person_times" not in columns and not parts
    if "headcount" in columns:
        position = columns.pop("headcount")
        if headcount:
            columns["person_times"] = position
        else:
            used = paths[columns["person_times"]][-1] if "person_times" in columns else "各分项人次"
            doubled.append(f"{paths[position][-1]}（已用{used}）")
    return Header(
        first,
        last,
        columns,
        parts,
        tuple(checks),
        marks,
        {k: tuple(v) for k, v in personal.items()},
        tuple(sequence),
        span,
        None,
        tuple(unknown),
        tuple(doubled),
        headcount=headcount or ("person_times" not in columns and any(_of_people(paths[c]) for c in parts)),
        statuses=tuple(c for _, c in sorted(found.get("status", []))),
    )


def _of_people(path: list[str]) -> bool:
    """The number under this title is of people, not of person-times."""
    return any("人数" in squeeze(t) for t in path)

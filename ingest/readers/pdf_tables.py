"""Tables that are drawn with ruling lines: which words stand in which cell.

Lines round the cells say it all. Where only level lines are drawn, above, between and below the rows, the columns are
the gaps that no word of the rows reaches into.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.readers.pdf_ink import Rule
from ingest.readers.pdf_words import Word

_NEAR = 3.0
"""Points: lines as close as this are the same line, or touch."""
_COVERED = 0.6
"""Share of a cell's side that must be drawn for it to part two cells."""
_BESIDE = 0.5
"""Share of a table's rows that have two filled cells, at least; boxes of a drawing stand alone."""
_FARTHEST = 300.0
"""Points: level lines farther apart are not of one table."""
_COLUMN_GAP = 5.0
"""Points, in every row: wider than the space between two words."""
_RUNNING = 8
"""Words a cell, on average: where more stand in every line, the columns are running text."""
_MOST_RULES = 3_000
_MOST_CELLS = 4_000
_LONGEST_CELL = 220
"""Words: a box with more in one of its cells lays text out; it is no table."""


@dataclass(frozen=True)
class Table:
    """Rows of cells, each a list of words. `edges`: the columns' edges; `top`, `bottom`: where it stands, in points."""

    rows: tuple[tuple[list[Word], ...], ...]
    edges: tuple[float, ...]
    top: float
    bottom: float


def ruled_tables(rules: Sequence[Rule], words: Sequence[Word]) -> list[Table]:
    """The tables of a page, from the top down: at least two columns and two rows of which hold words."""
    if not 3 <= len(rules) <= _MOST_RULES:
        return []
    merged = _merged(rules)
    tables = []
    for group in _touching(merged):
        table = _table(group, words)
        if table is not None:
            tables.append(table)
    for group in _stacked(merged):
        if not any(table.top - _NEAR < rule.at < table.bottom + _NEAR for table in tables for rule in group):
            table = _banded(group, words)
            if table is not None:
                tables.append(table)
    return sorted(tables, key=lambda table: table.top)


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Rules on one line that touch, as one."""
    done: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (rule.across, rule.at, rule.start)):
        for number in range(len(done) - 1, max(-1, len(done) - 60), -1):
            other = done[number]
            near = other.across == rule.across and rule.at - other.at <= _NEAR
            if near and rule.start <= other.end + _NEAR and rule.end >= other.start - _NEAR:
                done[number] = Rule(rule.across, other.at, min(other.start, rule.start), max(other.end, rule.end))
                break
        else:
            done.append(rule)
    return done


def _touching(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that meet or cross, together."""
    parent = list(range(len(rules)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    across = [number for number, rule in enumerate(rules) if rule.across]
    down = [number for number, rule in enumerate(rules) if not rule.across]
    for one in across:
        for other in down:
            level, upright = rules[one], rules[other]
            if (
                level.start - _NEAR <= upright.at <= level.end + _NEAR
                and upright.start - _NEAR <= level.at <= upright.end + _NEAR
            ):
                parent[root(one)] = root(other)
    groups: dict[int, list[Rule]] = {}
    for number, rule in enumerate(rules):
        groups.setdefault(root(number), []).append(rule)
    return list(groups.values())


def _stacked(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Three or more level lines of one width, one below another."""
    stacks: list[list[Rule]] = []
    for rule in sorted((rule for rule in rules if rule.across and rule.end - rule.start > 100), key=lambda r: r.at):
        for stack in stacks:
            last = stack[-1]
            same = abs(last.start - rule.start) < 2 * _NEAR and abs(last.end - rule.end) < 2 * _NEAR
            if same and rule.at - last.at < _FARTHEST:
                stack.append(rule)
                break
        else:
            stacks.append([rule])
    return [stack for stack in stacks if len(stack) >= 3]


def _banded(stack: Sequence[Rule], words: Sequence[Word]) -> Table | None:
    """A table of level lines: the first band holds the headings, each other band a row, or a row a line."""
    left, right = stack[0].start - _NEAR, stack[0].end + _NEAR
    bands = [
        [word for word in words if top.at < word.middle < end.at and left <= (word.x0 + word.x1) / 2 <= right]
        for top, end in zip(stack, stack[1:], strict=False)
    ]
    filled = [band for band in bands if band]
    if len(filled) < 2:
        return None
    body = [line for band in filled[1:] for line in _lines(band)]
    edges = _gaps([word for line in body for word in line], left, right)
    if len(body) < 2 or len(edges) < 3:
        return None
    rows: list[tuple[list[Word], ...]] = [_cut(filled[0], edges)]
    for band in filled[1:]:
        lines = [_cut(line, edges) for line in _lines(band)]
        whole = all(all(line) for line in lines)
        if len(stack) == 3 or (whole and len(lines) > 3):
            for line in lines:
                if line[0] or len(rows) == 1:
                    rows.append(line)
                else:  # the rest of a wrapped cell
                    rows[-1] = tuple(a + b for a, b in zip(rows[-1], line, strict=True))
        else:
            rows.append(_cut(band, edges))
    inked = [cell for row in rows[1:] for cell in row if cell]
    beside = sum(sum(bool(cell) for cell in row) >= 2 for row in rows)
    running = len(stack) == 3 and sum(len(cell) for cell in inked) > _RUNNING * len(inked)
    if len(rows) < 2 or running or beside < max(2, _BESIDE * len(rows)) or max(map(len, inked)) > _LONGEST_CELL:
        return None
    return Table(tuple(rows), tuple(edges), stack[0].at, stack[-1].at)


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.base):
        if lines and abs(lines[-1][0].base - word.base) < 0.4 * word.size:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _gaps(words: Sequence[Word], left: float, right: float) -> list[float]:
    """Edges of columns: the middles of the gaps no word reaches into, between the two outer edges."""
    edges, reached = [left], None
    for word in sorted(words, key=lambda word: word.x0):
        if reached is not None and word.x0 - reached > _COLUMN_GAP:
            edges.append((word.x0 + reached) / 2)
        reached = max(reached or word.x1, word.x1)
    return [*edges, right]


def _cut(words: Sequence[Word], edges: Sequence[float]) -> tuple[list[Word], ...]:
    cells: list[list[Word]] = [[] for _ in edges[1:]]
    for word in words:
        cells[_index(edges, (word.x0 + word.x1) / 2)].append(word)
    return tuple(cells)


def _table(rules: Sequence[Rule], words: Sequence[Word]) -> Table | None:
    ys, xs = _places([rule for rule in rules if rule.across]), _places([rule for rule in rules if not rule.across])
    if len(xs) < 3 or len(ys) < 3 or (len(xs) - 1) * (len(ys) - 1) > _MOST_CELLS:
        return None
    inside = [word for word in words if xs[0] <= (word.x0 + word.x1) / 2 <= xs[-1] and ys[0] <= word.middle <= ys[-1]]
    owner = _cells(rules, xs, ys)
    held: dict[tuple[int, int], list[Word]] = {}
    for word in inside:
        row, column = _index(ys, word.middle), _index(xs, (word.x0 + word.x1) / 2)
        held.setdefault(owner[row, column], []).append(word)
    if any(len(cell) > _LONGEST_CELL for cell in held.values()):
        return None
    rows: list[tuple[list[Word], ...]] = []
    beside = 0
    for row in range(len(ys) - 1):
        cells = [held.get((row, column), []) for column in range(len(xs) - 1)]
        if not any(cells):
            continue
        beside += sum(bool(cell) for cell in cells) >= 2
        # A first cell that spans several rows is said with each of them, so that a row can be read alone.
        first = owner[row, 0]
        if not cells[0] and first[0] < row and first[1] == 0:
            cells[0] = held.get(first, [])
        rows.append(tuple(cells))
    filled = [column for column in range(len(xs) - 1) if any(row[column] for row in rows)]
    if len(rows) < 2 or len(filled) < 2 or beside < max(2, _BESIDE * len(rows)):
        return None
    kept = tuple(tuple(row[column] for column in filled) for row in rows)
    return Table(kept, tuple(xs), ys[0], ys[-1])


def _places(rules: Sequence[Rule]) -> list[float]:
    places: list[float] = []
    for at in sorted(rule.at for rule in rules):
        if not places or at - places[-1] > _NEAR:
            places.append(at)
    return places


def _index(edges: Sequence[float], at: float) -> int:
    return max(0, min(len(edges) - 2, sum(edge <= at for edge in edges) - 1))


def _cells(rules: Sequence[Rule], xs: Sequence[float], ys: Sequence[float]) -> dict[tuple[int, int], tuple[int, int]]:
    """Each place of the grid → the upper left place of the cell it belongs to."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    across: dict[int, list[Rule]] = {}
    down: dict[int, list[Rule]] = {}
    for rule in rules:
        edges, where = (ys, across) if rule.across else (xs, down)
        nearest = min(range(len(edges)), key=lambda number: abs(edges[number] - rule.at))
        where.setdefault(nearest, []).append(rule)

    def drawn(found: Sequence[Rule], start: float, end: float) -> bool:
        covered = sum(max(0.0, min(rule.end, end) - max(rule.start, start)) for rule in found)
        return covered >= _COVERED * (end - start)

    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            owner[row, column] = (row, column)
            if column and not drawn(down.get(column, ()), ys[row], ys[row + 1]):
                owner[row, column] = owner[row, column - 1]
            elif row and not drawn(across.get(row, ()), xs[column], xs[column + 1]):
                owner[row, column] = owner[row - 1, column]
    return owner

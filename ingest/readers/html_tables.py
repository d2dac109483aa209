"""A table's cells as a grid: spans filled, headings found (HTML Living Standard, 4.9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MOST_COLUMNS, MOST_SPAN = 200, 200


def cells_of(
    table: Any, words: Callable[[Any], str], hides: Callable[[Any], bool]
) -> tuple[list[list[str]], bool | None]:
    """Rows of cells, and whether the first row holds headings (None: to be seen from its look).

    A cell over several columns or rows is repeated in each of them, so that a row can be read alone; one over the whole
    width stands in the first column only.
    """
    rows: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}
    header: bool | None = None
    for row in table.iter("tr"):
        if next(row.iterancestors("table"), None) is not table or hides(row) or hides(row.getparent()):
            continue
        cells: list[str] = []
        kinds: list[str] = []

        for cell in row:
            tag = cell.tag.lower() if isinstance(cell.tag, str) else ""
            if tag not in ("td", "th") or hides(cell) or len(cells) >= MOST_COLUMNS:
                continue
            _carry(cells, below)
            text = words(cell)
            down = _span(cell.get("rowspan"))
            for _ in range(_span(cell.get("colspan"))):
                if down > 1:
                    below[len(cells)] = (down - 1, text)
                cells.append(text)
            kinds.append(tag)
        _carry(cells, below)
        if len(kinds) == 1 and len(cells) > 1 and len(set(cells)) == 1:
            cells = [cells[0], *[""] * (len(cells) - 1)]
        if not rows and kinds and any(cells):
            in_head = any(isinstance(above.tag, str) and above.tag.lower() == "thead" for above in row.iterancestors())
            header = True if in_head or all(kind == "th" for kind in kinds) else None
        if any(cells):
            rows.append(cells)
    return rows, header


def _carry(cells: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Put cells of rows above that reach down into this row where they stand. below: column -> (rows left, text)."""
    while len(cells) in below:
        left, text = below.pop(len(cells))
        if left > 1:
            below[len(cells)] = (left - 1, text)
        cells.append(text)


def is_layout(table: Any) -> bool:
    """Whether a table only sets things side by side: it says so, or has one cell a row."""
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return True
    if next(table.iter("th", "caption", "thead"), None) is not None:
        return False
    counts = [
        sum(isinstance(cell.tag, str) and cell.tag.lower() == "td" for cell in row)
        for row in table.iter("tr")
        if next(row.iterancestors("table"), None) is table
    ]
    return bool(counts) and max(counts) <= 1


def _span(text: str | None) -> int:
    try:
        return max(1, min(MOST_SPAN, int(text or "1")))
    except ValueError:
        return 1

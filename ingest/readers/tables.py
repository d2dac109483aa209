"""The cells of a table → rows that can be read alone, the same way for every format."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.document import Block, BlockKind

_LONGEST_HEADING = 8
"""Words of a column heading, at most, where only the look of a first row says whether it is one."""


def row_blocks(
    rows: Sequence[Sequence[str]], group: int, *, header: bool | None = None, pages: Sequence[int | None] = ()
) -> list[Block]:
    """One block a row: the first cell, then each other cell behind its column's heading.

    rows: cells as plain text; a row may be shorter than others. header: whether the first row holds the columns'
    headings; None asks `looks_like_headings`. pages: the page of each row, the first included. A row that is spoken
    for by one cell alone (spread over all columns) stands without headings. A header without any row below it is a row.
    """
    kept = [(tuple(row), pages[n] if n < len(pages) else None) for n, row in enumerate(rows) if any(row)]
    if not kept:
        return []
    if header is None:
        header = looks_like_headings([row for row, _ in kept])
    columns = kept[0][0] if header and len(kept) > 1 else ()
    return [
        Block(_row_text(row, columns), BlockKind.ROW, group, page=page, columns=columns)
        for row, page in (kept[1:] if columns else kept)
    ]


def looks_like_headings(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of several rows reads as headings: every cell but the first filled, short, without figures."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first = rows[0]
    words = [cell.split() for cell in first]
    return (
        all(words[1:])
        and len({cell.strip().lower() for cell in first}) == len(first)
        and all(len(cell) <= _LONGEST_HEADING for cell in words)
        and not any(cell.replace(".", "").replace(",", "").strip("%£ ").isdigit() for cell in first)
        and not any(cell.endswith(".") for cell in first)
    )


def _row_text(row: Sequence[str], columns: Sequence[str]) -> str:
    names = [*columns, *[""] * (len(row) - len(columns))]
    cells = [row[0]] if row and row[0] else []
    for name, cell in zip(names[1:], row[1:], strict=False):
        if cell:
            cells.append(f"{name}{'' if name.endswith(('?', ':')) else ':'} {cell}" if name else cell)
    return " | ".join(cells)

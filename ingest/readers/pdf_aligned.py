"""Tables without any line drawn: lines of short pieces whose beginnings stand one below another."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.readers.clauses import split_marker
from ingest.readers.pdf_layout import Line
from ingest.readers.pdf_paragraphs import Table, is_contents_line

_ROWS = 3
"""Lines, at least, that make a table."""
_NEAR = 3.0
"""Points: pieces that begin as close as this stand in one column."""
_STEP = 3.0
"""Times the type's size: rows are no farther apart."""
_WORDS = 4.0
"""Words a piece, on average, at most: longer ones are columns of running text."""


def with_aligned_tables(flow: Sequence[Line | Table]) -> list[Line | Table]:
    """The flow of a page with each such table in the place of its lines. A first row set bold holds the headings."""
    done: list[Line | Table] = []
    rows: list[Line] = []
    for thing in [*flow, None]:
        if isinstance(thing, Line) and _is_row(thing) and (not rows or _follows(rows[-1], thing)):
            rows.append(thing)
            continue
        done.extend(_table(rows))
        rows = [thing] if isinstance(thing, Line) and _is_row(thing) else []
        if thing is not None and not rows:
            done.append(thing)
    return done


def _is_row(line: Line) -> bool:
    return (
        len(line.spans) > 1 and not line.rtl and not is_contents_line(line)
        and not split_marker(f"{line.spans[0].text} x")[0]
    )  # fmt: skip


def _follows(above: Line, line: Line) -> bool:
    near = all(abs(a.x0 - b.x0) < _NEAR for a, b in zip(above.spans, line.spans, strict=False))
    return (
        near and len(above.spans) == len(line.spans) and above.column == line.column
        and 0 < line.base - above.base < _STEP * line.size
    )  # fmt: skip


def _table(rows: Sequence[Line]) -> list[Line | Table]:
    pieces = [span for line in rows for span in line.spans]
    if len(rows) < _ROWS or sum(len(span.words) for span in pieces) > _WORDS * len(pieces):
        return list(rows)
    edges = (*(span.x0 for span in rows[0].spans), rows[0].right)
    header = rows[0].bold and not any(line.bold for line in rows[1:])
    return [Table([tuple(span.text for span in line.spans) for line in rows], edges, header)]

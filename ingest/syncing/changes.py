"""What changed between two versions, clause by clause.

A clause is everything under one pinpoint: a section found again under its pinpoint is the same clause, whatever its
heading says now and wherever it stands.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.document import Document
from ingest.sentences import spans

CONTEXT = 1
LONGEST_LINE = 300
MOST_LINES = 40
"""Lines of one clause's difference that are shown."""

_FULL_STOP = re.compile(r"(?<=\.)\s+")

MOST_COMPARED = 4000
"""Lines a side above which two clauses are only said to differ: comparing takes the square of their number."""

LONGEST_PARAGRAPH = 20_000
"""Characters above which a paragraph is cut at every full stop: finding where its sentences end would take too long."""


@dataclass(frozen=True)
class Change:
    """A clause that came, went or changed. `diff` is a unified difference by sentences, without its file names."""

    pinpoint: str
    heading: str
    diff: str = ""


@dataclass(frozen=True)
class Changes:
    """All of them, in the order of the document they stand in: `removed` in the old, the others in the new."""

    added: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def compare(old: Document, new: Document) -> Changes:
    """The clauses that differ between two readings of one publication."""
    before, after = _clauses(old), _clauses(new)
    return Changes(
        added=tuple(Change(key, clause.heading) for key, clause in after.items() if key not in before),
        removed=tuple(Change(key, clause.heading) for key, clause in before.items() if key not in after),
        changed=tuple(
            Change(key, clause.heading, _diff(before[key].lines, clause.lines))
            for key, clause in after.items()
            if key in before and before[key].lines != clause.lines
        ),
    )


@dataclass
class _Clause:
    heading: str
    lines: list[str]


def _clauses(document: Document) -> dict[str, _Clause]:
    """Pinpoint -> its clause, in the order of the document; a clause's first line is its heading."""
    found: dict[str, _Clause] = {}
    for section in document.sections:
        heading = section.heading[-1] if section.heading else ""
        clause = found.setdefault(section.pinpoint, _Clause(heading, []))
        clause.lines.append(heading)
        for block in section.blocks:
            clause.lines.extend(_sentences(block.line))
    return found


def _sentences(line: str) -> Iterator[str]:
    """A paragraph's sentences, so that a difference shows the one that changed and not the whole paragraph."""
    if len(line) > LONGEST_PARAGRAPH:
        yield from (" ".join(part.split()) for part in _FULL_STOP.split(line))
        return
    for start, end in spans(line):
        yield " ".join(line[start:end].split())


def _diff(old: list[str], new: list[str]) -> str:
    if max(len(old), len(new)) > MOST_COMPARED:
        return f"(too long to show: {len(old)} sentences before, {len(new)} now)"
    lines = [line for line in difflib.unified_diff(old, new, n=CONTEXT, lineterm="") if line[:3] not in ("---", "+++")]
    shown = [line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} ..." for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append(f"({len(lines) - MOST_LINES} more lines)")
    return "\n".join(shown)

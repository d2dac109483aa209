"""Running heads, running feet and page numbers: what stands at the top or foot of page after page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MARGIN = 0.14
"""Of the page's height, at the top and at the foot: where running lines stand."""
_NUMBER_MARGIN = 0.25
"""The same for the page's own number, when it stands alone and outermost."""
_OUTERMOST = 3
"""Lines at each end of a page that may be running ones."""
_MOST_NUMBERS = 8
_LARGER = 1.2
"""Times the body's size: a line set larger is a heading, even where its words come again."""
_APART = 1.4
"""Times the type's size: lines of one text are closer than this."""
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_NUMBER = re.compile(r"\d+|\b[ivxlcdm]+\b", re.IGNORECASE)
_ONLY_NUMBER = re.compile(r"^\W*(?:page\s+|p\.\s*)?(\d{1,4}|[ivxlcdm]+)(?:\s*(?:of|/)\s*\d{1,4})?\W*$", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One line across a page: its text, the height of its middle and its type's size, in points."""

    text: str
    middle: float
    size: float


def running(pages: Sequence[tuple[float, Sequence[Row]]], body: float, labels: Mapping[int, str]) -> list[set[int]]:
    """For each page the numbers of its rows that are running lines.

    pages: (height, rows from the top down). body: the size of the running text. labels: page, from 1 → its label.
    """
    seen: dict[tuple[str, bool, int], list[tuple[int, int, int | None]]] = defaultdict(list)
    found: list[set[int]] = [set() for _ in pages]
    for page, (height, rows) in enumerate(pages):
        for number, top in _outer(rows, height):
            row = rows[number]
            if row.size > _LARGER * body:
                continue
            for text, value in _readings(row.text):
                place = round((row.middle if top else height - row.middle) / 6)
                for near in (place, place + 1):  # a line between two steps belongs to both
                    seen[text, top, near].append((page, number, value))
        printed = (labels.get(page + 1) or str(page + 1)).lower()
        for number in {0, len(rows) - 1} if rows else ():
            only = _ONLY_NUMBER.match(rows[number].text)
            near = min(rows[number].middle, height - rows[number].middle) < _NUMBER_MARGIN * height
            if only and near and only[1].lower() in (printed, str(page + 1)):
                found[page].add(number)
        for number, _ in _outer(rows, height):  # a chapter's title beside the page's number
            ends = rows[number].text.lower().split()
            if rows[number].size <= body and printed in (ends[0], ends[-1]) and number in (0, len(rows) - 1):
                found[page].add(number)
    needed = 2 if len(pages) < 8 else 3
    for places in seen.values():
        if len({page for page, _, _ in places}) >= needed and _climbs([value for _, _, value in places]):
            for page, number, _ in places:
                found[page].add(number)
    return [_apart(rows, gone, height) for (height, rows), gone in zip(pages, found, strict=True)]


def _apart(rows: Sequence[Row], gone: set[int], height: float) -> set[int]:
    """Without lines that run on into the text: a running line stands apart. A page of nothing else is kept."""
    if len(gone) == len(rows):
        return {number for number in gone if _ONLY_NUMBER.match(rows[number].text)}
    kept: set[int] = set()
    for order, top in ((range(len(rows)), True), (range(len(rows) - 1, -1, -1), False)):
        for number in order:  # from the edge inwards
            if number not in gone or (rows[number].middle < height / 2) != top:
                break
            kept.add(number)
    for number in sorted(kept, key=lambda number: abs(rows[number].middle - height / 2)):
        other = number + (1 if rows[number].middle < height / 2 else -1)  # towards the middle of the page
        if 0 <= other < len(rows) and other not in kept:
            near = abs(rows[other].middle - rows[number].middle) < _APART * max(rows[number].size, rows[other].size)
            if near and abs(rows[other].size - rows[number].size) < 0.5 and not _ONLY_NUMBER.match(rows[number].text):
                kept.discard(number)
    return kept


def _outer(rows: Sequence[Row], height: float) -> list[tuple[int, bool]]:
    top = [(number, True) for number in range(min(_OUTERMOST, len(rows))) if rows[number].middle < MARGIN * height]
    foot = [
        (number, False)
        for number in range(max(0, len(rows) - _OUTERMOST), len(rows))
        if rows[number].middle > (1 - MARGIN) * height
    ]
    return top + foot


def _readings(text: str) -> list[tuple[str, int | None]]:
    """The line as it stands, and with each of its numbers left open beside that number's value."""
    plain = " ".join(text.lower().split())
    readings: list[tuple[str, int | None]] = [(plain, None)]
    for match in list(_NUMBER.finditer(plain))[:_MOST_NUMBERS]:
        readings.append((f"{plain[: match.start()]}#{plain[match.end() :]}", _value(match[0])))
    return readings


def _value(number: str) -> int:
    if number.isdigit():
        return int(number[:9])
    values = [_ROMAN[char] for char in number]
    return sum(-v if v < max(values[n:]) else v for n, v in enumerate(values))


def _climbs(values: Sequence[int | None]) -> bool:
    """Page numbers only grow; figures in a sentence that comes again do not. No number: the same words each time."""
    known = [value for value in values if value is not None]
    if not known:
        return True
    rises = sum(one < other for one, other in zip(known, known[1:], strict=False))
    return rises >= 0.8 * (len(known) - 1)

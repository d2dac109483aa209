"""How much room words take on a slide, judged without drawing them and rather too much than too little.

PowerPoint shrinks text only while somebody edits it, so that a size has to be chosen when the file is made.
"""

from __future__ import annotations

import unicodedata

LINE = 1.22
"""Height of a line, in sizes of the letters (Arial and its metric twins need 1.15)."""

_NARROW = frozenset("iIjl.,:;'|!()[]ft \u2018\u2019-")
_WIDE = frozenset("mwMW@%\u2014\u2026")


def lines_needed(text: str, points: float, width: float) -> int:
    """Lines that a paragraph takes at a size, broken between words, in a width; both in points.

    >>> lines_needed("one two three", 10, 40)
    2
    """
    lines, used, space = 1, 0.0, _em(" ") * points
    for word in text.split(" "):
        length = sum(map(_em, word)) * points
        if used and used + space + length > width:
            lines, used = lines + 1, 0.0
        if length > width:  # broken inside, as nothing else is left to do
            lines += int(length // width)
            length %= width
        used += length + (space if used else 0.0)
    return lines


def height_needed(paragraphs: list[str], points: float, width: float, after: float = 0.0) -> float:
    """Height in points of paragraphs at a size, with `after` points below each."""
    return sum(lines_needed(text, points, width) * points * LINE + after for text in paragraphs)


def in_pieces(text: str, most: int) -> list[str]:
    """A text parted between words, each piece no longer than `most` characters; a longer word is cut."""
    pieces: list[str] = []
    rest = text
    while len(rest) > most:
        end = rest.rfind(" ", 1, most + 1)
        end = end if end > 0 else most
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest]


def _em(character: str) -> float:
    """Width of a character in sizes of its letters: of Arial, a little more than it has."""
    if character in _NARROW:
        return 0.34
    if character in _WIDE:
        return 1.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    return 0.75 if character.isupper() else 0.58

"""Whether a person can see a character on the page: whoever hides text means it for machines, and it is not read."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.readers.pdf_ink import Char, Shape

SMALLEST_TYPE = 2.0
"""Points: nobody reads smaller type."""
SAME_COLOUR = 16
"""Of 255, in every colour: text that differs less from its ground cannot be seen."""
_MOST_GROUNDS = 2_000
"""Shapes behind text that are looked at, the uppermost."""
_GRAIN = 4.0
"""Points: two letters this close have the same ground."""


def is_hidden(char: Char, page: tuple[float, float, float, float], grounds: Grounds, scan: bool) -> bool:
    """Whether nobody can see it. `page`: the page's box; `scan`: text without ink is what a scan says."""
    x0, y0, x1, y1 = char.box
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    if not (page[0] <= x <= page[2] and page[1] <= y <= page[3]) or char.style.size < SMALLEST_TYPE or char.style.off:
        return True
    if char.style.invisible:
        return not scan
    return char.style.colour is not None and grounds.swallow(char.style.colour, x, y)


class Grounds:
    """What lies behind the text: white paper, and shapes large enough to hold a letter, the last drawn uppermost."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._shapes = [s for s in shapes if s.box[2] - s.box[0] > 3 and s.box[3] - s.box[1] > 3][-_MOST_GROUNDS:]
        self._colours = {shape.colour for shape in self._shapes} | {(255, 255, 255)}
        self._asked: dict[tuple[int, int, int], bool] = {}
        self._known: dict[tuple[tuple[int, int, int], int, int], bool] = {}

    def swallow(self, colour: tuple[int, int, int], x: float, y: float) -> bool:
        """Whether text of this colour cannot be seen at this place."""
        if colour not in self._asked:
            self._asked[colour] = any(_near(colour, ground) for ground in self._colours)
        if not self._asked[colour]:
            return False
        place = (colour, round(x / _GRAIN), round(y / _GRAIN))
        if place not in self._known:
            under = (s for s in reversed(self._shapes) if s.box[0] <= x <= s.box[2] and s.box[1] <= y <= s.box[3])
            lowest = Shape((0, 0, 0, 0), (255, 255, 255))
            self._known[place] = _near(colour, next(under, lowest).colour)
        return self._known[place]


def _near(one: tuple[int, int, int], other: tuple[int, int, int] | None) -> bool:
    return other is not None and all(abs(a - b) < SAME_COLOUR for a, b in zip(one, other, strict=True))

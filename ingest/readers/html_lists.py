"""The numbers a browser sets before the items of a list (HTML Living Standard, 4.4.5 to 4.4.8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.readers.clauses import BULLET

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def item_markers(element: Any) -> Iterator[tuple[Any, str | None]]:
    """Each child of a list with its marker; None for a child that is no item."""
    items = [child for child in element if isinstance(child.tag, str) and child.tag.lower() == "li"]
    ordered = element.tag.lower() == "ol"
    step = -1 if element.get("reversed") is not None else 1
    number = _whole(element.get("start"), len(items) if step < 0 else 1)
    kind = element.get("type") or "1"
    for child in element:
        if not isinstance(child.tag, str):
            continue
        if child.tag.lower() != "li":
            yield child, None
            continue
        if not ordered:
            yield child, BULLET
            continue
        number = _whole(child.get("value"), number)
        yield child, f"{numeral(number, child.get('type') or kind)}."
        number += step


def numeral(number: int, kind: str) -> str:
    """A number as a list of this type shows it: 1, a, A, i or I.

    >>> numeral(28, "a"), numeral(14, "i"), numeral(3, "A"), numeral(0, "a")
    ('ab', 'xiv', 'C', '0')
    """
    if number < 1 or kind not in ("a", "A", "i", "I"):
        return str(number)
    if kind in ("a", "A"):
        letters = ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("a") + rest) + letters
    else:
        letters = ""
        for value, sign in _ROMAN:
            count, number = divmod(number, value)
            letters += sign * min(count, 20)
    return letters.upper() if kind.isupper() else letters


def _whole(text: str | None, otherwise: int) -> int:
    try:
        return max(-(10**6), min(10**6, int(text or "")))
    except ValueError:
        return otherwise

"""Word's automatic numbers: what stands before a paragraph on paper and is nowhere in its text.

Source: ECMA-376 part 1, 17.9 (numbering): a `num` points to an `abstractNum`, whose levels say the format, the start
and the text ("%1.%2"); levels below one that counts start anew (17.9.10, lvlRestart).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.clauses import BULLET
from ingest.readers.html_lists import numeral

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_KINDS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}
_LEVELS = 9


@dataclass(frozen=True)
class Level:
    """One level of a list.

    `text` has %1 to %9 for the numbers. `restart` is the level, counted from 1, at whose numbers, and at those above
    it, this one starts anew: 0 never, None at every level above (17.9.10).
    """

    format: str = "decimal"
    text: str = ""
    start: int = 1
    style: str = ""
    decimal_only: bool = False
    restart: int | None = None

    def restarts_after(self, n: int) -> bool:
        """Whether it starts anew once the level n, from 0, has counted."""
        return self.restart is None or n < self.restart


@dataclass
class _List:
    """The counters of one abstract list: paragraphs of all its `num`s count on together."""

    levels: Mapping[int, Level]
    counts: dict[int, int] = field(default_factory=dict)


class Numbers:
    """Counts a document's numbered paragraphs, in reading order."""

    def __init__(self, numbering: Any | None) -> None:
        self._lists: dict[str, _List] = {}
        self._nums: dict[str, tuple[str, dict[int, Level]]] = {}
        self._starts: dict[tuple[str, int], int] = {}
        if numbering is None:
            return
        linked: dict[str, str] = {}
        for abstract in numbering.iter(f"{W}abstractNum"):
            id_ = abstract.get(f"{W}abstractNumId") or ""
            self._lists[id_] = _List(dict(map(_level, abstract.findall(f"{W}lvl"))))
            for tag in ("styleLink", "numStyleLink"):
                if (found := abstract.find(f"{W}{tag}")) is not None:
                    linked[f"{tag}:{found.get(f'{W}val')}"] = id_
        for num in numbering.findall(f"{W}num"):
            pointed = num.find(f"{W}abstractNumId")
            if pointed is None:
                continue
            abstract_id = self._real(pointed.get(f"{W}val") or "", linked)
            own: dict[int, Level] = {}
            for override in num.findall(f"{W}lvlOverride"):
                n = _whole(override.get(f"{W}ilvl"), 0)
                if (level := override.find(f"{W}lvl")) is not None:
                    own[n] = _level(level)[1]
                if (start := override.find(f"{W}startOverride")) is not None:
                    self._starts[(num.get(f"{W}numId") or "", n)] = _whole(start.get(f"{W}val"), 1)
            self._nums[num.get(f"{W}numId") or ""] = (abstract_id, own)

    def _real(self, abstract_id: str, linked: Mapping[str, str]) -> str:
        """The list itself, where one only names the style whose list it is."""
        style = next(
            (key[13:] for key, id_ in linked.items() if key.startswith("numStyleLink:") and id_ == abstract_id), ""
        )
        return linked.get(f"styleLink:{style}", abstract_id) if style else abstract_id

    def level_of_style(self, num_id: str, style: str) -> int:
        """The level of a list that is a paragraph style's; 0 when none says so."""
        abstract_id, own = self._nums.get(num_id, ("", {}))
        levels = {**self._lists.get(abstract_id, _List({})).levels, **own}
        return next((n for n, level in sorted(levels.items()) if level.style == style), 0)

    def next(self, num_id: str, n: int) -> str:
        """The marker of the next paragraph of a list at a level; "-" for a bullet, "" where nothing is set."""
        if num_id not in self._nums or not 0 <= n < _LEVELS:
            return ""
        abstract_id, own = self._nums[num_id]
        counted = self._lists.setdefault(abstract_id, _List({}))
        levels = {**counted.levels, **own}
        level = levels.get(n, Level(text=f"%{n + 1}."))
        start = self._starts.pop((num_id, n), None)
        if start is not None:
            counted.counts[n] = start
        else:
            counted.counts[n] = counted.counts[n] + 1 if n in counted.counts else level.start
        for below in [m for m in counted.counts if m > n and levels.get(m, Level()).restarts_after(n)]:
            del counted.counts[below]
        if level.format == "bullet":
            return BULLET
        if level.format == "none" and "%" not in level.text:
            return level.text.strip()
        text = level.text
        for m in range(_LEVELS):
            if f"%{m + 1}" in text:
                value = counted.counts.setdefault(m, levels.get(m, Level()).start)
                kind = "decimal" if level.decimal_only else levels.get(m, Level()).format
                text = text.replace(f"%{m + 1}", _shown(value, kind))
        return text.strip()


def _shown(value: int, kind: str) -> str:
    if kind == "decimalZero":
        return f"{value:02}"
    if kind == "none":
        return ""
    return numeral(value, _KINDS.get(kind, "1"))


def _level(element: Any) -> tuple[int, Level]:
    def value(tag: str, default: str) -> str:
        found = element.find(f"{W}{tag}")
        return default if found is None else found.get(f"{W}val") or default

    return _whole(element.get(f"{W}ilvl"), 0), Level(
        format=value("numFmt", "decimal"),
        text=value("lvlText", ""),
        start=_whole(value("start", "1"), 1),
        style=value("pStyle", ""),
        decimal_only=element.find(f"{W}isLgl") is not None,
        restart=_whole(value("lvlRestart", ""), -1) if value("lvlRestart", "") else None,
    )


def _whole(text: str | None, otherwise: int) -> int:
    try:
        return max(-(10**6), min(10**6, int(text or "")))
    except ValueError:
        return otherwise

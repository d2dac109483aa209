"""What a Word paragraph's style says: heading level, list, hidden or bold text (ECMA-376 part 1, 17.7)."""

from __future__ import annotations

import re
from typing import Any

from ingest.readers.word_numbers import W

_HEADING = re.compile(r"^heading\s*([1-9])$", re.IGNORECASE)
_DEEPEST = 20
"""Styles in a chain of based-on; more is a circle."""


class Styles:
    """The styles of one document by id."""

    def __init__(self, styles: Any | None) -> None:
        found = [] if styles is None else styles.findall(f"{W}style")
        self._by_id = {style.get(f"{W}styleId") or "": style for style in found}
        self._default = next(
            (
                style.get(f"{W}styleId") or ""
                for style in found
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on")
            ),
            "",
        )

    def chain(self, style_id: str | None) -> list[Any]:
        """A style and those it is based on, its own first."""
        made: list[Any] = []
        id_ = style_id or self._default
        while id_ in self._by_id and len(made) < _DEEPEST:
            style = self._by_id[id_]
            made.append(style)
            id_ = _value(style.find(f"{W}basedOn")) or ""
        return made

    def name(self, style_id: str | None) -> str:
        """A style's name, in lower case."""
        style = self._by_id.get(style_id or self._default)
        return "" if style is None else (_value(style.find(f"{W}name")) or "").lower()

    def heading_level(self, paragraph: Any) -> int:
        """1 to 9 for a heading, 0 for none; by the outline level of the paragraph or of its styles, or their names."""
        properties = paragraph.find(f"{W}pPr")
        outline = None if properties is None else properties.find(f"{W}outlineLvl")
        if outline is not None:
            return _heading_level(_value(outline))
        for style in self.chain(style_of(paragraph)):
            if match := _HEADING.match(_value(style.find(f"{W}name")) or ""):
                return int(match[1])
            found = style.find(f"{W}pPr/{W}outlineLvl")
            if found is not None:
                return _heading_level(_value(found))
        return 0

    def is_title(self, paragraph: Any) -> bool:
        """Whether a paragraph is set as the document's title."""
        return any(
            (_value(style.find(f"{W}name")) or "").lower() == "title" for style in self.chain(style_of(paragraph))
        )

    def numbering(self, paragraph: Any) -> tuple[str, int | None, str]:
        """(list id, level or None, the style that says so) of a paragraph; ("", None, "") when it is not numbered."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        id_, level, by = "", None, ""
        if own is not None:
            id_ = _value(own.find(f"{W}numId")) or ""
            level = _number(_value(own.find(f"{W}ilvl")))
            if id_ == "0":
                return "", None, ""
        if not id_:
            for style in self.chain(style_of(paragraph)):
                found = style.find(f"{W}pPr/{W}numPr")
                if found is not None:
                    id_ = _value(found.find(f"{W}numId")) or ""
                    level = level if level is not None else _number(_value(found.find(f"{W}ilvl")))
                    by = style.get(f"{W}styleId") or ""
                    if id_:
                        break
        return ("", None, "") if id_ in ("", "0") else (id_, level, by)

    def says(self, run: Any, paragraph: Any, tag: str) -> bool:
        """Whether a switch (`b`, `vanish`) is on for a run: by itself, its style, or its paragraph's style."""
        own = run.find(f"{W}rPr/{W}{tag}")
        if own is not None:
            return is_on(own)
        run_style = _value(run.find(f"{W}rPr/{W}rStyle"))
        chains = [self.chain(run_style)] if run_style else []
        for chain in [*chains, self.chain(style_of(paragraph))]:
            for style in chain:
                if (found := style.find(f"{W}rPr/{W}{tag}")) is not None:
                    return is_on(found)
        return False

    def value(self, run: Any, paragraph: Any, tag: str) -> str:
        """A property (`color`, `sz`) of a run: its own, its style's, or its paragraph's style's; "" where none says."""
        own = _value(run.find(f"{W}rPr/{W}{tag}"))
        if own is not None:
            return own
        run_style = _value(run.find(f"{W}rPr/{W}rStyle"))
        for chain in [*([self.chain(run_style)] if run_style else []), self.chain(style_of(paragraph))]:
            for style in chain:
                if (found := _value(style.find(f"{W}rPr/{W}{tag}"))) is not None:
                    return found
        return ""

    def shades(self, style_id: str | None) -> bool:
        """Whether a table's style puts a colour behind any of its cells."""
        return any(is_shaded(shade) for style in self.chain(style_id) for shade in style.iter(f"{W}shd"))


def is_shaded(shade: Any | None) -> bool:
    """Whether a w:shd element puts a colour behind text."""
    return shade is not None and (shade.get(f"{W}fill") or "auto").upper() not in ("AUTO", "FFFFFF", "")


def _heading_level(text: str | None) -> int:
    level = _number(text)
    return level + 1 if level is not None and level < 9 else 0


def style_of(paragraph: Any) -> str | None:
    """The id of a paragraph's style."""
    return _value(paragraph.find(f"{W}pPr/{W}pStyle"))


def is_on(element: Any) -> bool:
    """A switch of ECMA-376 17.17.4: on when it is there and does not say otherwise."""
    return (element.get(f"{W}val") or "true").lower() not in ("0", "false", "off", "none")


def _value(element: Any | None) -> str | None:
    return None if element is None else element.get(f"{W}val")


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,6}", text) else None

"""What a reader of a web page cannot see: a page may hold words for machines that nobody has looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?(?![.\d])"
    r"|font-size\s*:\s*(?:0(?:\.0+)?|[01](?:\.\d+)?px)(?![.\d])(?:\s*(?:px|em|rem|pt|%))?"
    r"|(?:text-indent|margin-left|left|top|right|bottom)\s*:\s*-(?:\d{3,}|\d{2,}(?:\.\d+)?(?:r?em|v[wh]|%))"
    r"|transform\s*:[^;]*\bscale[xy3d]*\(\s*0(?:\.0+)?\s*[,)]"
    r"|clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.IGNORECASE)
_GROUND = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_WHITE = re.compile(
    r"^(?:#(?:fff|f[5-9a-f]f[5-9a-f]f[5-9a-f])|white|snow|rgba?\(\s*2(?:4[5-9]|5\d)\s*,?\s*2(?:4[5-9]|5\d)\s*,?\s*2(?:4[5-9]|5\d)\b.*"
    r"|hsla?\([^)]*\b(?:9[7-9]|100)%.*)$",
    re.IGNORECASE,
)
_CLEAR = re.compile(r"^(?:transparent|(?:rgb|hsl)a?\(.*[,/]\s*0(?:\.0+)?%?\s*\))$", re.IGNORECASE)
_NO_ROOM = re.compile(r"(?:^|;)\s*(?:max-)?(?:width|height)\s*:\s*0(?:px)?\s*(?:;|$)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_MEDIA = re.compile(r"@[\w-]+[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_ALWAYS = re.compile(r"@media\s+(?:all|screen)\s*\{((?:[^{}]*\{[^{}]*\})*)\s*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"^\s*(?:[a-z]+\d?)?([.#])([\w-]+)\s*$", re.IGNORECASE)
_LONGEST_STYLES = 500_000


@dataclass(frozen=True)
class Hidden:
    """The classes and ids that the page's own style rules hide; `hides` also looks at an element's attributes."""

    classes: frozenset[str]
    ids: frozenset[str]

    @classmethod
    def of(cls, root: Any) -> Hidden:
        """Reads the page's `<style>` elements; rules inside @media and the like, which may not apply, are left out."""
        text = _COMMENT.sub(" ", "".join(element.text or "" for element in root.iter("style"))[:_LONGEST_STYLES])
        text = _ALWAYS.sub(r"\1", text)
        found: dict[str, set[str]] = {".": set(), "#": set()}
        for selectors, style in _RULE.findall(_MEDIA.sub("", text)):
            if not _unseen(style):
                continue
            for selector in selectors.split(","):
                if match := _SIMPLE.match(selector):
                    found[match[1]].add(match[2])
        return cls(frozenset(found["."]), frozenset(found["#"]))

    def hides_within(self, element: Any, top: Any | None = None) -> bool:
        """Whether an element, or one that it stands in (below `top`), cannot be seen."""
        while element is not None and element is not top:
            if self.hides(element):
                return True
            element = element.getparent()
        return False

    def hides(self, element: Any) -> bool:
        """Whether an element, with all below it, cannot be seen."""
        if not isinstance(element.tag, str):
            return True
        if element.get("hidden") is not None or (element.get("aria-hidden") or "").strip().lower() == "true":
            return True
        if element.tag.lower() == "input" and (element.get("type") or "").lower() == "hidden":
            return True
        if _unseen(element.get("style") or ""):
            return True
        return element.get("id") in self.ids or any(
            name in self.classes for name in (element.get("class") or "").split()
        )


def _unseen(style: str) -> bool:
    if not style:
        return False
    style = _COMMENT.sub(" ", style)
    if _STYLE.search(style) or (_NO_ROOM.search(style) and re.search(r"overflow\s*:\s*hidden", style, re.IGNORECASE)):
        return True
    colour, ground = _COLOUR.search(style), _GROUND.search(style)
    if colour is None:
        return False
    on = ground[1].strip() if ground else "white"
    ink = colour[1].strip()
    if _CLEAR.match(ink):
        return True
    return ink.lower() == on.lower() or bool(_WHITE.match(ink) and _WHITE.match(on))

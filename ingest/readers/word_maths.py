"""Formulas of Word files as LaTeX, the usual way to write them in plain text (ECMA-376 part 1, 22.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SIGNS = {
    "·": r"\cdot ", "⋅": r"\cdot ", "×": r"\times ", "÷": r"\div ", "±": r"\pm ", "∓": r"\mp ", "≤": r"\leq ",
    "≥": r"\geq ", "≠": r"\neq ", "≈": r"\approx ", "∞": r"\infty ", "…": r"\textellipsis ", "⋯": r"\cdots ",
    "→": r"\to ", "∈": r"\in ", "∂": r"\partial ", "ϵ": r"\epsilon ", "√": r"\sqrt ", "%": r"\%",
}  # fmt: skip
_LARGE = {
    "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∬": r"\iint", "∭": r"\iiint", "∮": r"\oint", "∯": r"\oiint",
    "∰": r"\oiiint", "⋃": r"\bigcup", "⋂": r"\bigcap", "⋀": r"\bigwedge", "⋁": r"\bigvee",
}  # fmt: skip
_DEEPEST = 60


def latex(element: Any, depth: int = 0) -> str:
    """An oMath element, or a part of one, as LaTeX; what is nested too deeply as its bare letters."""
    if depth > _DEEPEST:
        return "".join(part.text or "" for part in element.iter(f"{M}t"))
    tag = element.tag.removeprefix(M) if isinstance(element.tag, str) else ""
    if tag == "t":
        return "".join(_sign(char) for char in element.text or "")
    if tag in _KNOWN:
        return _KNOWN[tag](element, lambda name: _part(element, name, depth), depth)
    if tag.endswith("Pr"):
        return ""
    return "".join(latex(child, depth + 1) for child in element)


def _part(element: Any, name: str, depth: int) -> str:
    found = element.find(f"{M}{name}")
    return "" if found is None else latex(found, depth + 1)


def _value(element: Any, path: str, default: str) -> str:
    found = element.find("/".join(f"{M}{step}" for step in path.split("/")))
    return default if found is None else found.get(f"{M}val", default)


def _sign(char: str) -> str:
    if char in _SIGNS:
        return _SIGNS[char]
    if char in _LARGE:
        return f"{_LARGE[char]} "
    name = unicodedata.name(unicodedata.normalize("NFKC", char)[0], "") if char else ""
    if name.startswith(("GREEK SMALL LETTER ", "GREEK CAPITAL LETTER ")):
        kind, word = name.split(" ")[1], name.rsplit(" ", 1)[-1].lower()
        return f"\\{word.capitalize() if kind == 'CAPITAL' else word} "
    return unicodedata.normalize("NFKC", char)


def _nary(element: Any, part: Callable[[str], str], depth: int) -> str:
    sign = _value(element, "naryPr/chr", "∫")
    limits = "".join(f"{mark}{{{text}}}" for mark, text in (("_", part("sub")), ("^", part("sup"))) if text)
    return f"{_LARGE.get(sign, _sign(sign))}{limits} {part('e')}"


def _delimited(element: Any, part: Callable[[str], str], depth: int) -> str:
    begin, end = _value(element, "dPr/begChr", "("), _value(element, "dPr/endChr", ")")
    inside = ", ".join(latex(child, depth + 1) for child in element.findall(f"{M}e"))
    escaped = {"{": r"\{", "}": r"\}", "": "."}
    return f"\\left{escaped.get(begin, begin)} {inside} \\right{escaped.get(end, end)} "


def _root(element: Any, part: Callable[[str], str], depth: int) -> str:
    degree = part("deg")
    return f"\\sqrt{f'[{degree}]' if degree else ''}{{{part('e')}}}"


def _rows(element: Any, part: Callable[[str], str], depth: int) -> str:
    return r" \\ ".join(latex(child, depth + 1) for child in element if isinstance(child.tag, str))


_KNOWN: dict[str, Callable[[Any, Callable[[str], str], int], str]] = {
    "f": lambda element, part, depth: f"\\frac{{{part('num')}}}{{{part('den')}}}",
    "sSup": lambda element, part, depth: f"{part('e')}^{{{part('sup')}}}",
    "sSub": lambda element, part, depth: f"{part('e')}_{{{part('sub')}}}",
    "sSubSup": lambda element, part, depth: f"{part('e')}_{{{part('sub')}}}^{{{part('sup')}}}",
    "nary": _nary,
    "d": _delimited,
    "rad": _root,
    "func": lambda element, part, depth: f"{part('fName')} {part('e')}",
    "limLow": lambda element, part, depth: f"{part('e')}_{{{part('lim')}}}",
    "limUpp": lambda element, part, depth: f"{part('e')}^{{{part('lim')}}}",
    "eqArr": _rows,
}

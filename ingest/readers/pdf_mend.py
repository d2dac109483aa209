"""Lines of words → one text: words broken at a line's end put together, and only those."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ingest.readers.pdf_words import Word

_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_WORD_EDGES = re.compile(r"^\W+|\W+$")
_PRIVATE = re.compile("^[\ue000-\uf8ff]$")


def bare(text: str) -> str:
    """A word as it is counted: in lower case, without quotes and stops around it."""
    return _WORD_EDGES.sub("", text.lower())


def mended(lines: Sequence[Sequence[Word]], words: Mapping[str, int]) -> str:
    """Lines of words as one text, with words broken at a line's end put together.

    A hyphen stays where the hyphened word is used elsewhere in the document, or both halves are words of it and the
    whole is not ("well-being"); it goes where the whole is ("safeguarding"), or nothing speaks for it.
    """
    text = ""
    broken = False
    for line in lines:
        part = " ".join("•" if _PRIVATE.match(word.text) else word.text for word in line).replace("\u00ad ", " ")
        if not part:
            continue
        if not text:
            text = part
        elif broken:
            text = text.removesuffix("\u00ad").removesuffix("-") + part
        elif text[-1] in "-‐" and text[-2:-1].isalnum() and part[0].isalnum():
            text = _unbroken(text, part, words)
        elif _EAST_ASIAN.match(text[-1]) and _EAST_ASIAN.match(part[0]):
            text += part
        else:
            text = f"{text} {part}"
        broken = bool(line) and line[-1].broken
    return " ".join(text.replace("\u00ad", "").split())


def _unbroken(text: str, part: str, words: Mapping[str, int]) -> str:
    before, after = text[:-1].rsplit(" ", 1)[-1], part.split(" ", 1)[0]
    if not part[0].islower() or not before[-1].isalpha():
        return text + part
    one, two = bare(before), bare(after)
    hyphened, whole = words.get(f"{one}-{two}", 0), words.get(one + two, 0)
    if hyphened or whole:
        keeps = hyphened > whole
    else:
        keeps = "-" in one or (len(one) > 2 and len(two) > 2 and bool(words.get(one)) and bool(words.get(two)))
    return text + part if keeps else text[:-1] + part

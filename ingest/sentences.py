"""Where sentences end in professional English: pinpoints ("s. 44", "para. 14.17") and titles do not end one."""

from __future__ import annotations

import re
from functools import lru_cache

import yaml

from ingest.sources import CORPUS

_END = re.compile(r"""(?<=[.!?])["'\u201d\u2019)\]]*\s+(?=["'\u201c\u2018(\[]?[A-Z0-9])""")
_BARE = re.compile(r"(?:yes|no)[.!]", re.IGNORECASE)
_LAST_WORD = re.compile(r"(\S+)$")
_LONGEST_WORD = 80
"""Characters that are looked back: no abbreviation is longer, and a long paragraph is read once only."""


@lru_cache
def _abbreviations() -> frozenset[str]:
    data = yaml.safe_load((CORPUS / "data" / "abbreviations.yaml").read_text(encoding="utf-8"))
    return frozenset(str(entry).lower() for entry in data["never_end_a_sentence"])


def spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence of one paragraph, in characters; white space between them belongs to none.

    A sentence of one or two words goes with the next one. A bare "No." or "Yes." that opens a paragraph belongs to
    none: it answers the heading above, and quoted under another question it would answer that one, wrongly.

    >>> [("No. A chair is optional (see para. 14.150). Ask."[a:b]) for a, b in spans("No. A chair is optional "
    ... "(see para. 14.150). Ask.")]
    ['A chair is optional (see para. 14.150). Ask.']
    """
    cuts = [0]
    for match in _END.finditer(text):
        word = _LAST_WORD.search(text[max(0, match.start() - _LONGEST_WORD) : match.start()])
        if word and word[1].lstrip("([\"'").lower() in _abbreviations():
            continue
        cuts.append(match.end())
    cuts.append(len(text))
    found = [(a, a + len(text[a:b].rstrip())) for a, b in zip(cuts, cuts[1:], strict=False) if text[a:b].strip()]
    merged: list[tuple[int, int]] = []
    pending: int | None = None
    for start, end in found:
        begin = start if pending is None else pending
        if (start, end) == found[0] != found[-1] and _BARE.fullmatch(text[start:end]):
            continue
        if len(text[start:end].split()) <= 2 and (start, end) != found[-1]:
            pending = begin
            continue
        merged.append((begin, end))
        pending = None
    if len(merged) > 1 and len(text[slice(*merged[-1])].split()) <= 2:
        (start, _), (_, end) = merged[-2], merged[-1]
        merged[-2:] = [(start, end)]
    return merged

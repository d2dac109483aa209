"""A narrative made ready for patterns, character for character, and cut into sentences and clauses.

The plain form is as long as the text, so that a place in one is the same place in the other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ingest.sentences import spans

_ALIKE = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "“": " ", "”": " ", '"': " ", "–": "-", "—": "-", "→": "-", "\t": " ", "\u00a0": " "}
)
_HYPHEN = re.compile(r"(?<=[^\W_])-(?=[^\W_])")
_WRAPPED = re.compile(r"(?<![.!?:;])\n(?=[a-z])")  # a line broken in mid-sentence, as pasted mail has it
LONGEST = 600
"""Characters of a sentence: what stands further apart does not belong together, and reading stays linear."""

_PARAGRAPH = re.compile(r"[^\n]+")
_STOP = re.compile(r"[.!?](?=['\")\]]*\s+['\"(\[]?[a-z])")


@dataclass(frozen=True)
class Sentence:
    """`narrative[start:end]`, counted in characters; `question` where it ends with a question mark."""

    start: int
    end: int
    question: bool = False


@dataclass(frozen=True)
class Text:
    """A narrative as patterns see it: lower case, straight quotes, no double ones, "self-neglect" as two words."""

    narrative: str

    @cached_property
    def plain(self) -> str:
        """As long as the narrative, in lower case; line ends stay, but for lines broken in mid-sentence."""
        folded = "".join(low if len(low := letter.lower()) == 1 else letter for letter in self.narrative)
        folded = _WRAPPED.sub(" ", folded.translate(_ALIKE))
        return _HYPHEN.sub(" ", folded)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """In order; a line of a form or list is a sentence, and so is what follows a stop without a capital."""
        unwrapped = _WRAPPED.sub(" ", self.narrative)
        found = []
        for paragraph in _PARAGRAPH.finditer(unwrapped):
            for start, end in spans(paragraph.group()):
                first, last = paragraph.start() + start, paragraph.start() + end
                question = unwrapped[first:last].rstrip("\"')]”").endswith("?")
                found += [Sentence(a, b, question) for a, b in _pieces(unwrapped, first, last)]
        return tuple(found)

    def sentence_at(self, place: int) -> int:
        """The number of the sentence that holds a character."""
        return max(0, bisect_right(self._starts, place) - 1)

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence, or its pieces of at most `LONGEST` characters where nobody stopped for breath."""
    while end - start > LONGEST:
        cut = text.rfind(" ", start + 1, start + LONGEST)
        cut = cut if cut > start else start + LONGEST
        yield start, cut
        start = cut
    yield start, end

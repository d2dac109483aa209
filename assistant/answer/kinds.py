"""What kind of thing a question asks for (an amount, a telephone number, a date) and whether a text holds one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from ingest.errors import RegisterInvalid
from ingest.lexical import terms
from ingest.sources import CORPUS

_PHRASE_END = re.compile(
    r"\b(?:of|in|on|at|to|for|from|with|by|are|is|was|were|be|been|do|does|did|have|has|had|hadnt|hasnt|can|could|"
    r"should|must|may|will|would|there|that|who|which|involve\w*|mention\w*|share\w*|receive\w*|need\w*|"
    r"work\w*|use\w*|died|die|featured?|got|n|and|or)\b|[?,.;]",
    re.IGNORECASE,
)
_ASKING = re.compile(r"[^.?!]*\?|[^.?!]+$")
_CLAUSE = re.compile(r",|;|:| - |\n")
_INTERROGATIVE = re.compile(
    r"\b(?:who|whom|whose|what|whats|which|when|where|why|how|name|number)\b"
    r"|^\W*(?:and |so |but )?(?:is|are|was|were|do|does|did|can|could|should|must|may|will|would|has|have|had)\b",
    re.IGNORECASE,
)
FILE = CORPUS / "data" / "answer-types.yaml"


class AnswerKind(BaseModel):
    """One kind of answer: patterns of the questions that ask for it, and of the texts that hold it."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    id: str
    asks: tuple[re.Pattern[str], ...]
    needs: tuple[re.Pattern[str], ...]
    counted: tuple[re.Pattern[str], ...] = ()

    @field_validator("asks", "needs", "counted", mode="before")
    @classmethod
    def _compiled(cls, value: list[str] | str) -> tuple[re.Pattern[str], ...]:
        try:
            return tuple(
                re.compile(pattern, re.IGNORECASE) for pattern in ([value] if isinstance(value, str) else value)
            )
        except re.error as error:
            raise ValueError(f"'{error.pattern!r}' is not a pattern: {error}") from None

    def asked_by(self, question: str) -> bool:
        """Whether a question asks for this kind."""
        return any(pattern.search(question) for pattern in self.asks)

    def held_by(self, lines: Sequence[str], question: str) -> bool:
        """Whether some line holds this kind and, where the question counts something, names what is counted."""
        what = self._counted(question)
        return any(any(pattern.search(line) for pattern in self.needs) and what <= set(terms(line)) for line in lines)

    def _counted(self, question: str) -> set[str]:
        """The stem of the thing counted: the last word before a verb or preposition ("how many *deaths* involve")."""
        for pattern in self.counted:
            if match := pattern.search(question):
                phrase = _PHRASE_END.split(match[1], maxsplit=1)[0]
                return set(terms(phrase)[-1:])
        return set()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    source: str
    checked_on: date
    types: tuple[AnswerKind, ...]


@cache
def load_kinds(path: Path = FILE) -> tuple[AnswerKind, ...]:
    """All kinds of answer. Raises: RegisterInvalid."""
    try:
        return _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).types
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise RegisterInvalid(f"The data file {path.name} cannot be used ({error}); mend that entry.") from error


def asked_kinds(question: str) -> list[AnswerKind]:
    """The kinds of answer a question asks for; usually none or one.

    In a message of several sentences only those that ask (and the last one) are read, and of those only the clauses
    that ask, where one does: a story may well say "today".
    """
    clauses = [clause for sentence in _ASKING.findall(question) for clause in _CLAUSE.split(sentence)]
    asking = " ".join([clause for clause in clauses if _INTERROGATIVE.search(clause)] or clauses)
    return [kind for kind in load_kinds() if kind.asked_by(asking)]

"""What kind of thing a question asks for (an amount, a telephone number, a date) and whether a text holds one."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from ingest.errors import RegisterInvalid
from ingest.sources import CORPUS

FILE = CORPUS / "data" / "answer-types.yaml"


class AnswerKind(BaseModel):
    """One kind of answer: patterns of the questions that ask for it, and of the texts that hold it."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    id: str
    asks: tuple[re.Pattern[str], ...]
    needs: tuple[re.Pattern[str], ...]

    @field_validator("asks", "needs", mode="before")
    @classmethod
    def _compiled(cls, value: list[str]) -> tuple[re.Pattern[str], ...]:
        try:
            return tuple(re.compile(pattern, re.IGNORECASE) for pattern in value)
        except re.error as error:
            raise ValueError(f"'{error.pattern!r}' is not a pattern: {error}") from None

    def asked_by(self, question: str) -> bool:
        """Whether a question asks for this kind."""
        return any(pattern.search(question) for pattern in self.asks)

    def held_by(self, text: str) -> bool:
        """Whether a text holds this kind."""
        return any(pattern.search(text) for pattern in self.needs)


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
    """The kinds of answer a question asks for; usually none or one."""
    return [kind for kind in load_kinds() if kind.asked_by(question)]

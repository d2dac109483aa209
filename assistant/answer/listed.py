"""Does a question ask what stands inside a document that the starter library only lists?"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from ingest.errors import RegisterInvalid
from ingest.sources import CORPUS

FILE = CORPUS / "data" / "listed-documents.yaml"


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
    except re.error as error:
        raise ValueError(f"{error.pattern!r} is not a pattern: {error}") from None


class ListedDocument(_Value):
    """A document that is named and not held: patterns of its names, and the digest that names it."""

    id: str
    listed_in: str
    names: tuple[re.Pattern[str], ...]

    _names = field_validator("names", mode="before")(_compiled)


class ListedDocuments(_Value):
    """All of them, with what a question about their contents holds, and what a listing does answer."""

    title: str
    source: str
    checked_on: date
    documents: tuple[ListedDocument, ...]
    inside: tuple[re.Pattern[str], ...]
    held: tuple[re.Pattern[str], ...]

    _patterns = field_validator("inside", "held", mode="before")(_compiled)


@cache
def load_listed(file: Path = FILE) -> ListedDocuments:
    """The data file. Raises: RegisterInvalid."""
    try:
        return ListedDocuments.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise RegisterInvalid(f"The data file {file.name} cannot be used ({error}); mend that entry.") from error


def asks_inside_a_listed_document(question: str, listed: ListedDocuments | None = None) -> bool:
    """Whether a question names such a document and asks for more than a listing tells.

    >>> asks_inside_a_listed_document("what does the hoarding policy say about pets?")
    True
    >>> asks_inside_a_listed_document("is there a local hoarding policy?")
    False
    """
    listed = listed or load_listed()

    def any_of(patterns: tuple[re.Pattern[str], ...]) -> bool:
        return any(pattern.search(question) for pattern in patterns)

    named = any(any_of(document.names) for document in listed.documents)
    return named and any_of(listed.inside) and not any_of(listed.held)

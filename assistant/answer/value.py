"""What the Ask flow returns: a finished answer that any screen can draw without deciding anything."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, computed_field


class Outcome(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NO_EVIDENCE = "no_evidence"
    OUT_OF_SCOPE = "out_of_scope"
    URGENT = "urgent"
    REFUSED = "refused"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Citation(_Value):
    """The passage an answer sentence relies on. `passage_text[start:end] == quote`, counted in characters."""

    n: int
    source_id: str
    passage_id: str
    title: str
    publisher: str
    pinpoint: str
    page: int | None
    url: str | None
    quote: str
    start: int
    end: int
    heading: str
    kind: str
    kind_label: str
    authority: int
    jurisdiction: str
    published: str
    checked_on: date
    review_due: date | None
    superseded_by: str | None
    is_digest: bool


class Sentence(_Value):
    """One verbatim line of an answer. `role` says how to draw it; `citations` are the numbers behind it."""

    text: str
    citations: tuple[int, ...]
    role: Literal["sentence", "lead_in", "item"] = "sentence"


class _Place(_Value):
    """A section of a source, to look at."""

    source_id: str
    title: str
    publisher: str
    pinpoint: str
    heading: str
    url: str | None


class Nearest(_Place):
    """A search result under a refusal: a place to look, never a source of the reply."""

    passage_id: str


class Unconfirmed(_Place):
    """A section that may hold the answer and is never quoted: its words could not be confirmed. Where to read it."""

    message: str


class Difference(_Value):
    """A local or secondary wording that differs from the statute on the same point; both are cited."""

    local_wording: str
    local_citation: int | None
    statute_pinpoint: str
    statute_citation: int | None
    difference: str


class Contact(_Value):
    """Whom to ring or write to, from corpus/data/contacts.yaml."""

    name: str
    purpose: str
    numbers: tuple[tuple[str, str], ...]
    hours: str | None = None
    email: str | None = None
    source: str
    checked_on: date


class Answer(_Value):
    """Sentences with citations, or an honest refusal with its outcome.

    `unsure`: the evidence is enough to quote and not enough to be relied on; `message` then says so above the quotes.
    """

    question: str
    outcome: Outcome
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    message: str = ""
    emergency: bool = False
    emergency_message: str = ""
    notices: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    follow_ups: tuple[str, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    unconfirmed: Unconfirmed | None = None
    contacts: tuple[Contact, ...] = ()
    unsure: bool = False
    reads_like_a_case: bool = False
    took_ms: float = 0.0

    @computed_field  # type: ignore[prop-decorator]
    @property
    def abstained(self) -> bool:
        """True exactly when no claim is answered."""
        return not self.sentences

    @computed_field  # type: ignore[prop-decorator]
    @property
    def answer(self) -> str:
        """The whole reply as a person reads it, with [1] markers after each quoted line."""
        parts: list[str] = []
        if self.emergency_message:
            parts.append(self.emergency_message)
        if self.message:
            parts.append(self.message)
        body: list[str] = []
        for sentence in self.sentences:
            marks = "".join(f" [{n}]" for n in sentence.citations)
            body.append(f"{'- ' if sentence.role == 'item' else ''}{sentence.text}{marks}")
        if body:
            parts.append("\n".join(body))
        if self.unconfirmed:
            parts.append(self.unconfirmed.message)
        parts.extend(f"Note: {notice}" for notice in self.notices)
        return "\n\n".join(parts)

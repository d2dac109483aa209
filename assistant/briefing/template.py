"""corpus/data/briefing.yaml as typed values: the seven parts, their questions and the themes offered first."""

from __future__ import annotations

import re
from functools import lru_cache

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingest.sources import CORPUS, Kind


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PartTemplate(_Value):
    """What one part asks of the library, or `from`: the parts whose statements its questions are about.

    `headings` are those under which such statements usually stand; capitals do not matter. `otherwise` is asked where
    no source names the theme.
    """

    id: str
    heading: str
    asks: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    headings: re.Pattern[str] | None = None
    otherwise: str = ""
    sources: int = Field(default=3, ge=1, description="sources quoted side by side, at most")
    about: tuple[str, ...] = Field(default=(), alias="from")

    @model_validator(mode="after")
    def _one_way(self) -> PartTemplate:
        if bool(self.asks) == bool(self.about):
            raise ValueError(f"part '{self.id}' either asks the library or takes up other parts")
        return self


class Theme(_Value):
    """A theme offered first. `also` is how it is asked for: a few more words find more."""

    name: str
    also: str


class Template(_Value):
    """Everything in the file."""

    minutes: int
    most_words: int
    fewest_sources: int
    candidates: int
    parts: tuple[PartTemplate, ...]
    questions: dict[str, tuple[str, ...]]
    actions: dict[str, str]
    themes: tuple[Theme, ...]
    audiences: tuple[str, ...]

    @model_validator(mode="after")
    def _agrees(self) -> Template:
        ids = {part.id for part in self.parts}
        named = {*self.questions, *self.actions, *(id_ for part in self.parts for id_ in part.about)}
        if len(self.parts) != 7 or len(ids) != 7:
            raise ValueError("a briefing has seven parts, each with an id of its own")
        if unknown := named - ids:
            raise ValueError(f"there is no part '{sorted(unknown)[0]}'")
        return self

    def asked_as(self, theme: str) -> str:
        """How a theme is asked for: a known one in its fuller words, any other as it was typed."""
        known = {entry.name.lower(): entry.also for entry in self.themes}
        return known.get(theme.strip().lower(), theme.strip())


@lru_cache
def load_template() -> Template:
    """The parts and themes that are shipped."""
    return Template.model_validate(yaml.safe_load((CORPUS / "data" / "briefing.yaml").read_text("utf-8")))

"""What a page says about itself: in force, withdrawn or superseded."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from functools import lru_cache
from html.parser import HTMLParser
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from ingest.readers.text import clean
from ingest.sources import CORPUS


class Mark(StrEnum):
    """How a publication stands, as its publisher says. Nothing so marked is deleted."""

    CURRENT = "current"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    GONE = "gone"


class Notice(BaseModel):
    """One way of saying so; corpus/data/withdrawn-notices.yaml explains the fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    mark: Mark
    where: Literal["title", "notice"]
    says: re.Pattern[str]
    source: str = Field(min_length=3)
    checked_on: date


class Notices(BaseModel):
    """Everything in corpus/data/withdrawn-notices.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    notice_classes: tuple[str, ...]
    notices: tuple[Notice, ...]


@lru_cache
def load_notices() -> Notices:
    """The notices known."""
    return Notices.model_validate(yaml.safe_load((CORPUS / "data" / "withdrawn-notices.yaml").read_text("utf-8")))


def page_mark(data: bytes, notices: Notices | None = None) -> tuple[Mark, str]:
    """How a web page says it stands, and its own words for it; (CURRENT, "") when it says nothing."""
    known = notices or load_notices()
    page = _Notices(known.notice_classes)
    page.feed(data.decode("utf-8", "replace"))
    page.close()
    for notice in known.notices:
        for text in page.titles if notice.where == "title" else page.notices:
            words = " ".join(clean(text).split())
            if re.search(notice.says.pattern, words, re.IGNORECASE):
                return notice.mark, words
    return Mark.CURRENT, ""


_LONGEST = 600
"""Characters of a notice that are read: it begins with what it has to say."""

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Notices(HTMLParser):
    """Collects the titles and notices of a page. Tags left open do no harm: a notice's length is bounded."""

    def __init__(self, classes: tuple[str, ...]) -> None:
        super().__init__(convert_charrefs=True)
        self._classes = classes
        self.titles: list[str] = []
        self.notices: list[str] = []
        self._into: list[str] | None = None
        self._tag, self._depth, self._skipping = "", 0, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "template"):
            self._skipping = tag
        elif self._into is not None:
            self._depth += tag == self._tag
            self.handle_data(" ")  # two elements' words are two words
        elif tag not in _VOID:
            words = (dict(attrs).get("class") or "").lower()
            if tag == "title" and not self.titles:
                self._begin(self.titles, tag)
            elif any(name in words for name in self._classes):
                self._begin(self.notices, tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipping:
            self._skipping = ""
        elif self._into is not None:
            self.handle_data(" ")
            self._depth -= tag == self._tag
            if self._depth == 0:
                self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None and not self._skipping:
            self._into[-1] += data[:_LONGEST]
            if len(self._into[-1]) > _LONGEST:
                self._into[-1] = self._into[-1][:_LONGEST]
                self._into = None

    def _begin(self, into: list[str], tag: str) -> None:
        into.append("")
        self._into, self._tag, self._depth = into, tag, 1

"""Sections → passages → units: what is found, and what can be quoted.

A passage is text of one section and never crosses into another. A unit is the smallest thing an answer may quote:
a sentence, a list item or a table row, as a span of its passage's text, so that every quote is a substring by
construction. A window is a stretch of whole units that fits the embedding model, so that nothing is cut silently.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from ingest.asked import Asked
from ingest.document import Block, BlockKind, Document
from ingest.sentences import spans
from ingest.sources import Kind, Source

PASSAGE_WORDS = 320
"""Most words of one passage before it is cut between paragraphs or lists: about one printed half page."""


class UnitKind(StrEnum):
    """How a unit stands in its passage."""

    SENTENCE = "sentence"
    LEAD_IN = "lead_in"
    ITEM = "item"


class Unit(BaseModel):
    """`passage.text[start:end]` is the unit. `group` numbers the list it belongs to (0: none), lead-in included.

    `paragraph` numbers the paragraph a sentence stands in, so that neighbours of the same paragraph are known.
    """

    model_config = ConfigDict(frozen=True)

    start: int
    end: int
    kind: UnitKind
    group: int
    paragraph: int


class Passage(BaseModel):
    """The unit that is indexed and found: part of one section, with everything a citation needs."""

    model_config = ConfigDict(frozen=True)

    id: str
    source_id: str
    title: str
    publisher: str
    pinpoint: str
    page: int | None
    url: str | None
    path: str | None
    heading: tuple[str, ...]
    text: str
    kind: Kind
    audience: str
    units: tuple[Unit, ...]
    asked: tuple[str, ...] = ()

    @property
    def context(self) -> str:
        """What stands before a unit when it is embedded: 'title > last headings'."""
        return " > ".join((self.title, *self.heading[1:]))

    def quote(self, unit: Unit) -> str:
        """The unit's words."""
        return self.text[unit.start : unit.end]


def passages(document: Document, source: Source, path: str | None = None, asked: Asked | None = None) -> list[Passage]:
    """All passages of a document in reading order, with ids that are unique within the source.

    `asked`: the questions its sections are known to answer; indexed with the passage and never quoted.
    """
    made: list[Passage] = []
    taken: set[str] = set()
    for section in document.sections:
        if not section.indexed:
            continue
        for part in _parts([block for block in section.blocks if block.indexed]):
            text, units = _set(part)
            made.append(
                Passage(
                    id=_unique(f"{source.id}:{_slug(section.pinpoint)}", taken),
                    source_id=source.id,
                    title=source.title,
                    publisher=source.publisher,
                    pinpoint=section.pinpoint,
                    page=section.page,
                    url=str(source.url) if source.url else None,
                    path=path,
                    heading=section.heading,
                    text=text,
                    kind=source.kind,
                    audience=source.audience,
                    units=units,
                    asked=asked.of(section.heading[-1], section.pinpoint) if asked else (),
                )
            )
    return made


def windows(passage: Passage, count: Callable[[str], int], limit: int) -> list[str]:
    """The passage as texts of at most `limit` tokens (as `count` counts them), each led by the passage's context.

    Windows hold whole units; only a unit that alone is too long is cut, between words. A single word longer than the
    window is left to the model, which cuts it: such a word carries no meaning the model could use.
    """
    context = passage.context
    while count(context) > limit // 2:
        context = context.rsplit(" ", max(1, len(context.split()) // 4))[0]
    room = limit - count(f"{context}: ")
    made: list[str] = []
    current: list[str] = []
    for text in (piece for unit in passage.units for piece in _fit(passage.quote(unit), count, room)):
        if current and count("\n".join([*current, text])) > room:
            made.append(f"{context}: " + "\n".join(current))
            current = []
        current.append(text)
    if current:
        made.append(f"{context}: " + "\n".join(current))
    return made


def unit_texts(passage: Passage) -> list[str]:
    """Each unit as it is embedded: 'title > heading: lead-in unit', in the order of `passage.units`."""
    lead_ins = {unit.group: passage.quote(unit) for unit in passage.units if unit.kind is UnitKind.LEAD_IN}
    texts = []
    for unit in passage.units:
        lead_in = lead_ins.get(unit.group, "") if unit.kind is UnitKind.ITEM else ""
        texts.append(f"{passage.context}: {lead_in} {passage.quote(unit)}".replace("  ", " "))
    return texts


def _fit(text: str, count: Callable[[str], int], room: int) -> Iterator[str]:
    if count(text) <= room:
        yield text
        return
    words = text.split()
    if len(words) == 1:
        yield text
        return
    half = len(words) // 2
    yield from _fit(" ".join(words[:half]), count, room)
    yield from _fit(" ".join(words[half:]), count, room)


def _parts(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks in stretches of at most PASSAGE_WORDS, cut before a paragraph and never between a list and its lead-in."""
    atoms: list[list[Block]] = []
    for block in blocks:
        if block.kind is BlockKind.PARAGRAPH or not atoms:
            atoms.append([block])
        else:
            atoms[-1].append(block)
    part: list[Block] = []
    for atom in atoms:
        if part and sum(len(block.text.split()) for block in [*part, *atom]) > PASSAGE_WORDS:
            yield part
            part = []
        part.extend(atom)
    if part:
        yield part


def _set(blocks: Sequence[Block]) -> tuple[str, tuple[Unit, ...]]:
    """The passage text of some blocks, and its units as spans of it."""
    text, units = "", []
    for number, block in enumerate(blocks, start=1):
        following = blocks[number] if number < len(blocks) else None
        if text:
            text += "\n\n" if block.kind is BlockKind.PARAGRAPH else "\n"
        start = len(text)
        text += block.line
        if block.kind is not BlockKind.PARAGRAPH:
            bullet = "  " * block.depth + ("- " if block.marker == "-" else "")  # a number is kept: it may be cited
            units.append(Unit(start=start + len(bullet), end=len(text), kind=UnitKind.ITEM,
                              group=block.group, paragraph=number))  # fmt: skip
            continue
        sentences = [(start + a, start + b) for a, b in spans(block.text)]
        introduces = following is not None and following.kind is not BlockKind.PARAGRAPH
        for position, (a, b) in enumerate(sentences, start=1):
            is_lead_in = introduces and position == len(sentences)
            units.append(Unit(start=a, end=b, kind=UnitKind.LEAD_IN if is_lead_in else UnitKind.SENTENCE,
                              group=following.group if is_lead_in and following else 0, paragraph=number))  # fmt: skip
    return text, tuple(units)


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return slug[:60].rstrip("-") or "text"


def _unique(wanted: str, taken: set[str]) -> str:
    candidate, number = wanted, 1
    while candidate in taken:
        number += 1
        candidate = f"{wanted}.{number}"
    taken.add(candidate)
    return candidate

"""Sections → passages → units: what is found, and what can be quoted.

A passage is text of one section and never crosses into another. A unit is the smallest thing an answer may quote:
a sentence, a list item or a table row, as a span of its passage's text, so that every quote is a substring by
construction. A window is a stretch of whole units that fits the embedding model, so that nothing is cut silently.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import quote as quote_url

from pydantic import BaseModel, ConfigDict

from ingest.asked import Asked
from ingest.document import Block, BlockKind, Document
from ingest.sentences import spans
from ingest.sources import Kind, Source

PASSAGE_WORDS = 320
"""Most words of one passage before it is cut between paragraphs or lists: about one printed half page."""

LONGEST_TEXT = 4_000
"""Most characters of one passage: words that are longer than this allows are no prose, and are cut."""

LIST_WORDS = 960
"""Most words of a list or table with its lead-in. A longer one is cut between items, and its lead-in is repeated."""


class UnitKind(StrEnum):
    """How a unit stands in its passage."""

    SENTENCE = "sentence"
    LEAD_IN = "lead_in"
    ITEM = "item"


class Unit(BaseModel):
    """`passage.text[start:end]` is the unit. `group` numbers the list it belongs to (0: none), lead-in included.

    `paragraph` numbers the paragraph a sentence stands in, so that neighbours of the same paragraph are known.
    `page` is given where it is not its passage's.
    """

    model_config = ConfigDict(frozen=True)

    start: int
    end: int
    kind: UnitKind
    group: int
    paragraph: int
    page: int | None = None


class Place(NamedTuple):
    """Where a quote stands: the pinpoint to cite and the page to open, counted from 1."""

    pinpoint: str
    page: int | None


class Passage(BaseModel):
    """The unit that is indexed and found: part of one section, with everything a citation needs.

    `span` is where it stands in its section, in characters of the section's blocks set as one text; `section` numbers
    the document's sections from 0, so that a passage's neighbours and the rest of its clause can be found. `url` opens
    the publication, at the passage's own anchor where it has one. `by_page`: its pinpoint is a page, and a quote from
    the next page has that page's; `page_labels` are the printed numbers of its pages where they are not the count.
    """

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
    section: int = 0
    span: tuple[int, int] = (0, 0)
    by_page: bool = False
    page_labels: dict[int, str] = {}

    @property
    def context(self) -> str:
        """What stands before a unit when it is embedded: 'title > last headings'."""
        return " > ".join((self.title, *self.heading[1:]))

    def quote(self, unit: Unit) -> str:
        """The unit's words."""
        return self.text[unit.start : unit.end]

    def place(self, start: int) -> Place:
        """The place of the words that begin at a character of the text."""
        page = next((unit.page for unit in self.units if unit.start <= start < unit.end and unit.page), self.page)
        return Place(page_pinpoint(page, self.page_labels) if self.by_page and page else self.pinpoint, page)


def page_pinpoint(page: int, labels: Mapping[int, str]) -> str:
    """A page as it is cited, by the number printed on it."""
    return f"p. {labels.get(page, page)}"


def passages(document: Document, source: Source, path: str | None = None, asked: Asked | None = None) -> list[Passage]:
    """All passages of a document in reading order, with ids that are unique within the source.

    `asked`: the questions its sections are known to answer; indexed with the passage and never quoted.
    """
    made: list[Passage] = []
    taken: set[str] = set()
    for number, section in enumerate(document.sections):
        if not section.indexed:
            continue
        at = 0
        for part in _parts([block for block in section.blocks if block.indexed]):
            text, units = _set(part)
            page = part[0].page or section.page
            labels = {n: document.page_labels[n] for n in _pages(part) if n in document.page_labels}
            pinpoint = page_pinpoint(page, labels) if section.by_page and page else section.pinpoint
            made.append(
                Passage(
                    id=_unique(f"{source.id}:{_slug(pinpoint)}", taken),
                    source_id=source.id,
                    title=source.title,
                    publisher=source.publisher,
                    pinpoint=pinpoint,
                    page=page,
                    url=_address(source, section.anchor),
                    path=path,
                    heading=section.heading,
                    text=text,
                    kind=source.kind,
                    audience=source.audience,
                    units=units,
                    asked=asked.of(section.heading[-1], section.pinpoint) if asked else (),
                    section=number,
                    span=(at, at + len(text)),
                    by_page=section.by_page,
                    page_labels=labels,
                )
            )
            at += len(text) + 2
    return made


def _pages(part: Sequence[Block]) -> list[int]:
    return sorted({block.page for block in part if block.page is not None})


def _address(source: Source, anchor: str | None) -> str | None:
    """The publication's address, at the anchor of a heading where both are known."""
    if source.url is None:
        return None
    url = str(source.url)
    return f"{url}#{quote_url(anchor)}" if anchor and "#" not in url else url


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
    part: list[Block] = []
    for atom in (piece for whole in _atoms(blocks) for piece in _bounded(whole)):
        if part and (_words([*part, *atom]) > PASSAGE_WORDS or _letters([*part, *atom]) > LONGEST_TEXT):
            yield part
            part = []
        part.extend(atom)
    if part:
        yield part


def _atoms(blocks: Sequence[Block]) -> list[list[Block]]:
    """Each paragraph with the lists and tables that follow it."""
    atoms: list[list[Block]] = []
    for block in blocks:
        if block.kind is BlockKind.PARAGRAPH or not atoms:
            atoms.append([block])
        else:
            atoms[-1].append(block)
    return atoms


def _bounded(atom: list[Block]) -> Iterator[list[Block]]:
    """An atom that is over-long, in pieces: a paragraph between its sentences, a list between its items."""
    first, *items = atom
    sentences = list(_cut_paragraph(first)) if first.kind is BlockKind.PARAGRAPH else [first]
    yield from ([sentence] for sentence in sentences[:-1])
    lead_in = sentences[-1:] if first.kind is BlockKind.PARAGRAPH else []
    items = items if lead_in else atom
    if _words([*lead_in, *items]) <= LIST_WORDS:
        yield [*lead_in, *items]
        return
    repeated = lead_in
    if lead_in and _words(lead_in) > PASSAGE_WORDS // 4:  # only its last sentence introduces the list
        *_, (start, end) = spans(lead_in[0].text)
        repeated = [replace(lead_in[0], text=lead_in[0].text[start:end], marker="")]
    piece = list(lead_in)
    for item in (cut for whole in items for cut in _cut_item(whole)):
        if len(piece) > 1 and _words([*piece, item]) > PASSAGE_WORDS and item.depth == 0:
            yield piece
            piece = list(repeated)
        piece.append(item)
    yield piece


def _cut_paragraph(block: Block) -> Iterator[Block]:
    """A paragraph over PASSAGE_WORDS in pieces of whole sentences; a sentence that is over-long alone between words."""
    if len(block.text.split()) <= PASSAGE_WORDS and len(block.text) <= LONGEST_TEXT:
        yield block
        return
    piece: list[str] = []
    first = True
    for sentence in (cut for a, b in spans(block.text) for cut in _cut_words(block.text[a:b])):
        joined = " ".join([*piece, sentence])
        if piece and (len(joined.split()) > PASSAGE_WORDS or len(joined) > LONGEST_TEXT):
            yield replace(block, text=" ".join(piece), marker=block.marker if first else "")
            piece, first = [], False
        piece.append(sentence)
    yield replace(block, text=" ".join(piece), marker=block.marker if first else "")


def _cut_item(block: Block) -> Iterator[Block]:
    """An item or row over PASSAGE_WORDS, between words: each piece keeps its marker."""
    for text in _cut_words(block.text):
        yield replace(block, text=text)


def _cut_words(text: str) -> Iterator[str]:
    """Text of at most PASSAGE_WORDS words and so many letters that a page could hold them; cut where it must be."""
    found = text.split()
    if len(found) <= PASSAGE_WORDS and len(text) <= LONGEST_TEXT:
        yield text
        return
    piece: list[str] = []
    size = 0
    for word in (whole[n : n + LONGEST_TEXT] for whole in found for n in range(0, len(whole), LONGEST_TEXT)):
        if piece and (len(piece) == PASSAGE_WORDS or size + len(word) > LONGEST_TEXT):
            yield " ".join(piece)
            piece, size = [], 0
        piece.append(word)
        size += len(word) + 1
    yield " ".join(piece)


def _words(blocks: Sequence[Block]) -> int:
    return sum(len(block.text.split()) for block in blocks)


def _letters(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _set(blocks: Sequence[Block]) -> tuple[str, tuple[Unit, ...]]:
    """The passage text of some blocks, and its units as spans of it."""
    text, units = "", []
    for number, block in enumerate(blocks, start=1):
        following = blocks[number] if number < len(blocks) else None
        page = block.page if block.page != blocks[0].page else None
        if text:
            text += "\n\n" if block.kind is BlockKind.PARAGRAPH else "\n"
        start = len(text)
        text += block.line
        if block.kind is not BlockKind.PARAGRAPH:
            bullet = "  " * block.depth + ("- " if block.marker == "-" else "")  # a number is kept: it may be cited
            units.append(Unit(start=start + len(bullet), end=len(text), kind=UnitKind.ITEM,
                              group=block.group, paragraph=number, page=page))  # fmt: skip
            continue
        words = start + len(block.line) - len(block.text)  # a clause's number stands before them: it is the pinpoint
        sentences = [(words + a, words + b) for a, b in spans(block.text)]
        introduces = following is not None and following.kind is not BlockKind.PARAGRAPH
        for position, (a, b) in enumerate(sentences, start=1):
            is_lead_in = introduces and position == len(sentences)
            units.append(Unit(start=a, end=b, kind=UnitKind.LEAD_IN if is_lead_in else UnitKind.SENTENCE,
                              group=following.group if is_lead_in and following else 0, paragraph=number,
                              page=page))  # fmt: skip
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

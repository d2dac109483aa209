"""What a reader returns: a document as an ordered list of sections with pinpoints, whatever its file format was."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    """How a stretch of text was set by its author."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True)
class Block:
    """One paragraph, list item or table row as plain text, without markup.

    `group` numbers the list or table an item or row belongs to, counted from 1 within its section; 0 for a paragraph.
    `marker` is what the author set before an item: "-", "1.", "(a)". A row's text repeats its column headings, so that
    a row read alone still says what each cell is.
    `columns` are the column headings a row's text repeats, the first column's included.
    `indexed` is False for text that is kept for readers and never quoted: unconfirmed lines.
    `page` counts from 1; None where the format has no pages.
    """

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    group: int = 0
    marker: str = ""
    depth: int = 0
    indexed: bool = True
    page: int | None = None
    columns: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The block as one line of a passage."""
        indent = "  " * self.depth
        return f"{indent}{self.marker} {self.text}" if self.marker else f"{indent}{self.text}"


@dataclass(frozen=True)
class Section:
    """A heading path, the publisher's pinpoint for it and its blocks in order. `indexed` False: kept for readers.

    `page` is the page it begins on, counted from 1. `anchor` is the id of its heading in a web page, for deep links.
    `by_page`: it has no number of its own, so `pinpoint` is the page it begins on and each block's own page is its.
    """

    heading: tuple[str, ...]
    pinpoint: str
    blocks: tuple[Block, ...]
    page: int | None = None
    indexed: bool = True
    anchor: str | None = None
    by_page: bool = False


@dataclass(frozen=True)
class Document:
    """A source that has been read. `front` is the front matter as written, {} where there is none.

    `page_labels`: page, counted from 1 -> what is printed on it ("iv", "27"), only for pages where the two differ.
    `notices`: what a person should know about how it was read, each one sentence ("Page 3 is a picture ...").
    """

    title: str
    sections: tuple[Section, ...]
    front: dict[str, object]
    page_labels: dict[int, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

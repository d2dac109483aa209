"""What a format's reader found, in reading order → sections with the pinpoints a colleague can find on paper.

A reader says what each stretch of text is (heading, paragraph, item, row), what number stands before it and on which
page; here these become sections. The rule for a section's pinpoint, first that applies:

1. the number of the clause: `para 14.163`, `rec 1.3.2` (NICE guidelines), `s.44(1)` (Acts of Parliament);
2. the number its heading begins with: `4.2`, `Appendix B`;
3. the page it begins on, as printed: `p. 27`, where the format has pages;
4. the heading's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePath

from ingest.document import Block, BlockKind, Document, Section
from ingest.errors import CannotRead
from ingest.readers.tables import row_blocks


class PieceKind(StrEnum):
    """What a stretch of text is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True)
class Piece:
    """A heading, paragraph, list item or table row as plain text.

    `text` is without `marker`, the number, letter or bullet set before it: "14.163", "1.", "(a)", "-"; the format's
    own automatic number, or a typed one that `split_marker` found. `level` is a heading's, 1 the highest. `depth` is
    an item's, 0 the outermost. `run` numbers the list or table an item or row belongs to, over the whole document.
    `page` counts from 1. `anchor` is the id by which a web page can be opened at it. `columns` as in Block.
    """

    text: str
    kind: PieceKind = PieceKind.PARAGRAPH
    level: int = 0
    marker: str = ""
    depth: int = 0
    run: int = 0
    page: int | None = None
    anchor: str | None = None
    columns: tuple[str, ...] = ()


_MARKER = re.compile(
    r"""^(?:
      (?P<clause>\d{1,3}(?:\.\d{1,3}){1,4}\.?)          # 14.163  1.3.2
    | (?P<bracket>\((?:\d{1,3}|[a-z]{1,2}|[ivxl]{1,6}|[A-Z])\))   # (1)  (a)  (iv)
    | (?P<stop>(?:\d{1,3}|[a-zA-Z]|[ivxl]{1,5})[.)])    # 1.  a)  iv.
    | (?P<bullet>[-•▪◦‣●○■□–—*·o])    # bullets, Word's private ones included
    )\s+(?=\S)""",
    re.VERBOSE,
)
_CLAUSE = re.compile(r"^\d{1,3}(?:\.\d{1,3}){1,4}$")
_SUBSECTION = re.compile(r"^\(\d{1,3}[A-Z]{0,2}\)$")
_HEADING_NUMBER = re.compile(
    r"^(?P<number>(?:section|chapter|part|appendix|annex|schedule|paragraph|step|stage)\s+[0-9A-Z]{1,4}(?:\.\d{1,3})*"
    r"|\d{1,3}(?:\.\d{1,3}){0,4}[A-Z]?)(?=[.):\s–—-]|$)",
    re.IGNORECASE,
)
_ACT = re.compile(r"\bAct\s+(?:18|19|20)\d\d$")
_NICE = re.compile(r"\bNICE\b|\bNG\d{1,3}\b|\bNational Institute for Health and Care Excellence\b")
BULLET = "-"


def split_marker(text: str) -> tuple[str, str]:
    """A typed number, letter or bullet at the start of a line, and the rest; ("", text) when there is none.

    Every bullet is returned as "-". A clause's number is returned without a stop at its end.
    """
    match = _MARKER.match(text)
    if match is None:
        return "", text
    rest = text[match.end() :]
    if match["bullet"]:
        return BULLET, rest
    return match[0].strip().removesuffix(".") if match["clause"] else match[0].strip(), rest


def row_pieces(
    rows: Sequence[Sequence[str]], run: int, *, header: bool | None = None, pages: Sequence[int | None] = ()
) -> list[Piece]:
    """The rows of a table as pieces; arguments as those of `row_blocks`."""
    return [
        Piece(block.text, PieceKind.ROW, run=run, page=block.page, columns=block.columns)
        for block in row_blocks(rows, run, header=header, pages=pages)
    ]


def one_line(pieces: Iterable[Piece]) -> str:
    """Pieces as one line, each with its marker: what stands in a table's cell."""
    return " ".join(f"{piece.marker} {piece.text}" if piece.marker else piece.text for piece in pieces)


def assemble(
    pieces: Iterable[Piece], title: str, name: str, *, front: Mapping[str, object] | None = None,
    page_labels: Mapping[int, str] | None = None, notices: Sequence[str] = (),
) -> Document:  # fmt: skip
    """The document of a reader's pieces. `title`: as the file itself gives it; empty takes the first heading.

    A heading that nothing stands under is kept as a section without blocks.

    Raises: CannotRead when no piece holds text.
    """
    labels = dict(page_labels or {})
    every = [piece for piece in pieces if piece.text.strip() or _is_clause(piece)]
    heading = next((piece.text for piece in every if piece.kind is PieceKind.HEADING), "")
    title = " ".join((title or heading or PurePath(name).stem).split())
    building = _Building(title, labels)
    for piece in every:
        building.add(piece)
    sections = building.done()
    if not sections:
        raise CannotRead(f"{name} holds no text; nothing was added.")
    return Document(title, tuple(sections), dict(front or {}), labels, tuple(notices))


class _Building:
    """Collects sections. A clause's section goes on until the next clause or heading."""

    def __init__(self, title: str, labels: Mapping[int, str]) -> None:
        self._title, self._labels = title, labels
        self._act = bool(_ACT.search(title))
        self._word = "rec" if _NICE.search(title) else "para"
        self._sections: list[Section] = []
        self._path: list[tuple[int, str]] = []
        self._number = ""
        self._clause = ""
        self._anchor: str | None = None
        self._bare: Piece | None = None
        self._blocks: list[Block] = []
        self._runs: dict[int, int] = {}

    def add(self, piece: Piece) -> None:
        if piece.kind is PieceKind.HEADING:
            self._heading(piece)
        elif _is_clause(piece) or (self._act and self._number and _SUBSECTION.match(piece.marker) and not piece.depth):
            self._begin_clause(piece)
        else:
            self._append(piece)

    def done(self) -> list[Section]:
        self._close()
        self._keep_bare()
        return self._sections

    def _keep_bare(self) -> None:
        """The last heading, where nothing stood under it."""
        if self._bare is not None:
            heading = tuple(text for _, text in self._path)
            pinpoint = self._number or heading[-1]
            self._sections.append(Section(heading, pinpoint, (), self._bare.page, True, self._bare.anchor))
            self._bare = None

    def _heading(self, piece: Piece) -> None:
        self._close()
        level = max(1, piece.level)
        if self._bare is not None and level <= self._path[-1][0]:
            self._keep_bare()
        self._bare = piece
        text = f"{piece.marker} {piece.text}".strip() if piece.marker not in ("", BULLET) else piece.text
        self._path = [entry for entry in self._path if entry[0] < level] + [(level, text)]
        found = _HEADING_NUMBER.match(text)
        self._number = found["number"] if found and found["number"] != text else ""
        self._clause, self._anchor = "", piece.anchor
        if self._act and self._number and re.match(r"^\d+[A-Z]*$", self._number):
            self._number = f"s.{self._number}"

    def _begin_clause(self, piece: Piece) -> None:
        self._close()
        if self._act and piece.marker.startswith("("):
            self._clause = f"{self._number}{piece.marker}"
        else:
            self._clause = f"{self._word} {piece.marker}"
        self._anchor = piece.anchor or self._anchor
        # The number is the pinpoint; it also stays before its text, as printed.
        self._append(replace(piece, kind=PieceKind.PARAGRAPH, depth=0, run=0))

    def _append(self, piece: Piece) -> None:
        kind = BlockKind(piece.kind.value)
        group = 0
        if kind is not BlockKind.PARAGRAPH:
            group = self._runs.setdefault(piece.run, len(self._runs) + 1)
        marker = piece.marker
        self._bare = None
        self._blocks.append(
            Block(piece.text, kind, group, marker, piece.depth if group else 0, page=piece.page, columns=piece.columns)
        )

    def _close(self) -> None:
        if self._blocks:
            heading = tuple(text for _, text in self._path) or (self._title,)
            page = self._blocks[0].page
            pinpoint = self._clause or self._number
            by_page = not pinpoint and page is not None
            if by_page and page is not None:
                pinpoint = f"p. {self._labels.get(page, str(page))}"
            self._sections.append(
                Section(heading, pinpoint or heading[-1], tuple(self._blocks), page, True, self._anchor, by_page)
            )
        self._blocks, self._runs, self._clause = [], {}, ""


def _is_clause(piece: Piece) -> bool:
    """A paragraph (or item) that carries a clause's number, which is its own pinpoint."""
    return piece.kind is not PieceKind.ROW and piece.kind is not PieceKind.HEADING and bool(_CLAUSE.match(piece.marker))

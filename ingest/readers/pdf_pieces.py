"""Paragraphs of all pages → pieces: page breaks bridged, headings found and ranked, lists and tables numbered."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from ingest.readers.clauses import BULLET, Piece, PieceKind
from ingest.readers.pdf_mend import mended
from ingest.readers.pdf_paragraphs import (
    LARGER,
    LEADERS,
    SMALLER,
    TERMINAL,
    Paragraph,
    Setting,
    Table,
    is_contents_line,
    looks_heading,
)
from ingest.readers.tables import row_blocks

_CAPTION = re.compile(r"^(?:table|figure|fig\.|chart|listing)\s+\w+\s*[.:–—-]", re.IGNORECASE)
_DOTS = re.compile(r"\s*(?:\.\s?){4,}\s*")
_HEADING_WORDS = 25
_BOLD_HEADING_WORDS = 16


def pieces_of(things: Sequence[Paragraph | Table], outline: Mapping[str, list[tuple[int, int]]], setting: Setting,
              pages: Mapping[int, int]) -> tuple[list[Piece], str]:  # fmt: skip
    """The pieces of a whole document, and the title set largest on its first pages.

    outline: a bookmark's words → (page, level) of each; pages: id of a table → its page.
    """
    paragraphs = list(_bridged(things, setting))
    _headings([each for each in paragraphs if isinstance(each, Paragraph)], outline, setting)
    pieces: list[Piece] = []
    run = 0
    indents: list[float] = []
    in_list = bulleted = False
    table: tuple[Table, tuple[str, ...]] | None = None
    for thing in paragraphs:
        if isinstance(thing, Table):
            rows, header = thing.rows, thing.header
            columns: tuple[str, ...] = ()
            if table and len(table[0].edges) == len(thing.edges) and all(
                abs(a - b) < 6 for a, b in zip(table[0].edges, thing.edges, strict=True)
            ):  # fmt: skip
                if rows and table[1] and rows[0] == table[1]:
                    rows = rows[1:]
                if table[1]:
                    rows, header = [table[1], *rows], True
            else:
                run += 1
            for block in row_blocks(rows, run, header=header):
                columns = block.columns
                pieces.append(Piece(block.text, PieceKind.ROW, run=run, page=pages[id(thing)], columns=columns))
            table = (thing, columns)
            in_list = False
            continue
        table = None
        text = thing.text
        if thing.kind is PieceKind.HEADING:
            pieces.append(Piece(f"{'' if thing.marker in ('', BULLET) else thing.marker} {text}".strip(),
                                thing.kind, thing.level, page=thing.page))  # fmt: skip
            in_list = False
        elif thing.marker and not re.match(r"^\d+\.\d", thing.marker):
            start = thing.lines[0].start
            tolerance = 0.6 * thing.lines[0].size
            other = in_list and start < indents[0] + tolerance and (thing.marker == BULLET) != bulleted
            if not in_list or other:
                run, indents, in_list, bulleted = run + 1, [], True, thing.marker == BULLET
            while indents and start < indents[-1] - tolerance:
                indents.pop()
            if not indents or start > indents[-1] + tolerance:
                indents.append(start)
            pieces.append(Piece(text, PieceKind.ITEM, marker=thing.marker, depth=len(indents) - 1, run=run,
                                page=thing.page))  # fmt: skip
        else:
            pieces.append(Piece(text, marker=thing.marker, page=thing.page))
            in_list = False
    return pieces, _title(paragraphs)


def _title(paragraphs: Sequence[Paragraph | Table]) -> str:
    first = [each for each in paragraphs if isinstance(each, Paragraph) and each.kind is PieceKind.HEADING]
    first = [each for each in first if each.page <= max(1, first[0].page)] if first else []
    return max(first, key=lambda each: each.size).text if first else ""


def _bridged(things: Sequence[Paragraph | Table], setting: Setting) -> Iterator[Paragraph | Table]:
    """Paragraphs that go on in the next column or on the next page put together; every text mended."""
    done: list[Paragraph | Table] = []
    for thing in things:
        if isinstance(thing, Paragraph) and thing.first and not thing.marker:
            before = _unfinished(done, thing, setting)
            if before is not None:
                before.lines.extend(thing.lines)
                before.end = thing.end
                continue
        done.append(thing)
    for thing in done:
        if isinstance(thing, Paragraph):
            lines = [line.words for line in thing.lines]
            lines[0] = lines[0][thing.marks :]
            thing.text = mended(lines, setting.words)
            if is_contents_line(thing.lines[-1]):
                thing.text = _DOTS.sub(" … ", thing.text)
        yield thing


def _unfinished(done: Sequence[Paragraph | Table], thing: Paragraph, setting: Setting) -> Paragraph | None:
    for before in reversed(done[-12:]):
        if isinstance(before, Table):
            return None
        if before.size < SMALLER * setting.body <= thing.size:
            continue  # notes at the foot of a page stand between the two parts
        last = before.lines[-1]
        if abs(before.size - thing.size) > 0.5 or before.bold != thing.bold or TERMINAL.search(last.text):
            return None
        if thing.page - before.end > 1 or (looks_heading(last, setting) and before.bold):
            return None
        lower = thing.lines[0].text[:1].islower()
        full = last.shortfall < 0.12 * (last.right - last.left) and len(last.words) > 3
        return before if lower or full or last.text.endswith("-") else None
    return None


def _headings(paragraphs: Sequence[Paragraph], outline: Mapping[str, list[tuple[int, int]]], setting: Setting) -> None:
    """Mark headings and give each its level: the bookmark's, or the rank of its type among all headings' types."""
    by_style: dict[tuple[float, bool], Counter[int]] = defaultdict(Counter)
    marked: list[Paragraph] = []
    for paragraph in paragraphs:
        text = f"{'' if paragraph.marker == BULLET else paragraph.marker} {paragraph.text}".strip()
        level = next(
            (level for page, level in outline.get(heading_key(text), ()) if abs(page - paragraph.page) <= 1), 0
        )
        style = (paragraph.size, paragraph.bold)
        if level:
            by_style[style][level] += 1
        elif not _is_heading(paragraph, text, setting):
            continue
        paragraph.kind, paragraph.level = PieceKind.HEADING, level
        marked.append(paragraph)
    known = {style: levels.most_common(1)[0][0] for style, levels in by_style.items()}
    styles = sorted({(p.size, p.bold) for p in marked}, reverse=True)
    ranks: dict[tuple[float, bool], int] = {}
    for style in styles:
        above = [ranks[other] for other in styles if other in ranks]
        ranks[style] = known.get(style, (max(above) + 1) if above else 1)
    for paragraph in marked:
        paragraph.level = min(6, paragraph.level or ranks[paragraph.size, paragraph.bold])


def _is_heading(paragraph: Paragraph, text: str, setting: Setting) -> bool:
    words = text.split()
    if paragraph.marker == BULLET or len(words) > _HEADING_WORDS or sum(char.isalpha() for char in text) < 2:
        return False
    if (
        _CAPTION.match(text)
        or LEADERS.search(text)
        or is_contents_line(paragraph.lines[-1])
        or text.endswith((",", ";"))
    ):
        return False
    if paragraph.size > LARGER * setting.body:
        return not (text.endswith(".") and len(words) > 12)
    return (
        paragraph.bold and not setting.body_bold and paragraph.size >= SMALLER * setting.body
        and len(words) <= _BOLD_HEADING_WORDS and not text.endswith((".", ":")) and not text[0].islower()
    )  # fmt: skip


def heading_key(text: str) -> str:
    """A heading as bookmarks and pages both give it: letters and figures alone."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())

"""PDF → document: pages and their labels, columns, headings, clauses, lists and tables, without running lines.

PDFium reads characters, boxes, type and rules (`pdf_words`); pypdf reads bookmarks, page labels, metadata and forms
(`pdf_extras`). What the two find becomes lines (`pdf_layout`), tables (`pdf_tables`), paragraphs (`pdf_paragraphs`) and
pieces (`pdf_pieces`); decision 0013 says why. Every file is refused, in one sentence, or read within the limits below.
"""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.document import Document
from ingest.errors import CannotRead
from ingest.readers.clauses import Piece, assemble
from ingest.readers.pdf_aligned import with_aligned_tables
from ingest.readers.pdf_bounds import largest_stream
from ingest.readers.pdf_extras import Extras, extras_of
from ingest.readers.pdf_layout import Line, Span, lines_of, rows_of, spans_of
from ingest.readers.pdf_mend import mended
from ingest.readers.pdf_paragraphs import Paragraph, Table, paragraphs_of, setting_of
from ingest.readers.pdf_pieces import heading_key, pieces_of
from ingest.readers.pdf_running import Row, running
from ingest.readers.pdf_scan import recognised
from ingest.readers.pdf_tables import ruled_tables
from ingest.readers.pdf_words import PageWords, TooMuch, Word, page_words
from ingest.readers.text import clean

MOST_PAGES = 3_000
"""The longest guidance in force has under 1,000."""
MOST_CHARACTERS = 8_000_000
"""Of a whole file: four times MOST_PAGES of dense print would hold no more than this."""
MOST_CHARACTERS_A_PAGE = 200_000
SECONDS = 90.0
"""For all pages of one file, looked at between pages."""
MOST_BYTES_OF_A_STREAM = 256 * 1024**2
"""Unpacked: far above any page's own text, and what makes a small file fill the memory."""
_SMALLEST_NOTICE = 20
"""Characters of hidden text on a page that a person is told of."""
_PROGRAM_TITLE = re.compile(
    r"^(?:untitled|anonymous|document\d*|presentation\d*|\(?unspecified\)?|microsoft \w+ - .*|.*\.\w{2,5})$",
    re.IGNORECASE,
)
"""What programs call a file by themselves; it is not its title."""
_XFA_LINES = 25
"""An XML form's own pages hold less than this: "Please wait ..."."""
_PLACE = "\ufffc"

Progress = Callable[[int, int], None]


@dataclass
class _Page:
    words: PageWords
    spans: list[Span]
    tables: list[tuple[int, Table]]


def read_pdf(data: bytes, name: str, progress: Progress | None = None) -> Document:
    """The document in a PDF's bytes. `progress` is told (page, pages) after each page, counted from 1.

    Raises: CannotRead, in one sentence, for a file that is locked, damaged, not a PDF, too large for the limits above,
    made of pictures where no OCR program is installed, or without any text.
    """
    if b"%PDF-" not in data[:1024]:
        raise CannotRead(f"{name} is not a PDF file; save it as PDF and add it again.")
    if largest_stream(data, MOST_BYTES_OF_A_STREAM) > MOST_BYTES_OF_A_STREAM:
        raise CannotRead(
            f"{name} holds a part that unpacks to more than {MOST_BYTES_OF_A_STREAM // 1024**2} MB; print it to a new "
            "PDF and add that."
        )
    try:
        return _read(data, name, progress)
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError, pdfium.PdfiumError) as error:
        # What no limit above foresaw: one strange file must not end the reading of the others.
        raise CannotRead(
            f"{name} is damaged or unusual ({type(error).__name__}); print it to a new PDF and add that."
        ) from error


def _read(data: bytes, name: str, progress: Progress | None) -> Document:
    collecting = gc.isenabled()
    gc.disable()  # nothing here goes in circles, and looking for circles among so many words takes a third of the time
    try:
        return _read_uncollected(data, name, progress)
    finally:
        if collecting:
            gc.enable()


def _read_uncollected(data: bytes, name: str, progress: Progress | None) -> Document:
    pages, extras = _pages(data, name, progress)
    pictures = [number for number, page in enumerate(pages, start=1) if page.is_picture]
    if pictures:
        text = recognised(data, name, whole=not any(page.lines or page.turned for page in pages))
        if text is not None:
            pages, extras = _pages(text, name, progress)
            pictures = [number for number, page in enumerate(pages, start=1) if page.is_picture]
    return _document(pages, extras, name, _notices(pages, pictures))


def _opened(data: bytes, name: str) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise CannotRead(
                f"{name} is locked with a password; open it, save a copy without the password and add that."
            ) from None
        raise CannotRead(f"{name} is damaged or not a PDF file; save or download it again, then add it.") from None


def _pages(data: bytes, name: str, progress: Progress | None) -> tuple[list[PageWords], Extras]:
    """The words of every page, and what the file says beside its pages."""
    started = time.monotonic()
    pdf = _opened(data, name)
    try:
        count = len(pdf)
        if count > MOST_PAGES:
            raise CannotRead(f"{name} has {count:,} pages, more than {MOST_PAGES:,}; split it and add the parts.")
        extras = extras_of(data)
        pages: list[PageWords] = []
        characters = damaged = 0
        for number in range(count):
            if time.monotonic() - started > SECONDS:
                raise CannotRead(
                    f"{name} took longer than {SECONDS:.0f} seconds to read (page {number} of {count}); split it and "
                    "add the parts."
                )
            try:
                found = _page(pdf, number, extras.off)
            except pdfium.PdfiumError:
                found, damaged = PageWords(1.0, 1.0, damaged=True), damaged + 1
            except TooMuch:
                raise CannotRead(
                    f"{name} has more than {MOST_CHARACTERS_A_PAGE:,} characters on page {number + 1}; split that page "
                    "or add the text as a text file."
                ) from None
            characters += sum(len(word.text) for line in found.lines for word in line)
            if characters > MOST_CHARACTERS:
                raise CannotRead(f"{name} has more than {MOST_CHARACTERS:,} characters; split it and add the parts.")
            pages.append(found)
            if progress is not None:
                progress(number + 1, count)
    finally:
        pdf.close()
    if not pages or damaged == len(pages):
        raise CannotRead(f"{name} has no page that can be read; save or download it again, then add it.")
    return pages, extras


def _page(pdf: pdfium.PdfDocument, number: int, off: Set[str]) -> PageWords:
    page = pdf[number]
    try:
        return page_words(page, MOST_CHARACTERS_A_PAGE, off)
    finally:
        page.close()


def _document(pages: Sequence[PageWords], extras: Extras, name: str, notices: Sequence[str]) -> Document:
    laid = _without_running(pages, extras.labels)
    flows: list[list[Line | Table]] = []
    setting = setting_of(
        [line for span_lines in [lines_of(page.spans, page.words.width)] for line in span_lines if not _table(line)]
        for page in laid
    )
    for page in laid:
        page.tables = _take_tables(page, setting.words)
        tables = dict(page.tables)
        lines = lines_of(page.spans, page.words.width)
        flows.append(with_aligned_tables([tables.get(_table(line), line) for line in lines]))
    things: list[Paragraph | Table] = []
    where: dict[int, int] = {}
    for number, flow in enumerate(flows, start=1):
        for thing in paragraphs_of(flow, number, setting):
            things.append(thing)
            where[id(thing)] = number
    pieces, title = pieces_of(things, _bookmarks(extras), setting, where)
    turned = [Piece(clean(text), page=n) for n, page in enumerate(pages, start=1) for text in _turned(page, pages)]
    if extras.xfa and sum(len(page.lines) for page in pages) < _XFA_LINES:
        pieces = list(extras.xfa)
    pieces = _cleaned(_placed([*pieces, *turned, *extras.fields]))
    first = heading_key(" ".join(piece.text for piece in pieces[:40]))
    known = heading_key(extras.title)
    if known and known in first:
        title = extras.title
    elif _PROGRAM_TITLE.search(extras.title):
        extras = replace(extras, title="")
    labels = {number: label for number, label in extras.labels.items() if number <= len(pages)}
    return assemble(pieces, title or extras.title, name, page_labels=labels, notices=notices)


def _placed(pieces: Sequence[Piece]) -> list[Piece]:
    """By page; what stands on one page keeps its order."""
    page = 0
    keyed: list[tuple[int, int, Piece]] = []
    for number, piece in enumerate(pieces):
        page = piece.page or page
        keyed.append((page, number, piece))
    return [piece for _, _, piece in sorted(keyed, key=lambda entry: entry[:2])]


def _cleaned(pieces: Sequence[Piece]) -> list[Piece]:
    return [
        replace(piece, text=clean(piece.text).strip(), columns=tuple(clean(column) for column in piece.columns))
        for piece in pieces
    ]


def _turned(page: PageWords, pages: Sequence[PageWords]) -> list[str]:
    """Text set in another direction, without what stands on page after page (a stamp in the margin, "DRAFT")."""
    return [text for text in page.turned if len(pages) == 1 or sum(text in other.turned for other in pages) == 1]


def _bookmarks(extras: Extras) -> Mapping[str, list[tuple[int, int]]]:
    marks: dict[str, list[tuple[int, int]]] = {}
    for mark in extras.bookmarks:
        marks.setdefault(heading_key(mark.title), []).append((mark.page, mark.level))
    marks.pop("", None)
    return marks


def _without_running(pages: Sequence[PageWords], labels: Mapping[int, str]) -> list[_Page]:
    laid = [_Page(page, spans_of(page.lines), []) for page in pages]
    rows = [rows_of(page.spans) for page in laid]
    sizes: dict[float, int] = {}
    for page in laid:
        for span in page.spans:
            sizes[round(span.size * 2) / 2] = sizes.get(round(span.size * 2) / 2, 0) + len(span.text)
    body = max(sizes, key=lambda size: sizes[size], default=10.0)
    found = running(
        [
            (
                page.words.height,
                [Row(" ".join(s.text for s in row), row[0].base, max(s.size for s in row)) for row in r],
            )
            for page, r in zip(laid, rows, strict=True)
        ],
        body,
        labels,
    )
    for page, kept, gone in zip(laid, rows, found, strict=True):
        page.spans = [span for number, row in enumerate(kept) if number not in gone for span in row]
    return laid


def _take_tables(page: _Page, words: Mapping[str, int]) -> list[tuple[int, Table]]:
    """Tables taken out of the page's spans; a place is left for each, as wide as it, so that order is kept."""
    every = [word for span in page.spans for word in span.words]
    found = ruled_tables(page.words.rules, every)
    tables: list[tuple[int, Table]] = []
    for number, table in enumerate(found, start=1):
        held = {id(word) for row in table.rows for cell in row for word in cell}
        spans = [Span([word for word in span.words if id(word) not in held]) for span in page.spans]
        place = Word(f"{_PLACE}{number}", table.edges[0], table.edges[-1], table.top + 5, 10.0, False)
        page.spans = [*(span for span in spans if span.words), Span([place])]
        rows = [
            tuple(mended([[w for s in row for w in s.words] for row in rows_of([Span([w]) for w in cell])], words)
                  for cell in row)
            for row in table.rows
        ]  # fmt: skip
        tables.append((number, Table(rows, table.edges)))
    return tables


def _table(line: Line) -> int:
    text = line.spans[0].text
    return int(text[1:]) if text.startswith(_PLACE) and text[1:].isdigit() else 0


def _notices(pages: Sequence[PageWords], pictures: Sequence[int]) -> list[str]:
    notices = []
    if pictures:
        one = len(pictures) == 1
        notices.append(
            f"{_listed(pictures)} {'is a picture' if one else 'are pictures'} and {'was' if one else 'were'} not read; "
            "run OCR (for example ocrmypdf) and add the file again."
        )
    damaged = [number for number, page in enumerate(pages, start=1) if page.damaged]
    if damaged:
        notices.append(f"{_listed(damaged)} {'is' if len(damaged) == 1 else 'are'} damaged and could not be read.")
    hidden = [number for number, page in enumerate(pages, start=1) if page.hidden >= _SMALLEST_NOTICE]
    if hidden:
        notices.append(
            f"{_listed(hidden)} {'has' if len(hidden) == 1 else 'have'} text nobody can see; it was left out."
        )
    return notices


def _listed(numbers: Sequence[int]) -> str:
    """[1, 2, 3, 7] → "Pages 1 to 3 and 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [str(r[0]) if len(r) == 1 else f"{r[0]} {'and' if len(r) == 2 else 'to'} {r[-1]}" for r in runs]
    text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{'Page' if len(numbers) == 1 else 'Pages'} {text}"

"""Word files → document: headings, automatic numbers, lists, tables and text boxes, with tracked changes resolved.

python-docx opens the package; its own paragraphs know neither automatic numbers nor text boxes nor tracked changes, so
the XML it gives is walked here (ECMA-376 part 1, 17). A Word file has no pages until it is printed: pinpoints are
clauses and headings.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ingest.document import Document
from ingest.errors import CannotRead
from ingest.readers.clauses import BULLET, Piece, PieceKind, assemble, one_line, row_pieces, split_marker
from ingest.readers.text import clean
from ingest.readers.word_charts import chart_rows, chart_title
from ingest.readers.word_maths import M, latex
from ingest.readers.word_numbers import Numbers, W
from ingest.readers.word_styles import Styles, is_on, is_shaded
from ingest.readers.zipped import parts_of

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = (b"http://purl.oclc.org/ooxml/", b"http://schemas.openxmlformats.org/")
_STRICT_NAMES = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    b"http://purl.oclc.org/ooxml/drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
}
"""Strict names (ISO/IEC 29500 strict) → the transitional ones that python-docx knows."""
_GENERIC_TITLE = re.compile(r"^(?:microsoft word\b.*|document\d*|untitled.*|word document|.*\.docx?)$", re.IGNORECASE)
_GONE = {"del", "moveFrom", "delText", "instrText", "delInstrText", "rPr", "pPr", "sectPr", "proofErr", "bookmarkStart"}
_THROUGH = {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "body"}
_SHOWN = {
    "t", "tab", "br", "cr", "noBreakHyphen", "footnoteReference", "endnoteReference", "txbxContent", "chart",
}  # fmt: skip
_BOXES = str.maketrans({"☒": "[x]", "☑": "[x]", "☐": "[ ]"})
_HEADING_WORDS = 12
_FAKE_LEVEL = 7
"""Level of a heading that only looks like one: below every styled one."""
_NEARLY_WHITE = re.compile(r"^(?:[Ff][5-9A-Fa-f]){3}$")
_TINY = 4
"""Half points: smaller than 2 points cannot be read on paper."""


def read_word(data: bytes, name: str) -> Document:
    """Read a .docx file.

    Comments, headers and footers are left out, and so is hidden, white or tiny text. Footnotes stand after their
    paragraph; so do the figures behind a chart, as a table.

    Raises: CannotRead when it is locked, damaged, no Word file, too large unpacked, or holds no text.
    """
    parts = parts_of(data, name, "Word")
    if not any(part.endswith("document.xml") for part in parts) and "[Content_Types].xml" not in parts:
        raise CannotRead(f"{name} is not a Word file; save it as .docx and add it again.")
    package = _opened(parts, name)
    walk = _Walk(package)
    walk.blocks(package.body)
    return assemble(walk.pieces, package.title, name)


@dataclass(frozen=True)
class _Package:
    """What is read of a file: its body and the parts that say how its paragraphs are set."""

    body: Any
    title: str
    styles: Styles
    numbers: Numbers
    notes: Mapping[str, Any]
    charts: Mapping[str, Any]
    coloured_page: bool


def _opened(parts: Mapping[str, bytes], name: str) -> _Package:
    """python-docx's package of the parts, strict names made transitional."""
    import docx

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for part_name, content in parts.items():
            archive.writestr(part_name, _transitional(content) if part_name.endswith((".xml", ".rels")) else content)
    try:
        document = docx.Document(packed)
        title = clean(document.core_properties.title or "").strip()
        part = document.part
        return _Package(
            body=document.element.body,
            title="" if _GENERIC_TITLE.match(title) else title,
            styles=Styles(_related(part, "styles")),
            numbers=Numbers(_related(part, "numbering")),
            notes={
                f"{kind}:{note.get(f'{W}id')}": note
                for kind in ("footnote", "endnote")
                if (notes := _related(part, f"{kind}s")) is not None
                for note in notes.findall(f"{W}{kind}")
                if note.get(f"{W}type") in (None, "normal")
            },
            charts={
                id_: _xml(relation.target_part.blob)
                for id_, relation in part.rels.items()
                if not relation.is_external and relation.reltype.rsplit("/", 1)[-1] == "chart"
            },
            coloured_page=document.element.find(f"{W}background") is not None,
        )
    except CannotRead:
        raise
    except Exception as error:  # python-docx raises KeyError, ValueError and its own for a package that is not whole
        raise CannotRead(
            f"{name} is damaged or not a Word document ({type(error).__name__}); save it again as .docx."
        ) from None


def _transitional(content: bytes) -> bytes:
    if _STRICT[0] not in content:
        return content
    for strict, plain in _STRICT_NAMES.items():
        content = content.replace(strict + b'"', plain + b'"').replace(strict + b"/", plain + b"/")
    return content


def _related(part: Any, kind: str) -> Any | None:
    """The XML of a part that the document points to by the last word of the relation's type."""
    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.rsplit("/", 1)[-1] == kind:
            target = relation.target_part
            element = getattr(target, "element", None)
            if element is not None:
                return element
            return _xml(target.blob)
    return None


def _xml(data: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


@dataclass
class _Line:
    """A paragraph's words, with what hangs on it. `bold`: every word of it is."""

    text: str = ""
    bold: bool = True
    boxes: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)


class _Walk:
    """Goes through the body in reading order and collects pieces."""

    def __init__(self, package: _Package) -> None:
        self.pieces: list[Piece] = []
        self._package, self._styles = package, package.styles
        self._in_table = 0
        self._run, self._run_of = 0, ""
        self._clause_level: dict[str, int] = {}
        self._has_title = False
        self._carried = ""
        self._tables: list[Any] = []

    def blocks(self, parent: Any) -> None:
        """Everything below an element that holds paragraphs and tables."""
        for child in _resolved(parent):
            tag = _tag(child)
            if tag == "p":
                self._paragraph(child)
            elif tag == "tbl":
                self._table(child)
            elif tag in _THROUGH:
                self.blocks(child)

    def _paragraph(self, paragraph: Any) -> None:
        line = self._line(paragraph)
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        if mark is not None and (mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None):
            self._carried += f"{line.text} "  # its end was deleted: what is left goes on in the next paragraph
            return
        hidden = mark is not None and (vanish := mark.find(f"{W}vanish")) is not None and is_on(vanish)
        if hidden and not line.text:
            return  # Word does not count what it does not show
        marker, run_of, level = self._marker(paragraph)
        line.text, self._carried = " ".join(f"{self._carried}{line.text}".split()), ""
        if line.text:
            self._add(paragraph, line, marker, run_of, level)
        for box in line.boxes:
            self.blocks(box)
        for chart in line.charts:
            self._chart(chart)
        for note in line.notes:
            self._note(note)

    def _add(self, paragraph: Any, line: _Line, marker: str, run_of: str, level: int) -> None:
        text = line.text
        heading = 0 if self._in_table else self._styles.heading_level(paragraph)
        if not heading and not self._in_table and self._styles.is_title(paragraph):
            self._has_title = True
            self.pieces.append(Piece(text, PieceKind.HEADING, level=1))
            return
        if heading:
            level_ = heading + self._has_title
            self.pieces.append(Piece(text, PieceKind.HEADING, level=level_, marker=_number(marker)))
            return
        if not marker:
            marker, text = split_marker(text)
            run_of, level = ("typed" if marker else ""), 0
        if self._looks_like_a_heading(line, marker):
            self.pieces.append(Piece(text, PieceKind.HEADING, level=_FAKE_LEVEL, marker=_number(marker)))
            return
        number = _number(marker)
        if not marker or re.match(r"^\d{1,3}(?:\.\d{1,3})+$", number):
            self._run_of = ""
            if marker:
                self._clause_level[run_of] = level
            self.pieces.append(Piece(text, marker=number if marker else ""))
            return
        if run_of != self._run_of:
            self._run += 1
            self._run_of = run_of
        above = self._clause_level.get(run_of, -1)
        depth = max(0, level - above - 1) if above >= 0 else level
        self.pieces.append(Piece(text, PieceKind.ITEM, marker=marker, depth=depth, run=self._run))

    def _looks_like_a_heading(self, line: _Line, marker: str) -> bool:
        """A short line, wholly bold, without an end: most policies are set so."""
        words = line.text.split()
        return (
            line.bold
            and not self._in_table
            and marker != BULLET
            and not marker.startswith("(")
            and 0 < len(words) <= _HEADING_WORDS
            and line.text[-1] not in ".;:,!?"
            and any(char.isalpha() for char in line.text)
        )

    def _marker(self, paragraph: Any) -> tuple[str, str, int]:
        """(automatic number or bullet, list, level) of a paragraph."""
        id_, level, by = self._styles.numbering(paragraph)
        if not id_:
            return "", "", 0
        numbers = self._package.numbers
        if level is None:
            level = numbers.level_of_style(id_, by) if by else 0
        return numbers.next(id_, level), id_, level

    def _note(self, key: str) -> None:
        note = self._package.notes.get(key)
        if note is None:
            return
        texts = [self._line(paragraph).text for paragraph in note.iter(f"{W}p")]
        if text := " ".join(filter(None, texts)):
            self.pieces.append(Piece(f"[{key.partition(':')[2]}] {text}"))

    def _chart(self, id_: str) -> None:
        chart = self._package.charts.get(id_)
        if chart is None:
            return
        if title := clean(chart_title(chart)):
            self.pieces.append(Piece(title))
        self._run += 1
        self._run_of = ""
        self.pieces.extend(row_pieces(chart_rows(chart), self._run, header=True))

    def _table(self, table: Any) -> None:
        rows: list[list[str]] = []
        header: bool | None = None
        above: list[str] = []
        trs = [row for row in _through(table) if _tag(row) == "tr" and row.find(f"{W}trPr/{W}del") is None]
        if all(len(_cells(row)) <= 1 for row in trs):
            for row in trs:
                for cell in _cells(row):
                    self.blocks(cell)
            return
        self._in_table += 1
        self._tables.append(table)
        for number, row in enumerate(trs):
            cells: list[str] = []
            for cell in _cells(row):
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                width = _span(cell)
                if merge is not None and merge.get(f"{W}val") != "restart" and len(cells) < len(above):
                    text = above[len(cells)]
                else:
                    text = self._cell(cell)
                cells.extend([text] * width)
            if len(set(cells)) == 1 and len(cells) > 1 and len(_cells(row)) == 1:
                cells = [cells[0], *[""] * (len(cells) - 1)]
            head = row.find(f"{W}trPr/{W}tblHeader")
            if number == 0 and head is not None and is_on(head):
                header = True
            rows.append(cells)
            above = cells
        self._in_table -= 1
        self._tables.pop()
        if self._in_table:
            header = False  # a table in a cell is part of that cell's words
        self._run += 1
        self._run_of = ""
        self.pieces.extend(row_pieces(rows, self._run, header=header))

    def _cell(self, cell: Any) -> str:
        """A cell's words, its lists' markers and nested tables included, as one line."""
        kept, self.pieces = self.pieces, []
        self.blocks(cell)
        inner, self.pieces = self.pieces, kept
        return one_line(inner)

    def _line(self, paragraph: Any) -> _Line:
        """The words of a paragraph as they would be printed with all changes accepted."""
        line = _Line()
        parts: list[str] = []
        seen_bold: list[bool] = []
        for element, run in _runs(paragraph):
            tag = _tag(element)
            if tag == "txbxContent":
                line.boxes.append(element)
                continue
            if tag == "chart":
                line.charts.append(element.get(f"{_R}id") or "")
                continue
            if tag in ("footnoteReference", "endnoteReference"):
                line.notes.append(f"{tag.removesuffix('Reference')}:{element.get(f'{W}id')}")
                continue
            text = _words(element)
            if not text or (run is not None and self._unseen(run, paragraph)):
                continue
            if text.strip().isdigit() and _is_raised(run) and parts and parts[-1][-1:].isalnum():
                parts.append("^")
            parts.append(text)
            if text.strip():
                seen_bold.append(run is not None and self._styles.says(run, paragraph, "b"))
        line.text = " ".join(clean("".join(parts)).translate(_BOXES).split())
        line.bold = bool(seen_bold) and all(seen_bold)
        return line

    def _unseen(self, run: Any, paragraph: Any) -> bool:
        """Hidden text, white text where nothing is behind it, and text too small to read."""
        if self._styles.says(run, paragraph, "vanish"):
            return True
        size = self._styles.value(run, paragraph, "sz")
        if re.fullmatch(r"[0-9]{1,3}", size) and int(size) < _TINY:
            return True
        colour = self._styles.value(run, paragraph, "color")
        if not _NEARLY_WHITE.match(colour):
            return False
        cell = next(paragraph.iterancestors(f"{W}tc"), None)
        return not (
            self._package.coloured_page
            or is_shaded(run.find(f"{W}rPr/{W}shd"))
            or run.find(f"{W}rPr/{W}highlight") is not None
            or is_shaded(paragraph.find(f"{W}pPr/{W}shd"))
            or (cell is not None and is_shaded(cell.find(f"{W}tcPr/{W}shd")))
            or any(self._styles.shades(_table_style(table)) for table in self._tables)
            or next(paragraph.iterancestors(f"{W}txbxContent"), None) is not None
        )


def _table_style(table: Any) -> str | None:
    found = table.find(f"{W}tblPr/{W}tblStyle")
    return None if found is None else found.get(f"{W}val")


def _runs(element: Any, run: Any | None = None) -> Iterator[tuple[Any, Any | None]]:
    """What a paragraph shows, in order, each with the run it stands in: words, text boxes, notes."""
    for child in _resolved(element):
        tag = _tag(child)
        if child.tag == f"{M}oMath" or tag in _SHOWN:
            yield child, run
        elif tag == "r":
            yield from _runs(child, child)
        elif tag not in _GONE and tag != "tbl":
            yield from _runs(child, run)


def _resolved(element: Any) -> Iterator[Any]:
    """Children with one branch of each alternative: a text box stands in both."""
    for child in element:
        if not isinstance(child.tag, str) or _tag(child) in _GONE:
            continue
        if child.tag == f"{_MC}AlternateContent":
            branches = [branch for branch in child if isinstance(branch.tag, str)]
            with_text = [branch for branch in branches if next(branch.iter(f"{W}t"), None) is not None]
            for branch in (with_text or branches)[:1]:
                yield from _resolved(branch)
        else:
            yield child


def _words(element: Any) -> str:
    tag = _tag(element)
    if tag == "oMath":
        return f" {latex(element)} "
    if tag in ("tab", "br", "cr"):
        return " "
    if tag == "noBreakHyphen":
        return "-"
    return element.text or "" if tag == "t" else ""


def _through(element: Any) -> Iterator[Any]:
    """Children, those inside content controls and tracked insertions included."""
    for child in _resolved(element):
        if _tag(child) in _THROUGH:
            yield from _through(child)
        else:
            yield child


def _cells(row: Any) -> list[Any]:
    return [cell for cell in _through(row) if _tag(cell) == "tc"]


def _span(cell: Any) -> int:
    found = cell.find(f"{W}tcPr/{W}gridSpan")
    text = "" if found is None else found.get(f"{W}val") or ""
    return max(1, min(60, int(text))) if re.fullmatch(r"[0-9]{1,4}", text) else 1


def _is_raised(run: Any | None) -> bool:
    found = None if run is None else run.find(f"{W}rPr/{W}vertAlign")
    return found is not None and found.get(f"{W}val") == "superscript"


def _number(marker: str) -> str:
    """A heading's or clause's number without the stop after it."""
    return marker.removesuffix(".") if re.match(r"^\d{1,3}(?:\.\d{1,3})*\.$", marker) else marker


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""

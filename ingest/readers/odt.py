"""OpenDocument text files → document: headings, lists with their numbers, tables and text boxes.

Source: OpenDocument 1.3 part 3 (text content, lists, tables). The one kept library for these files (odfpy) gives the
same XML without numbers or changes resolved; so the XML is walked here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ingest.document import Document
from ingest.errors import CannotRead
from ingest.readers.clauses import BULLET, Piece, PieceKind, assemble, one_line, row_pieces, split_marker
from ingest.readers.html_lists import numeral
from ingest.readers.text import clean
from ingest.readers.zipped import parts_of

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT, TABLE, STYLE, OFFICE, DRAW = (
    f"{{{_NAMES}{name}:1.0}}" for name in ("text", "table", "style", "office", "drawing")
)
_FORMAT = f"{{{_NAMES}style:1.0}}num-format"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_GONE = {"tracked-changes", "annotation", "annotation-end", "note-citation", "sequence-decls", "forms", "title", "desc"}
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_NEARLY_WHITE = re.compile(r"^#(?:[Ff][5-9A-Fa-f]){3}$")
_MOST_REPEATED = 200


def read_odt(data: bytes, name: str) -> Document:
    """Read an .odt file. Comments, deleted text, headers and footers are left out; notes stand after their paragraph.

    Raises: CannotRead when it is locked, damaged, no such file, too large unpacked, or holds no text.
    """
    parts = parts_of(data, name, "LibreOffice")
    if not parts.get("mimetype", b"").startswith(b"application/vnd.oasis.opendocument.text"):
        raise CannotRead(f"{name} is not an OpenDocument text; save it as .odt and add it again.")
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise CannotRead(f"{name} is locked with a password; save a copy without the password and add that.")
    content, styles = _xml(parts.get("content.xml"), name), _xml(parts.get("styles.xml"), name)
    body = content.find(f"{OFFICE}body/{OFFICE}text") if content is not None else None
    if body is None:
        raise CannotRead(f"{name} is damaged (it has no content); save it again.")
    meta = _xml(parts.get("meta.xml"), name)
    title = "" if meta is None else next((found.text or "" for found in meta.iter(_TITLE)), "")
    walk = _Walk([root for root in (content, styles) if root is not None])
    walk.blocks(body)
    return assemble(walk.pieces, clean(title).strip(), name)


def _xml(data: bytes | None, name: str) -> Any | None:
    if data is None:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise CannotRead(f"{name} is damaged (its content is not whole); save it again.") from None


@dataclass(frozen=True)
class _Level:
    """How one level of a list is numbered. `format` empty: nothing is set; None: a bullet."""

    format: str | None
    before: str = ""
    after: str = ""
    levels: int = 1
    start: int = 1


class _Walk:
    """Goes through the text in reading order and collects pieces."""

    def __init__(self, roots: list[Any]) -> None:
        self.pieces: list[Piece] = []
        self._lists = {
            style.get(f"{STYLE}name") or "": _levels(style)
            for root in roots
            for style in root.iter(f"{TEXT}list-style")
        }
        self._hidden = {
            style.get(f"{STYLE}name")
            for root in roots
            for style in root.iter(f"{STYLE}style")
            if any(
                found.get(f"{TEXT}display") == "none" or _is_white(found)
                for found in style.iter(f"{STYLE}text-properties")
            )
        }
        self._outline = next((_levels(found) for root in roots for found in root.iter(f"{TEXT}outline-style")), {})
        self._headings: list[int] = []
        self._parents = {
            style.get(f"{STYLE}name") or "": style.get(f"{STYLE}parent-style-name") or ""
            for root in roots
            for style in root.iter(f"{STYLE}style")
        }
        self._raised = {
            style.get(f"{STYLE}name")
            for root in roots
            for style in root.iter(f"{STYLE}style")
            if any(
                (found.get(f"{STYLE}text-position") or "").startswith("super")
                for found in style.iter(f"{STYLE}text-properties")
            )
        }
        self._counts: dict[str, list[int]] = {}
        self._run = 0
        self._after: list[Any] = []

    def blocks(self, parent: Any, depth: int = 0) -> None:
        """Everything below an element that holds paragraphs, lists and tables."""
        for child in parent:
            tag = _tag(child)
            if tag == "h":
                self._heading(child)
            elif tag == "p":
                self._paragraph(child)
            elif tag == "list":
                self._run += 1
                self._list(child, 0, child.get(f"{TEXT}style-name") or "")
            elif tag == "table":
                self._table(child)
            elif tag and tag not in _GONE and depth < 200:
                self.blocks(child, depth + 1)

    def _heading(self, element: Any) -> None:
        text = self._words(element)
        level = _whole(element.get(f"{TEXT}outline-level"), 1)
        number = "" if element.get(f"{TEXT}is-list-header") == "true" else self._heading_number(level - 1)
        if text:
            self.pieces.append(Piece(text, PieceKind.HEADING, level=level, marker=number))
        self._hung()

    def _heading_number(self, level: int) -> str:
        """The number that the document's outline sets before a heading of a level, from 0."""
        how = self._outline.get(level)
        if how is None or not how.format:
            return ""
        while len(self._headings) <= level:
            self._headings.append(self._outline.get(len(self._headings), how).start - 1)
        del self._headings[level + 1 :]
        self._headings[level] += 1
        shown = range(max(0, level - how.levels + 1), level + 1)
        numbers = [numeral(max(self._headings[n], 1), self._outline.get(n, how).format or "1") for n in shown]
        return f"{how.before}{'.'.join(numbers)}{how.after}".strip().removesuffix(".")

    def _paragraph(self, element: Any) -> None:
        text = self._words(element)
        name = element.get(f"{TEXT}style-name") or ""
        as_title = {"Title": 1, "Subtitle": 2}
        level = as_title.get(name) or as_title.get(self._parents.get(name, ""))
        marker, text = ("", text) if level else split_marker(text)
        if level and text:
            self.pieces.append(Piece(text, PieceKind.HEADING, level=level))
        elif text:
            is_item = bool(marker) and not marker[0].isdigit() or marker.endswith((".", ")"))
            if is_item:
                self._run += 1
            kind = PieceKind.ITEM if is_item else PieceKind.PARAGRAPH
            self.pieces.append(Piece(text, kind, marker=marker, run=self._run if is_item else 0))
        self._hung()

    def _list(self, element: Any, level: int, style: str) -> None:
        style = element.get(f"{TEXT}style-name") or style
        counts = self._counts.setdefault(style, [])
        if not level and element.get(f"{TEXT}continue-numbering") != "true" and not element.get(f"{TEXT}continue-list"):
            counts.clear()
        for item in element:
            if _tag(item) not in ("list-item", "list-header"):
                continue
            marker = self._next(style, level, counts, item) if _tag(item) == "list-item" else ""
            begun = False
            for child in item:
                tag = _tag(child)
                if tag == "list":
                    self._list(child, level + 1, style)
                elif tag == "h":
                    text = self._words(child)
                    self.pieces.append(Piece(text, PieceKind.HEADING, level=level + 1, marker=marker.removesuffix(".")))
                    begun = True
                elif tag == "p" and (text := self._words(child)):
                    number = marker.removesuffix(".")
                    clause = "." in number and number.replace(".", "").isdigit()
                    shown = "" if begun else number if clause else marker
                    self.pieces.append(Piece(text, PieceKind.ITEM, marker=shown, depth=level, run=self._run))
                    begun = True
                elif tag == "table":
                    self._table(child)
                self._hung()

    def _next(self, style: str, level: int, counts: list[int], item: Any) -> str:
        """The marker of the next item, counted in its list."""
        levels = self._lists.get(style, {})
        while len(counts) <= level:
            counts.append(levels.get(len(counts), _Level("1")).start - 1)
        del counts[level + 1 :]
        counts[level] = _whole(item.get(f"{TEXT}start-value"), counts[level] + 1)
        how = levels.get(level, _Level(None))
        if how.format is None:
            return BULLET
        shown = range(max(0, level - how.levels + 1), level + 1)
        numbers = [numeral(max(counts[n], 1), levels.get(n, how).format or "1") for n in shown]
        return f"{how.before}{'.'.join(numbers)}{how.after}".strip() if how.format else ""

    def _table(self, element: Any) -> None:
        rows: list[list[str]] = []
        header: bool | None = None
        for row in element.iter(f"{TABLE}table-row"):
            if next(row.iterancestors(f"{TABLE}table"), None) is not element:
                continue
            cells: list[str] = []
            for cell in row:
                if _tag(cell) not in ("table-cell", "covered-table-cell"):
                    continue
                times = _whole(cell.get(f"{TABLE}number-columns-repeated"), 1)
                cells.extend([self._cell(cell)] * min(_MOST_REPEATED, times))
            if not rows and next(row.iterancestors(f"{TABLE}table-header-rows"), None) is not None:
                header = True
            rows.append(cells)
        if next(element.iterancestors(f"{TABLE}table"), None) is not None:
            header = False  # a table in a cell is part of that cell's words
        self._run += 1
        self.pieces.extend(row_pieces(rows, self._run, header=header))

    def _cell(self, cell: Any) -> str:
        kept, self.pieces = self.pieces, []
        self.blocks(cell)
        inner, self.pieces = self.pieces, kept
        return one_line(inner)

    def _words(self, element: Any) -> str:
        """A paragraph's words as one line; text boxes and notes in it are kept for after it."""
        parts: list[str] = []

        def take(node: Any, depth: int) -> None:
            tag = _tag(node)
            if tag in _GONE or node.get(f"{TEXT}style-name") in self._hidden or tag == "hidden-text" or depth > 200:
                return
            if tag in ("text-box", "note-body"):
                self._after.append(node)
                return
            if tag in ("s", "tab", "line-break"):
                parts.append(" ")
            if node.get(f"{TEXT}style-name") in self._raised and (node.text or "").isdigit() and parts:
                parts.append("^" if parts[-1][-1:].isalnum() else "")
            parts.append(node.text or "")
            for child in node:
                if isinstance(child.tag, str):
                    take(child, depth + 1)
                parts.append(child.tail or "")

        take(element, 0)
        return " ".join(clean("".join(parts)).split())

    def _hung(self) -> None:
        """What hung on the paragraph that has just been read."""
        hung, self._after = self._after, []
        for element in hung:
            self.blocks(element)


def _levels(style: Any) -> Mapping[int, _Level]:
    found: dict[int, _Level] = {}
    for element in style:
        number = _whole(element.get(f"{TEXT}level"), 0)
        if not 1 <= number <= 10:
            continue
        if _tag(element) in ("list-level-style-number", "outline-level-style"):
            found[number - 1] = _Level(
                element.get(_FORMAT) or "", element.get(f"{STYLE}num-prefix") or "",
                element.get(f"{STYLE}num-suffix") or "",
                _whole(element.get(f"{TEXT}display-levels"), 1), _whole(element.get(f"{TEXT}start-value"), 1),
            )  # fmt: skip
        else:
            found[number - 1] = _Level(None)
    return found


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,6}", text) else otherwise


def _is_white(properties: Any) -> bool:
    """White or nearly white text with nothing set behind it."""
    ink, ground = properties.get(f"{_FO}color") or "", properties.get(f"{_FO}background-color") or ""
    return bool(_NEARLY_WHITE.match(ink)) and (not ground.startswith("#") or bool(_NEARLY_WHITE.match(ground)))


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""

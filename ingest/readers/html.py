"""Web pages → document: the page's own content with its heading ids, clause numbers, lists and tables.

What surrounds the content is left out by the page's own marks (HTML's landmarks and ARIA's roles, `html_frame.py`), and
so is whatever a reader of the page cannot see (`html_hidden.py`). Decision 0016 has the figures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from ingest.document import Document
from ingest.errors import CannotRead
from ingest.readers.clauses import BULLET, Piece, PieceKind, assemble, row_pieces, split_marker
from ingest.readers.html_frame import content_of, is_frame
from ingest.readers.html_hidden import Hidden
from ingest.readers.html_lists import item_markers
from ingest.readers.html_tables import cells_of, is_layout
from ingest.readers.text import clean

LONGEST_PAGE = 8_000_000
"""Characters of markup; the longest guidance on one page has about 2,000,000."""

FEWEST_WORDS = 30
"""A page's content that has fewer may not be the content at all."""

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "nobr", "output", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img", "input", "meter", "progress", "math", "mrow", "mi",
    "mo", "mn", "msup", "msub", "mfrac", "semantics",
}  # fmt: skip
_LISTS = {"ul", "ol", "menu", "dir"}
_ONLY_NUMBER = re.compile(r"^(?:\d{1,3}(?:\.\d{1,3}){1,4}|\(\d{1,3}\)|\([a-z]{1,2}\)|\d{1,3}[A-Z]?\.?)\.?$")
_CLAUSE_ALONE = re.compile(r"^\d{1,3}(?:\.\d{1,3}){1,4}\.?$")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_SITE = re.compile(r"\s+(?:[|\u2013\u2014:-]|::)\s+[^|\u2013\u2014]{2,60}$")
_SOFT = "\u00ad\u200b"


def read_html(data: bytes, name: str) -> Document:
    """Read a web page as it was fetched or saved.

    A section's anchor is the id of its heading, or of what the heading stands in. `front` has the page's own address
    (`url`, its canonical link) and date (`published`) where it gives them.

    Raises: CannotRead when it is no web page, is over-long, or holds no text that can be seen.
    """
    root = _parsed(data, name)
    hidden = Hidden.of(root)
    title, front = _title(root, hidden), _front(root)
    walk = _walked(content_of(root, hidden), hidden, framed=True)
    if walk.words < FEWEST_WORDS:  # a page that is one menu, say: what can be seen of it is its content
        whole = _walked([root], hidden, framed=False)
        walk = whole if whole.words > 2 * walk.words else walk
    return assemble(walk.pieces, title or walk.first_heading, name, front=front)


def _walked(elements: Sequence[Any], hidden: Hidden, *, framed: bool) -> _Walk:
    walk = _Walk(hidden, framed=framed)
    for element in elements:
        walk.block(element)
        walk.flush()
    walk.end()
    return walk


def _parsed(data: bytes, name: str) -> Any:
    text = clean(_decoded(data, name))
    if len(text) > LONGEST_PAGE:
        raise CannotRead(f"{name} is longer than {LONGEST_PAGE:,} characters; save its parts as pages of their own.")
    if "<" not in text:
        raise CannotRead(f"{name} is not a web page; save the page as HTML, or the text as .txt, and add that.")
    parser = lxml_html.HTMLParser(
        remove_comments=True, remove_pis=True, huge_tree=False, no_network=True, encoding="utf-8"
    )
    try:
        root = lxml_html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        raise CannotRead(f"{name} holds no text; open it in a browser to see what is there.") from None
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        # The parser stops there, and what follows would be lost without a word.
        raise CannotRead(f"{name} is nested too deeply to be read whole; save its text as .txt or .docx and add that.")
    return root


def _decoded(data: bytes, name: str) -> str:
    """Bytes as text: by their byte-order mark, as the page says, as UTF-8, else as Windows writes it."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if b"\x00" in data[:4096]:
        raise CannotRead(f"{name} is not a web page (it holds binary data); save it as HTML and add it again.")
    said = _CHARSET.search(data[:4096])
    names = [said[1].decode("ascii", "replace")] if said else []
    for encoding in (*names, "utf-8"):
        try:
            return data.decode("cp1252" if encoding.lower() in ("iso-8859-1", "latin1", "latin-1") else encoding)
        except (UnicodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


@dataclass
class _Item:
    """A list item that is being read."""

    marker: str
    depth: int
    run: int
    begun: bool = False


class _Walk:
    """Goes through the content in reading order and collects pieces."""

    def __init__(self, hidden: Hidden, *, framed: bool) -> None:
        self.pieces: list[Piece] = []
        self._framed = framed
        self.first_heading = ""
        self._hidden = hidden
        self._text: list[str] = []
        self._pending = ""
        self._anchor: str | None = None
        self._items: list[_Item] = []
        self._runs = 0
        self._typed: tuple[int, int] = (-1, 0)

    @property
    def words(self) -> int:
        """Words collected so far."""
        return sum(len(piece.text.split()) for piece in self.pieces)

    def _passes(self, element: Any) -> bool:
        """Whether an element is content that can be seen."""
        return not is_frame(element, by_name=self._framed) and not self._hidden.hides(element)

    def block(self, element: Any) -> None:
        """One element that stands for itself, with all below it."""
        tag = _tag(element)
        if not tag or not self._passes(element):
            return
        if tag in _HEADINGS:
            self._heading(element)
        elif tag in _LISTS:
            self._list(element)
        elif tag == "table":
            self._table(element)
        elif tag == "dl":
            self._definitions(element)
        elif tag == "br":
            self._text.append("\n")
        elif tag == "hr":
            self.flush()
        elif tag in _INLINE:
            self._inline(element)
        else:
            self.flush()
            self._children(element)
            self.flush()

    def flush(self) -> None:
        """End the paragraph that is being read."""
        text = _spaced("".join(self._text))
        self._text = []
        if not text:
            return
        item = self._items[-1] if self._items else None
        if _ONLY_NUMBER.match(text) and (item is None or not item.begun) and not self._pending:
            self._pending = text.removesuffix(".") if _CLAUSE_ALONE.match(text) else text
            return
        self._add(text, item)

    def end(self) -> None:
        """A number that nothing followed is a paragraph of its own."""
        if self._pending:
            self.pieces.append(Piece(self._pending))
            self._pending = ""

    def _children(self, element: Any) -> None:
        self._said(element.text)
        for child in element:
            self.block(child)
            self._said(child.tail)

    def _inline(self, element: Any) -> None:
        """Words within a paragraph. A block inside (which HTML allows in places) stands for itself."""
        tag = _tag(element)
        if tag == "input":
            if element.get("type", "text").lower() in ("text", "email", "tel", "date", "number", "search", "url"):
                self._said(f" {element.get('value') or ''} ")
            return
        if tag in ("sup", "sub") and self._text and not self._text[-1][-1:].isspace() and _note(element):
            self._text.append(" ")
        if tag == "q":
            self._text.append('"')
        self._children(element)
        if tag == "q":
            self._text.append('"')

    def _said(self, text: str | None) -> None:
        if text:
            self._text.append(text)

    def _add(self, text: str, item: _Item | None) -> None:
        marker, self._pending = self._pending, ""
        if not marker:
            marker, text = split_marker(text)
        anchor, self._anchor = self._anchor, None
        if item is not None:
            self._add_to_item(item, marker, text, anchor)
        elif not marker or re.match(r"^\d{1,3}(?:\.\d{1,3})+$", marker):
            self.pieces.append(Piece(text, marker=marker, anchor=anchor))
        else:
            self.pieces.append(Piece(text, PieceKind.ITEM, marker=marker, run=self._typed_run(), anchor=anchor))
            self._typed = (len(self.pieces), self._typed[1])

    def _typed_run(self) -> int:
        """The list that a typed marker belongs to: the one before it when nothing stands between them."""
        at, run = self._typed
        if at != len(self.pieces) or not run:
            self._runs += 1
            run = self._runs
        self._typed = (at, run)
        return run

    def _add_to_item(self, item: _Item, marker: str, text: str, anchor: str | None) -> None:
        """The first words of an item carry its marker; later paragraphs of it are joined to them."""
        if not item.begun:
            item.begun = True
            kept = marker if marker and item.marker == BULLET else item.marker
            if marker and kept != marker:
                text = f"{marker} {text}"
            self.pieces.append(Piece(text, PieceKind.ITEM, marker=kept, depth=item.depth, run=item.run, anchor=anchor))
            return
        last = self.pieces[-1]
        text = f"{marker} {text}" if marker and marker != BULLET else text
        if last.kind is PieceKind.ITEM and last.run == item.run and last.depth == item.depth:
            self.pieces[-1] = replace(last, text=f"{last.text} {text}")
        else:
            self.pieces.append(Piece(text, PieceKind.ITEM, marker="", depth=item.depth, run=item.run))

    def _heading(self, element: Any) -> None:
        self.flush()
        text = _spaced(self._words(element))
        if not text:
            return
        anchor = _anchor(element)
        if _CLAUSE_ALONE.match(text):  # nice.org.uk: a recommendation's number is a heading of its own
            self._pending, self._anchor = text.removesuffix("."), anchor
            return
        if self._pending:
            text, self._pending = f"{self._pending} {text}", ""
        self.first_heading = self.first_heading or text
        if self._items:  # a heading in a list is the first words of its item
            self._text.append(text)
            self.flush()
            return
        self.pieces.append(Piece(text, PieceKind.HEADING, level=int(_tag(element)[1]), anchor=anchor))

    def _list(self, element: Any) -> None:
        self.flush()
        depth = len(self._items)
        if depth:
            run = self._items[-1].run
        else:
            self._runs += 1
            run = self._runs
        for child, marker in item_markers(element):
            if marker is None:
                self.block(child)
                self.flush()
                continue
            if not self._passes(child):
                continue
            self._items.append(_Item(marker, depth, run))
            self._children(child)
            self.flush()
            self._items.pop()

    def _definitions(self, element: Any) -> None:
        """Each term with what is said of it: 'Term: words'."""
        self.flush()
        self._runs += 1
        run, term = self._runs, ""
        for child in element.iter("dt", "dd"):
            if next(child.iterancestors("dl"), None) is not element:
                continue
            if self._hidden.hides_within(child, element):
                continue
            if _tag(child) == "dt":
                if term:
                    self._item(term, run)
                term = _spaced(self._words(child))
                continue
            text = _spaced(self._words(child))
            joined = f"{term.rstrip(':')}: {text}" if term and text else term or text
            if joined:
                self._item(joined, run)
            term = ""
        if term:
            self._item(term, run)

    def _item(self, text: str, run: int) -> None:
        depth = len(self._items)
        self.pieces.append(Piece(text, PieceKind.ITEM, marker=BULLET, depth=depth, run=run))

    def _table(self, element: Any) -> None:
        self.flush()
        if is_layout(element):
            for row in element.iter("tr"):
                if next(row.iterancestors("table"), None) is element and not self._hidden.hides(row):
                    self._children_of_row(row)
            return
        caption = next((child for child in element if _tag(child) == "caption"), None)
        if caption is not None:
            self._text.append(self._words(caption))
            self.flush()
        rows, header = cells_of(element, lambda cell: _spaced(self._words(cell)), self._hidden.hides)
        self._runs += 1
        self.pieces.extend(row_pieces(rows, self._runs, header=header))

    def _children_of_row(self, row: Any) -> None:
        for cell in row:
            if _tag(cell) in ("td", "th") and not self._hidden.hides(cell):
                self._children(cell)
                self.flush()

    def _words(self, element: Any) -> str:
        """All words of an element that can be seen, as one line."""
        parts: list[str] = []

        def take(node: Any) -> None:
            tag = _tag(node)
            if not tag or not self._passes(node):
                return
            apart = tag not in _INLINE
            if apart or (tag in ("sup", "sub") and _note(node)):
                parts.append(" ")
            parts.append(node.text or "")
            for child in node:
                take(child)
                parts.append(child.tail or "")
            if apart:
                parts.append(" ")

        take(element)
        return "".join(parts)


def _tag(element: Any) -> str:
    """The element's name; empty for comments, processing instructions and entities."""
    return element.tag.lower().rpartition("}")[2] if isinstance(element.tag, str) else ""


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _note(element: Any) -> bool:
    """A footnote's mark: it is no part of the word before it."""
    return element.find(".//a") is not None


def _anchor(heading: Any) -> str | None:
    """The id by which a browser can be sent to a heading: its own, one inside it, or of what it opens."""
    if heading.get("id"):
        return str(heading.get("id"))
    for inside in heading.iter("a", "span"):
        if found := inside.get("id") or inside.get("name"):
            return str(found)
    before = heading.getprevious()
    if before is not None and _tag(before) == "a" and (before.get("id") or before.get("name")):
        return str(before.get("id") or before.get("name"))
    parent = heading.getparent()
    if parent is not None and parent.get("id") and _tag(parent) in ("section", "div", "article", "li"):
        first = next((child for child in parent if _tag(child)), None)
        if first is heading:
            return str(parent.get("id"))
    return None


def _title(root: Any, hidden: Hidden) -> str:
    """The page's first heading of the first level, else its title without the site's name."""
    for heading in root.iter("h1"):
        if (text := _spaced(heading.text_content())) and not hidden.hides_within(heading):
            return text
    for meta in root.iter("meta"):
        if (meta.get("property") or "").lower() == "og:title" and (meta.get("content") or "").strip():
            return _SITE.sub("", _spaced(meta.get("content")))
    for title in root.iter("title"):
        if text := _spaced(title.text_content()):
            return _SITE.sub("", text)
    return ""


_DATES = ("article:modified_time", "article:published_time", "dcterms.modified", "dcterms.issued", "dc.date")


def _front(root: Any) -> Mapping[str, object]:
    """What the page says of itself: its address and its date."""
    front: dict[str, object] = {}
    for link in root.iter("link"):
        address = (link.get("href") or "").strip()
        if "canonical" in (link.get("rel") or "").lower().split() and re.match(r"^https?://[^\s/]+", address):
            front["url"] = address
    said = {
        (meta.get("property") or meta.get("name") or "").lower(): meta.get("content") or ""
        for meta in root.iter("meta")
    }
    day = next((said[name][:10] for name in _DATES if re.match(r"^\d{4}-\d{2}-\d{2}", said.get(name, ""))), "")
    if day:
        front["published"] = day
    return front

"""Acts of Parliament from legislation.gov.uk's XML (CLML) → document, with the Acts' own pinpoints.

Source: the Crown Legislation Markup Language as legislation.gov.uk serves it at .../data.xml: Part, Chapter, Pblock
(cross-heading), P1group (a section's title), P1 (section), P2 (subsection), P3 and P4 (paragraphs), Schedule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ingest.document import Block, BlockKind, Document, Section
from ingest.errors import CannotRead
from ingest.readers.text import clean

_NAMESPACE = "http://www.legislation.gov.uk/namespaces/legislation"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_GROUPS = {"Part", "Chapter", "Pblock", "PsubBlock", "P1group", "Schedule", "EUPart", "EUChapter"}
_ITEMS = {"P3", "P4", "P5", "P6", "ListItem"}
_NOT_TEXT = {"CommentaryRef", "Commentaries", "Commentary", "FootnoteRef", "Footnotes", "Versions", "Resources"}
_ONLY_DOTS = re.compile(r"^[\s.…]*$")


def read_legislation(data: bytes, name: str) -> Document:
    """Read an Act, or a part of one.

    Each subsection is a section of the document with the pinpoint `s.42(1)`, a section without subsections one with
    `s.42`, a paragraph of a Schedule one with `Sch.2 para 1(1)`; its paragraphs are items marked `(a)`. Notes by the
    editors are left out, and so are provisions that are repealed (only dots are left of them). A provision's id is the
    anchor of its web page.

    Raises: CannotRead when it is no such XML, declares entities of its own, or holds no provision.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CannotRead(f"{name} is not whole XML ({error}); fetch it again.") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise CannotRead(f"{name} declares a document type of its own, which an Act does not; it was not read.")
    if etree.QName(root).namespace != _NAMESPACE:
        raise CannotRead(f"{name} is not legislation.gov.uk's XML; give the address that ends in /data.xml.")
    title = next((_words(found) for found in root.iter(_TITLE)), "") or name
    reading = _Reading(title)
    for child in root:
        reading.group(child, (title,), "s.")
    if not reading.sections:
        raise CannotRead(f"{name} holds no section that is in force; open it on legislation.gov.uk.")
    return Document(title, tuple(reading.sections), {})


@dataclass
class _Reading:
    """Walks down an Act and collects its sections."""

    title: str
    sections: list[Section] = field(default_factory=list)

    def group(self, element: Any, path: tuple[str, ...], prefix: str) -> None:
        """A part, a heading, or anything else that only holds provisions. `prefix`: what a number below begins with."""
        tag = _tag(element)
        if tag in _NOT_TEXT or not tag:
            return
        if tag == "P1":
            self._provision(element, path, prefix)
            return
        if tag in _GROUPS:
            if tag == "Schedule":
                number = re.search(r"\d+[A-Z]*", _child_words(element, "Number"))
                prefix = f"Sch.{number[0]} para " if number else "Sch. para "
            path = (*path, heading) if (heading := _heading(element)) else path
        for child in element:
            self.group(child, path, prefix)

    def _provision(self, element: Any, path: tuple[str, ...], prefix: str) -> None:
        """One section, or one paragraph of a Schedule."""
        pinpoint = f"{prefix}{_number(element)}"
        loose: list[Any] = []
        found = False
        for part in (part for para in _children(element, "P1para") for part in para):
            if _tag(part) == "P2":
                found = True
                self._add(path, f"{pinpoint}({_number(part)})", part, _children(part, "P2para"))
            else:
                loose.append(part)
        if loose or not found:
            self._add(path, pinpoint, element, [loose], first=found)

    def _add(self, path: tuple[str, ...], pinpoint: str, element: Any, parts: list[Any], first: bool = False) -> None:
        blocks = [block for part in parts for child in part for block in _blocks(child, 0)]
        blocks = [block for block in blocks if not _ONLY_DOTS.match(block.text)]
        if blocks:
            made = Section(path, pinpoint, tuple(blocks), anchor=element.get("id"))
            # Words before a section's first subsection stand before it in the document too.
            at = len(self.sections)
            while first and at and self.sections[at - 1].pinpoint.startswith(f"{pinpoint}("):
                at -= 1
            self.sections.insert(at, made)


def _blocks(element: Any, depth: int) -> Iterator[Block]:
    """The paragraphs, items and rows of one part of a provision, in reading order."""
    tag = _tag(element)
    if not tag or tag in _NOT_TEXT or tag == "Pnumber":
        return
    if tag in _ITEMS:
        yield from _item(element, depth)
    elif tag == "tr":
        cells = [_words(cell) for cell in element if _tag(cell) in ("td", "th")]
        yield Block(" | ".join(cell for cell in cells if cell), BlockKind.ROW, group=1, depth=depth)
    elif tag == "Text" or not any(_tag(child) for child in element):
        if words := _words(element):
            yield Block(words, depth=depth)
    else:
        for child in element:
            yield from _blocks(child, depth)


def _item(element: Any, depth: int) -> Iterator[Block]:
    """A lettered paragraph: its first words carry the letter, what follows stands below it."""
    number = _number(element)
    marker = f"({number})" if number else "-"
    for child in element:
        for block in _blocks(child, depth + 1):
            if block.kind is BlockKind.PARAGRAPH and marker:
                yield Block(block.text, BlockKind.ITEM, group=1, marker=marker, depth=depth)
                marker = ""
            else:
                yield block


def _heading(element: Any) -> str:
    """'Part 1 Care and support', 'Enquiry by local authority'."""
    block = next(iter(_children(element, "TitleBlock")), element)
    return " ".join(filter(None, (_child_words(element, "Number"), _child_words(block, "Title"))))


def _number(element: Any) -> str:
    """A provision's number as printed, without brackets and stops."""
    return _child_words(element, "Pnumber").strip("().[] ")


def _child_words(element: Any, tag: str) -> str:
    return next((_words(child) for child in _children(element, tag)), "")


def _children(element: Any, tag: str) -> list[Any]:
    return [child for child in element if _tag(child) == tag]


def _words(element: Any) -> str:
    return " ".join(clean("".join(_texts(element))).split())


def _texts(element: Any) -> Iterator[str]:
    """Text of an element and of those below it, without the editors' notes."""
    if _tag(element) and _tag(element) not in _NOT_TEXT:
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""


def _tag(element: Any) -> str:
    """The name without its namespace; empty for a comment, a processing instruction or an entity."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""

"""What a PDF says beside its pages: title, bookmarks, page labels and the answers in its form, read with pypdf."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from lxml import etree
from pypdf import PdfReader

from ingest.readers.clauses import Piece

MOST_BOOKMARKS = 5_000
MOST_FIELDS = 2_000
LONGEST_ANSWER = 20_000
"""Characters."""
LARGEST_XFA = 8 * 1024**2
"""Bytes of one part of an XML form."""
_DEEPEST = 12


@dataclass(frozen=True)
class Bookmark:
    """An entry of the outline. `page` counts from 1; `level` 1 is the highest."""

    title: str
    page: int
    level: int


@dataclass(frozen=True)
class Extras:
    """All empty where the file does not say. `labels`: page, from 1 → printed label, where the two differ."""

    title: str = ""
    bookmarks: tuple[Bookmark, ...] = ()
    labels: dict[int, str] = field(default_factory=dict)
    fields: tuple[Piece, ...] = ()
    off: frozenset[str] = frozenset()
    """Names of layers that are switched off."""
    xfa: tuple[Piece, ...] = ()
    """An XML form's text: its pages hold only a request to open it in another program."""


def extras_of(data: bytes) -> Extras:
    """Never fails: each part that pypdf cannot make sense of is left empty, as the pages themselves can be read."""
    log = logging.getLogger("pypdf")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        try:
            reader = PdfReader(io.BytesIO(data))
            if reader.is_encrypted:
                reader = PdfReader(io.BytesIO(_unlocked(data)))
            len(reader.pages)
        except Exception:  # pypdf meets damage in many ways; PDFium has read the pages
            return Extras()
        return Extras(
            _or(lambda: " ".join(str(reader.metadata.title or "").split()) if reader.metadata else "", ""),
            _or(lambda: tuple(_bookmarks(reader)), ()),
            _or(lambda: _labels(reader), {}),
            _or(lambda: tuple(_fields(reader)), ()),
            _or(lambda: _off(reader), frozenset()),
            _or(lambda: tuple(_xfa(reader)), ()),
        )
    finally:
        log.setLevel(before)


def _unlocked(data: bytes) -> bytes:
    """A file that opens without a password, without its lock: PDFium knows every cipher, pypdf only with a library."""
    pdf = pdfium.PdfDocument(data)
    try:
        out = io.BytesIO()
        pdf.save(out, flags=raw.FPDF_REMOVE_SECURITY)
        return out.getvalue()
    finally:
        pdf.close()


def _or(read: Any, otherwise: Any) -> Any:
    try:
        return read()
    except Exception:
        return otherwise


def _bookmarks(reader: PdfReader) -> Iterator[Bookmark]:
    pages = {page.indirect_reference.idnum: n for n, page in enumerate(reader.pages, 1) if page.indirect_reference}
    count = 0

    def walk(entries: Sequence[Any], level: int) -> Iterator[Bookmark]:
        nonlocal count
        for entry in entries:
            if isinstance(entry, list):
                if level < _DEEPEST:
                    yield from walk(entry, level + 1)
                continue
            count += 1
            if count > MOST_BOOKMARKS:
                return
            number = pages.get(getattr(entry.page, "idnum", -1)) if entry.page is not None else None
            if number and entry.title:
                yield Bookmark(" ".join(str(entry.title).split()), number, level)

    yield from walk(reader.outline, 1)


def _off(reader: PdfReader) -> frozenset[str]:
    layers: Any = reader.root_object.get("/OCProperties")
    if layers is None:
        return frozenset()
    layers = layers.get_object()
    chosen = layers["/D"].get_object()
    off = [layer.get_object() for layer in chosen.get("/OFF", ())]
    if chosen.get("/BaseState") == "/OFF":
        on = [layer.get_object() for layer in chosen.get("/ON", ())]
        off += [layer.get_object() for layer in layers.get("/OCGs", ()) if layer.get_object() not in on]
    return frozenset(str(layer.get("/Name", "")) for layer in off) - {""}


def _labels(reader: PdfReader) -> dict[int, str]:
    if "/PageLabels" not in reader.root_object:
        return {}
    return {number: label for number, label in enumerate(reader.page_labels, 1) if label and label != str(number)}


def _fields(reader: PdfReader) -> Iterator[Piece]:
    """A filled form's answers, each after the name a person sees for it, on the page where it stands."""
    if "/AcroForm" not in reader.root_object:
        return
    count = 0
    for number, page in enumerate(reader.pages, 1):
        for reference in page.get("/Annots") or ():
            field_ = reference.get_object()
            if field_.get("/Subtype") != "/Widget":
                continue
            count += 1
            if count > MOST_FIELDS:
                return
            asked = str(_inherited(field_, "/TU") or _inherited(field_, "/T") or "").strip()
            answer = _answer(field_)
            if answer:
                yield Piece(f"{asked}: {answer}" if asked else answer, page=number)


def _xfa(reader: PdfReader) -> Iterator[Piece]:
    """What is printed on an XML form, then what was filled in, each after the name of its field."""
    parts = reader.xfa or {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    for name in ("template", "datasets"):
        data = parts.get(name)
        if not data or len(data) > LARGEST_XFA:
            continue
        for number, element in enumerate(etree.fromstring(bytes(data), parser).iter(etree.Element)):
            tag = etree.QName(element).localname
            text = " ".join("".join(element.itertext()).split())[:LONGEST_ANSWER]
            if number >= MOST_FIELDS or not text:
                continue
            if name == "template" and tag in ("text", "exData"):
                yield Piece(text, page=1)
            elif name == "datasets" and not len(element):
                yield Piece(f"{tag}: {text}", page=1)


def _inherited(field_: Any, key: str) -> Any:
    for _ in range(_DEEPEST):
        if key in field_:
            return field_[key]
        if "/Parent" not in field_:
            return None
        field_ = field_["/Parent"]
    return None


def _answer(field_: Any) -> str:
    value = _inherited(field_, "/V")
    kind = _inherited(field_, "/FT")
    if value is None or kind == "/Sig":
        return ""
    if kind == "/Btn":
        state = str(field_.get("/AS", "/Off")).removeprefix("/")
        return "" if state == "Off" else ("yes" if state in ("Yes", "On", "1") else state)
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)[:LONGEST_ANSWER]
    return " ".join(str(value).removeprefix("/").split())[:LONGEST_ANSWER]

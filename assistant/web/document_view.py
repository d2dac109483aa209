"""One document of the library: the cited passage first, then the whole text as its readers have it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from assistant.web import frame, service
from assistant.web.drawer import DIGEST_LINE
from assistant.web.marked import as_label, marked, site_name, web_address
from assistant.web.words import count, long_date, status, status_with_age
from ingest.document import Block, BlockKind, Section
from ingest.errors import SafeguardError
from ingest.sources import Source

if TYPE_CHECKING:
    from assistant.library import Library
    from ingest.passages import Passage

NOT_CONFIRMED = "Not confirmed: kept for readers, never quoted"


def draw_address(library: Library, today: date) -> bool:
    """The document that the address names; False where it names none that is in the library."""
    source = library.source(st.query_params.get("source", ""))
    if source is None:
        return False
    draw(library, source, st.query_params.get("passage"), st.query_params.get("mark"), today)
    return True


def draw(library: Library, source: Source, passage_id: str | None, mark: str | None, today: date) -> None:
    """The document page. `mark` is 'start-end' in characters of the passage; anything else marks nothing."""
    frame.begin("Library", source.title)
    said = frame.SaidLine()
    all_passages = library.passages_of(source.id)
    place = next((i for i, passage in enumerate(all_passages) if passage.id == passage_id), None)
    said.say(_said(passage_id, place, all_passages, mark))
    if place is not None:
        _passage(library, source, all_passages, place, mark)
    address = all_passages[place].url if place is not None else source.url
    _about(source, address, len(all_passages), today)
    if place is None:
        st.header("Whole document", anchor=False)
        _whole(library, source)
    else:
        with st.expander("Whole document", key="whole-document"):
            _whole(library, source)
    st.page_link(frame.LIBRARY_PAGE, label="All documents")


def marks(mark: str | None, text: str) -> list[tuple[int, int]]:
    """The stretch an address asks to mark, when it is one of this text.

    >>> marks("0-3", "The SAB"), marks("5-99", "The SAB"), marks("x", "The SAB")
    ([(0, 3)], [], [])
    """
    found = re.fullmatch(r"(\d{1,7})-(\d{1,7})", mark or "")
    if not found:
        return []
    start, end = int(found[1]), int(found[2])
    return [(start, end)] if 0 <= start < end <= len(text) else []


def _said(passage_id: str | None, place: int | None, passages: Sequence[Passage], mark: str | None) -> str:
    if place is None and passage_id:
        return "That passage is no longer in the library. Here is the document."
    if place is None:
        return f"{count(len(passages), 'passage')} can be quoted from this document."
    if marks(mark, passages[place].text):
        return "The quoted words are marked."
    if mark:
        return NOT_ON_THE_PAGE
    return f"Passage {place + 1} of {len(passages)}."


def _passage(library: Library, source: Source, passages: Sequence[Passage], place: int, mark: str | None) -> None:
    """The passage under its pinpoint, with the way to its neighbours; a PDF's page as a picture before its words."""
    passage = passages[place]
    heading = f"<p>{escape(' > '.join(passage.heading[1:]))}</p>" if passage.pinpoint and passage.heading[1:] else ""
    st.html(f"<h2>{escape(passage.pinpoint or passage.heading[-1])}</h2>{heading}")
    located = marks(mark, passage.text)
    file = library.file(source.id) if source.format == "pdf" else None
    if file is not None and passage.page is not None:
        quote = passage.text[slice(*located[0])] if located else ""
        page = passage.place(located[0][0]).page if located else passage.page
        _picture(file, page or passage.page, quote)
        st.subheader("The same words as text", anchor=False)
    with st.container(key="passage"):
        st.html(f"<blockquote>{marked(passage.text, located)}</blockquote>")
    with st.container(key="neighbours", horizontal=True):
        if place > 0:
            _neighbour("Previous", passages[place - 1])
        if place + 1 < len(passages):
            _neighbour("Next", passages[place + 1])


NOT_ON_THE_PICTURE = (
    "We could not find these words on the picture of the page, so nothing is marked on it. They are in the text below."
)
NOT_ON_THE_PAGE = "We could not find these words on the page, so nothing is marked. The section is shown."


def _picture(file: Path, page: int, quote: str) -> None:
    """The page of a PDF with the quoted words marked, and the file itself to keep."""
    with st.spinner(f"Drawing page {page}."):
        drawn = service.page_picture(str(file), file.stat().st_mtime_ns, page, quote)
    with st.container(key="page-picture"):
        if isinstance(drawn, str):
            st.warning(as_label(drawn))
        else:
            words = "with the quoted words marked" if drawn.marked else "as printed"
            alt = f"Page {page} of {drawn.pages}, {words}. The same words stand below as text."
            data = b64encode(drawn.png).decode()
            look = "max-width: 100%; height: auto; border: 1px solid #6f777b"
            st.html(
                f'<img src="data:image/png;base64,{data}" alt="{escape(alt)}" width="{drawn.width}" '
                f'height="{drawn.height}" style="{look}"><p>Page {page} of {drawn.pages}, counted from the first.</p>'
            )
            if quote and not drawn.marked:
                st.warning(NOT_ON_THE_PICTURE)
        st.download_button(
            "Download the PDF", file.read_bytes, file_name=file.name, mime="application/pdf", on_click="ignore"
        )


def _neighbour(word: str, passage: Passage) -> None:
    st.page_link(
        frame.DOCUMENT_PAGE,
        label=as_label(f"{word}: {passage.pinpoint or passage.heading[-1]}"),
        query_params={"source": passage.source_id, "passage": passage.id},
        width="content",
    )


def _about(source: Source, address: object, passages: int, today: date) -> None:
    """Who published it, under what licence, how old it is, and the official text, at the passage's own anchor."""
    with st.container(key="about-document"):
        if status(source, today) == "Superseded":
            st.html(f"<p><strong>Superseded by {escape(str(source.superseded_by))}.</strong> Use that edition.</p>")
        rows = {
            "Publisher": source.publisher,
            "Kind": source.kind.label,
            "Area": source.jurisdiction,
            "Dated": source.published,
            "Checked": long_date(source.checked_on),
            "Status": status_with_age(source, today),
            "Licence": source.licence,
            "Passages": str(passages),
        }
        st.html("<dl>" + "".join(f"<dt>{name}</dt><dd>{marked(value)}</dd>" for name, value in rows.items()) + "</dl>")
        if source.notice:
            st.html(f"<p><strong>Note:</strong> {escape(source.notice)}</p>")
        if source.digest:
            st.html(f"<p>{escape(DIGEST_LINE)}</p>")
        if url := web_address(address):
            st.link_button(as_label(f"Open at {site_name(url)} (new tab)"), url, key="official")


AS_TEXT = {"digest", "markdown", "text"}
"""Formats that are read again each time: they have lines kept for readers only, and reading them costs nothing."""


def _whole(library: Library, source: Source) -> None:
    """The document as its readers have it; the indexed passages of a PDF or Word file, or when its file has gone."""
    with st.container(key="whole-text"):
        if source.format not in AS_TEXT:
            _from_passages(library, source)
            return
        try:
            sections = library.document(source.id).sections
        except SafeguardError as error:
            frame.say_error(error)
            _from_passages(library, source)
            return
        st.html("".join(_section_html(section) for section in sections) or "<p>This document has no text.</p>")


def _from_passages(library: Library, source: Source) -> None:
    """Everything that can be quoted, under its headings, in order."""
    parts = []
    before: tuple[str, ...] = ()
    for passage in library.passages_of(source.id):
        if passage.heading != before:
            parts.append(f"<h3>{marked(passage.heading[-1])}</h3>")
            before = passage.heading
        where = f"<strong>{marked(passage.pinpoint)}</strong> " if passage.pinpoint not in passage.heading[-1] else ""
        for n, line in enumerate(filter(None, passage.text.split("\n"))):
            parts.append(f"<p>{'' if n else where}{marked(line)}</p>")
    st.html("".join(parts) or "<p>This document has no text.</p>")


def _section_html(section: Section) -> str:
    """A section with its heading and pinpoint; a section kept for readers says so."""
    name = section.heading[-1] if section.heading else ""
    pinpoint = f" [{section.pinpoint}]" if section.pinpoint and section.pinpoint not in name else ""
    head = f"<h3>{marked(name + pinpoint)}</h3>"
    note = "" if section.indexed else f"<p><strong>{NOT_CONFIRMED}.</strong></p>"
    return head + note + _blocks_html(section.blocks, whole_section_kept=not section.indexed)


def _blocks_html(blocks: tuple[Block, ...], *, whole_section_kept: bool) -> str:
    parts = []
    for group, run in groupby(blocks, key=lambda block: 0 if block.kind is BlockKind.PARAGRAPH else block.group):
        tag = "li" if group else "p"
        lines = "".join(f"<{tag}>{_block_html(block, whole_section_kept)}</{tag}>" for block in run)
        parts.append(f"<ul>{lines}</ul>" if group else lines)
    return "".join(parts)


def _block_html(block: Block, whole_section_kept: bool) -> str:
    marker = "" if block.marker in {"", "-", "*", "+"} else f"{escape(block.marker)} "
    kept = "" if block.indexed or whole_section_kept else f"<strong>{NOT_CONFIRMED}:</strong> "
    return f"{kept}{marker}{marked(block.text)}"

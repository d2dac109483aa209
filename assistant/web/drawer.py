"""The source drawer: the cited words, marked where they stand in their passage, and what the source is."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from html import escape

import streamlit as st

from assistant.answer.value import Citation
from assistant.web import conversation, frame, service
from assistant.web.marked import as_label, marked, site_name, web_address
from assistant.web.words import long_date
from ingest.errors import SafeguardError

DIGEST_LINE = (
    "This is our plain-words digest of the official source. Open the official text before you rely on exact wording."
)


@dataclass(frozen=True)
class Excerpt:
    """The lines of a passage that a quote touches. `shown[start:end]` is the quote."""

    before: str
    shown: str
    start: int
    end: int
    after: str


def excerpt(text: str, start: int, end: int) -> Excerpt:
    """The lines that hold text[start:end], whole, with what stands before and after them."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    return Excerpt(text[:first].strip("\n"), text[first:last], start - first, end - first, text[last:].strip("\n"))


def offer(owner: int | str, citations: tuple[Citation, ...], cited: tuple[Citation, ...], place: str) -> None:
    """A button for each citation of one quote; pressing it opens the drawer.

    `owner` names what the citations belong to: an exchange by its number, or a page's own list.
    """
    for citation in cited:
        key = f"cite-{owner}-{place}-{citation.n}"
        if st.button(as_label(button_words(citation)), key=key, wrap=True, width="content"):
            _open(owner, citations, citation.n)


def button_words(citation: Citation) -> str:
    """'1. Care Act 2014, section 44(1) - Act of Parliament, checked 14 Nov 2026'."""
    day = citation.checked_on
    return f"{citation.n}. {where(citation)} - {citation.kind_label}, checked {day.day} {day:%b %Y}"


def where(citation: Citation) -> str:
    """'Care Act 2014, section 44(1)'."""
    return f"{citation.title}, {citation.pinpoint}" if citation.pinpoint else citation.title


def reopen_if_asked() -> None:
    """Open the drawer on the source that Next source asked for."""
    number, n = st.session_state.pop("next_source", (0, 0))
    exchange = conversation.current().find(number)
    if exchange and exchange.answer:
        _open(number, exchange.answer.citations, n)


def reopen(owner: str, citations: tuple[Citation, ...]) -> None:
    """The same for a page's own list of citations."""
    wanted, n = st.session_state.get("next_source", ("", 0))
    if wanted == owner:
        del st.session_state["next_source"]
        _open(owner, citations, n)


def _open(owner: int | str, citations: tuple[Citation, ...], n: int) -> None:
    place = next((i for i, citation in enumerate(citations) if citation.n == n), None)
    if place is None:
        return

    @st.dialog(f"Source {place + 1} of {len(citations)}", width=560, position="right")
    def drawer() -> None:
        try:
            _draw(citations[place])
            following = (owner, citations[(place + 1) % len(citations)].n)
            if len(citations) > 1 and st.button("Next source", key="next-source"):
                st.session_state["next_source"] = following
                st.rerun()
        except Exception as error:  # a dialog runs outside the page's own guard
            frame.say_error(error)

    drawer()


def _draw(citation: Citation) -> None:
    with st.container(key="drawer"):
        st.html(f"<h3>{escape(where(citation))}</h3><p>{escape(_provenance(citation))}</p>")
        _draw_words(citation)
        if citation.is_digest:
            st.html(f"<p>{escape(DIGEST_LINE)}</p>")
        _draw_links(citation)


def _draw_words(citation: Citation) -> None:
    """The marked words in their passage; the words alone when the passage has left the library."""
    text = _passage_text(citation)
    if text is None or text[citation.start : citation.end] != citation.quote:
        st.html("<p>This passage has changed since the answer was given, so nothing is marked. The quote was:</p>")
        with st.container(key="cited-words"):
            st.html(f"<blockquote>{escape(citation.quote)}</blockquote>")
        return
    part = excerpt(text, citation.start, citation.end)
    if part.before:
        with st.expander("Show the words before", key="words-before"):
            st.html(f"<div>{marked(part.before)}</div>")
    with st.container(key="cited-words"):
        st.html(f"<blockquote>{marked(part.shown, [(part.start, part.end)])}</blockquote>")
    if part.after:
        with st.expander("Show the words after", key="words-after"):
            st.html(f"<div>{marked(part.after)}</div>")


def _draw_links(citation: Citation) -> None:
    st.page_link(
        frame.DOCUMENT_PAGE,
        label="Open in the library",
        query_params={
            "source": citation.source_id,
            "passage": citation.passage_id,
            "mark": f"{citation.start}-{citation.end}",
        },
    )
    if url := web_address(citation.url):
        st.link_button(as_label(f"Open at {site_name(url)} (new tab)"), url, key="official")


def _provenance(citation: Citation) -> str:
    """'UK Parliament. Act of Parliament. Checked 14 November 2026. Published 2014. Licence: OGL-3.0.'"""
    parts = [citation.publisher, citation.kind_label, f"Checked {long_date(citation.checked_on)}"]
    parts.append(f"Published: {citation.published}")
    if licence := _licence(citation.source_id):
        parts.append(f"Licence: {licence}")
    if citation.superseded_by:
        parts.append(f"Superseded by {citation.superseded_by}")
    return " ".join(f"{part.rstrip('.')}." for part in parts)


def _licence(source_id: str) -> str:
    try:
        source = service.library().source(source_id)
    except SafeguardError:
        return ""
    return source.licence if source else ""


def _passage_text(citation: Citation) -> str | None:
    """The passage as it is indexed, or as its digest has it where nothing is indexed; None when in neither."""
    with suppress(SafeguardError):
        if passage := service.library().passage(citation.passage_id):
            return passage.text
    return service.shipped_text(citation.source_id, citation.passage_id)

"""The Library's list: filters, search results and the documents with their dates, licences and states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from assistant.web import frame, service
from assistant.web.marked import as_label, marked
from assistant.web.words import count, long_date, status, status_with_age
from ingest.sources import Audience, Kind

if TYPE_CHECKING:
    from assistant.library import Library, SourceEntry

ANY = "Any"
AUDIENCES: dict[str, Audience | None] = {ANY: None, "Adults": "adults", "Children": "children"}
STATES = ("Current", "Review overdue", "Superseded")
MOST_RESULTS = 20
MOST_SEARCH_CHARACTERS = 500


@dataclass(frozen=True)
class Chosen:
    """What the filters say; None for any."""

    kind: Kind | None
    area: str | None
    audience: Audience | None
    state: str | None = None
    today: date = date.min

    def keeps(self, entry: SourceEntry) -> bool:
        """Whether a document passes the filters. One about both adults and children passes either."""
        source = entry.source
        return (
            (self.kind is None or source.kind is self.kind)
            and (self.area is None or source.jurisdiction == self.area)
            and (self.audience is None or source.audience in {self.audience, "joint"})
            and (self.state is None or status(source, self.today) == self.state)
        )


def filters(entries: Sequence[SourceEntry], today: date) -> tuple[str, Chosen]:
    """The search box and the four filters."""
    kinds = {kind.label: kind for kind in Kind if any(entry.source.kind is kind for entry in entries)}
    areas = sorted({entry.source.jurisdiction for entry in entries})
    with st.container(key="library-search"):
        query = st.text_input("Search inside the library", type="search", key="library-query", persist_state="session")
        with st.container(horizontal=True):
            kind = st.selectbox("Kind", [ANY, *kinds], key="library-kind", persist_state="session", width=240)
            area = st.selectbox("Area", [ANY, *areas], key="library-area", persist_state="session", width=240)
            audience = st.selectbox(
                "Audience", list(AUDIENCES), key="library-audience", persist_state="session", width=240
            )
            state = st.selectbox("Status", [ANY, *STATES], key="library-state", persist_state="session", width=240)
    return (query or "")[:MOST_SEARCH_CHARACTERS], Chosen(
        kinds.get(kind or ANY), None if area in (ANY, None) else area, AUDIENCES[audience or ANY],
        None if state in (ANY, None) else state, today,
    )  # fmt: skip


def results(library: Library, query: str, chosen: Chosen) -> int:
    """Passages that match, best first, each a link to its place; returns how many are shown."""
    kinds = (chosen.kind.value,) if chosen.kind else ()
    hits = service.search(library, query, top_k=MOST_RESULTS, audience=chosen.audience, kinds=kinds)
    kept = {entry.source.id for entry in library.sources() if chosen.keeps(entry)}
    shown = [hit for hit in hits if hit.passage.source_id in kept]
    if shown:
        st.header("Passages found", anchor=False)
    for place, hit in enumerate(shown):
        passage = hit.passage
        with st.container(key=f"result-{place}", gap="xsmall"):
            st.page_link(
                frame.DOCUMENT_PAGE,
                label=as_label(f"{passage.title}, {passage.pinpoint}" if passage.pinpoint else passage.title),
                query_params={"source": passage.source_id, "passage": passage.id},
            )
            st.html(f"<div>{marked(_beginning(passage.text))}</div>")
    return len(shown)


def documents(entries: Sequence[SourceEntry], chosen: Chosen, today: date) -> int:
    """Documents under a heading for each kind, then the same as one table; returns how many are shown."""
    kept = [entry for entry in entries if chosen.keeps(entry)]
    for kind in Kind:
        of_kind = [entry for entry in kept if entry.source.kind is kind]
        if of_kind:
            st.header(kind.label, anchor=False)
            for entry in of_kind:
                _document(entry, today)
    if kept:
        with st.expander("All of these as one table", key="library-table"):
            st.html(table_html(kept, today))
    else:
        st.html("<p>No document passes these filters. Choose Any to see more.</p>")
    return len(kept)


def _document(entry: SourceEntry, today: date) -> None:
    source = entry.source
    with st.container(key=f"document-{source.id}", gap="xsmall"):
        st.page_link(frame.DOCUMENT_PAGE, label=as_label(source.title), query_params={"source": source.id})
        facts = [source.publisher, f"Dated: {source.published}", status_with_age(source, today),
                 count(entry.passages, "passage"), f"Licence: {source.licence}"]  # fmt: skip
        st.html("<p>" + escape(" ".join(f"{fact.rstrip('.')}." for fact in facts)) + "</p>")


def table_html(entries: Sequence[SourceEntry], today: date) -> str:
    """The documents as a table, in a region that the keyboard can scroll."""
    rows = "".join(
        "<tr>"
        f'<th scope="row">{marked(source.title)}</th><td>{marked(source.publisher)}</td>'
        f"<td>{escape(source.kind.label)}</td><td>{marked(source.published)}</td>"
        f"<td>{long_date(source.checked_on)}</td><td>{status(source, today)}</td><td>{entry.passages}</td>"
        f"<td>{marked(source.licence)}</td></tr>"
        for entry in entries
        for source in (entry.source,)
    )
    columns = ("Document", "Publisher", "Kind", "Dated", "Checked", "Status", "Passages", "Licence")
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    return (
        '<div role="region" aria-label="Documents in the library" tabindex="0"><table>'
        f"<caption>Documents in the library</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _beginning(text: str, most: int = 260) -> str:
    """The first words of a passage, cut between words."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " ..."

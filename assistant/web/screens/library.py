"""Library: what is indexed, how old it is, search inside it, and one document at the cited words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from assistant.web import adding, document_view, frame, service, shelf
from assistant.web.words import count, long_date
from ingest.errors import SafeguardError

if TYPE_CHECKING:
    from assistant.library import Library


def page() -> None:
    """The list, or one document where an older address names one here."""
    source_id = st.query_params.get("source")
    try:
        library = service.library()
    except SafeguardError as error:
        frame.begin("Library", "Library")
        said = frame.SaidLine()
        said.say("No document can be shown.")
        frame.say_error(error)
        adding.section(said)
        return
    if source_id and library.source(source_id):
        document_view.draw_address(library, date.today())
        return
    list_page(library, unknown=bool(source_id))


def list_page(library: Library, *, unknown: bool) -> None:
    """The shelf: search and filters, then what is indexed."""
    frame.begin("Library", "Library")
    said = frame.SaidLine()
    entries = library.sources()
    if not entries:
        said.say("No documents are indexed. Run safeguard ingest, or add one below.")
        adding.section(said)
        return
    checked = max(entry.source.checked_on for entry in entries)
    passages = sum(entry.passages for entry in entries)
    totals = f"{count(len(entries), 'document')}, {count(passages, 'passage')}. Last checked {long_date(checked)}."
    said.say(f"That document is no longer in the library. {totals}" if unknown else totals)
    query, chosen = shelf.filters(entries, date.today())
    if query.strip():
        found = shelf.results(library, query.strip(), chosen)
        said.say(f"{count(found, 'passage')} found." if found else "Nothing in the library matches these words.")
    else:
        kept = shelf.documents(entries, chosen, date.today())
        if kept < len(entries):
            said.say(f"{kept} of {count(len(entries), 'document')} shown.")
    adding.section(said)


page()

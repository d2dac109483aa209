"""One document of the library, at the cited words: a page of its own, so that it opens at its top."""

from __future__ import annotations

from datetime import date

import streamlit as st

from assistant.web import document_view, frame, service
from ingest.errors import SafeguardError


def page() -> None:
    """The document the address names, or the way back to the list."""
    try:
        drawn = document_view.draw_address(service.library(), date.today())
    except SafeguardError as error:
        frame.begin("Library", "Library")
        frame.say_error(error)
        return
    if not drawn:
        frame.begin("Library", "Library")
        frame.SaidLine().say("That document is no longer in the library.")
        st.page_link(frame.LIBRARY_PAGE, label="All documents")


page()

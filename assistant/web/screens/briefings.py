"""Briefings: a theme and an audience, evidence by part to choose from, and the briefing as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.web import briefing_view, frame, service, themes_view
from assistant.web.briefing_view import Draft
from assistant.web.marked import as_label, marked
from assistant.web.words import count
from ingest.errors import SafeguardError

if TYPE_CHECKING:
    from assistant.briefing.template import Template
    from assistant.briefing.value import Briefing
    from assistant.library import Library

DRAFT = "briefing-draft"
FIRST = "Pick a theme. You choose every line; each keeps its source."
FILES = {"docx": "Word", "pptx": "PowerPoint", "pdf": "PDF", "html": "web page", "md": "text only"}


def page() -> None:
    """Two tabs: make a briefing, and find a theme."""
    frame.begin("Briefings", "Make a learning briefing")
    said = frame.SaidLine()
    try:
        library = service.library()
    except SafeguardError as error:
        said.say("No briefing can be made yet.")
        frame.say_error(error)
        return
    making, finding = st.tabs(["Make a briefing", "Find a theme"])
    with making:
        _make(library, said)
    with finding:
        counts, found = service.themes()
        themes_view.draw(counts, found)


def _make(library: Library, said: frame.SaidLine) -> None:
    template = service.briefing_template()
    state = st.session_state
    wanted = state.pop("briefing-wanted", None)
    if wanted:
        state["briefing-theme"] = wanted  # the box says what is shown below it
    theme, audience = _what_and_for_whom(template)
    if st.button("Gather evidence", type="primary", key="gather") or wanted:
        _gather(library, wanted or theme, audience, said)
    draft: Draft | None = state.get(DRAFT)
    if draft is None:
        said.say(state.pop("briefing-said", FIRST))
        _themes(template)
        _saved(library, said)
        return
    briefing = service.briefing(draft.evidence, draft.choices())
    said.say(state.pop("briefing-said", None) or _counts(draft))
    if not briefing.covered:
        st.warning(as_label(briefing.said))
        _other_names(draft)
        _files(briefing)
        return
    for notice in briefing.notices:
        st.html(f"<p><strong>Note:</strong> {marked(notice)}</p>")
    _other_names(draft)
    briefing_view.parts(draft, briefing, template)
    _before_sharing(draft)
    with st.expander("Preview", key="briefing-preview"):
        briefing_view.preview(briefing)
    _files(briefing)
    if st.button("Save on this server", key="briefing-save"):
        state["briefing-said"] = service.save_briefing(draft.evidence, draft.choices())
        st.rerun()
    _saved(library, said)


def _what_and_for_whom(template: Template) -> tuple[str, str]:
    with st.container(horizontal=True):
        theme = st.selectbox(
            "Theme, or type your own", [theme.name for theme in template.themes], index=None,
            accept_new_options=True, key="briefing-theme", width=360, placeholder="Choose or type",
        )  # fmt: skip
        audience = st.selectbox(
            "For", list(template.audiences), accept_new_options=True, key="briefing-audience", width=280
        )
    return theme or "", audience or template.audiences[0]


def _gather(library: Library, theme: str, audience: str, said: frame.SaidLine) -> None:
    if not theme.strip():
        st.session_state["briefing-said"] = "Name a theme: one of those offered, or your own words."
        return
    said.say(f"Gathering from {count(len(library.sources()), 'document')}.")
    with st.spinner(f"Gathering from {count(len(library.sources()), 'document')}."):
        try:
            st.session_state[DRAFT] = Draft.begin(service.gather(library, theme, audience[:100]))
        except SafeguardError as error:
            st.session_state["briefing-said"] = str(error)


def _themes(template: Template) -> None:
    """Eight themes as buttons, for a first visit."""
    st.header("Try one of these", anchor=False)
    with st.container(key="briefing-themes", horizontal=True):
        for theme in template.themes:
            if st.button(as_label(theme.name.capitalize()), key=f"theme-{theme.name}"):
                st.session_state["briefing-wanted"] = theme.name
                st.rerun()


def _other_names(draft: Draft) -> None:
    """What the library may call the theme, as buttons."""
    if not draft.evidence.other_names:
        return
    if draft.evidence.covered:
        st.html(f"<p>No source names this theme. {marked(draft.evidence.under_another_name)}</p>")
    with st.container(key="briefing-other-names", horizontal=True):
        for name in draft.evidence.other_names:
            if st.button(as_label(name.capitalize()), key=f"theme-{name}"):
                st.session_state["briefing-wanted"] = name
                st.rerun()


def _counts(draft: Draft) -> str:
    if not draft.evidence.covered:
        return "The library does not cover this theme."
    quotes, sources = len(draft.evidence.candidates), len(draft.evidence.sources)
    ticked = f"{len(draft.ticked)} {'is' if len(draft.ticked) == 1 else 'are'} ticked."
    return f"{count(quotes, 'quote')} found in {count(sources, 'source')}. {ticked}"


def _before_sharing(draft: Draft) -> None:
    st.header("Before you share it", anchor=False)
    with st.container(horizontal=True):
        name = st.text_input("Reviewed by", value=draft.reviewed_by, max_chars=80, key="briefing-reviewer", width=280)
        day = st.date_input("Review date", value=draft.review_date, key="briefing-review-date", width=200)
    st.html("<p>Marked DRAFT until a reviewer is named.</p>")
    if (name, day) != (draft.reviewed_by, draft.review_date):
        draft.reviewed_by, draft.review_date = name, day  # type: ignore[assignment]
        st.rerun()


def _files(briefing: Briefing) -> None:
    """A button a file; each is made when it is pressed."""
    with st.container(horizontal=True, key="briefing-files"):
        for suffix, kind in FILES.items():
            st.download_button(
                f"Download ({kind})", lambda suffix=suffix: service.briefing_file(briefing, suffix),  # type: ignore[misc]
                file_name=service.briefing_file_name(briefing, suffix), mime=service.briefing_mime(suffix),
                on_click="ignore", key=f"file-{suffix}",
            )  # fmt: skip


def _saved(library: Library, said: frame.SaidLine) -> None:
    names = service.saved_briefings()
    if not names:
        return
    st.header("Saved briefings", anchor=False)
    for name in names:
        with st.container(horizontal=True, key=f"saved-{name}"):
            if st.button(f"Open {as_label(name)}", key=f"open-{name}"):
                _open(library, name)
                st.rerun()
            if st.button(f"Erase {as_label(name)}", key=f"erase-{name}"):
                service.erase_briefing(name)
                st.session_state["briefing-said"] = f"{name} was erased."
                st.rerun()


def _open(library: Library, name: str) -> None:
    try:
        evidence, choices, gone = service.open_briefing(library, name)
    except SafeguardError as error:
        st.session_state["briefing-said"] = str(error)
        return
    draft = Draft.begin(evidence)
    draft.apply(choices)
    st.session_state[DRAFT] = draft
    if gone:
        st.session_state["briefing-said"] = f"{count(gone, 'saved quote')} no longer in the library."


page()

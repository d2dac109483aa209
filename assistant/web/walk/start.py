"""Start: what the walk-through is, what it does not do, and the ways to begin."""

from __future__ import annotations

import streamlit as st

from assistant.sar import interview
from assistant.sar.rules import load_criteria
from assistant.web import frame, service
from assistant.web.marked import as_label
from assistant.web.walk import parts, state

ABOUT = "About 10 minutes. You will need: what happened, dates, agencies involved. Do not use names."
LOST = "Your earlier answers were not saved. Start again, or continue a saved case."


def draw(said: frame.SaidLine, lost: bool) -> None:
    """The first page. `lost`: the address names a later step and this session knows of no case."""
    walk = state.current()
    said.say(LOST if lost else ABOUT)
    if walk:
        parts.alerts(walk)
    st.warning(as_label(load_criteria().statement.split(". The walk-through")[0] + "."))
    st.html(
        "<p><strong>Still at risk? Raise a safeguarding concern first.</strong></p>"
        + frame.contact_list_html(service.contacts()[1:3])
    )
    if walk and walk.case != interview.Case(started_on=walk.case.started_on):
        st.html("<p>There is a case in this browser tab. Starting another one drops it.</p>")
        st.button(
            "Go on with the case in this tab", key="walk-go-on", on_click=state.go_on, args=(walk,), type="primary"
        )
    st.button("Describe the case", key="walk-describe", on_click=describe, type="primary" if not walk else "secondary")
    st.button("Answer the questions without describing it", key="walk-questions", on_click=questions)
    with st.expander("Continue a saved case", key="walk-continue"), st.form("walk-resume", border=False):
        st.text_input("Reference", key="walk-reference", placeholder="for example 7F3A-9K2M", autocomplete="off")
        st.form_submit_button("Continue", on_click=resume)


def describe() -> None:
    """Button callback: begin with the case in the reader's own words."""
    state.begin()
    state.go(state.DESCRIBE)


def questions() -> None:
    """Button callback: begin with the first question."""
    state.go_on(state.begin())


def resume() -> None:
    """Button callback: take a saved case up where it was left."""
    found = service.load_case(st.session_state.get("walk-reference", ""))
    if isinstance(found, str):
        walk = state.current() or state.begin()
        walk.problem = found
        return
    case, saved = found
    walk = state.begin(case)
    walk.saved = saved
    walk.notice = f"This is saved case {saved.reference}."
    state.go(state.CHECK)

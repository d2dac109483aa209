"""The addresses of the walk-through: a page for each step, so that each opens at its top and Back works.

Streamlit keeps the place one had scrolled to when a page draws something else, and starts at the top only on another
page. Every step is therefore a page of its own, of which the bar at the top shows the first.
"""

from __future__ import annotations

from datetime import date

import streamlit as st

from assistant.sar.rules import load_criteria
from assistant.web.walk import state

FILE = "screens/walk.py"
TITLE = "Walk-through"
BASE = "walk"


def pages() -> dict[str, st.Page]:
    """Step → its page, the first step first."""
    facts = load_criteria().in_force(date.today()).fact_ids
    steps = (state.DESCRIBE, state.PERSONAL, state.FACTS, state.CHECK, state.RESULT, state.DETAILS)
    made = {state.START: st.Page(FILE, title=TITLE, url_path=BASE)}
    for step in (*steps, *(state.QUESTION + fact for fact in facts)):
        made[step] = st.Page(FILE, title=TITLE, url_path=f"{BASE}-{step}", visibility="hidden")
    return made


def open_step(page: st.Page, walk_pages: dict[str, st.Page]) -> None:
    """Remember which step is open, and open the one a button asked for instead, from whatever page it was pressed."""
    step = next((name for name, known in walk_pages.items() if known.url_path == page.url_path), None)
    if step is not None:
        st.session_state["walk-step"] = step
    to = state.wanted()
    if to is not None and to != step:
        st.switch_page(walk_pages[to])

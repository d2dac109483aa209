"""Describe: the case in the reader's own words; then any personal details in them, to hide or to keep."""

from __future__ import annotations

import streamlit as st

from assistant.sar import interview
from assistant.web import frame, service
from assistant.web.marked import as_label
from assistant.web.walk import parts, state
from assistant.web.walk.state import Walk
from assistant.web.words import count

HINT = "Write \u2018the adult\u2019 or initials. We look for personal details before anything is stored."
EMPTY = "Describe the case, or answer the questions without describing it."
SHORT = 60
"""Words up to which danger in a description is taken to be danger now; a longer one mostly tells what is past."""
NOTHING = "We could not find any of the {n} facts in these words. Answer the questions instead."


def draw(walk: Walk, said: frame.SaidLine) -> None:
    """The box for the description. Its length is checked by us, so that a long paste is kept and not dropped."""
    parts.back(state.START)
    said.say(parts.NOT_SAVED)
    parts.alerts(walk)
    with st.form("walk-description", border=False):
        st.html(f"<p>{HINT}</p>")
        st.text_area("What happened", value=walk.written, height=300, key="walk-narrative")
        st.form_submit_button("Continue", type="primary", on_click=take, args=(walk,))
    st.button("Answer the questions without describing it", key="walk-no-words", on_click=state.go_on, args=(walk,))


@state.guarded
def take(walk: Walk) -> None:
    """Button callback: look at the words, and lead on to what was found in them."""
    words = str(st.session_state.get("walk-narrative", ""))
    walk.written = words
    if not words.strip():
        walk.problem = EMPTY
        return
    if len(words) > interview.LONGEST:
        walk.problem = str(interview.NarrativeTooLong(words))
        return
    danger = service.danger_now(words)
    walk.danger = danger if len(words.split()) <= SHORT else ""
    if danger and not walk.danger:
        walk.notice = f"If this is happening now: {danger}"
    walk.found = tuple(detail for detail in service.personal_details(words) if detail.text not in walk.kept)
    if walk.found:
        state.go(state.PERSONAL)
    else:
        read(walk, words)


def read(walk: Walk, narrative: str) -> None:
    """Take the description into the case, with the facts that its words suggest."""
    suggested = service.suggest(narrative)
    walk.case = interview.described(walk.case, narrative, suggested)
    if suggested:
        state.go(state.FACTS)
        return
    walk.notice = f"{walk.notice} {NOTHING.format(n=len(interview.rules_of(walk.case).facts))}".strip()
    state.go_on(walk)


def draw_personal(walk: Walk, said: frame.SaidLine) -> None:
    """Each personal detail that was found, ticked to be hidden."""
    parts.back(state.DESCRIBE)
    said.say("What is ticked is hidden before anything is read, stored or exported.")
    parts.alerts(walk)
    with st.form("walk-personal", border=False):
        for place, (kind, text) in enumerate(different(walk)):
            st.checkbox(as_label(f"Hide \u2018{text}\u2019 ({kind})"), value=True, key=f"walk-hide-{place}")
        st.form_submit_button("Hide the ticked ones and continue", type="primary", on_click=hide, args=(walk,))


def heading(walk: Walk) -> str:
    """'We found 3 personal details'."""
    return f"We found {count(len(different(walk)), 'personal detail')}"


def different(walk: Walk) -> list[tuple[str, str]]:
    """The details that were found, each once: what it is and its words."""
    return list(dict.fromkeys((detail.kind.value, detail.text) for detail in walk.found))


@state.guarded
def hide(walk: Walk) -> None:
    """Button callback: hide what is ticked, remember what is kept, and read the rest."""
    kept = {
        text for place, (_, text) in enumerate(different(walk)) if not st.session_state.get(f"walk-hide-{place}", True)
    }
    walk.kept |= kept
    hidden = [detail for detail in walk.found if detail.text not in kept]
    walk.written = service.hide(walk.written, hidden)
    walk.found = ()
    read(walk, walk.written)

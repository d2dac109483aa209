"""Facts: what the description seems to say, each with its words marked, to confirm or reject one by one."""

from __future__ import annotations

import streamlit as st

from assistant.sar import interview
from assistant.sar.rules import State
from assistant.sar.suggest import Suggestion
from assistant.web import frame
from assistant.web.marked import marked
from assistant.web.walk import parts, state
from assistant.web.walk.state import Walk
from assistant.web.words import count

RIGHT, WRONG, UNSURE = "That is right", "That is wrong: ask me", "I do not know"
AROUND = 160
"""Characters of the description shown on either side of the words a fact rests on."""


def draw(walk: Walk, said: frame.SaidLine) -> None:
    """Every suggested fact, and what was not guessed. What is left unanswered here is asked as a question."""
    rules = interview.rules_of(walk.case)
    parts.back(state.DESCRIBE)
    suggested = walk.case.suggested
    said.say(f"{len(suggested)} of {count(len(rules.facts), 'fact')} suggested. Nothing counts until you say so.")
    parts.alerts(walk)
    with st.form("walk-facts", border=False):
        for suggestion in suggested:
            name = rules.fact(suggestion.fact).name
            st.html(
                f"<h2>{parts.sentence_case(name)}: {parts.STATE[suggestion.value]}</h2>"
                f"<blockquote>{around(walk.case.narrative, suggestion)}</blockquote>"
            )
            st.radio(
                f"{parts.sentence_case(name)}: {parts.STATE[suggestion.value]}",
                [RIGHT, WRONG, UNSURE],
                index=chosen(walk, suggestion),
                key=f"walk-fact-{suggestion.fact}",
                label_visibility="collapsed",
            )
        st.form_submit_button("Continue", type="primary", on_click=take, args=(walk,))
    not_guessed = [fact.name for fact in rules.facts if fact.id not in {entry.fact for entry in suggested}]
    if not_guessed:
        st.html(f"<p>We did not guess: {'; '.join(not_guessed)}.</p>")


def around(narrative: str, suggestion: Suggestion) -> str:
    """The words a fact rests on, marked, with some of what stands around them; HTML."""
    start = max(0, suggestion.start - AROUND)
    end = min(len(narrative), suggestion.end + AROUND)
    while 0 < start < suggestion.start and not narrative[start - 1].isspace():
        start += 1
    while suggestion.end < end < len(narrative) and not narrative[end].isspace():
        end -= 1
    words = marked(narrative[start:end], [(suggestion.start - start, suggestion.end - start)])
    return f"{'... ' if start else ''}{words}{' ...' if end < len(narrative) else ''}"


def chosen(walk: Walk, suggestion: Suggestion) -> int | None:
    """What was said of a suggestion before; None the first time: nothing is chosen for the reader."""
    given = walk.case.answer_to(suggestion.fact)
    if given is None:
        return None
    return 2 if given.value is State.UNKNOWN else 0 if given.value is suggestion.value else None


@state.guarded
def take(walk: Walk) -> None:
    """Button callback: keep what was said about each suggestion and go on to the open questions.

    A suggestion that is wrong is asked as a question: that the words do not say yes is not yet a no.
    """
    for suggestion in walk.case.suggested:
        said = st.session_state.get(f"walk-fact-{suggestion.fact}")
        if said == WRONG:
            walk.case = interview.reject(walk.case, suggestion.fact)
        elif said in {RIGHT, UNSURE}:
            value = suggestion.value if said == RIGHT else State.UNKNOWN
            walk.case = interview.confirm(walk.case, suggestion.fact, value)
    state.go_on(walk)

"""One question: the limb in plain English, its options, the reader's own evidence, and the clause beside it."""

from __future__ import annotations

from html import escape

import streamlit as st

from assistant.answer.value import Citation
from assistant.sar import interview
from assistant.sar.rules import FactRule, State
from assistant.web import drawer, frame
from assistant.web.walk import parts, state
from assistant.web.walk.state import Walk

CHOOSE = "Choose an answer. If you are not sure, choose I do not know."
UNKNOWN_HINT = "We will note who could tell you"
OPTIONS = (State.YES, State.NO, State.UNKNOWN)


def draw(walk: Walk, said: frame.SaidLine, fact: FactRule) -> None:
    """The page of one question; the heading above it asks it."""
    parts.back(state.before(walk, fact.id))
    said.say(where(walk, fact))
    parts.alerts(walk)
    given = walk.case.answer_to(fact.id)
    with st.form(f"walk-question-{fact.id}", border=False):
        st.radio(
            fact.question,
            OPTIONS,
            index=OPTIONS.index(given.value) if given else None,
            format_func=parts.ANSWER.__getitem__,
            captions=[fact.hints.get(State.YES, ""), fact.hints.get(State.NO, ""), UNKNOWN_HINT],
            key=f"walk-answer-{fact.id}",
            label_visibility="collapsed",
        )
        st.text_area(
            "What tells you this? (optional)", value=given.note if given else "", key=f"walk-note-{fact.id}", height=90
        )
        st.form_submit_button("Continue", type="primary", on_click=take, args=(walk, fact.id))
    cited = {f"walk-{fact.id}": why(fact), f"walk-help-{fact.id}": counts(fact)}
    with st.expander("Who would know", key="walk-who"):
        st.html(f"<h2>Who would know</h2>{bullets(fact.who)}<h2>Where to look</h2>{bullets(fact.look_for)}")
    for owner, citations in cited.items():
        drawer.reopen(owner, citations)


def where(walk: Walk, fact: FactRule) -> str:
    """'Question 3, at most 4 more. Your answers are only in this browser tab. ...'"""
    progress = interview.progress(walk.case)
    asked = [entry.fact for entry in walk.case.given if entry.how == "asked"]
    number = asked.index(fact.id) + 1 if fact.id in asked else len(asked) + 1
    left = progress.most_left - (0 if walk.case.answer_to(fact.id) else 1)
    return f"Question {number}, at most {max(left, 0)} more. {parts.NOT_SAVED}"


def why(fact: FactRule) -> tuple[Citation, ...]:
    """Why the question is asked: the statutory words, and the sections of the library they stand in."""
    with st.expander("Why we ask", key="walk-why"):
        st.html(
            f"<p>The test in the Care Act 2014, section 44, uses these words:</p>"
            f"<blockquote>{escape(fact.words)}</blockquote>"
        )
        return parts.cite(f"walk-{fact.id}", fact.sources, "why")


def counts(fact: FactRule) -> tuple[Citation, ...]:
    """What counts, and what is often got wrong."""
    lines = [escape(line.text) for line in fact.counts]
    mistakes = [f"<li><strong>{escape(entry.mistake)}</strong> {escape(entry.right)}</li>" for entry in fact.mistakes]
    references = [reference for line in fact.counts for reference in line.sources]
    references += [reference for entry in fact.mistakes for reference in entry.sources]
    with st.expander("What counts, and common mistakes", key="walk-counts"):
        st.html(
            f"<h2>What counts</h2><ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
            f"<h2>Common mistakes</h2><ul>{''.join(mistakes)}</ul>"
        )
        return parts.cite(f"walk-help-{fact.id}", dict.fromkeys(references), "counts")


def bullets(words: tuple[str, ...]) -> str:
    """A list as HTML."""
    return f"<ul>{''.join(f'<li>{escape(word)}</li>' for word in words)}</ul>"


@state.guarded
def take(walk: Walk, fact_id: str) -> None:
    """Button callback: keep the answer and go on; without one, say what to choose and lose nothing."""
    chosen = st.session_state.get(f"walk-answer-{fact_id}")
    note = str(st.session_state.get(f"walk-note-{fact_id}", ""))
    if chosen is None:
        walk.problem = CHOOSE
        return
    given = walk.case.answer_to(fact_id)
    if given is None or (given.value, given.note) != (State(chosen), note.strip()):
        walk.case = interview.answer(walk.case, fact_id, State(chosen), note)
    if walk.changing:
        walk.changing = False
        state.go(state.CHECK)
    else:
        state.go_on(walk)

"""Check your answers: every answer with its evidence, a way to change each, and what another answer would lead to."""

from __future__ import annotations

from html import escape

import streamlit as st

from assistant.sar import interview
from assistant.sar.rules import FactRule, Rules, State
from assistant.web import frame
from assistant.web.marked import as_label, marked
from assistant.web.walk import parts, state
from assistant.web.walk.state import Walk
from assistant.web.words import count

OPTIONS = (State.YES, State.NO, State.UNKNOWN)


def draw(walk: Walk, said: frame.SaidLine) -> None:
    """The summary list, the contradictions, the what-if panel and the way to the result."""
    rules = interview.rules_of(walk.case)
    found = interview.assessed(walk.case)
    parts.back(state.before(walk, ""))
    said.say(f"With these answers: {found.sentence} {parts.NOT_SAVED}")
    parts.alerts(walk)
    for one, other in found.contradictions:
        st.warning(
            as_label(f"These two answers do not fit together: {one} and {other}. Change one, or say I do not know.")
        )
    open_ = interview.question(walk.case)
    for fact in rules.facts:
        line(walk, fact)
    if open_ is not None:
        left = interview.progress(walk.case).most_left
        st.button(
            f"Answer the {count(left, 'open question')}", key="walk-open-questions", on_click=state.go_on, args=(walk,)
        )
    what_if(walk, rules)
    st.button("See my result", key="walk-see-result", type="primary", on_click=state.go, args=(state.RESULT,))


def line(walk: Walk, fact: FactRule) -> None:
    """One answer: its words, the evidence for it, and the button that changes it."""
    given = walk.case.answer_to(fact.id)
    answer = parts.ANSWER[given.value] if given else "Not answered"
    evidence = ""
    if given and given.quote:
        evidence += f"<p>Your words: {marked(given.quote, [(0, len(given.quote))])}</p>"
    if given and given.note:
        evidence += f"<p>What tells you this: {marked(given.note)}</p>"
    with st.container(key=f"walk-line-{fact.id}"):
        name = parts.sentence_case(fact.name)
        st.html(f"<p><strong>{escape(name)}:</strong> {escape(answer)}</p>{evidence}")
        st.button(
            f"{'Change' if given else 'Answer'}: {fact.name}",
            key=f"walk-change-{fact.id}",
            on_click=change,
            args=(walk, fact.id),
        )


def change(walk: Walk, fact_id: str) -> None:
    """Button callback: open a question from here; its answer leads back here."""
    walk.changing = True
    state.go(state.QUESTION + fact_id)


@st.fragment
def what_if(walk: Walk, rules: Rules) -> None:
    """Another answer tried out: nothing is changed by it."""
    names = {fact.id: parts.sentence_case(fact.name) for fact in rules.facts}
    with st.container(key="walk-what-if"):
        st.html("<h2>What if?</h2><p>See how a different answer changes the outcome. Your answers are not altered.</p>")
        fact_id = st.selectbox(
            "Limb", list(names), format_func=names.__getitem__, index=None, key="walk-if-fact", placeholder="Choose one"
        )
        value = st.selectbox(
            "Answer", OPTIONS, format_func=parts.ANSWER.__getitem__, index=None, key="walk-if-answer",
            placeholder="Choose one",
        )  # fmt: skip
        st.info(as_label(then(walk, fact_id, value)))


def then(walk: Walk, fact_id: str | None, value: State | None) -> str:
    """The sentence of the what-if panel."""
    if fact_id is None or value is None:
        return "Choose a limb and an answer."
    now, other = interview.assessed(walk.case), interview.what_if(walk.case, fact_id, State(value))
    if other.outcome == now.outcome:
        return f"That would not change the outcome: {now.sentence}"
    return f"If you change this, the outcome becomes: {other.sentence}"

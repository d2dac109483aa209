"""A training case: its words, the questions as radio groups, each answer beside the words and clause it rests on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from assistant.web.marked import as_label, marked
from assistant.web.words import count

if TYPE_CHECKING:
    from assistant.briefing.scenarios import Marked, Scenario, Sheet
    from assistant.sar.rules import State

CHOICES = {"Yes": "yes", "No": "no", "I do not know": "unknown"}
SAID = {"yes": "Yes", "no": "No", "unknown": "The case does not say"}


def case(scenario: Scenario) -> None:
    """The case, marked as made up."""
    st.header(as_label(scenario.title), anchor=False)
    with st.container(key="scenario-text"):
        st.html(f"<p><strong>Made up for training.</strong> {marked(scenario.text)}</p>")


def questions(scenario: Scenario) -> dict[str, State] | None:
    """The answers given, nothing chosen before; None until they are handed in."""
    from assistant.sar.rules import State, load_criteria

    rules = load_criteria().in_force(date.today())
    with st.form(f"scenario-{scenario.id}", border=False):
        given = {
            name: st.radio(
                as_label(rules.fact(name).question), list(CHOICES), index=None, horizontal=True,
                key=f"scenario-{scenario.id}-{name}",
            )
            for name in scenario.facts
        }  # fmt: skip
        if not st.form_submit_button("Check my answers", type="primary"):
            return None
    return {name: State(CHOICES[chosen]) for name, chosen in given.items() if chosen}


def marked_limbs(result: Marked) -> None:
    """Where the answers lead, and each limb with what the case says, why, and its clause."""
    st.header("What the rules say", anchor=False)
    same = result.outcome == result.learner_outcome
    lines = [f"<p><strong>{marked(result.sentence)}</strong></p>"]
    lines.append(
        "<p>Your answers lead there too.</p>"
        if same
        else f"<p>Your answers lead elsewhere: {marked(result.learner_sentence)}</p>"
    )
    st.html("".join(lines))
    made = []
    for limb in result.limbs:
        answered = "Not answered" if limb.answered is None else SAID[limb.answered.value]
        state = "Right" if limb.is_right else "Different"
        quote = f"<blockquote>{marked(limb.because)}</blockquote>" if limb.because else ""
        clause = f" ({marked(limb.clause)})" if limb.clause else ""
        made.append(
            f"<li><h3>{marked(limb.question)}</h3><p><strong>{state}.</strong> You: {answered}. "
            f"The case: {SAID[limb.right.value]}.</p>{quote}<p>{marked(limb.why)}{clause}</p></li>"
        )
    with st.container(key="scenario-limbs"):
        st.html(f"<ol>{''.join(made)}</ol>")
    st.html("<p>This is an exercise. The SAR Review Panel recommends and the Independent Chair decides.</p>")


def sheet(result: Sheet) -> None:
    """A group's scores: how many answered each question as the case tells it."""
    st.header("The group's sheet", anchor=False)
    rows = "".join(
        f'<tr><th scope="row">{marked(question)}</th><td>{right} of {result.learners}</td></tr>'
        for question, right in (*result.limbs, ("Outcome", result.outcome_right))
    )
    caption = f"{result.title}: {count(result.learners, 'learner')}"
    with st.container(key="theme-sheet"):
        st.html(
            '<div role="region" aria-label="The group\'s sheet" tabindex="0"><table>'
            f"<caption>{marked(caption)}</caption>"
            '<thead><tr><th scope="col">Question</th><th scope="col">Right</th></tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )

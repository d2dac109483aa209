"""Scenarios: a made-up case, the questions of the test, and the reasoning once they are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.web import frame, scenario_view, service
from assistant.web.words import count
from ingest.errors import SafeguardError

if TYPE_CHECKING:
    from assistant.briefing.scenarios import Scenario

ABOUT = "Answer the questions about a made-up case, then see the reasoning. Nothing is stored and nobody is named."


def page() -> None:
    """A case, its questions, and what came of the answers."""
    frame.begin("Scenarios", "Practise with a made-up case")
    said = frame.SaidLine()
    try:
        scenarios = service.scenarios()
    except SafeguardError as error:
        said.say("The cases cannot be read.")
        frame.say_error(error)
        return
    names = {one.title: one for one in scenarios}
    title = st.selectbox("Case", list(names), key="scenario-case", width=360)
    scenario = names[title or next(iter(names))]
    marked = st.session_state.get("scenario-marked")
    if marked is not None and marked.scenario.id == scenario.id:
        right, of = marked.score
        said.say(f"{right} of {count(of, 'question')} answered as the case tells it.")
    else:
        marked = None
        said.say(st.session_state.pop("scenario-said", ABOUT))
    scenario_view.case(scenario)
    if marked is None:
        _questions(scenario)
        return
    scenario_view.marked_limbs(marked)
    _after(scenario)


def _questions(scenario: Scenario) -> None:
    answers = scenario_view.questions(scenario)
    if answers is None:
        return
    if not answers:
        st.error("Choose an answer to at least one question. If you are not sure, choose I do not know.")
        return
    st.session_state["scenario-marked"] = service.mark_scenario(scenario, answers)
    st.rerun()


def _after(scenario: Scenario) -> None:
    """Once more, or into the group's sheet, which is a count and no list of people."""
    state = st.session_state
    group = state.setdefault("scenario-group", {}).setdefault(scenario.id, [])
    with st.container(horizontal=True):
        if st.button("Answer again", key="scenario-again"):
            state.pop("scenario-marked", None)
            state["scenario-said"] = ABOUT
            st.rerun()
        if st.button("Add to the group's sheet", key="scenario-add"):
            group.append(state["scenario-marked"])
            state.pop("scenario-marked", None)
            state["scenario-said"] = f"{count(len(group), 'learner')} on the group's sheet of this case."
            st.rerun()
    if group:
        sheet = service.scenario_sheet(group)
        scenario_view.sheet(sheet)
        st.download_button(
            "Download the sheet", service.scenario_csv(sheet), file_name=f"scenario-{scenario.id}.csv",
            mime="text/csv", on_click="ignore",
        )  # fmt: skip


page()

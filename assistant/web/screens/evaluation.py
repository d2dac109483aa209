"""How well it answers: the newest evaluation of this machine, with where it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.web import evaluation_view, frame, service
from ingest.errors import SafeguardError

if TYPE_CHECKING:
    from assistant.scorecard import Scorecard

NO_RUN = "No evaluation has been run on this machine. Run `safeguard eval run`."


def page() -> None:
    """The checks of every suite, then one suite in full."""
    frame.begin("Evaluation", "How well it answers")
    said = frame.SaidLine()
    try:
        card = service.scorecard()
    except SafeguardError as error:
        said.say("The last evaluation cannot be read.")
        frame.say_error(error)
        return
    if card is None:
        said.say("No evaluation has been run on this machine.")
        st.info(frame.as_sentence(NO_RUN))
        return
    passed, checks = card.checks
    said.say(f"Run of {card.made:%-d %B %Y}. {passed} of {checks} checks passed.")
    _card(card)


def _card(card: Scorecard) -> None:
    evaluation_view.about(card)
    evaluation_view.checks(card)
    suites = {one.name: one for one in card.suites}
    name = st.selectbox("Show one suite in full", list(suites), key="evaluation-suite", width=360)
    evaluation_view.suite(suites[name or next(iter(suites))])


page()

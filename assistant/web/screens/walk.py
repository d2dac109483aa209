"""Walk-through: a case against the criteria for a Safeguarding Adult Review, one step a page; the address names it."""

from __future__ import annotations

from assistant.sar import interview
from assistant.web import frame
from assistant.web.walk import check, describe, details, facts, outcome, question, start, state
from assistant.web.walk.state import Walk

TITLE = "Walk-through"


def page() -> None:
    """The step the address names; the first one where this session knows of no case."""
    walk, step = state.current(), state.step()
    if walk is None or step == state.START:
        frame.begin(TITLE, "Check a case against the SAR criteria")
        start.draw(frame.SaidLine(), lost=walk is None and step != state.START)
    elif step.startswith(state.QUESTION):
        draw_question(walk, step.removeprefix(state.QUESTION))
    elif step == state.PERSONAL and walk.found:
        frame.begin(TITLE, describe.heading(walk))
        describe.draw_personal(walk, frame.SaidLine())
    elif step == state.FACTS and walk.case.suggested:
        frame.begin(TITLE, "Is this what you meant?")
        facts.draw(walk, frame.SaidLine())
    elif step == state.CHECK:
        frame.begin(TITLE, "Check your answers")
        check.draw(walk, frame.SaidLine())
    elif step == state.RESULT:
        frame.begin(TITLE, outcome.heading(walk))
        outcome.draw(walk, frame.SaidLine())
    elif step == state.DETAILS:
        frame.begin(TITLE, "What a referral form asks")
        details.draw(walk, frame.SaidLine())
    else:
        frame.begin(TITLE, "Describe what happened")
        describe.draw(walk, frame.SaidLine())


def draw_question(walk: Walk, fact_id: str) -> None:
    """One question; an address that names no limb leads to the next open one."""
    rules = interview.rules_of(walk.case)
    fact = rules.fact(fact_id) if fact_id in rules.fact_ids else interview.question(walk.case)
    if fact is None:
        frame.begin(TITLE, "Check your answers")
        check.draw(walk, frame.SaidLine())
        return
    frame.begin(TITLE, fact.question)
    question.draw(walk, frame.SaidLine(), fact)


page()

"""One reader's walk-through: it lives in the reader's own session, and the address names the step and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

import streamlit as st

from assistant.sar import interview
from assistant.sar.interview import Case
from assistant.web import frame
from ingest.errors import SafeguardError

if TYPE_CHECKING:
    from assistant.personal import Detail
    from assistant.sar.store import Saved

START, DESCRIBE, PERSONAL, FACTS, CHECK, RESULT, DETAILS = (
    "start",
    "describe",
    "personal-details",
    "facts",
    "check",
    "result",
    "details",
)
QUESTION = "q-"
STOPPED = "This step stopped. Your words and answers are kept. Try again."
P = ParamSpec("P")


@dataclass
class Walk:
    """A case with what the pages have to remember beside it.

    `written`: the description as it was typed, before anything was hidden. `found`: personal details in it.
    `kept`: words that look like a personal detail and that the reader wants to keep.
    `danger`: the immediate-danger notice where the description tells of danger now.
    `problem`: the sentence drawn above the page once, after a mistake.
    `changing`: a question was opened from the check page, so its answer leads back there.
    """

    case: Case = field(default_factory=lambda: Case(started_on=date.today()))
    written: str = ""
    found: tuple[Detail, ...] = ()
    kept: frozenset[str] = frozenset()
    danger: str = ""
    problem: str = ""
    notice: str = ""
    changing: bool = False
    saved: Saved | None = None


def current() -> Walk | None:
    """The walk-through of the session that is running; None before one was begun, and after a reload."""
    walk: Walk | None = st.session_state.get("walk")
    return walk


def begin(case: Case | None = None, written: str = "") -> Walk:
    """Start another walk-through in this session; the one before is gone."""
    walk = Walk(written=written) if case is None else Walk(case=case, written=written or case.narrative)
    st.session_state["walk"] = walk
    return walk


def describe_with(words: str) -> None:
    """Button callback of another page: begin with these words in the box, to be edited first.

    A case that was begun in this session keeps its answers; only its description is offered anew.
    """
    walk = current() or begin()
    walk.written = words
    go(DESCRIBE)


def guarded(callback: Callable[Concatenate[Walk, P], None]) -> Callable[Concatenate[Walk, P], None]:
    """A button callback whose failure is one sentence on the page: callbacks run outside the page's own guard."""

    @wraps(callback)
    def safe(walk: Walk, *args: P.args, **named: P.kwargs) -> None:
        try:
            callback(walk, *args, **named)
        except SafeguardError as error:
            walk.problem = str(error)
        except Exception as error:
            frame.note(error)
            walk.problem = STOPPED

    return safe


def step() -> str:
    """The step whose address is open."""
    return str(st.session_state.get("walk-step", START))


def go(to: str) -> None:
    """Button callback: open another step."""
    st.session_state["walk-go"] = to


def wanted() -> str | None:
    """The step a button asked for, once."""
    to: str | None = st.session_state.pop("walk-go", None)
    return to


def go_on(walk: Walk) -> None:
    """To the next open question, or to the check page when none is left."""
    walk.changing = False
    fact = interview.question(walk.case)
    go(CHECK if fact is None else QUESTION + fact.id)


def before(walk: Walk, fact_id: str) -> str:
    """The step that Back leads to from a question: the question before it, or how the case was begun."""
    if walk.changing:
        return CHECK
    asked = [entry.fact for entry in walk.case.given if entry.how == "asked"]
    if fact_id in asked:
        asked = asked[: asked.index(fact_id)]
    if asked:
        return QUESTION + asked[-1]
    if walk.case.suggested:
        return FACTS
    return DESCRIBE if walk.case.narrative else START

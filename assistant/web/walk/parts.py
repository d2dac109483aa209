"""What several steps draw: the alert after a mistake, Back, an answer in words, and a list of sources."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from assistant.answer.value import Citation
from assistant.sar.result import Cited, Result
from assistant.sar.rules import Reference, State
from assistant.web import drawer
from assistant.web.marked import as_label
from assistant.web.walk import state
from assistant.web.walk.state import Walk

ANSWER = {State.YES: "Yes", State.NO: "No", State.UNKNOWN: "I do not know"}
STATE = {State.YES: "yes", State.NO: "no", State.UNKNOWN: "not known"}
NOT_SAVED = "Your answers are only in this browser tab. Save them to come back."


def alerts(walk: Walk) -> None:
    """Immediate danger while there is any, then the sentence for a mistake and a notice, each said once."""
    if walk.danger:
        st.error(as_label(walk.danger))
    problem, walk.problem = walk.problem, ""
    if problem:
        st.error(as_label(problem))
    notice, walk.notice = walk.notice, ""
    if notice:
        st.warning(as_label(notice))


def back(to: str) -> None:
    """The way back, first thing under the heading."""
    st.button("Back", key="walk-back", on_click=state.go, args=(to,))


def sentence_case(words: str) -> str:
    """'aged 18 or over' as a heading has it."""
    return words[:1].upper() + words[1:]


def cited_line(said: Cited) -> str:
    """A sentence with its [numbers], as HTML."""
    numbers = "".join(f" [{n}]" for n in said.citations)
    return f"{escape(said.text)}{numbers}"


def sources(owner: str, found: Result, lines: Iterable[Cited], place: str) -> None:
    """A button for each source behind some lines, each once."""
    numbers = tuple(dict.fromkeys(n for line in lines for n in line.citations))
    with st.container(key=f"walk-sources-{place}", gap="xsmall"):
        drawer.offer(owner, found.citations, found.cited(numbers), place)


def cite(owner: str, references: Iterable[Reference], place: str) -> tuple[Citation, ...]:
    """A button for each reference of the rules; returns their citations."""
    from assistant.sar.cited import References

    numbered = References()
    numbered.numbers(references)
    with st.container(key=f"walk-sources-{place}", gap="xsmall"):
        drawer.offer(owner, numbered.citations, numbered.citations, place)
    return numbered.citations

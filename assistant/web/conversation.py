"""One reader's questions and answers. They live in the reader's own session and nowhere else.

What the reader says of an answer is the exception: it is kept with the masked question (assistant/feedback.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from assistant.answer.value import Answer
from assistant.feedback import Feedback

MOST_CHARACTERS = 2000
PAGE_OF_EARLIER = 10
_HISTORY_TURNS = 4


@dataclass
class Remark:
    """What the reader says of one answer: `kept` once it is on the server, and the form as it stands until then."""

    kept: Feedback | None = None
    form_open: bool = False
    problem: str = ""
    reasons: tuple[str, ...] = ()
    correction: str = ""


@dataclass
class Exchange:
    """A question and how it ended: an answer, or `problem`, the sentence that says why there is none.

    `generation` is the index the answer came from.
    """

    number: int
    question: str
    emergency: str = ""
    answer: Answer | None = None
    problem: str = ""
    can_retry: bool = False
    generation: str = ""
    remark: Remark = field(default_factory=Remark)


@dataclass
class Conversation:
    """Exchanges, oldest first, with what the page has to remember between two presses of a button."""

    exchanges: list[Exchange] = field(default_factory=list)
    started: int = 0
    too_long: str = ""
    earlier_shown: int = PAGE_OF_EARLIER
    confirming: bool = False

    @property
    def newest(self) -> Exchange | None:
        """The exchange drawn open, under the question box."""
        return self.exchanges[-1] if self.exchanges else None

    @property
    def earlier(self) -> list[Exchange]:
        """Every exchange but the newest, newest first."""
        return self.exchanges[-2::-1]

    def begin(self, question: str) -> Exchange:
        """Add a question that is about to be asked."""
        self.started += 1
        if self.newest and self.newest.remark.kept:
            self.newest.remark.form_open = False
        exchange = Exchange(self.started, question)
        self.exchanges.append(exchange)
        self.too_long, self.confirming = "", False
        return exchange

    def history(self) -> list[dict[str, str]]:
        """The last answered turns, oldest first, as the ask flow takes them."""
        turns: list[dict[str, str]] = []
        answered = [(done.question, done.answer) for done in self.exchanges if done.answer]
        for question, answer in answered[-_HISTORY_TURNS:]:
            turns.append({"role": "user", "content": question})
            turns.append({"role": "assistant", "content": answer.answer})
        return turns

    def find(self, number: int) -> Exchange | None:
        """The exchange with this number."""
        return next((exchange for exchange in self.exchanges if exchange.number == number), None)

    def clear(self) -> None:
        """Forget every question. Numbers go on, so that an old button never opens a new answer's source."""
        self.exchanges.clear()
        self.too_long, self.confirming, self.earlier_shown = "", False, PAGE_OF_EARLIER


def current() -> Conversation:
    """The conversation of the session that is running."""
    conversation: Conversation = st.session_state.setdefault("conversation", Conversation())
    return conversation


def ask_next(question: str) -> None:
    """Button callback: ask these words on the run that follows."""
    st.session_state["pending_question"] = question


def ask_text_of(key: str) -> None:
    """Button callback: ask what the text area with this key holds."""
    ask_next(st.session_state.get(key, ""))


def take_pending() -> str | None:
    """The words a button asked for, once."""
    pending: str | None = st.session_state.pop("pending_question", None)
    return pending

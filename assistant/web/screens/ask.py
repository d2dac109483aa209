"""Ask: the question box, the newest answer under it, earlier ones folded below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.web import answer_view, conversation, drawer, feedback_view, frame, service
from assistant.web.conversation import MOST_CHARACTERS, PAGE_OF_EARLIER, Conversation, Exchange
from assistant.web.marked import marked
from assistant.web.walk import state as walk_state
from assistant.web.words import count
from ingest.errors import SafeguardError

if TYPE_CHECKING:
    from assistant.library import Library

AUDIENCES: dict[str, service.Audience | None] = {"Both": None, "Adults": "adults", "Children": "children"}
EXAMPLES = (
    "When must a SAR be carried out?",
    "When must a local authority make a section 42 enquiry?",
    "Can I share information without consent?",
    "What are the five principles of the Mental Capacity Act?",
)
WHAT_THIS_IS = (
    "It finds and quotes published law, guidance and local policy. It does not decide thresholds, capacity or whether "
    "a case meets the criteria. Check the source before you act."
)
STOPPED = "The search stopped. Your question is kept below. Try again, or search the library."


def page() -> None:
    """The page, top to bottom."""
    frame.begin("Ask", "Ask a safeguarding question")
    talk = conversation.current()
    typed, audience, said = question_box()
    if not service.is_open():
        said.say("Opening the library.")
    library, no_library = open_library()
    question = conversation.take_pending() or typed
    if question and len(question) > MOST_CHARACTERS:
        talk.too_long = question
    elif question and question.strip():
        answer_now(talk, question.strip(), said, library, no_library, audience)
    else:
        say_where_we_are(talk, said, library)
        draw_newest(talk)
    if talk.too_long:
        danger = answer_view.urgent_lead(service.emergency(talk.too_long))
        said.say(f"{danger} Your text is too long to search. It is kept below.".strip())
        draw_too_long(talk)
    if not talk.exchanges:
        if no_library:
            frame.say_error(no_library)
        examples()
    drawer.reopen_if_asked()
    draw_earlier(talk)
    with st.expander("What this is and is not", key="what-this-is"):
        st.write(WHAT_THIS_IS)


def question_box() -> tuple[str | None, service.Audience | None, frame.SaidLine]:
    """The box, the audience filter and the said line, above the answers.

    Length is checked by us: with a limit of its own the box drops a long paste whole.
    """
    with st.container(key="question-box"):
        typed = st.container().chat_input(
            "Type your question. Leave out names and dates of birth.", key="question", submit_mode="disable"
        )
        chosen = st.segmented_control(
            "Sources about", list(AUDIENCES), default="Both", required=True, key="audience", persist_state="session"
        )
        said = frame.SaidLine()
    return typed, AUDIENCES.get(chosen or "Both"), said


def open_library() -> tuple[Library | None, SafeguardError | None]:
    """The library, or the sentence that says why there is none: the emergency screen works without it."""
    try:
        return service.library(), None
    except SafeguardError as error:
        return None, error


def say_where_we_are(talk: Conversation, said: frame.SaidLine, library: Library | None) -> None:
    """The said line when nothing is being asked."""
    if about := feedback_view.take_said():
        said.say(about)
    elif talk.newest and talk.newest.answer:
        said.say(answer_view.said(talk.newest.answer))
    elif library:
        documents = count(len(library.sources()), "document")
        said.say(f"Answers are exact quotes from {documents}, each with its source.")
    else:
        said.say("Answers are exact quotes, each with its source.")


def answer_now(
    talk: Conversation,
    question: str,
    said: frame.SaidLine,
    library: Library | None,
    no_library: SafeguardError | None,
    audience: service.Audience | None,
) -> None:
    """Draw the question and any alert at once, search, then draw the answer under them."""
    history = talk.history()
    exchange = talk.begin(question)
    exchange.emergency = service.emergency(question)
    with st.container(key="newest"):
        draw_top(exchange)
        place = st.empty()
        if library:
            said.say(f"Searching {count(len(library.sources()), 'document')}.")
        search(exchange, library, history, audience)
        if exchange.problem and no_library:
            exchange.problem = str(no_library)
        said.say(said_after(exchange))
        with place.container():
            answer_view.body(exchange, newest=True)


def search(
    exchange: Exchange, library: Library | None, history: list[dict[str, str]], audience: service.Audience | None
) -> None:
    """Ask, and keep either the answer or the sentence that says why there is none. Danger needs no library."""
    try:
        exchange.generation = library.generation if library else ""
        exchange.answer = service.ask(exchange.question, library=library, history=history, audience=audience)
    except SafeguardError as error:
        exchange.problem, exchange.can_retry = str(error), library is not None
    except Exception as error:
        frame.note(error)
        exchange.problem, exchange.can_retry = STOPPED, True


def said_after(exchange: Exchange) -> str:
    """The said line once the question has ended, well or not."""
    if exchange.answer:
        return answer_view.said(exchange.answer)
    danger = answer_view.urgent_lead(exchange.emergency)
    return f"{danger} The search did not run." if danger else "There is no answer yet."


def draw_newest(talk: Conversation) -> None:
    """The newest exchange, open. The shape is the same as while it was answered, so that focus stays where it was."""
    exchange = talk.newest
    if exchange is None:
        return
    with st.container(key="newest"):
        draw_top(exchange)
        with st.container():
            answer_view.body(exchange, newest=True)


def draw_top(exchange: Exchange) -> None:
    """The question, then the alert where there is danger."""
    answer_view.heading(exchange.question)
    if exchange.emergency:
        answer_view.alert(exchange.emergency)
    else:
        st.empty()


def draw_too_long(talk: Conversation) -> None:
    """A text over the limit: danger in it first, then how long it is and the text to shorten, with nothing lost."""
    if danger := service.emergency(talk.too_long):
        answer_view.alert(danger)
    st.error(
        f"Your text is {len(talk.too_long):,} characters; a question can have {MOST_CHARACTERS:,}. "
        "For a whole case, use Walk-through."
    )
    st.button("Take it to Walk-through", key="too-long-to-walk", on_click=take_to_walk, args=(talk,))
    st.text_area("Your text, to shorten", value=talk.too_long, key=f"shorten-{len(talk.too_long)}", height=240)
    st.button("Ask this", key="ask-shortened", on_click=ask_shortened, args=(talk,))


def take_to_walk(talk: Conversation) -> None:
    """Button callback: carry the text over to the walk-through."""
    walk_state.describe_with(talk.too_long)
    talk.too_long = ""


def ask_shortened(talk: Conversation) -> None:
    """Button callback: ask the text as it was shortened."""
    text = st.session_state.get(f"shorten-{len(talk.too_long)}", "")
    talk.too_long = ""
    conversation.ask_next(text)


def examples() -> None:
    """Four questions that work, as buttons."""
    with st.container(key="examples", gap="xsmall"):
        st.header("Try one of these", anchor=False)
        for place, example in enumerate(EXAMPLES):
            st.button(example, key=f"example-{place}", on_click=conversation.ask_next, args=(example,), wrap=True)


def draw_earlier(talk: Conversation) -> None:
    """Earlier questions in a fold, ten at a time, and the way to clear everything."""
    if talk.earlier:
        with st.expander(f"Earlier questions ({len(talk.earlier)})", key="earlier"):
            for exchange in talk.earlier[: talk.earlier_shown]:
                answer_view.heading(exchange.question, level=3)
                if exchange.emergency:
                    st.html(f"<p><strong>{marked(exchange.emergency)}</strong></p>")
                answer_view.body(exchange, newest=False)
            left = len(talk.earlier) - talk.earlier_shown
            if left > 0:
                st.button(f"Show {min(PAGE_OF_EARLIER, left)} more", key="show-more", on_click=show_more, args=(talk,))
    if talk.exchanges:
        draw_clear(talk)


def show_more(talk: Conversation) -> None:
    """Button callback."""
    talk.earlier_shown += PAGE_OF_EARLIER


def draw_clear(talk: Conversation) -> None:
    """Clearing asks first: it cannot be undone."""
    with st.container(key="clear-conversation"):
        if not talk.confirming:
            st.button("Clear this conversation", key="clear", on_click=confirm, args=(talk, True))
            return
        st.write(f"Clear {count(len(talk.exchanges), 'question')}? This cannot be undone.")
        with st.container(horizontal=True):
            st.button("Clear", key="clear-yes", type="primary", on_click=talk.clear)
            st.button("Keep", key="clear-no", on_click=confirm, args=(talk, False))


def confirm(talk: Conversation, asking: bool) -> None:
    """Button callback."""
    talk.confirming = asking


page()

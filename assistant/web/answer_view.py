"""Draws a finished answer: notices, quotes each with its citations, differences, nearest documents, what to do next."""

from __future__ import annotations

from datetime import date
from functools import partial
from html import escape

import streamlit as st

from assistant.answer.value import Answer, Citation, Difference, Outcome
from assistant.export.answer_text import answer_text
from assistant.export.answer_word import WORD_MIME, answer_word
from assistant.web import conversation, drawer, feedback_view, frame
from assistant.web.conversation import Exchange
from assistant.web.marked import as_label, first_sentence_bold, marked, site_name, web_address
from assistant.web.quotes import quote_html, quotes, ready
from assistant.web.walk import state as walk_state
from ingest.sources import Kind


def heading(question: str, level: int = 2) -> None:
    """The question as a heading, in the reader's own words."""
    st.html(f"<h{level}>{marked(question)}</h{level}>")


def alert(message: str) -> None:
    """Immediate danger, first and announced: the first sentence in bold."""
    lead = urgent_lead(message)
    st.error(f"**{as_label(lead)}** {as_label(message.removeprefix(lead))}".strip())


def urgent_lead(message: str) -> str:
    """The alert's first sentence: 'Call 999 now.'"""
    lead, stop, _ = message.partition(". ")
    return lead + stop.strip()


def said(answer: Answer) -> str:
    """The said line once this answer is on the page."""
    if answer.emergency_message:
        lead = urgent_lead(answer.emergency_message)
        return f"{lead} {'An answer is below.' if answer.sentences else 'Contacts are below.'}"
    if answer.sentences:
        return f"{ready(answer)} It may not answer your question." if answer.unsure else ready(answer)
    return {
        Outcome.OUT_OF_SCOPE: "This is outside what the library covers.",
        Outcome.REFUSED: "We cannot help with that request.",
    }.get(answer.outcome, "The library does not answer this.")


def body(exchange: Exchange, *, newest: bool) -> None:
    """Everything under the question and the alert."""
    if exchange.problem:
        _problem(exchange, newest=newest)
    answer = exchange.answer
    if answer is None:
        return
    if answer.message and answer.message != answer.emergency_message:
        st.html(first_sentence_bold(answer.message))
    _notices(answer, exchange.number)
    _quotes(answer, exchange.number)
    for place, difference in enumerate(answer.differences):
        _difference(answer, difference, exchange.number, place)
    _unconfirmed(answer, exchange.number)
    if answer.contacts and answer.emergency_message:
        st.html(frame.contact_list_html(answer.contacts))
    _nearest(answer, exchange.number)
    if answer.contacts and not answer.emergency_message:
        with st.expander("Whom to ask", key=f"whom-{exchange.number}"):
            st.html(frame.contact_list_html(answer.contacts))
    _keep(answer, exchange.number)
    feedback_view.ask_about(exchange)
    if answer.reads_like_a_case and newest:
        _offer_walk(exchange)
    if newest:
        _ask_next(answer, exchange.number)


def _problem(exchange: Exchange, *, newest: bool) -> None:
    if not newest:
        st.html(f"<p>{escape(exchange.problem.replace('`', ''))}</p>")
        return
    st.error(frame.as_sentence(exchange.problem))
    if exchange.can_retry:
        key = f"retry-{exchange.number}"
        st.text_area("Your question", value=exchange.question, key=key, height="content")
        st.button("Try again", key="retry", on_click=conversation.ask_text_of, args=(key,))
        st.page_link(frame.LIBRARY_PAGE, label="Search the library")


def _notices(answer: Answer, number: int) -> None:
    if answer.notices:
        with st.container(key=f"notices-{number}"):
            st.html("".join(f"<p><strong>Note:</strong> {marked(notice)}</p>" for notice in answer.notices))


def _quotes(answer: Answer, number: int) -> None:
    for place, quote in enumerate(quotes(answer)):
        with st.container(key=f"quote-{number}-{place}", gap="xsmall"):
            st.html(quote_html(quote))
            drawer.offer(number, answer.citations, quote.citations, str(place))


def _difference(answer: Answer, difference: Difference, number: int, place: int) -> None:
    """The same point in two wordings, the statute's first."""
    by_number = {citation.n: citation for citation in answer.citations}
    statute = by_number.get(difference.statute_citation or 0)
    local = by_number.get(difference.local_citation or 0)
    statute_words = f"<blockquote>{marked(statute.quote)}</blockquote>" if statute else ""
    with st.expander(_differs(local), key=f"difference-{number}-{place}"):
        st.html(
            f"<p><strong>The statute, {marked(difference.statute_pinpoint)}</strong></p>{statute_words}"
            f"<p><strong>{marked(drawer.where(local)) if local else 'The local page'}</strong></p>"
            f"<blockquote>{marked(difference.local_wording)}</blockquote>"
            f"<p>{marked(difference.difference)}</p>"
        )


def _differs(local: Citation | None) -> str:
    """The fold's label: it names the quoted source when that is not a local page."""
    if local is None or local.kind == Kind.LOCAL_POLICY:
        return "The local page words this differently."
    return f"Source {local.n} words this differently."


def _unconfirmed(answer: Answer, number: int) -> None:
    """Where to read what could not be confirmed: its name and the publisher's address, none of its words."""
    kept = answer.unconfirmed
    if kept is None:
        return
    with st.container(key=f"unconfirmed-{number}", gap="xsmall"):
        st.html(f"<p>{marked(kept.message)}</p>")
        if url := web_address(kept.url):
            st.link_button(as_label(f"Open at {site_name(url)} (new tab)"), url)


def _nearest(answer: Answer, number: int) -> None:
    if not answer.nearest or answer.sentences:
        return
    with st.container(key=f"nearest-{number}", gap="xsmall"):
        st.html("<h3>Nearest documents (search results, not sources)</h3>")
        for near in answer.nearest:
            st.page_link(
                frame.DOCUMENT_PAGE,
                label=as_label(f"{near.title}, {near.pinpoint}" if near.pinpoint else near.title),
                query_params={"source": near.source_id, "passage": near.passage_id},
            )


def _offer_walk(exchange: Exchange) -> None:
    """A message that tells a case is offered the walk-through; its words are carried over, to be edited first."""
    with st.container(key=f"case-{exchange.number}", gap="xsmall"):
        st.html("<p>This reads like a case. We will carry your words over; you can edit them first.</p>")
        st.button(
            "Check it against the SAR criteria",
            key=f"to-walk-{exchange.number}",
            on_click=walk_state.describe_with,
            args=(exchange.question,),
        )


def _keep(answer: Answer, number: int) -> None:
    """Download and copy. The Word file is made when it is asked for, and its name says nothing of the case."""
    if not answer.sentences and not answer.emergency_message:
        return
    with st.container(key=f"keep-{number}"):
        st.download_button(
            "Download (Word)",
            data=partial(answer_word, answer, date.today()),
            file_name="safeguard-answer.docx",
            mime=WORD_MIME,
            on_click="ignore",
            key=f"word-{number}",
        )
        with st.expander("Copy", key=f"copy-{number}"):
            st.code(answer_text(answer), language=None, wrap_lines=True)


def _ask_next(answer: Answer, number: int) -> None:
    if not answer.follow_ups:
        return
    with st.container(key=f"next-{number}", gap="xsmall"):
        st.html("<h3>Ask next</h3>")
        for place, follow_up in enumerate(answer.follow_ups):
            st.button(
                as_label(follow_up),
                key=f"follow-{number}-{place}",
                on_click=conversation.ask_next,
                args=(follow_up,),
                wrap=True,
            )

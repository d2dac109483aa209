"""Under an answer: was it helpful, and if not, why and what it should have said. Nothing is asked in an emergency."""

from __future__ import annotations

import streamlit as st

from assistant.feedback import Verdict
from assistant.web import frame, service
from assistant.web.conversation import Exchange

QUESTION = "Was this helpful?"
YES, NO = "Yes", "No"
WHAT_IS_KEPT = (
    "If you answer, we keep what you say, the day, your question and the sources cited, for a year. We look for names "
    "and other personal details and hide them first. Nothing about you is kept."
)
TELL_US_WHY = "Tick what was wrong, then press Send. Nothing has been sent yet."
CHANGE_IT = "Change what you said, then press Send."
CORRECTION = "What should it have said, and where does it say so? (optional)"
HINT = "Leave out names and dates of birth."
THANKS = "Thank you. Kept on this server for review; names and other personal details are hidden."
NOTHING_SENT = "Nothing was sent."
STILL_KEPT = "What you sent is kept."
_SAID = "feedback_said"


def ask_about(exchange: Exchange) -> None:
    """The question, what is kept, and below them the form, a mistake or the thanks."""
    answer, remark, number = exchange.answer, exchange.remark, exchange.number
    if answer is None or exchange.emergency or not service.may_be_asked(answer):
        return
    with st.container(key=f"feedback-{number}", gap="xsmall"):
        key = f"helpful-{number}"
        if key not in st.session_state:  # a widget that was not drawn for a while has lost what was chosen
            st.session_state[key] = _chosen(exchange)
        st.segmented_control(QUESTION, [YES, NO], key=key, required=True, on_change=choose, args=(exchange,))
        if remark.form_open or remark.problem or not remark.kept:
            st.caption(WHAT_IS_KEPT)
        if remark.form_open:
            _form(exchange)
        elif remark.problem:
            st.error(frame.as_sentence(remark.problem))
        elif remark.kept:
            st.html(f"<p>{THANKS}</p>")
            if _sent(exchange):
                st.button("Change what you said", key=f"feedback-again-{number}", on_click=open_form, args=(exchange,))


def _form(exchange: Exchange) -> None:
    """Reasons to tick and a box to write in. Its length is checked by us: with a limit of its own it drops a paste.

    It stays once it is sent: taken away, it would leave a reader at 400% zoom far below the thanks, and focus nowhere.
    What is said of it stands above the buttons, where the reader is.
    """
    remark, number = exchange.remark, exchange.number
    if exchange.answer is None:
        return
    with st.form(f"feedback-form-{number}"):
        with st.container(gap="xsmall"):
            st.html("<p><strong>What was wrong?</strong></p>")
            for reason in service.feedback_reasons(exchange.answer):
                st.checkbox(reason.words, value=reason.id in remark.reasons, key=f"why-{number}-{reason.id}")
        st.text_area(CORRECTION, value=remark.correction, key=f"correction-{number}", height=120)
        st.caption(HINT)
        with st.container():  # there even when empty, or the buttons after it are made anew and lose the focus
            if remark.problem:
                st.error(frame.as_sentence(remark.problem))
            elif _sent(exchange):
                st.html(f"<p>{THANKS}</p>")
        with st.container(horizontal=True):
            st.form_submit_button(
                "Send", type="primary", key=f"feedback-send-{number}", on_click=send, args=(exchange,)
            )
            close = "Close" if _sent(exchange) else "Cancel"
            st.form_submit_button(close, key=f"feedback-cancel-{number}", on_click=cancel, args=(exchange,))


def choose(exchange: Exchange) -> None:
    """Button callback: Yes is kept at once, No asks why first."""
    remark = exchange.remark
    remark.problem = ""
    if st.session_state.get(f"helpful-{exchange.number}") == NO:
        open_form(exchange)
        return
    remark.form_open = False
    _keep(exchange, Verdict.HELPFUL)


def open_form(exchange: Exchange) -> None:
    """Button callback: ask why, with what was ticked and written before."""
    exchange.remark.form_open = True
    _say(CHANGE_IT if _sent(exchange) else TELL_US_WHY)


def send(exchange: Exchange) -> None:
    """Button callback: keep what was ticked and written. What cannot be kept stays in the form."""
    remark, number = exchange.remark, exchange.number
    if exchange.answer is None:
        return
    remark.reasons = tuple(
        reason.id
        for reason in service.feedback_reasons(exchange.answer)
        if st.session_state.get(f"why-{number}-{reason.id}")
    )
    remark.correction = st.session_state.get(f"correction-{number}") or ""
    _keep(exchange, Verdict.NOT_HELPFUL)


def cancel(exchange: Exchange) -> None:
    """Button callback: the form goes, and what is kept stays as it is."""
    exchange.remark.form_open, exchange.remark.problem = False, ""
    st.session_state[f"helpful-{exchange.number}"] = _chosen(exchange)
    _say(STILL_KEPT if _sent(exchange) else NOTHING_SENT)


def take_said() -> str:
    """What the said line has to say about feedback on this run, once; "" for nothing."""
    said: str = st.session_state.pop(_SAID, "")
    return said


def _keep(exchange: Exchange, verdict: Verdict) -> None:
    """Keep it and say so, or say why not; then the choice shown is the one that is kept."""
    remark = exchange.remark
    if exchange.answer is None:
        return
    no = verdict is Verdict.NOT_HELPFUL
    kept = service.keep_feedback(
        exchange.answer,
        verdict,
        reasons=remark.reasons if no else (),
        correction=remark.correction if no else "",
        generation=exchange.generation,
        before=remark.kept,
    )
    if isinstance(kept, str):
        remark.problem = kept
        if not no:
            st.session_state[f"helpful-{exchange.number}"] = _chosen(exchange)
        _say(kept.replace("`", ""))
        return
    remark.kept, remark.problem = kept, ""
    _say(THANKS)


def _sent(exchange: Exchange) -> bool:
    """Whether a No of this reader is kept."""
    return exchange.remark.kept is not None and exchange.remark.kept.verdict is Verdict.NOT_HELPFUL


def _chosen(exchange: Exchange) -> str | None:
    """Yes or No as it is kept, or as it was pressed; None where nothing has been said."""
    kept = exchange.remark.kept
    if exchange.remark.form_open:
        return NO
    return None if kept is None else YES if kept.verdict is Verdict.HELPFUL else NO


def _say(sentence: str) -> None:
    st.session_state[_SAID] = sentence

"""What every page begins with: title, style, contact strip, one H1 and the said line."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from assistant.answer.value import Contact
from assistant.web import service
from assistant.web.marked import as_label, phone_link
from ingest.errors import SafeguardError

STYLE = Path(__file__).with_name("style.css")
LIBRARY_PAGE = "screens/library.py"
DOCUMENT_PAGE = "screens/document.py"
_log = logging.getLogger(__name__)


def begin(name: str, heading: str) -> None:
    """Browser title, style sheet, contact strip and the page's H1, in that order. The heading may be others' words."""
    st.set_page_config(page_title=f"{name} - safeguard", layout="wide")
    st.html(STYLE)
    contact_strip()
    st.html(f"<h1>{escape(heading)}</h1>")


NOTHING_SAID_YET = "\u00a0"


class SaidLine:
    """The page's one live region: a sentence, always at the same place, that changes when something happens."""

    def __init__(self) -> None:
        # Not st.empty(): on a busy machine the browser draws the emptiness, and the region that announces is made anew.
        self._place = st.info(NOTHING_SAID_YET)

    def say(self, sentence: str) -> None:
        """Replace the sentence; screen readers announce it once."""
        self._place.info(as_label(sentence))


def contact_strip() -> None:
    """Whom to ring, at the top of every page. A page still opens when the contacts cannot be read."""
    with st.container(key="contacts"):
        try:
            st.html(strip_html(service.contacts()))
        except SafeguardError as error:
            _log.error("contacts could not be read: %s", type(error).__name__)
            st.html("<p><strong>In immediate danger, call the emergency services.</strong></p>")


def strip_html(contacts: Sequence[Contact]) -> str:
    """The strip's words: the first contact is for immediate danger; each number stands once, and dials."""
    by_number: dict[str, list[tuple[str, str]]] = {}
    for contact in contacts:
        if contact.numbers:
            label, number = contact.numbers[0]
            by_number.setdefault(number, []).append((_short(contact.name), label))
    parts = []
    for place, (number, named) in enumerate(by_number.items()):
        if place == 0:
            parts.append(f"<strong>Immediate danger: call {phone_link(number)}.</strong>")
            continue
        names = " and ".join(dict.fromkeys(name for name, _ in named))
        label = named[0][1]
        when = f" ({label})" if len(named) == 1 and not label.startswith("main") else ""
        parts.append(f"<span>{escape(names + when)} {phone_link(number)}.</span>")
    return f"<p>{' '.join(parts)}</p>"


def _short(name: str) -> str:
    """'Family Connect (adults) - Telford & Wrekin Council' as people say it: 'Family Connect'."""
    return name.split(" - ")[0].split(" (")[0]


def contact_list_html(contacts: Sequence[Contact]) -> str:
    """Contacts in full, for an answer that is about whom to ring."""
    rows = []
    for contact in contacts:
        numbers = ", ".join(f"{phone_link(number)} ({escape(label)})" for label, number in contact.numbers)
        hours = f" {escape(contact.hours)}." if contact.hours else ""
        email = f" {escape(contact.email)}." if contact.email else ""
        rows.append(
            f"<li><strong>{escape(contact.name)}</strong>: {numbers}.{hours}{email} {escape(contact.purpose)}.</li>"
        )
    return f"<ul>{''.join(rows)}</ul>"


def say_error(error: BaseException) -> None:
    """Draw what went wrong: our own sentence where there is one, never a traceback or a reader's words."""
    if isinstance(error, SafeguardError):
        st.error(as_sentence(str(error)))
        return
    note(error)
    st.error("This part of the page stopped. Your conversation is kept. Try again, or choose another page.")


def note(error: BaseException) -> None:
    """Log the kind of an unexpected error and where it was raised. Its words may be about a case: they are left out."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "unknown place"
    _log.error("%s at %s", type(error).__name__, where)


def as_sentence(words: str) -> str:
    """Our own error sentence for a Markdown element: what stands between backticks is code, the rest is plain."""
    pieces = words.split("`")
    if len(pieces) % 2 == 0:
        return as_label(words)
    plain = (f"`{piece}`" if place % 2 else _spaced(piece) for place, piece in enumerate(pieces))
    return "".join(plain)


def _spaced(piece: str) -> str:
    """`as_label` that keeps one space at either end."""
    before = " " if piece[:1].isspace() else ""
    after = " " if piece.strip() and piece[-1:].isspace() else ""
    return f"{before}{as_label(piece)}{after}"

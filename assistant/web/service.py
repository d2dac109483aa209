"""What the pages call below them, in one place: the open library, the ask flow, the emergency screen, the contacts.

The library is shared by every reader of this process; what a reader asks is not.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from assistant.answer.value import Answer, Contact
from ingest.errors import SafeguardError
from ingest.sources import Audience

if TYPE_CHECKING:
    from assistant.library import Library
    from assistant.retrieve import Hit

_OPENED: set[str] = set()


def library() -> Library:
    """The published library, opened once for each generation of the index.

    Raises: NoIndex, IndexDamaged, OtherEncoder, whose words say what to do.
    """
    from assistant.library import current_generation
    from assistant.settings import settings

    data_dir = settings().data_dir
    return _open(str(data_dir), str(current_generation(data_dir)))


def is_open() -> bool:
    """Whether a library has been opened by this process: the first opening takes seconds, and is said."""
    return bool(_OPENED)


def warm() -> None:
    """Open the library and its model before the first reader comes. What is wrong is said on the page, not here."""
    with suppress(SafeguardError):
        library().encode("safeguarding")


@st.cache_resource(show_spinner=False, max_entries=2)
def _open(data_dir: str, generation: str) -> Library:
    """Opened again when `generation` changes; the one before stays for questions that are still being answered."""
    from assistant.library import Library

    opened = Library.open(Path(data_dir))
    _OPENED.add(generation)
    return opened


def emergency(question: str) -> str:
    """The immediate-danger message for this question, "" when nothing in it points to danger. Needs no index."""
    from assistant.answer.screen import emergency_message, screen

    return emergency_message() if screen(question).emergency else ""


def ask(question: str, *, library: Library | None, history: list[dict[str, str]], audience: Audience | None) -> Answer:
    """One question through the ask flow. Without a library it still answers danger, and raises NoIndex otherwise."""
    from assistant.answer.ask import ask as ask_flow

    return ask_flow(question, library=library, history=history, audience=audience)


def search(library: Library, query: str, *, top_k: int, audience: Audience | None, kinds: tuple[str, ...]) -> list[Hit]:
    """Passages for the words typed in the Library."""
    from assistant.retrieve import search as search_flow

    return search_flow(library, query, top_k=top_k, audience=audience, kinds=kinds)


def contacts() -> tuple[Contact, ...]:
    """Whom to ring, always in sight: the emergency number first."""
    from assistant.knowledge import load_contacts

    return tuple(load_contacts().always())

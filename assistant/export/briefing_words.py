"""The words that all drawings of a learning briefing share: Word, slides, PDF, HTML and Markdown say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from assistant.answer.value import Citation, Contact
from assistant.briefing.value import Action, Briefing, Line, shown, source_of
from assistant.export.answer_text import DIGEST
from assistant.plain import plain
from assistant.sar.record_value import written_day

PROPERTY_TITLE = "Learning briefing"
"""The title in a file's properties. A theme is free text, so it stands on the pages alone."""

AUTHOR = "safeguard"
LANGUAGE = "en-GB"
KEY = (
    "Words in quotation marks are exact quotes from the source of that number. "
    "A line that begins \u201cReworded.\u201d is not."
)
ACTION_PLAN = "Action plan"
ACTION_HEADS = ("What to do", "Who", "By when", "How we will know")
ROWS = 4
"""Least rows of an action plan: a team adds its own in the empty ones."""

CONTACTS = "Local contacts"
SOURCES = "Sources"
NOTHING = "The library holds nothing on this."

_WEB = re.compile(r"https?://[^\s<>\"'()\\]+", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f\v]+")


def one_line(text: str) -> str:
    r"""Text that any file can hold, its line ends as single spaces; no other character changes.

    >>> one_line("the adult\n  has  died")
    'the adult has died'
    """
    return _SPACES.sub(" ", plain(text)).strip()


def said(line: Line) -> str:
    """A line with its quotation marks, or "Reworded.", on one line."""
    return one_line(shown(line))


def markers(numbers: Iterable[int]) -> str:
    """' [1] [4]', or nothing."""
    return "".join(f" [{n}]" for n in numbers)


def about(briefing: Briefing) -> list[str]:
    """Whom it is for, when it was made, and who reviewed it and until when."""
    lines = [f"Audience: {one_line(briefing.audience)}. Made on {written_day(briefing.made_on)}."]
    review = f"Review by {written_day(briefing.review_date)}." if briefing.review_date else ""
    if not briefing.is_draft:
        lines.append(f"Reviewed by {one_line(briefing.reviewed_by)}. {review}".strip())
    elif review:
        lines.append(review)
    return lines


def source(citation: Citation) -> str:
    """A citation in one line with what a reader has to be warned of; its address is drawn apart."""
    return one_line(" ".join([source_of(citation), *_warnings(citation)]))


def work(citation: Citation) -> str:
    """What a citation is from, without the place in it: several that share these words can stand under them."""
    kind = f"{citation.title}. {citation.publisher}. {citation.kind_label}."
    return one_line(" ".join([kind, f"Checked {written_day(citation.checked_on)}.", *_warnings(citation)]))


def _warnings(citation: Citation) -> list[str]:
    warnings = [f"Superseded by {citation.superseded_by}."] if citation.superseded_by else []
    return [*warnings, DIGEST] if citation.is_digest else warnings


def web_address(citation: Citation) -> str:
    """Its address when a browser can open it safely, else nothing.

    Only http and https: an address of another kind can carry out something.
    """
    url = one_line(citation.url or "")
    return url if _WEB.fullmatch(url) else ""


def address(citation: Citation) -> str:
    """Its address as text, of whatever kind."""
    return one_line(citation.url or "")


def original(line: Line, citation: Citation) -> str:
    """For a reworded line or a question, which do not quote: the words of the source. Else nothing."""
    return f"\u201c{one_line(citation.quote)}\u201d" if line.edited or line.role == "question" else ""


def listed(lines: Sequence[Line]) -> Iterator[tuple[bool, list[Line]]]:
    """Neighbouring lines that are drawn alike: whether as a list, and the lines."""
    for is_list, group in groupby(lines, key=lambda line: line.role in ("item", "question")):
        yield is_list, list(group)


def contact_line(contact: Contact, with_page: bool = True) -> tuple[str, str]:
    """A contact's name, and the rest: purpose, numbers, hours, address, the page and the day they were checked."""
    numbers = ", ".join(f"{number} ({label})" for label, number in contact.numbers)
    day = written_day(contact.checked_on)
    checked = f"From {contact.source}, checked {day}" if with_page else f"Checked {day}"
    parts = [contact.purpose, numbers, contact.hours or "", contact.email or "", checked]
    words = ". ".join(part.strip().rstrip(".") for part in parts if part.strip())
    return one_line(contact.name), one_line(f"{words}.")


def action_rows(actions: Sequence[Action]) -> list[tuple[str, tuple[int, ...]]]:
    """The rows of the action plan: what to do and the citation behind it; at least `ROWS`, the last ones empty."""
    rows: list[tuple[str, tuple[int, ...]]] = [
        (one_line(action.what), () if action.citation is None else (action.citation,)) for action in actions
    ]
    return rows + [("", ())] * max(1, ROWS - len(rows))

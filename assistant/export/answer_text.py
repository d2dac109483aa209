"""An answer as plain text to paste elsewhere, with its references under it."""

from __future__ import annotations

import re

from assistant.answer.value import Answer, Citation

NOT_A_DECISION = (
    "These are quotes from published documents. They do not decide thresholds, capacity or whether a case meets the "
    "criteria. Check the source before you act."
)
DIGEST = "Plain-words digest: open the official text before you rely on exact wording."


_BULLET = re.compile(r"^\s*[-*+\u2022]\s+")


def without_bullet(text: str) -> str:
    """A list item without its author's dash or dot, where a bullet of our own is drawn; numbers and letters stay.

    >>> without_bullet("- the adult has died"), without_bullet("1. dignity")
    ('the adult has died', '1. dignity')
    """
    return _BULLET.sub("", text)


def answer_text(answer: Answer) -> str:
    """Question, emergency alert first of all, the quotes with [1] markers, then one line a reference."""
    parts = [answer.question, answer.answer]
    if answer.sentences and answer.citations:
        parts.append("References\n" + "\n".join(reference(citation) for citation in answer.citations))
    if answer.sentences:
        parts.append(NOT_A_DECISION)
    if answer.emergency_message:
        parts[0], parts[1] = answer.emergency_message, answer.question
        parts.insert(2, answer.answer.removeprefix(answer.emergency_message).strip())
    return "\n\n".join(part for part in parts if part)


def reference(citation: Citation) -> str:
    """'[1] Care Act 2014, section 44(1). UK Parliament. Act of Parliament. Checked 14 November 2026. https://...'."""
    day = citation.checked_on
    title = f"{citation.title}, {citation.pinpoint}" if citation.pinpoint else citation.title
    parts = [f"[{citation.n}] {title}", citation.publisher, citation.kind_label, f"Checked {day.day} {day:%B %Y}"]
    if citation.superseded_by:
        parts.append(f"Superseded by {citation.superseded_by}")
    if citation.is_digest:
        parts.append(DIGEST)
    words = " ".join(f"{part.rstrip('.')}." for part in parts)
    return f"{words} {citation.url}" if citation.url else words

"""Values as a terminal shows them: plain text, and the JSON of docs/contracts."""

from __future__ import annotations

import re
import sys
from typing import Any

from assistant.answer.value import Answer, Contact, Outcome
from assistant.export.answer_text import reference
from assistant.retrieve import Hit

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def answer_json(answer: Answer, id_: object = None) -> dict[str, Any]:
    """An answer as other programs read it; `id` first when there is one."""
    return {**({} if id_ is None else {"id": id_}), **answer.model_dump(mode="json")}


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit as other programs read it."""
    passage = hit.passage
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "passage_id": passage.id,
        "source_id": passage.source_id,
        "title": passage.title,
        "publisher": passage.publisher,
        "pinpoint": passage.pinpoint,
        "page": passage.page,
        "url": passage.url,
        "path": passage.path,
        "heading": " > ".join(passage.heading),
        "text": passage.text,
    }


def show_answer(answer: Answer) -> str:
    """An answer with its references, or a refusal with the nearest documents and whom to ask.

    The emergency message is left out: it was printed before the search began.
    """
    reply = answer.answer.removeprefix(answer.emergency_message).strip()
    parts = [reply] if reply else []
    if answer.citations:
        parts.append("\n".join(reference(citation) for citation in answer.citations))
    for difference in answer.differences:
        parts.append(
            f"Source {difference.local_citation} words this differently from {difference.statute_pinpoint}: "
            f"{difference.difference}"
        )
    if answer.unconfirmed and answer.unconfirmed.url:
        parts.append(f"The publication: {answer.unconfirmed.url}")
    if answer.nearest:
        lines = [f"  {hit.title}, {hit.pinpoint}: {hit.heading}" for hit in answer.nearest]
        parts.append("\n".join(["Nearest documents (search results, not sources):", *lines]))
    if (answer.outcome is not Outcome.ANSWERED or answer.unsure) and answer.contacts:
        parts.append("\n".join(contact_line(contact) for contact in answer.contacts))
    if answer.follow_ups:
        parts.append("\n".join(["Ask next:", *(f"  {question}" for question in answer.follow_ups)]))
    return plain("\n\n".join(parts))


def show_hit(hit: Hit) -> str:
    """A hit in three lines."""
    passage = hit.passage
    text = " ".join(passage.text.split())
    shown = text if len(text) <= 240 else text[:240].rsplit(" ", 1)[0] + " ..."
    return plain(f"{hit.rank}. {passage.title}, {passage.pinpoint}\n   {passage.heading[-1]}\n   {shown}")


def plain(text: str) -> str:
    """Text without the control characters that could steer a terminal."""
    return _CONTROL.sub("", text)


def note(message: str) -> None:
    """Progress and messages go to standard error."""
    print(plain(message), file=sys.stderr, flush=True)


def contact_line(contact: Contact) -> str:
    """'Family Connect: 01952 385385 (main). Monday to Friday'."""
    listed = ", ".join(f"{number} ({label})" for label, number in contact.numbers)
    return f"{contact.name}: {listed}{f'. {contact.hours}' if contact.hours else ''}"

"""The Ask flow, as its steps: screen, understand, retrieve, weigh, compose, cite, verify."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date

from assistant.answer.cite import cite
from assistant.answer.compose import Quote, compose
from assistant.answer.differences import with_statute
from assistant.answer.evidence import features, probability
from assistant.answer.glossary import explained
from assistant.answer.notices import notices, only_own, reworded
from assistant.answer.own import register_first, without_own
from assistant.answer.question import LONGEST, Question, replies, require_usable, understand
from assistant.answer.screen import SECOND_LOOK, Screen, emergency_message, screen
from assistant.answer.unconfirmed import unconfirmed
from assistant.answer.value import Answer, Contact, Nearest, Outcome, Unconfirmed
from assistant.answer.verify import verify
from assistant.knowledge import load_contacts
from assistant.library import Library
from assistant.retrieve import Audience, Hit, search
from assistant.sar.case_like import reads_like_a_case
from assistant.settings import answering
from ingest.errors import NoIndex
from ingest.readers.text import clean

NEAREST = 3
"""Search results shown under a refusal."""


def ask(
    question: str,
    *,
    library: Library | None,
    history: Sequence[Mapping[str, str]] = (),
    audience: Audience | None = None,
    today: date | None = None,
) -> Answer:
    """Answer a question with located quotes, or say why not.

    Args:
        question: as typed; up to 2,000 characters.
        library: what is quoted. None still screens for emergencies, which need no index.
        history: earlier turns, oldest first, as {"role": "user" | "assistant", "content": text}.
        audience: "adults" or "children" to leave out sources that are only for the other.
        today: for the age of sources; the day it is by default.

    Raises: BadRequest for an empty or over-long question, NoIndex when there is no library and no emergency.
    """
    started = time.perf_counter()
    found = screen(question)
    alert = emergency_message() if found.emergency else ""
    meaning: tuple[str, ...] = ()

    def finished(answer: Answer) -> Answer:
        message = replies()["only_meaning"] if meaning and answer.outcome is Outcome.NO_EVIDENCE else answer.message
        return answer.model_copy(
            update={
                "emergency": found.emergency,
                "emergency_message": alert,
                "outcome": _outcome(found, answer),
                "message": "" if found.emergency else message,
                "nearest": () if found.emergency else answer.nearest,
                "unconfirmed": None if found.emergency else answer.unconfirmed,
                "notices": ((replies()["possible_danger"],) if found.possible else ()) + meaning + answer.notices,
                "reads_like_a_case": not found.emergency and reads_like_a_case(text),
                "took_ms": round((time.perf_counter() - started) * 1000, 2),
            }
        )

    text = " ".join(clean(question).split())
    if not found.emergency:
        require_usable(question)
        if library is None:
            raise NoIndex("No documents are indexed yet; run `safeguard ingest` first.")
    if library is None or len(text) > LONGEST:
        return finished(Answer(question=text[:LONGEST], outcome=Outcome.URGENT, contacts=_whom_to_ask()))
    if found.refused and not found.emergency:
        return finished(
            Answer(question=text, outcome=Outcome.REFUSED, message=replies()["refused"], contacts=_whom_to_ask())
        )
    meaning = () if found.emergency else explained(text, library)
    asked = understand(text, history, library.vocabulary)
    hits = search(library, asked, answering().retrieval.sections, audience)
    quotes = compose(asked, hits, library)
    values = features(asked, hits, quotes, library)
    likely = probability(values) if quotes else 0.0

    def refused() -> Answer:
        return finished(_without_answer(text, values, hits, unconfirmed(asked, library, audience)))

    beside = register_first(quotes, library, lambda: _of_the_register(asked, library, audience))
    likely = max(likely, beside.likely)
    if likely < answering().evidence.threshold:
        return refused()
    quotes = without_own(beside.quotes, library) if found.emergency else beside.quotes
    if not quotes:
        return refused()
    quotes, known = with_statute(asked, quotes, library)
    cited = cite(quotes, library)
    sentences, withheld = verify(cited.sentences, cited.citations, library.passage)
    if not sentences:
        return refused()
    used = {n for sentence in sentences for n in sentence.citations}
    citations = tuple(citation for citation in cited.citations if citation.n in used)
    unsure = likely < answering().evidence.sure and not found.emergency
    kept = unconfirmed(asked, library, audience) if unsure else None
    if kept and all(citation.is_digest for citation in citations):
        return refused()
    return finished(
        Answer(
            question=text,
            outcome=Outcome.ANSWERED,
            sentences=sentences,
            citations=citations,
            unconfirmed=kept,
            unsure=unsure,
            message=replies()["unsure"] if unsure else "",
            contacts=_whom_to_ask() if unsure else (),
            notices=(
                *only_own(citations, library),
                *reworded(beside.reworded, citations),
                *notices(asked, quotes, citations, library, withheld, today or date.today()),
            ),
            differences=known.numbered(cited, library),
            follow_ups=_follow_ups(asked, hits, quotes),
        )
    )


def _of_the_register(
    asked: Question, library: Library, audience: Audience | None
) -> tuple[Sequence[Hit], list[Quote], float]:
    """What the register's sources alone say to a question: hits, quotes, and the probability that they answer it."""
    hits = search(library, asked, answering().retrieval.sections, audience, registered_only=True)
    quotes = compose(asked, hits, library)
    return hits, quotes, probability(features(asked, hits, quotes, library)) if quotes else 0.0


def _outcome(found: Screen, answer: Answer) -> Outcome:
    """Urgent when a rule found danger, or when the second look did and there is nothing to quote either."""
    certain = any(reason.category != SECOND_LOOK for reason in found.reasons)
    return Outcome.URGENT if certain or (found.emergency and answer.abstained) else answer.outcome


def _without_answer(text: str, values: dict[str, float], hits: Sequence[Hit], kept: Unconfirmed | None) -> Answer:
    """The refusal for a question the library does not answer, with the nearest documents as search results.

    A question that an unconfirmed section may answer is within what the library covers, however far the rest is.
    """
    in_scope = kept is not None or values["cosine"] >= answering().evidence.in_scope
    outcome = Outcome.NO_EVIDENCE if in_scope else Outcome.OUT_OF_SCOPE
    return Answer(
        question=text,
        outcome=outcome,
        message=replies()[outcome.value],
        unconfirmed=kept,
        nearest=tuple(_nearest(hit) for hit in hits[:NEAREST]),
        contacts=_whom_to_ask(),
    )


def _nearest(hit: Hit) -> Nearest:
    passage = hit.passage
    return Nearest(
        passage_id=passage.id,
        source_id=passage.source_id,
        title=passage.title,
        publisher=passage.publisher,
        pinpoint=passage.pinpoint,
        heading=passage.heading[-1],
        url=passage.url,
    )


def _whom_to_ask() -> tuple[Contact, ...]:
    return tuple(
        Contact(**contact.model_dump(include=set(Contact.model_fields))) for contact in load_contacts().always()
    )


def _follow_ups(asked: Question, hits: Sequence[Hit], quotes: Sequence[Quote]) -> tuple[str, ...]:
    """Up to three questions the library answers: headings of near sections that are questions and were not quoted."""
    quoted = {quote.passage.id for quote in quotes}
    headings = [hit.passage.heading[-1] for hit in hits if hit.passage.id not in quoted]
    asking = [
        heading
        for heading in dict.fromkeys(headings)
        if heading.endswith("?") and heading.lower() != asked.text.lower()
    ]
    return tuple(asking[:3])

"""A small library and ask flow made by hand, so that every state of a page can be drawn without an index.

Run as a script it serves the app on the port given, with these in place of the real ones.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import date

from assistant.answer.value import Answer, Citation, Contact, Difference, Nearest, Outcome, Sentence
from assistant.web import service
from ingest.document import Block, BlockKind, Document, Section
from ingest.errors import NoIndex
from ingest.passages import Passage, passages
from ingest.sources import Kind, Source

HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\"> ![x](https://evil.invalid/a.png) "
    "<script>document.title='owned'</script> :red[loud] <a href='javascript:alert(1)'>go</a> $x^2$ & <b>bold</b>"
)
EMERGENCY = (
    "Call 999 now. Someone may be in immediate danger. If you cannot speak, press 55 when asked. "
    "Then tell Family Connect."
)


def source(id_: str, title: str, kind: Kind, **more: object) -> Source:
    facts: dict[str, object] = {
        "id": id_,
        "title": title,
        "publisher": "legislation.gov.uk",
        "url": f"https://www.legislation.gov.uk/{id_}",
        "format": "digest",
        "kind": kind,
        "audience": "adults",
        "jurisdiction": "England",
        "licence": "Open Government Licence v3.0",
        "published": "14 May 2014",
        "checked_on": date(2026, 11, 14),
        "digest": f"{id_}.md",
    }
    return Source.model_validate({**facts, **more})


CARE_ACT = source("care-act-2014", "Care Act 2014", Kind.LEGISLATION, review_due=date(2099, 1, 1))
GUIDANCE = source(
    "statutory-guidance", "Care and support statutory guidance", Kind.STATUTORY_GUIDANCE,
    publisher="Department of Health and Social Care", url="https://www.gov.uk/guidance", published="edition of 2025",
    review_due=date(2026, 3, 1),
)  # fmt: skip
LOCAL = source(
    "local-sar-page", "Safeguarding adult reviews in Telford and Wrekin", Kind.LOCAL_POLICY, audience="joint",
    publisher="Telford and Wrekin Safeguarding Partnership", url="https://www.telfordsafeguardingpartnership.org.uk/sar",
    jurisdiction="Telford and Wrekin", superseded_by="the 2027 edition",
)  # fmt: skip
UPLOAD = source(
    "own-upload", f"Own upload {HOSTILE}", Kind.OWN_DOCUMENT, publisher=f"Someone {HOSTILE}", url=None,
    format="markdown", digest=None, licence=HOSTILE, published=HOSTILE, jurisdiction="Everywhere",
)  # fmt: skip


def section(heading: str, pinpoint: str, *blocks: Block) -> Section:
    return Section(("Document", heading), pinpoint, blocks)


def items(*texts: str, marker: str = "-") -> list[Block]:
    return [Block(text, BlockKind.ITEM, group=1, marker=marker) for text in texts]


DOCUMENTS = {
    CARE_ACT.id: Document(
        "Care Act 2014",
        (
            section(
                "Safeguarding enquiries",
                "s.42",
                Block("A local authority must make enquiries where it has reasonable cause to suspect three things."),
                *items("the adult has needs for care and support", "the adult is experiencing abuse or neglect"),
            ),
            section(
                "Safeguarding adults reviews",
                "s.44(1)",
                Block("The duty is on the board."),
                Block(
                    "A SAB must arrange for there to be a review of a case involving an adult in its area. "
                    "The review happens if there is reasonable cause for concern and condition 1 or 2 is met."
                ),
                Block("Condition 1 is met if:"),
                *items("the adult has died", "the SAB knows or suspects that the death resulted from abuse or neglect"),
                Block("The board decides who leads the review."),
            ),
            section("Other reviews", "s.44(4)", Block("A SAB may arrange for there to be a review of any other case.")),
            section("Notes", "s.44 note", Block("A line nobody has confirmed.", indexed=False)),
        ),
        {},
    ),
    GUIDANCE.id: Document(
        "Guidance",
        (
            section(
                "Reviews",
                "para 14.163",
                Block("SABs must arrange a SAR when an adult in its area dies as a result of abuse or neglect."),
            ),
        ),
        {},
    ),
    LOCAL.id: Document("Local", (section("When", "SAR page", Block("A review happens when an adult dies.")),), {}),
    UPLOAD.id: Document("Own", (section(HOSTILE, f"part {HOSTILE}", Block(f"Text: {HOSTILE}")),), {}),
}


@dataclass(frozen=True)
class SourceEntry:
    source: Source
    passages: int
    path: str | None


@dataclass(frozen=True)
class Hit:
    passage: Passage
    score: float
    rank: int


class Library:
    """What the pages use of the real library, over DOCUMENTS."""

    generation = "stand-in"

    def __init__(self, *all_sources: Source) -> None:
        self._sources = {s.id: s for s in all_sources}
        self._passages = {s.id: passages(DOCUMENTS[s.id], s) for s in all_sources}

    def sources(self) -> list[SourceEntry]:
        return [SourceEntry(s, len(self._passages[s.id]), None) for s in self._sources.values()]

    def source(self, source_id: str) -> Source | None:
        return self._sources.get(source_id)

    def passages_of(self, source_id: str) -> list[Passage]:
        return self._passages.get(source_id, [])

    def passage(self, passage_id: str) -> Passage | None:
        return next((p for found in self._passages.values() for p in found if p.id == passage_id), None)

    def document(self, source_id: str) -> Document:
        return DOCUMENTS[source_id]


LIBRARY = Library(CARE_ACT, GUIDANCE, LOCAL, UPLOAD)


def cite(n: int, s: Source, place: int, quote: str) -> Citation:
    passage = LIBRARY.passages_of(s.id)[place]
    start = passage.text.index(quote)
    return Citation(
        n=n, source_id=s.id, passage_id=passage.id, title=s.title, publisher=s.publisher, pinpoint=passage.pinpoint,
        page=None, url=str(s.url) if s.url else None, quote=quote, start=start, end=start + len(quote),
        heading=" > ".join(passage.heading), kind=s.kind.value, kind_label=s.kind.label, authority=s.authority,
        jurisdiction=s.jurisdiction, published=s.published, checked_on=s.checked_on, review_due=s.review_due,
        superseded_by=s.superseded_by, is_digest=s.digest is not None,
    )  # fmt: skip


def sar_answer(question: str) -> Answer:
    condition = (
        "Condition 1 is met if:\n- the adult has died\n"
        "- the SAB knows or suspects that the death resulted from abuse or neglect"
    )
    must = "A SAB must arrange for there to be a review of a case involving an adult in its area."
    guidance = "SABs must arrange a SAR when an adult in its area dies as a result of abuse or neglect."
    lead, *listed = condition.split("\n")
    return Answer(
        question=question,
        outcome=Outcome.ANSWERED,
        sentences=(
            Sentence(text=must, citations=(1,)),
            Sentence(text=lead, citations=(2,), role="lead_in"),
            *(Sentence(text=item, citations=(2,), role="item") for item in listed),
            Sentence(text=guidance, citations=(3,)),
        ),
        citations=(cite(1, CARE_ACT, 1, must), cite(2, CARE_ACT, 1, condition), cite(3, GUIDANCE, 0, guidance)),
        notices=("Review was due March 2026. Look for a newer version.",),
        differences=(
            Difference(
                local_wording="A review happens when an adult dies.", local_citation=None,
                statute_pinpoint="s.44(1)", statute_citation=1,
                difference="The statute also needs reasonable cause for concern about how agencies worked together.",
            ),
        ),
        follow_ups=("What if the adult has not died?", "Who decides on a review?"),
        took_ms=12.0,
    )  # fmt: skip


def refusal(question: str) -> Answer:
    near = LIBRARY.passages_of(CARE_ACT.id)[0]
    own = LIBRARY.passages_of(UPLOAD.id)[0]
    return Answer(
        question=question,
        outcome=Outcome.NO_EVIDENCE,
        message="The library does not answer this. Ask Family Connect, or your safeguarding lead.",
        nearest=tuple(
            Nearest(passage_id=p.id, source_id=p.source_id, title=p.title, publisher=p.publisher,
                    pinpoint=p.pinpoint, heading=p.heading[-1], url=p.url)
            for p in (near, own)
        ),
        contacts=CONTACTS,
    )  # fmt: skip


CONTACTS = (
    Contact(name="Emergency services", purpose="Anyone in immediate danger", numbers=(("emergency", "999"),),
            source="https://example.org", checked_on=date(2026, 11, 21)),
    Contact(name="Family Connect (adults) - Telford & Wrekin Council", purpose="Concerns about an adult",
            numbers=(("main", "01952 385385"),), hours="Monday to Friday 9am to 5pm",
            source="https://example.org", checked_on=date(2026, 11, 21)),
    Contact(name="Emergency Duty Team - Telford & Wrekin Council", purpose="Urgent concerns that cannot wait",
            numbers=(("out of hours", "01952 676500"),), source="https://example.org", checked_on=date(2026, 11, 21)),
)  # fmt: skip


def hostile(question: str) -> Answer:
    quote = LIBRARY.passages_of(UPLOAD.id)[0].text
    return Answer(
        question=question,
        outcome=Outcome.ANSWERED,
        sentences=(Sentence(text=quote, citations=(1,)),),
        citations=(cite(1, UPLOAD, 0, quote),),
        notices=(HOSTILE,),
        follow_ups=(HOSTILE,),
        differences=(
            Difference(local_wording=HOSTILE, local_citation=1, statute_pinpoint=HOSTILE, statute_citation=None,
                       difference=HOSTILE),
        ),
    )  # fmt: skip


def emergency(question: str) -> str:
    return EMERGENCY if "breathing" in question else ""


def ask(question: str, *, library: Library | None, history: list[dict[str, str]], audience: str | None) -> Answer:
    """Answers by a word of the question; "slow" waits, "break" raises."""
    low = question.lower()
    if "break" in low:
        raise RuntimeError(f"secret case words: {question}")
    if "slow" in low:
        time.sleep(3)
    if "breathing" in low:
        if "sar" in low.split():
            answer = sar_answer(question)
            return answer.model_copy(update={"emergency": True, "emergency_message": EMERGENCY})
        return Answer(question=question, outcome=Outcome.URGENT, emergency=True, emergency_message=EMERGENCY,
                      contacts=CONTACTS)  # fmt: skip
    if "evil.invalid" in low:
        return hostile(question)
    if library is None:
        raise NoIndex("No documents are indexed yet; run `safeguard ingest` first.")
    return sar_answer(question) if "sar" in low or "enquir" in low or "review" in low else refusal(question)


def search(library: Library, query: str, *, top_k: int, audience: str | None, kinds: tuple[str, ...]) -> list[Hit]:
    found = [p for s in library.sources() for p in library.passages_of(s.source.id) if query.lower() in p.text.lower()]
    kept = [p for p in found if not kinds or p.kind.value in kinds]
    return [Hit(p, 1.0, rank) for rank, p in enumerate(kept[:top_k], start=1)]


def no_library() -> Library:
    raise NoIndex("No documents are indexed yet. Add some in Library, or run `safeguard ingest`.")


REPLACED = {
    "library": lambda: LIBRARY,
    "is_open": lambda: True,
    "warm": lambda: None,
    "emergency": emergency,
    "ask": ask,
    "search": search,
    "contacts": lambda: CONTACTS,
}

if __name__ == "__main__":
    from assistant.web.serve import serve

    for name, function in REPLACED.items():
        setattr(service, name, function)
    if "--no-index" in sys.argv:
        service.library = no_library
    sys.exit(serve(int(sys.argv[-1])))

"""A small library and ask flow made by hand, so that every state of a page can be drawn without an index.

Run as a script it serves the app on the port given, with these in place of the real ones.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime

from assistant.answer.value import Answer, Citation, Contact, Difference, Nearest, Outcome, Sentence, Unconfirmed
from assistant.briefing.gather import Candidate, Evidence
from assistant.briefing.themes import Figure, ThemeCount
from assistant.briefing.value import Line
from assistant.scorecard import Group, Measured, Outcomes, Scorecard, SuiteCard, TradeOff, Worst
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
        unconfirmed=UNCONFIRMED if "how long" in question.lower() else None,
        contacts=CONTACTS,
    )  # fmt: skip


UNCONFIRMED = Unconfirmed(
    source_id="care-act-2014", title="Care Act 2014", publisher="UK Parliament", pinpoint="s.99", heading="How long?",
    url="https://www.legislation.gov.uk/ukpga/2014/23", message="A section on this could not be confirmed: “How long?”",
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


UNSURE = "This may not answer your question. Check that the quotes say what you asked."


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


GO_ON = threading.Event()
"""Ends a "slow" search; asked for in another tab, so that no test of order is a matter of time."""


def ask(question: str, *, library: Library | None, history: list[dict[str, str]], audience: str | None) -> Answer:
    """Answers by a word of the question; "slow" waits until somebody asks to "go on", "break" raises."""
    low = question.lower()
    if "break" in low:
        raise RuntimeError(f"secret case words: {question}")
    if "slow" in low:
        GO_ON.wait(60)
        GO_ON.clear()
    if "go on" in low:
        GO_ON.set()
    if "breathing" in low:
        if "sar" in low.split():
            answer = sar_answer(question)
            return answer.model_copy(update={"emergency": True, "emergency_message": EMERGENCY})
        return Answer(question=question, outcome=Outcome.URGENT, emergency=True, emergency_message=EMERGENCY,
                      contacts=CONTACTS)  # fmt: skip
    if "evil.invalid" in low:
        return hostile(question)
    if "unsure" in low:
        return sar_answer(question).model_copy(update={"unsure": True, "message": UNSURE, "contacts": CONTACTS})
    if "dementia" in low:
        return sar_answer(question).model_copy(update={"reads_like_a_case": True})
    if library is None:
        raise NoIndex("No documents are indexed yet; run `safeguard ingest` first.")
    return sar_answer(question) if "sar" in low or "enquir" in low or "review" in low else refusal(question)


def search(library: Library, query: str, *, top_k: int, audience: str | None, kinds: tuple[str, ...]) -> list[Hit]:
    found = [p for s in library.sources() for p in library.passages_of(s.source.id) if query.lower() in p.text.lower()]
    kept = [p for p in found if not kinds or p.kind.value in kinds]
    return [Hit(p, 1.0, rank) for rank, p in enumerate(kept[:top_k], start=1)]


def gather(library: Library, theme: str, audience: str) -> Evidence:
    """Two quotes for two parts, one of them hostile; a theme of "nothing" is not covered."""
    if theme == "nothing":
        return Evidence(theme, audience, (), covered=False, other_names=("self-neglect",))
    act, own = CARE_ACT, UPLOAD
    must = "A SAB must arrange for there to be a review of a case involving an adult in its area."
    hostile_words = LIBRARY.passages_of(own.id)[0].text
    made = []
    for part, place, (s, n, words) in (
        ("about", 1, (act, 1, must)), ("about", 2, (own, 0, hostile_words)), ("law", 1, (act, 1, must)),
    ):  # fmt: skip
        line = Line(id=f"{part}-{place}-1", text=words, citations=(1,))
        made.append(Candidate(f"{part}-{place}", part, (line,), (cite(1, s, n, words),), 1.0 + (part == "about")))
    return Evidence(theme, audience, tuple(made), covered=True)


def themes() -> tuple[list[ThemeCount], list[Figure]]:
    found = tuple(LIBRARY.passages_of(CARE_ACT.id))
    return [ThemeCount("reviews", found)], [Figure("45% of the 231 reviews", found[0], "2020")]


def no_library() -> Library:
    raise NoIndex("No documents are indexed yet. Add some in Library, or run `safeguard ingest`.")


def scorecard() -> Scorecard:
    """Two suites made by hand: one goal reached, one not, and a case whose words are hostile."""
    row = Measured(measure="recall@5", meaning="Found", value=0.9, low=0.8, high=1.0, cases=20, goal=0.8, passed=True)
    missed = Measured(
        measure="refusal recall", meaning="Refused", value=0.5, low=0.2, high=0.8, cases=10, goal=0.9, passed=False
    )
    times = Measured(measure="ask p50 ms", meaning="Half took no longer", value=51.2, cases=30)
    groups = tuple(
        Group(suite="library", by=by, name=name, measure="recall@5", value=value, low=0.1, high=1.0, cases=10)
        for by, name, value in (("topic", "reviews", 0.8), ("topic", "hoarding", 0.4), ("style", "terse", 0.6))
    )
    card = SuiteCard(
        name="library",
        about="Made by hand.",
        cases=30,
        rows=(row, missed, times),
        groups=groups,
        outcomes=(
            Outcomes(expected="answered", came="answered", cases=18),
            Outcomes(expected="no_evidence or out_of_scope", came="answered", cases=5),
        ),
        trade_off=tuple(
            TradeOff(threshold=step / 10, precision=1 - step / 20, recall=step / 10, refused=step)
            for step in range(1, 9)
        ),
        threshold=0.4,
        times_ms=tuple(40.0 + step for step in range(30)),
        worst=(
            Worst(
                suite="library", id="u01", question=HOSTILE, answer=HOSTILE, expected="no_evidence",
                lowers=("refusal recall",),
            ),
        ),
    )  # fmt: skip
    told = SuiteCard(name="narratives", about="", cases=4, rows=(row,))
    return Scorecard(
        made=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        command="safeguard eval run",
        commit="0123456789abcdef",
        versions={"python": "3.11"},
        seconds=61.5,
        suites=(card, told),
    )


REPLACED = {
    "scorecard": scorecard,
    "library": lambda: LIBRARY,
    "is_open": lambda: True,
    "warm": lambda: None,
    "emergency": emergency,
    "ask": ask,
    "search": search,
    "contacts": lambda: CONTACTS,
    "gather": gather,
    "themes": themes,
    "saved_briefings": list,
}

if __name__ == "__main__":
    from assistant.web.serve import serve

    for name, function in REPLACED.items():
        setattr(service, name, function)
    if "--no-index" in sys.argv:
        service.library = no_library
        service.scorecard = lambda: None
    sys.exit(serve(int(sys.argv[-1])))

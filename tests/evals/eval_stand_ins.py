"""Small stand-ins for the assistant, whose replies can be read off the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer.value import Answer, Citation, Outcome, Sentence


@dataclass(frozen=True)
class FakePassage:
    id: str
    source_id: str
    pinpoint: str


@dataclass(frozen=True)
class FakeHit:
    passage: FakePassage
    score: float
    rank: int


def hit(rank: int, source_id: str, pinpoint: str) -> FakeHit:
    return FakeHit(FakePassage(f"{source_id}#{rank}", source_id, pinpoint), 1 / rank, rank)


def cite(n: int, source_id: str, pinpoint: str, quote: str) -> Citation:
    return Citation(
        n=n,
        source_id=source_id,
        passage_id=f"{source_id}#{n}",
        title="Title",
        publisher="Publisher",
        pinpoint=pinpoint,
        page=None,
        url=None,
        quote=quote,
        start=0,
        end=len(quote),
        heading="Heading",
        kind="legislation",
        kind_label="Legislation",
        authority=1,
        jurisdiction="England",
        published="2014",
        checked_on=date(2026, 11, 22),
        review_due=None,
        superseded_by=None,
        is_digest=True,
    )


def answered(question: str, *quotes: tuple[str, str, str], emergency: bool = False, unsure: bool = False) -> Answer:
    """An answer of one sentence a (source id, pinpoint, words)."""
    return Answer(
        question=question,
        outcome=Outcome.ANSWERED,
        sentences=tuple(Sentence(text=words, citations=(n,)) for n, (_, _, words) in enumerate(quotes, 1)),
        citations=tuple(cite(n, source, pinpoint, words) for n, (source, pinpoint, words) in enumerate(quotes, 1)),
        emergency=emergency,
        unsure=unsure,
    )


def refused(question: str) -> Answer:
    return Answer(question=question, outcome=Outcome.NO_EVIDENCE, message="The library does not say.")


def urgent(question: str) -> Answer:
    return Answer(question=question, outcome=Outcome.URGENT, emergency=True, emergency_message="Call 999.")


class TinyAssistant:
    """Answers by looking for one word of the question; everything else it refuses."""

    def __init__(self, replies: dict[str, Sequence[tuple[str, str, str]]], danger: Sequence[str] = ()) -> None:
        self.replies, self.danger = replies, danger
        self.asked: list[tuple[str, list[dict[str, str]]]] = []

    def ask(self, question: str, history: list[dict[str, str]]) -> Answer:
        self.asked.append((question, history))
        if any(word in question for word in self.danger):
            return urgent(question)
        for word, quotes in self.replies.items():
            if word in question:
                return answered(question, *quotes)
        return refused(question)

    def search(self, question: str, history: list[dict[str, str]], top_k: int) -> list[FakeHit]:
        for word, quotes in self.replies.items():
            if word in question:
                return [hit(n, source, pinpoint) for n, (source, pinpoint, _) in enumerate(quotes, 1)][:top_k]
        return []


FOUR_CASES = [
    {
        "id": "ring",
        "kind": "answerable",
        "style": "number",
        "question": "who do i ring",
        "history": [{"role": "user", "content": "worried about mum"}, {"role": "assistant", "content": "Say more."}],
        "expect": ["answered"],
        "emergency": False,
        "facts": [
            {"id": "number", "text": "the number", "vital": True, "any": [["01952 385385"]]},
            {"id": "hours", "text": "the hours", "vital": False, "any": [["9am", "5pm"], ["office hours"]]},
        ],
        "gold": [{"source_id": "local", "pinpoint": "p. 1"}, {"source_id": "council", "pinpoint": "p. 2"}],
    },
    {
        "id": "budget",
        "kind": "unanswerable",
        "style": "near-domain",
        "question": "what is the budget",
        "expect": ["no_evidence", "out_of_scope"],
        "emergency": False,
    },
    {
        "id": "choking",
        "kind": "emergency",
        "style": "collapse",
        "question": "he is choking",
        "expect": ["urgent", "answered"],
        "emergency": True,
    },
    {
        "id": "choking-policy",
        "kind": "lookalike",
        "style": "policy",
        "question": "policy on meals",
        "expect": ["answered"],
        "emergency": False,
        "facts": [{"id": "plan", "text": "a plan", "vital": True, "any": [["care plan"]]}],
        "gold": [{"source_id": "local", "pinpoint": "p. 9"}],
    },
]

"""What readers say of answers: helpful or not, why, and what it should have said; kept to become cases for a suite.

Nothing tells who the reader is: no name, no address, no session, and the day instead of the hour, which could be
matched with another log. Personal details are hidden before anything is written. It is erased after a year.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Column, Date, MetaData, String, Table, Text, delete, literal_column, select
from sqlalchemy.dialects.sqlite import insert

from assistant.answer.value import Answer, Citation, Outcome
from assistant.plain import plain
from assistant.sqlite_file import SqliteFile
from ingest.errors import BadRequest, RegisterInvalid, SafeguardError
from ingest.sources import CORPUS, Kind

FILE = "feedback.db"
REASONS = CORPUS / "data" / "feedback.yaml"
MOST_CHARACTERS = 2000
"""Of a correction, as it was typed: as many as a question can have."""

KEPT = timedelta(days=365)
"""How long feedback is kept: a review once a year misses nothing, and words about a case do not stay for ever."""

_BETWEEN = "\n\ufdd0\n"
"""Stands between two texts while they are masked as one; no text has it, as plain() takes it out."""

_OWN_ID = re.compile(r"^own-.*-([0-9a-f]{6})$")
"""The id of a document outside the register: its file's name between "own-" and six figures (ingest/locate.py)."""

_schema = MetaData()
_feedback = Table(
    "feedback",
    _schema,
    Column("id", String(12), primary_key=True),
    Column("said_on", Date, nullable=False),
    Column("content", Text, nullable=False),  # the whole value as JSON
)


class FeedbackDamaged(SafeguardError):
    """The file of feedback is not the database it should be, or holds what cannot be read."""


class FeedbackUnusable(SafeguardError):
    """The file of feedback cannot be opened or written: permissions, a full disk, another program."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Verdict(StrEnum):
    """What a reader says of an answer."""

    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"


class Reason(_Value):
    """One thing to tick after "No": under which outcomes it is offered, and the kind of case it suggests."""

    id: str = Field(pattern=r"^[a-z][a-z-]*$")
    words: str = Field(min_length=2)
    after: tuple[Outcome, ...] = Field(min_length=1)
    suggests: Literal["answerable", "unanswerable"]


class Reasons(_Value):
    """Everything in corpus/data/feedback.yaml, in the order it is shown."""

    reasons: tuple[Reason, ...] = Field(min_length=1)


class Cited(_Value):
    """Where an answer quoted from. Of a reader's own document the id holds no words of its name."""

    source_id: str
    pinpoint: str


class Feedback(_Value):
    """One reader's word on one answer, as it is kept: question and correction with their personal details hidden.

    `cited` is what the answer cited, `generation` the index it came from, `reasons` the ids of what was ticked.
    """

    id: str = Field(pattern=r"^[0-9a-f]{12}$")
    said_on: date
    question: str = Field(min_length=1)
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    correction: str = ""
    outcome: Outcome
    cited: tuple[Cited, ...] = ()
    generation: str = ""


@cache
def load_reasons(path: Path = REASONS) -> tuple[Reason, ...]:
    """The reasons that can be ticked, in order. Raises: RegisterInvalid when the file cannot be used."""
    try:
        found = Reasons.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).reasons
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise RegisterInvalid(
            f"The data file {path.name} cannot be used ({type(error).__name__}); restore it from the project."
        ) from error
    if len({reason.id for reason in found}) < len(found):
        raise RegisterInvalid(f"The data file {path.name} has two reasons with one id; give each its own.")
    return found


def reasons_after(outcome: Outcome) -> tuple[Reason, ...]:
    """The reasons that are offered under an answer that ended so."""
    return tuple(reason for reason in load_reasons() if outcome in reason.after)


def may_be_asked(answer: Answer) -> bool:
    """Whether a reader is asked about this answer: never where somebody may be in danger."""
    return not (answer.emergency or answer.emergency_message or answer.outcome is Outcome.URGENT)


def feedback_on(
    answer: Answer,
    verdict: Verdict,
    *,
    reasons: Iterable[str] = (),
    correction: str = "",
    generation: str = "",
    before: str = "",
    today: date | None = None,
) -> Feedback:
    """A reader's word on an answer, fit to be kept: masked, and without anything about the reader.

    Args:    reasons: ids of corpus/data/feedback.yaml.  correction: as typed, at most MOST_CHARACTERS.
             before: the id of what the same reader said of the same answer before; it is replaced.
    Raises:  BadRequest for a correction that is too long, a reason that is not offered here, or an emergency.
    """
    if not may_be_asked(answer):
        raise BadRequest("Nothing is asked about an answer in an emergency; call 999 if somebody is in danger.")
    if len(correction) > MOST_CHARACTERS:
        raise BadRequest(
            f"Your text is {len(correction):,} characters; it can have {MOST_CHARACTERS:,}. Shorten it, then send it."
        )
    ticked = tuple(dict.fromkeys(reasons))
    offered = {reason.id for reason in reasons_after(answer.outcome)}
    if unknown := [id_ for id_ in ticked if id_ not in offered]:
        raise BadRequest(f"'{unknown[0]}' is no reason that is offered here; choose from {', '.join(sorted(offered))}.")
    question, masked_correction = _masked(answer.question, correction)
    return Feedback(
        id=before or secrets.token_hex(6),
        said_on=today or date.today(),
        question=question,
        verdict=verdict,
        reasons=ticked,
        correction=masked_correction,
        outcome=answer.outcome,
        cited=tuple(dict.fromkeys(_cited(citation) for citation in answer.citations)),
        generation=generation,
    )


def _masked(question: str, correction: str) -> tuple[str, str]:
    """Both texts with personal details hidden, as one: a first name alone is hidden where the other has it in full."""
    from assistant.personal import find_details, mask

    joined = _BETWEEN.join(plain(text).strip() for text in (question, correction))
    hidden = mask(joined, find_details(joined)).split(_BETWEEN)
    if len(hidden) != 2:  # a detail lay across both texts: each is masked by itself
        hidden = [mask(text, find_details(text)) for text in joined.split(_BETWEEN)]
    return hidden[0], hidden[1]


def _cited(citation: Citation) -> Cited:
    """A place as it is kept. A reader's own document may be called by somebody's name, and so may its headings."""
    own = _OWN_ID.match(citation.source_id)  # whatever kind such a document says it is
    if not own and citation.kind != Kind.OWN_DOCUMENT:
        return Cited(source_id=citation.source_id, pinpoint=citation.pinpoint)
    from assistant.personal import find_details, mask

    pinpoint = plain(citation.pinpoint)
    return Cited(source_id=f"own-{own[1]}" if own else "own", pinpoint=mask(pinpoint, find_details(pinpoint)))


class FeedbackStore:
    """The feedback of one data folder. No file is made before the first save()."""

    def __init__(self, data_dir: Path, today: Callable[[], date] = date.today) -> None:
        """`today` is the clock."""
        self._file = SqliteFile(
            Path(data_dir) / FILE, _feedback, "The readers' words", FeedbackDamaged, FeedbackUnusable
        )
        self._today = today

    def save(self, feedback: Feedback) -> None:
        """Keep it, in place of what has the same id; written whole or not at all.

        Raises: FeedbackUnusable, FeedbackDamaged.
        """
        row = {"said_on": feedback.said_on, "content": feedback.model_dump_json()}
        self._file.make()
        with self._file.opened() as connection:
            connection.execute(delete(_feedback).where(_feedback.c.said_on < self._today() - KEPT))
            statement = insert(_feedback).values(id=feedback.id, **row)
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    def all(self, since: date | None = None) -> tuple[Feedback, ...]:
        """Everything kept, or said on that day or later, in the order it was first said.

        Raises: FeedbackUnusable, FeedbackDamaged.
        """
        if not self._file.path.exists():
            return ()
        first = max(since or date.min, self._today() - KEPT)
        with self._file.opened() as connection:
            rows = connection.execute(
                select(_feedback.c.content)
                .where(_feedback.c.said_on >= first)
                .order_by(_feedback.c.said_on, literal_column("rowid"))
            ).all()
        return tuple(self._read(row[0]) for row in rows)

    def _read(self, content: str) -> Feedback:
        try:
            return Feedback.model_validate_json(content)
        except ValidationError:  # its words would be repeated
            raise FeedbackDamaged(
                f"A line of {self._file.path} is damaged or of another version; restore that file, or remove it."
            ) from None

"""What readers said of answers as draft cases for a suite. A draft is not a case: a reviewer has to complete it.

evals/suites/README.md, "Drafts from feedback", describes each field; a test holds that table and this model together.
"""

from __future__ import annotations

import os
import secrets
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.answer.value import Outcome
from assistant.feedback import Cited, Feedback, FeedbackStore, Verdict, load_reasons
from evals.suite import Gold
from ingest.errors import BadRequest

NOT_ANSWERED = (Outcome.NO_EVIDENCE, Outcome.OUT_OF_SCOPE)
"""The outcomes that are right where the library holds no answer, as in the suite `unanswerable`."""


class DraftCase(BaseModel):
    """A case that nobody has reviewed, in the fields of `evals.suite.Case` as far as they can be told, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^feedback-[0-9a-f]{12}$")
    status: Literal["draft"] = "draft"
    kind: Literal["answerable", "unanswerable"]
    style: Literal["feedback"] = "feedback"
    question: str = Field(min_length=1)
    expect: tuple[Outcome, ...] = Field(min_length=1)
    emergency: Literal[False] = False
    facts: tuple[()] = ()
    gold: tuple[Gold, ...] = ()
    notes: str = ""
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    outcome: Outcome
    cited: tuple[Cited, ...] = ()
    said_on: date
    generation: str = ""


def draft(said: Feedback) -> DraftCase:
    """One reader's word as a draft.

    Helpful: what was done is suggested, with what was cited as gold. Not helpful: an answer, unless a reason that was
    ticked suggests a refusal; gold stays empty, as what was cited did not help.
    """
    answered = said.outcome is Outcome.ANSWERED
    expect: tuple[Outcome, ...]
    if said.verdict is Verdict.HELPFUL:
        answerable, expect = answered, (said.outcome,)
    else:
        suggests = {reason.id: reason.suggests for reason in load_reasons()}
        answerable = all(suggests.get(id_) != "unanswerable" for id_ in said.reasons)
        expect = (Outcome.ANSWERED,) if answerable else NOT_ANSWERED
    helped = answered and said.verdict is Verdict.HELPFUL
    return DraftCase(
        id=f"feedback-{said.id}",
        kind="answerable" if answerable else "unanswerable",
        question=said.question,
        expect=expect,
        gold=tuple(_gold(place) for place in said.cited if _can_be_gold(place)) if helped else (),
        notes=said.correction,
        verdict=said.verdict,
        reasons=said.reasons,
        outcome=said.outcome,
        cited=said.cited,
        said_on=said.said_on,
        generation=said.generation,
    )


def _can_be_gold(place: Cited) -> bool:
    """Whether a suite can name the place: it has a pinpoint, and is not in a document only this server has."""
    return bool(place.pinpoint) and not place.source_id.startswith("own")


def _gold(place: Cited) -> Gold:
    return Gold(source_id=place.source_id, pinpoint=place.pinpoint)


def write_drafts(data_dir: Path, out: Path, since: date | None = None, *, force: bool = False) -> int:
    """Every feedback of a data folder (said on `since` or later) as a draft, one JSON object a line; returns how many.

    `out` is written whole or not at all, and is replaced only with `force`.
    Raises: BadRequest when `out` is there or cannot be written; FeedbackUnusable, FeedbackDamaged.
    """
    if out.is_dir() or (out.exists() and not force):
        raise BadRequest(f"{out} is there already; choose another name, or add --force to replace it.")
    drafts = [draft(said) for said in FeedbackStore(data_dir).all(since)]
    text = "".join(one.model_dump_json() + "\n" for one in drafts)
    # Beside the file first, then in its place: the file is there whole or as it was. Readable by its owner only.
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as stream:
                stream.write(text)
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        why = error.strerror or "not writable"
        raise BadRequest(f"{out} cannot be written ({why}); make room or choose another file.") from None
    return len(drafts)

"""The section that may hold the answer and is not quoted, because its words could not be confirmed."""

from __future__ import annotations

import re

from assistant.answer.question import Question, replies
from assistant.answer.value import Unconfirmed
from assistant.library import Kept, Library
from assistant.settings import answering
from ingest.sources import Source

NEAR = 0.1
"""Sections this close to the nearest one are as good: the most authoritative of them is named."""
_ABOUT = re.compile(r"~(?=\d)")
"""How a digest marks a number that was not compared with the publication."""


def unconfirmed(asked: Question, library: Library, audience: str | None = None) -> Unconfirmed | None:
    """The unconfirmed section nearest to a question; None when none is near enough.

    How near a section is: the greater of the cosines of the question, as typed, with its heading and with its heading
    and words. It is named under a refusal and never quoted.
    """
    kept = [one for one in library.kept_for_readers if _wanted(one.source, audience)]
    if not kept:
        return None
    question = library.encode(asked.text)
    cosines = [float((one.vectors @ question).max()) for one in kept]
    least = max(answering().evidence.unconfirmed, max(cosines) - NEAR)
    near = [(one.source.authority, -cosine, one) for one, cosine in zip(kept, cosines, strict=True) if cosine >= least]
    return _named(min(near, key=lambda entry: entry[:2])[2]) if near else None


def _named(kept: Kept) -> Unconfirmed:
    pinpoint = _ABOUT.sub("about paragraph ", kept.pinpoint)
    where = f"{kept.source.title}, {pinpoint}" if kept.pinpoint != kept.heading else kept.source.title
    return Unconfirmed(
        source_id=kept.source.id,
        title=kept.source.title,
        publisher=kept.source.publisher,
        pinpoint=kept.pinpoint,
        heading=kept.heading,
        url=str(kept.source.url) if kept.source.url else None,
        message=replies()["unconfirmed"].format(heading=kept.heading.rstrip("."), where=where.rstrip(".")),
    )


def _wanted(source: Source, audience: str | None) -> bool:
    return audience is None or source.audience in {audience, "joint"}

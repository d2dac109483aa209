"""The test drawn as boxes: a nested list, so that a screen reader and paper have it too."""

from __future__ import annotations

from html import escape
from itertools import groupby

from assistant.sar.result import LimbResult, Result
from assistant.sar.rules import State
from assistant.web.walk import parts

ON_THE_PATH = "Part of what decides the outcome"
COULD_CHANGE = "Could still change the outcome"
NOT_NEEDED = "Does not change the outcome here"


def test_html(found: Result) -> str:
    """Each part of the test with its limbs: the state in words, the statutory words, the clause, and what it does."""
    pieces = []
    for part, limbs in groupby(found.limbs, key=lambda limb: limb.part):
        items = "".join(_limb(found, limb) for limb in limbs)
        pieces.append(f"<li><h3>{escape(part)}</h3><ol>{items}</ol></li>")
    return f"<ol>{''.join(pieces)}<li><h3>Outcome</h3><p><strong>{escape(found.sentence)}</strong></p></li></ol>"


def _limb(found: Result, limb: LimbResult) -> str:
    clause = found.cited(limb.reason.citations)[0]
    return (
        f'<li data-state="{limb.status.value}" data-path="{"yes" if limb.decisive else "no"}">'
        f"<strong>{escape(parts.sentence_case(limb.name))}: {_state(limb.status)}</strong>"
        f"<p>\u201c{escape(limb.words)}\u201d ({escape(clause.title)}, {escape(clause.pinpoint)})</p>"
        f"<p>{role(limb)}.</p></li>"
    )


def role(limb: LimbResult) -> str:
    """What a limb does for the outcome, in words."""
    if limb.missing:
        return COULD_CHANGE
    return ON_THE_PATH if limb.decisive else NOT_NEEDED


def _state(status: State) -> str:
    return parts.STATE[status]

"""The words of a case as the record may hold them: fit for any file, and with personal details masked.

Everything is masked as one text, so that somebody named in the description is hidden in a note that has the first name
alone, and "[name 1]" is the same person everywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from assistant.plain import plain
from assistant.sar.interview import Case

if TYPE_CHECKING:
    from assistant.personal import Detail

ADULT = "adult"
"""The field of the record that holds what the adult is called."""

_BETWEEN = "\n\ufdd0\n"
"""Stands between two texts while they are masked as one; no text has it, as plain() takes it out."""


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hidden(_Value):
    """How many different details of one kind were hidden."""

    kind: str
    count: int


class Told(_Value):
    """What the practitioner wrote: the description, notes and marked words by fact, details by field."""

    narrative: str
    notes: dict[str, str]
    quotes: dict[str, str]
    details: dict[str, str]
    masked: bool
    hidden: tuple[Hidden, ...] = ()

    @property
    def sentence(self) -> str:
        """What was hidden, as the record says it."""
        said = "No personal details were found in the words of the case."
        if not self.masked:
            said = "No personal details were hidden: what was found was kept as it was written, or nothing was found."
        if self.hidden:
            kinds = "; ".join(f"{entry.kind}: {entry.count}" for entry in self.hidden)
            said = f"Personal details were hidden in the words of the case: {kinds}."
        return f"{said} Some can be missed: read this record through before you send it."


def told(case: Case, mask_details: bool, kept: Collection[str] = ()) -> Told:
    """The words of a case, masked (but for details whose words are `kept`) or only cleaned.

    A case that comes here masked already says so: its labels are counted.
    """
    narrative = plain(case.narrative).strip()
    notes = {given.fact: plain(given.note).strip() for given in case.given}
    details = {name: plain(text).strip() for name, text in case.details.items()}
    quotes = {given.fact: plain(given.quote) for given in case.given}
    from assistant.personal import PersonalKind, find_details, mask

    if not mask_details:
        written = "\n".join([narrative, *notes.values(), *details.values()])
        hidden = _counted(written, [kind.value for kind in PersonalKind])
        return Told(narrative=narrative, notes=notes, quotes=quotes, details=details, masked=False, hidden=hidden)

    # The description is kept in parts, so that the place of each marked quote in it is known.
    texts = [plain(case.narrative), *notes.values(), *details.values()]
    joined = _BETWEEN.join(texts)
    spared = {_pseudonym(details), *(text.casefold() for text in kept)}
    found = [detail for detail in find_details(joined) if detail.text.casefold() not in spared]
    for given in case.given:
        start = len(plain(case.narrative[: given.start]))
        joined += _BETWEEN
        found += _within(found, start, start + len(quotes[given.fact]), len(joined))
        joined += quotes[given.fact]
    masked = mask(joined, [detail.model_copy(update={"text": joined[detail.start : detail.end]}) for detail in found])
    words = iter(text.strip() for text in masked.split(_BETWEEN))
    return Told(
        narrative=next(words),
        notes={name: next(words) for name in notes},
        details={name: next(words) for name in details},
        quotes={name: next(words) for name in quotes},
        masked=True,
        hidden=_counted(masked, [detail.kind for detail in found]),
    )


def _pseudonym(details: dict[str, str]) -> str:
    """The word the practitioner calls the adult by; "" where it is more than a word, as it may then be a whole name."""
    name = details.get(ADULT, "").casefold()
    return name if len(name.split()) == 1 else ""


def _within(found: list[Detail], start: int, end: int, at: int) -> list[Detail]:
    """The parts of details between `start` and `end` of the description, as they stand in a copy that begins `at`."""
    moved = []
    for detail in found:
        first, last = max(detail.start, start), min(detail.end, end)
        if first < last:
            place = {"start": at + first - start, "end": at + last - start}
            moved.append(detail.model_copy(update=place))
    return moved


def _counted(masked: str, kinds: list[str]) -> tuple[Hidden, ...]:
    """How many different labels of each kind there are: "[name 1]" counts once, however often it stands."""
    counts = Counter({kind: len(set(re.findall(rf"\[{re.escape(kind)}(?: \d+)?\]", masked))) for kind in kinds})
    return tuple(Hidden(kind=str(kind), count=count) for kind, count in counts.most_common() if count)

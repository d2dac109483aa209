"""A learning briefing as a finished value, which a page, a Word file, slides, a PDF and plain text all draw.

Nothing here decides anything: `gather.py` finds evidence and `compose.py` chooses from it.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from assistant.answer.value import Citation, Contact

REWORDED = "Reworded."
"""What stands before a line whose words are not its source's."""
DRAFT = "DRAFT: not reviewed yet."


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(_Value):
    """One statement of a part.

    `text` is word for word a part of the first citation's quote, unless `edited`: then a person changed the words, and
    every drawing says "Reworded." and sets no quotation marks. A `question` is our own, and its citations are the
    statement it asks about. `role` says how to draw it: a sentence, the lead-in of a list, or an item of it.
    """

    id: str
    text: str
    citations: tuple[int, ...]
    role: Literal["sentence", "lead_in", "item", "question"] = "sentence"
    edited: bool = False


class Part(_Value):
    """One of the seven parts. `thin`: what to say when it rests on little; empty when it does not."""

    id: str
    heading: str
    lines: tuple[Line, ...] = ()
    thin: str = ""

    @property
    def words(self) -> int:
        """Words of all its lines."""
        return sum(len(line.text.split()) for line in self.lines)


class Action(_Value):
    """A row of the action plan: what to do, and empty cells for a team to fill. `citation`: the statement behind it."""

    what: str
    citation: int | None = None


class Briefing(_Value):
    """A briefing on one theme for one audience.

    `parts` are seven, in the order they are read. `citations` are numbered from 1 without gaps; every number a line or
    action names is among them. `contacts` are local, each with the page and day they were checked. `covered` False: the
    library does not cover the theme, `said` says so, and all parts are empty. `reviewed_by` empty: it is a draft.
    """

    theme: str
    audience: str
    minutes: int
    made_on: date
    parts: tuple[Part, ...]
    citations: tuple[Citation, ...] = ()
    actions: tuple[Action, ...] = ()
    contacts: tuple[Contact, ...] = ()
    notices: tuple[str, ...] = ()
    covered: bool = True
    said: str = ""
    reviewed_by: str = ""
    review_date: date | None = None

    @property
    def title(self) -> str:
        """'Self-neglect: a seven-minute briefing'."""
        theme = self.theme[:1].upper() + self.theme[1:]
        minutes = {5: "five", 7: "seven", 10: "ten"}.get(self.minutes, str(self.minutes))
        return f"{theme}: a {minutes}-minute briefing"

    @property
    def is_draft(self) -> bool:
        """Whether nobody has put their name to it yet."""
        return not self.reviewed_by.strip()

    def citation(self, n: int) -> Citation:
        """The citation of a number."""
        return self.citations[n - 1]

    @model_validator(mode="after")
    def _sound(self) -> Briefing:
        if [citation.n for citation in self.citations] != list(range(1, len(self.citations) + 1)):
            raise ValueError("citations must be numbered from 1 without gaps")
        for part in self.parts:
            for line in part.lines:
                if not line.citations or not all(1 <= n <= len(self.citations) for n in line.citations):
                    raise ValueError(f"the line {line.id} must name citations that are there")
                quote = self.citations[line.citations[0] - 1].quote
                if line.role != "question" and not line.edited and line.text not in quote:
                    raise ValueError(
                        f"the line {line.id} is not word for word in what it cites, and not marked as edited"
                    )
        return self


def shown(line: Line) -> str:
    """A line as text: a quote between quotation marks, a reworded line after "Reworded.", a question as it is."""
    if line.role == "question":
        return line.text
    return f"{REWORDED} {line.text}" if line.edited else f"\u201c{line.text}\u201d"


def source_of(citation: Citation) -> str:
    """A citation in one line: title, place, publisher, kind and the day it was checked."""
    day = citation.checked_on
    return (
        f"{citation.title}, {citation.pinpoint}. {citation.publisher}. {citation.kind_label}. "
        f"Checked {day.day} {day:%B %Y}."
    )

"""Narrative → suggested facts, each with the exact words it rests on. No model: cue words, places and ages as data.

A wrong yes or no is worse than an unknown, so whatever the words leave open has no suggestion.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field

from assistant.sar.rules import State
from assistant.sar.suggesting.ages import ages
from assistant.sar.suggesting.context import Story
from assistant.sar.suggesting.cues import load_cues
from assistant.sar.suggesting.found import Found
from assistant.sar.suggesting.phrases import enough, evidence
from assistant.sar.suggesting.places import places

ADULT, AREA, NEEDS, DIED = "adult_18_or_over", "in_area", "care_and_support_needs", "died"
DEATH = "death_from_abuse_or_neglect_known_or_suspected"
SERIOUS = "serious_abuse_or_neglect_known_or_suspected"
TOGETHER, LEARNING = "concern_about_working_together", "learning_likely"


class Suggestion(BaseModel):
    """A fact that the words of a narrative seem to say: `narrative[start:end] == quote`; never unknown.

    `confidence`: share of suggestions resting on words of this strength that were right on the development suites
    (corpus/data/sar-cues.yaml has the figures).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fact: str
    value: State
    quote: str = Field(min_length=1)
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    confidence: float = Field(ge=0, le=1)


def suggest(narrative: str) -> tuple[Suggestion, ...]:
    """At most one suggestion a fact, in the order of the test; a fact that the words leave open has none."""
    cues = load_cues()
    return tuple(
        Suggestion(
            fact=found.fact,
            value=found.value,
            quote=narrative[found.start : found.end],
            start=found.start,
            end=found.end,
            confidence=cues.confidence[found.strength],
        )
        for found in read(Story(narrative, cues))
    )


def read(story: Story) -> Iterator[Found]:
    """The best evidence for each fact that the words settle, in the order of the test."""
    yield from _settled(ages(story))
    yield from _settled(places(story))
    yield from _needs(story)
    died = _died(story)
    yield from died
    if died and died[0].value is State.YES:
        yield from _settled(evidence(story, DEATH))
    else:
        yield from _settled(evidence(story, SERIOUS))
    yield from _settled(evidence(story, TOGETHER))
    yield from _settled(evidence(story, LEARNING))


def _settled(entries: tuple[Found, ...]) -> list[Found]:
    """The best evidence where it points one way only; nothing where it is lacking or at odds."""
    yes, no = enough(entries, State.YES), enough(entries, State.NO)
    return (yes or no)[:1] if bool(yes) != bool(no) else []


def _needs(story: Story) -> list[Found]:
    """A plain "no needs" stands against mere parts of a yes, a diagnosis here and a carer there."""
    entries = evidence(story, NEEDS)
    if enough(entries, State.NO) and all(entry.strength == "part" for entry in enough(entries, State.YES)):
        return enough(entries, State.NO)[:1]
    return _settled(entries)


def _died(story: Story) -> list[Found]:
    """Whoever has died was alive before: plain words of a death outweigh signs of life, faint ones do not."""
    entries = evidence(story, DIED)
    yes, no = enough(entries, State.YES), enough(entries, State.NO)
    if yes and (yes[0].strength == "plain" or not no):
        return yes[:1]
    return [] if yes else no[:1]

"""Facts that rest on what is said: every cue of the data file that stands in the narrative and is not taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.sar.rules import State
from assistant.sar.suggesting.context import Place, Story
from assistant.sar.suggesting.found import Found

NEAR = 400
"""Characters within which two parts belong together: two or three sentences."""


def evidence(story: Story, fact: str) -> tuple[Found, ...]:
    """What the narrative says of a fact, in order of place.

    Without the values that the data file's blocks keep out, and without a yes whose very words a no takes up ("there is
    nothing to learn").
    """
    shut = {value for value in (State.YES, State.NO) if _blocked(story, fact, value)}
    said = [(place, found) for place, found in _matches(story, fact) if found.value not in shut]
    no = [place for place, found in said if found.value is State.NO]
    kept = [
        found
        for place, found in said
        if found.value is State.NO or not any(place.start < other.end and other.start < place.end for other in no)
    ]
    return tuple(sorted(kept, key=lambda entry: entry.start))


def enough(entries: Sequence[Found], value: State) -> list[Found]:
    """The evidence for a value where it suffices, best first: one whole cue, or two different parts near each other."""
    said = [entry for entry in entries if entry.value is value]
    whole = [entry for entry in said if entry.strength != "part"]
    if whole:
        return sorted(whole, key=lambda entry: entry.strength != "plain")
    for first in said:
        beside = [entry for entry in said if entry.cue != first.cue and abs(entry.start - first.start) <= NEAR]
        if beside:
            return [first, *beside]
    return []


def _blocked(story: Story, fact: str, value: State) -> bool:
    blocks = story.cues.blocks.get((fact, value))
    return bool(blocks and blocks.search(story.plain))


def _matches(story: Story, fact: str) -> Iterator[tuple[Place, Found]]:
    for cue in story.cues.facts.get(fact, ()):
        for match in cue.say.finditer(story.plain):
            place = story.place(*match.span())
            if story.holds(cue, place):
                start, end = story.quote(place)
                yield place, Found(fact, cue.value, start, end, cue.strength, cue.id)

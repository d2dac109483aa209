"""Whether the adult was in the borough when it happened: place names, and what is said to have been there.

A place counts only where it is said to be the adult's: an address, a home they lived or were placed in. Councils,
hospitals, teams, relatives' homes and where somebody came from are not where the adult was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from assistant.everyday import load_places
from assistant.sar.rules import State
from assistant.sar.suggesting.context import Place, Story
from assistant.sar.suggesting.found import Found

FACT = "in_area"
BOROUGH = "telford-and-wrekin"
Use = Literal["lived", "later", "other", "open"]
_NEAR = 80  # characters before a place in which what it was to the adult is looked for


def places(story: Story) -> tuple[Found, ...]:
    """Evidence of where the adult was; none where several places in turn, or none, are said to be theirs."""
    told: dict[bool, list[tuple[Use, Place]]] = {True: [], False: []}
    for inside, place in _named(story):
        told[inside].append((_use(story, place), place))
    lived = {inside: [place for use, place in entries if use == "lived"] for inside, entries in told.items()}
    later = {inside: [place for use, place in entries if use == "later"] for inside, entries in told.items()}
    if story.cues.places["doubt"].search(story.text.plain):
        return ()
    if not lived[True] and not lived[False]:
        lived = later
    if bool(lived[True]) == bool(lived[False]):
        return ()
    value = State.YES if lived[True] else State.NO
    return tuple(_found(story, place, value) for place in lived[value is State.YES])


def _named(story: Story) -> Iterator[tuple[bool, Place]]:
    """(in the borough, where) of each place named, in order."""
    plain, narrative = story.text.plain, story.text.narrative
    small = sum(letter.isupper() for letter in narrative) * 200 < len(narrative)  # somebody who types no capitals
    for match in _names().finditer(plain):
        inside = _areas().get(re.sub(r"\W+", " ", match.group("place")).strip(), "elsewhere") == BOROUGH
        place = story.place(match.start("place"), match.end("place"))
        if narrative[match.start("place")].isupper() or small:
            yield inside, place
    for match in story.cues.places["elsewhere"].finditer(plain):
        place = story.place(*match.span())
        if narrative[match.start()].isupper():
            yield False, place


def _use(story: Story, place: Place) -> Use:
    """What a place was to the adult."""
    plain, words = story.text.plain, story.cues.places
    first = max(place.sentence.start, place.start - _NEAR)
    before = plain[first : place.start]
    after = plain[place.end : min(place.sentence.end, place.end + 60)]
    first_line = story.text.plain[: place.start].strip().count("\n") == 0
    if first_line and words["provider"].search(plain[place.sentence.start : place.start]):
        return "lived"  # "Deputy manager, residential home, Priorslee", writing of a resident
    if words["body_after"].match(after) or words["body_before"].search(before):
        return "other"
    if "council" in plain[place.start : place.end]:
        return "other"
    if words["relative"].search(before) and not words["with_relative"].search(before):
        return "other"
    if (words["origin"].search(before) and not words["person_from"].search(before)) or words["origin_after"].match(
        after
    ):
        return "other"
    home = words["home"].search(before) or words["home_after"].match(after)
    if not home and not _stands_beside_a_person(story, place, before, after):
        return "open"
    if story.people.owner(first, place.start, place.end) == "other" and not words["home_of_adult"].search(before):
        return "other"
    whole = plain[place.sentence.start : place.end]
    if words["denied"].search(before):
        return "other"
    return "later" if words["later"].search(whole) else "lived"


def _stands_beside_a_person(story: Story, place: Place, before: str, after: str) -> bool:
    """Whether a place stands beside the adult as an address does: "Sadie, 37, Snedshill."."""
    words = story.cues.places
    if not (words["apposed"].search(before) and words["apposed_after"].match(after)):
        return False
    if not story.text.plain[place.sentence.start : place.start].strip() and after[:1] in ("", "."):
        return True  # a line of an address
    told = story.people.between(place.sentence.start, place.start)
    return bool(told) and all(mention.who == "adult" for mention in told)


@cache
def _areas() -> dict[str, str]:
    """Place name in lower case → the id of its area."""
    return {
        re.sub(r"\W+", " ", name.replace("'", "")).strip(): area.id for area in load_places().all for name in area.names
    }


@cache
def _names() -> re.Pattern[str]:
    """Every place name, the longest first, not as part of a street's or a person's name."""
    names = sorted(_areas(), key=len, reverse=True)
    alternatives = "|".join(re.escape(name).replace(r"\ ", r"[ ,&-]+(?:in +)?") for name in names)
    alternatives = alternatives.replace("telford[ ,&-]+(?:in +)?and", "telford *(?:and|&)")
    streets = "|".join(load_places().not_before)
    return re.compile(
        rf"(?<![a-z0-9'])(?<!mr )(?<!mrs )(?<!ms )(?<!miss )(?<!dr )(?<!thomas )(?P<place>{alternatives})"
        rf"(?![a-z0-9])(?!(?: \w+)? (?:{streets})\b)"
    )


def _found(story: Story, place: Place, value: State) -> Found:
    start, end = story.quote(place)
    return Found(FACT, value, start, end, "plain", "place")

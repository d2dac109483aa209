"""Whether the adult was 18 when it happened: ages, dates of birth, words that only fit an adult, and birthdays."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.sar.rules import State
from assistant.sar.suggesting.context import Place, Story
from assistant.sar.suggesting.cues import Strength
from assistant.sar.suggesting.found import Found

FACT = "adult_18_or_over"
GROWN = 18
EARLIEST = 2010
"""Years before this are history and not when it happened."""

_BARE = ("at_age", "name_age", "plain_age", "sex_age")
"""Kinds of ages whose number may as well count something else, so that the word before it matters."""

OLDEST = 115
YOUNGEST = 10
"""A smaller number in a case sent to adults is a count of years or a dose, not the person's age."""

_LONG_GROWN = 26
"""From this age on, an age under 18 told of the same person is taken for their childhood."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DATE = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]{{0,6}}\b(?! have| be| not)(?:,? +((?:19|20)\d\d)\b)?")


def ages(story: Story) -> tuple[Found, ...]:
    """Evidence of the adult's age when it happened; none where it is open, such as a birthday during the events."""
    words = story.cues.ages
    found = [*_by_words(story, "minor", State.NO), *_by_words(story, "grown", State.YES)]
    told = list(_told(story))
    grown = [(age, place) for age, place in told if age >= GROWN]
    young = [(age, place) for age, place in told if age < GROWN]
    birthday = words["birthday"].search(story.text.plain)
    if any(entry.value is State.NO for entry in found):
        return tuple(entry for entry in found if entry.value is State.NO)
    if birthday and not (grown and max(age for age, _ in grown) >= _LONG_GROWN):
        after = list(_by_words(story, "since_grown", State.YES))
        return tuple(after) or tuple(_all_after(story, birthday))
    born = list(_born(story))
    if young and (not grown or min(age for age, _ in grown) < _LONG_GROWN):
        if grown or born:
            return ()
        return tuple(_found(place, State.NO, story, "plain", "age") for _, place in young)
    found += [_found(place, State.YES, story, "plain", "age") for _, place in grown]
    found += [_found(place, State.YES, story, "plain", "born") for place in born]
    if words["doubt"].search(story.text.plain):
        return ()
    return tuple(found)


def _told(story: Story) -> Iterator[tuple[int, Place]]:
    """(age in years, where) of ages said of the adult; those of their past ("in care since the age of 9") are not."""
    plain = story.text.plain
    for match in story.cues.ages["age"].finditer(plain):
        group = next(name for name, text in match.groupdict().items() if text and name != "who")
        age = _number(match.group(group))
        place = story.place(*match.span())
        if not (YOUNGEST <= age <= OLDEST and _is_the_adults(story, place) and _is_somebody(story, match)):
            continue
        before = plain[place.sentence.start : match.start(group) if group in _BARE else match.start()]
        if story.cues.ages["not_before"].search(before) or story.cues.ages["not_after"].match(
            plain[match.end() : match.end() + 40]
        ):
            continue
        if age < GROWN and story.cues.ages["history"].search(before):
            continue
        if any(found.start() < match.end() <= found.end() for found in story.cues.ages["many"].finditer(plain)):
            continue  # the ages of somebody's children
        yield age, place
    for match in story.cues.ages["decade"].finditer(plain):
        place = story.place(*match.span())
        if _is_the_adults(story, place):
            yield GROWN + 1 if "teen" not in match.group() else GROWN, place


def _is_somebody(story: Story, match: re.Match[str]) -> bool:
    """Whether the word before a bare number can be a person: a name with its capital, a noun, a pronoun."""
    people = story.cues.people
    if "aged" in match.group():
        return True
    words = (match.group("who") or "").replace(",", "").removesuffix("'s").split()
    while words and story.cues.ages["link"].fullmatch(words[-1]):
        words.pop()
    if not words:
        return True
    last = words[-1].rstrip(".")
    if people["adult"].fullmatch(last) or people["pronoun"].fullmatch(last):
        return True
    start = story.text.plain.rfind(last, match.start("who"), match.end("who"))
    if any(mention.start <= start < mention.end and mention.who == "adult" for mention in story.people.mentions):
        return True
    written = story.text.narrative[start : start + len(last)]
    return written[0].isupper() and (len(last) == 1 or not written.isupper()) and not people["no_name"].fullmatch(last)


def _is_the_adults(story: Story, place: Place) -> bool:
    """Whether an age is told of the adult: nobody else is named just before it, or in its own words."""
    plain = story.text.plain
    if story.cues.ages["others_age"].match(plain[place.end : place.end + 40]):
        return False
    after = [m for m in story.people.between(place.end, place.end + 60) if m.start - place.end <= 2]
    if after and after[0].who == "other":
        return False
    ahead = story.people.between(place.clause[0], place.start)
    inside = story.people.between(place.start, place.end)
    if inside and ahead and ahead[-1].who == "other" and plain[ahead[-1].end : place.start].strip() == ",":
        return False  # "the suspect, a man of 34,"
    nearest = (inside or ahead)[-1:]
    if nearest and nearest[0].who == "other":
        return False
    if not nearest:
        # "(Mrs P, 75)": a bracket goes on about whoever stands before it.
        bracket = plain[max(0, place.clause[0] - 1) : place.clause[0]] == "("
        ahead = story.people.between(place.sentence.start, place.start)
        return not (bracket and ahead and ahead[-1].who == "other")
    return True


def _born(story: Story) -> Iterator[Place]:
    """Dates of birth that make the adult 18 before anything in the narrative can have happened."""
    plain = story.text.plain
    told = [int(year) for year in _YEAR.findall(plain)]
    for match in story.cues.ages["born"].finditer(plain):
        place = story.place(*match.span())
        digits = match.group("year")
        year = int(digits) if len(digits) == 4 else int(digits) + (1900 if int(digits) > 26 else 2000)
        later = [other for other in told if other > max(year, EARLIEST)]
        first = min(later) if later else 2015  # section 44 began that year
        if first - year > GROWN and _is_the_adults(story, place):
            yield place


def _by_words(story: Story, name: str, value: State) -> Iterator[Found]:
    for match in story.cues.ages[name].finditer(story.text.plain):
        place = story.place(*match.span())
        if place.sentence.question:
            continue
        start, end = match.span() if name == "minor" else (match.start(), match.start())
        if name != "since_grown" and story.people.owner(place.clause[0], start, end) in ("other", "unsure"):
            continue
        if any(story.said(context, place) for context in ("denied", "supposed", "rumour")) and name == "grown":
            continue
        yield _found(place, value, story, "plain", name)


def _all_after(story: Story, birthday: re.Match[str]) -> Iterator[Found]:
    """A dated birthday counts where every other date told comes after it: by the year, or by the month in one year."""
    plain = story.text.plain
    turned = _DATE.search(plain, birthday.end(), birthday.end() + 30)
    place = story.place(*birthday.span())
    if not turned:
        return
    rest = plain[: birthday.start()] + " " * (turned.end() - birthday.start()) + plain[turned.end() :]
    years = [int(year) for year in _YEAR.findall(rest)]
    months = [_MONTHS.index(match.group(1)) for match in _DATE.finditer(rest)]
    if turned.group(2):
        later = bool(years) and min(years) > int(turned.group(2))
    else:
        later = bool(months) and not years and min(months) > _MONTHS.index(turned.group(1))
        later = later and not re.search(r"\b(?:school|child)", plain)
    if later:
        yield _found(place, State.YES, story, "likely", "birthday")


def _number(words: str) -> int:
    if words.isdigit():
        return int(words)
    total = 0
    for word in words.replace("-", " ").split():
        total += _UNITS.get(word, 0) + _TENS.get(word, 0)
    return total


_TENS = {
    word: 10 * n
    for n, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2)
}
_FIRST = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_UNITS = {word: n for n, word in enumerate(_FIRST + _TEENS, 1)}


def _found(place: Place, value: State, story: Story, strength: Strength, cue: str) -> Found:
    start, end = story.quote(place)
    return Found(FACT, value, start, end, strength, cue)

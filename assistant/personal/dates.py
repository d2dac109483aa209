"""Dates of birth and street addresses.

A date is a date of birth only next to a word that says so; the date of an event is left, as a case rests on it. A year
alone is left too: "born 1950" says how old somebody is, which the walk-through has to know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from assistant.personal.value import Detail, PersonalKind
from assistant.personal.words import load_data

_GAP = r"[\s:;=,.()\"'\u2013-]*"


def find_dates_of_birth(text: str) -> Iterator[Detail]:
    """Dates after "born", "DOB" or "date of birth", and before "(date of birth)"."""
    for found in _born().finditer(text):
        start, end = found.span("after" if found["after"] else "before")
        yield Detail(kind=PersonalKind.DATE_OF_BIRTH, text=text[start:end], start=start, end=end)


def find_addresses(text: str) -> Iterator[Detail]:
    """A house number, one to three words with capitals, and the last word of a street's name; a flat before it too."""
    for found in _address().finditer(text):
        yield Detail(kind=PersonalKind.ADDRESS, text=found.group(), start=found.start(), end=found.end())


@cache
def _born() -> re.Pattern[str]:
    data = load_data()
    months = "|".join(sorted(data.months.words, key=len, reverse=True))
    day = r"\d{1,2}(?:st|nd|rd|th)?"
    year = r"(?:(?:18|19|20)\d{2}|'?\d{2})"
    month = rf"(?:{months})\b\.?"
    date = "|".join(
        [
            r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b",
            rf"\d{{1,2}}\s?[-/.]\s?\d{{1,2}}\s?[-/.]\s?{year}\b",
            r"\d{1,2} \d{1,2} (?:(?:18|19|20)\d{2}|\d{2})\b",
            rf"{day}(?:\s+of)?[\s-]+{month}(?:[\s,-]*{year}\b)?",
            rf"{month}\s+{day}\b(?:,?\s+{year}\b)?",
            rf"{month}[\s,]*(?:18|19|20)\d{{2}}\b",
            r"[0-3]\d[01]\d(?:19|20)?\d{2}\b",
        ]
    )
    cues = "|".join(
        re.escape(word).replace(r"\ ", r"[ .]*") for word in sorted(data.birth_cues.words, key=len, reverse=True)
    )
    cues = cues.replace("dob", r"d\.?o\.?b\b\.?")
    between = r"(?:(?:is|was|of|on|in|the|as|given|recorded|his|her|their|:|\w+day|back|around|about)\b[\s,]*){0,4}"
    after = rf"(?={_GAP}(?:is\s+|was\s+|as\s+)?(?:his\s+|her\s+|their\s+|the\s+)?(?:date of birth|birthday|dob)\b)"
    return re.compile(
        rf"(?<![a-z])(?:{cues}){_GAP}{between}(?P<after>{date})|\b(?P<before>{date}){after}",
        re.IGNORECASE,
    )


@cache
def _address() -> re.Pattern[str]:
    ends = "|".join(word.capitalize() for word in load_data().streets.words)
    house = r"(?:[A-Z][\w'\u2019-]+\s+(?:House|Court|Lodge),?\s+)?"
    flat = rf"(?:(?:Flat|flat|Apartment|Apt|Room|Unit)\s+\d{{1,4}}[A-Za-z]?,?\s+{house})?"
    return re.compile(rf"\b{flat}\d{{1,4}}[A-Za-z]?,?\s(?:[A-Z][\w'\u2019-]+\s){{1,3}}(?:{ends})\b")

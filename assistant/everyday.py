"""Everyday words in a question, and the places it names: `corpus/data/everyday.yaml` and `places.yaml` as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Generic, Literal, TypeVar

from pydantic import Field, model_validator

from assistant.knowledge import DATA, _Entry, _load, _no_twice
from ingest.lexical import stem, words

_ALIKE = {
    **dict.fromkeys(("him", "her", "hers", "them", "his", "their", "theirs", "my", "our", "your"), "their"),
    **dict.fromkeys(("he", "she", "they", "hes", "shes", "theyre"), "they"),
    **dict.fromkeys(("himself", "hisself", "herself", "themselves", "themself", "myself", "yourself"), "themselves"),
    **{"cannot": "cant", "doesnt": "dont", "whos": "who", "whats": "what", "nothings": "nothing"},
}
"""Words that make no difference to a phrase: whoever it is about, it means the same."""
_NOT = {"can": "cant", "will": "wont", "do": "dont", "does": "dont", "did": "didnt"}


class EverydayEntry(_Entry):
    """What people say, and the library's words for it. corpus/data/everyday.yaml says how phrases are matched."""

    say: tuple[str, ...] = Field(min_length=1)
    means: tuple[str, ...] = Field(min_length=1, max_length=4)
    note: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> EverydayEntry:
        for phrase in self.say + self.means:
            if phrase != phrase.lower() or phrase != phrase.strip() or not words(phrase):
                raise ValueError(f"'{phrase}' is not a phrase in lower case")
        _no_twice("meaning", list(self.means))
        return self


class Everyday(_Entry):
    """All everyday words, in file order; no phrase leads to two entries."""

    title: str = Field(min_length=2)
    note: str = Field(min_length=2)
    source: str = Field(min_length=2)
    checked_on: date
    all: tuple[EverydayEntry, ...] = Field(alias="entries", min_length=1)

    @model_validator(mode="after")
    def _one_meaning(self) -> Everyday:
        seen: dict[tuple[str, ...], str] = {}
        for phrase in [phrase for entry in self.all for phrase in entry.say]:
            if (key := _key(phrase)) in seen:
                raise ValueError(f"'{seen[key]}' and '{phrase}' are the same phrase")
            seen[key] = phrase
        return self


class Area(_Entry):
    """A borough, council, city or nation, with the names of its places as a question may spell them."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str = Field(min_length=2)
    kind: Literal["borough", "council", "nation", "city"]
    names: tuple[str, ...] = Field(min_length=1)
    source: str = Field(min_length=2)
    checked_on: date
    note: str | None = None

    @model_validator(mode="after")
    def _lower_case(self) -> Area:
        for name in self.names:
            if name != name.lower() or not _place_words(name):
                raise ValueError(f"'{name}' is not a name in lower case")
        return self


class Places(_Entry):
    """All areas, in file order; no name leads to two of them. A name before one of `not_before` is no place."""

    title: str = Field(min_length=2)
    note: str = Field(min_length=2)
    checked_on: date
    not_before: tuple[str, ...] = ()
    all: tuple[Area, ...] = Field(alias="areas", min_length=1)

    @model_validator(mode="after")
    def _one_area(self) -> Places:
        _no_twice("id", [area.id for area in self.all])
        _no_twice("place", [" ".join(_place_words(name)) for area in self.all for name in area.names])
        return self

    def area(self, id_: str) -> Area:
        """The area with this id; KeyError for one that is not listed."""
        for area in self.all:
            if area.id == id_:
                return area
        raise KeyError(f"no area has the id '{id_}'")


@cache
def load_everyday(path: Path = DATA / "everyday.yaml") -> Everyday:
    """Everyday words; RegisterInvalid names the entry that is wrong."""
    return _load(path, Everyday)


@cache
def load_places(path: Path = DATA / "places.yaml") -> Places:
    """Areas and the names of their places; RegisterInvalid names the entry that is wrong."""
    return _load(path, Places)


def everyday_terms(text: str) -> list[str]:
    """The library's words for the everyday words in a text, each once, in the text's order.

    The longest phrase counts and its words count for nothing else: "in a home" is a care home.

    >>> everyday_terms("His gran's in a home")
    ['older people', 'family', 'relative', 'care home', 'residents']
    """
    spoken = _spoken(text)
    stems = [stem(word) for word in spoken]
    phrases = _phrases()
    single = [word if (word,) in phrases.known else _singular(word) for word in spoken]
    found: dict[str, None] = {}
    for _, entry in phrases.find(stems, single):
        found.update(dict.fromkeys(entry.means))
    return list(found)


def places_named(text: str) -> list[Area]:
    """The areas a text names, each once, in the text's order; "Stafford Street" names none.

    >>> [area.id for area in places_named("Does Shrewsbury do it as Telford does?")]
    ['shropshire', 'telford-and-wrekin']
    """
    named = _place_words(text)
    streets = load_places().not_before
    found: dict[str, Area] = {}
    for end, area in _names().find(named, named):
        if end == len(named) or named[end] not in streets:
            found.setdefault(area.id, area)
    return list(found.values())


_Value = TypeVar("_Value")


@dataclass(frozen=True)
class _Phrases(Generic[_Value]):
    """Phrases as tuples of words, for finding the longest of them in a text."""

    known: Mapping[tuple[str, ...], _Value]
    longest: int

    def find(self, several: Sequence[str], single: Sequence[str]) -> Iterator[tuple[int, _Value]]:
        """(where it ends, what it leads to) of each phrase, none over another, the longest first to be placed.

        `several` are the text's words as phrases of several words have them, `single` as phrases of one word do.
        """
        taken = [False] * len(several)
        placed: list[tuple[int, int, _Value]] = []
        for length in range(min(self.longest, len(several)), 0, -1):
            form = several if length > 1 else single
            for start in range(len(form) - length + 1):
                value = self.known.get(tuple(form[start : start + length]))
                if value is not None and not any(taken[start : start + length]):
                    taken[start : start + length] = [True] * length
                    placed.append((start, start + length, value))
        for _, end, value in sorted(placed, key=lambda item: item[0]):
            yield end, value


@cache
def _phrases() -> _Phrases[EverydayEntry]:
    known = {_key(phrase): entry for entry in load_everyday().all for phrase in entry.say}
    return _Phrases(known, max(map(len, known)))


@cache
def _names() -> _Phrases[Area]:
    known = {tuple(_place_words(name)): area for area in load_places().all for name in area.names}
    return _Phrases(known, max(map(len, known)))


def _key(phrase: str) -> tuple[str, ...]:
    """What is compared: the stems of several words, a single word as it stands."""
    spoken = _spoken(phrase)
    return tuple(stem(word) for word in spoken) if len(spoken) > 1 else tuple(spoken)


def _spoken(text: str) -> list[str]:
    """Words without apostrophes, "does not" and the like as one word, whoever it is about as one word."""
    plain = [word.replace("'", "") for word in words(text)]
    joined: list[str] = []
    for word in plain:
        if word == "not" and joined and joined[-1] in _NOT:
            joined[-1] = _NOT[joined[-1]]
        else:
            joined.append(_ALIKE.get(word, word))
    return joined


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def _place_words(text: str) -> list[str]:
    return [word.replace("'", "") for word in words(text.replace("&", " and "))]

"""The words that personal details are told by: corpus/data/personal-data.yaml, corpus/data/names/ and the places.

Everything is compared folded: small letters without accents, hyphens or apostrophes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.everyday import load_places
from assistant.knowledge import load_contacts
from ingest.errors import RegisterInvalid
from ingest.sources import CORPUS

NAMES_FOLDER = CORPUS / "data" / "names"
FILE = CORPUS / "data" / "personal-data.yaml"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same rules, faster where libyaml is there
_UNLIKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})


def fold(word: str) -> str:
    """A word as it is compared: small letters only.

    >>> fold("O'Rourke"), fold("Siobhán"), fold("Łukasz")
    ('orourke', 'siobhan', 'lukasz')
    """
    if word.isascii():
        return "".join(filter(str.isalpha, word.lower()))
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_UNLIKE))
    return "".join(letter for letter in plain if letter.isalpha())


class WordList(BaseModel):
    """Words or short phrases, with where they come from and when they were gone over."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(min_length=2)
    checked_on: date
    note: str | None = None
    words: tuple[str, ...] = Field(min_length=1)


class PersonalData(BaseModel):
    """corpus/data/personal-data.yaml, which says what each list is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    note: str
    checked_on: date
    national_insurance_prefixes_never_given: WordList
    postcode_areas: WordList
    nhs_cues: WordList
    not_nhs_cues: WordList
    national_insurance_cues: WordList
    phone_cues: WordList
    birth_cues: WordList
    months: WordList
    streets: WordList
    courtesy_titles: WordList
    titles_of_women: WordList
    titles_of_men: WordList
    typed_titles: WordList
    job_titles: WordList
    relations: WordList
    called: WordList
    surely_called: WordList
    people_called: WordList
    acted_on: WordList
    persons_verbs: WordList
    being: WordList
    abbreviated: WordList
    particles: WordList
    more_given_names: WordList
    more_surnames: WordList
    without_article: WordList
    given_names_at_first: WordList
    places_too: WordList
    placed_by: WordList
    inside: WordList
    before_a_place: WordList
    bodies: WordList
    bodies_or_surnames: WordList
    never: WordList
    also_words: WordList


class Phrases:
    """Phrases as tuples of folded words, found longest first."""

    def __init__(self, phrases: Iterable[str]) -> None:
        known = {tuple(_words(phrase)) for phrase in phrases}
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(known - {()}, key=len, reverse=True):
            self._by_first.setdefault(phrase[0], []).append(phrase)

    def longest(self, keys: list[str], at: int) -> int:
        """How many words of `keys` from `at` on make the longest phrase; 0 when none does."""
        for phrase in self._by_first.get(keys[at], ()):
            if tuple(keys[at : at + len(phrase)]) == phrase:
                return len(phrase)
        return 0


def _words(phrase: str) -> Iterator[str]:
    return (word for part in phrase.replace("&", " and ").replace("-", " ").split() if (word := fold(part)))


@dataclass(frozen=True)
class PersonalWords:
    """Every list, folded and ready to look things up in."""

    data: PersonalData
    women: frozenset[str]
    men: frozenset[str]
    surnames: frozenset[str]
    ordinary: frozenset[str]

    @cached_property
    def given(self) -> frozenset[str]:
        """Given names of anybody."""
        return self.women | self.men | _folded(self.data.more_given_names)

    @cached_property
    def names(self) -> frozenset[str]:
        """Given names and surnames together."""
        return self.given | self.surnames

    @cached_property
    def places(self) -> Phrases:
        """Places, bodies, Acts, illnesses and medicines: never names."""
        contacts = [contact.name for contact in load_contacts().all]
        areas = [name for area in load_places().all for name in area.names]
        return Phrases([*self.data.never.words, *areas, *contacts])

    @cached_property
    def _sets(self) -> dict[str, frozenset[str]]:
        return {name: _folded(value) for name, value in self.data if isinstance(value, WordList)}

    def set_of(self, name: str) -> frozenset[str]:
        """One list of the data file, folded, as a set."""
        return self._sets[name]


def _folded(words: WordList) -> frozenset[str]:
    return frozenset(fold(word) for word in words.words)


@cache
def load_data(path: Path = FILE) -> PersonalData:
    """The data file. Raises: RegisterInvalid, naming what is wrong in it."""
    try:
        return PersonalData.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER))
    except FileNotFoundError:
        raise RegisterInvalid(f"The data file {path.name} is missing; restore it from the project.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegisterInvalid(f"The data file {path.name} is not valid YAML ({error}); mend that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ", ".join(str(part) for part in first["loc"]) or "the whole file"
        raise RegisterInvalid(f"The data file {path.name} is wrong at {where}: {first['msg']}; mend it.") from error


@cache
def load_words(path: Path = FILE, folder: Path = NAMES_FOLDER) -> PersonalWords:
    """Everything there is to look up. Raises: RegisterInvalid when a file is missing or not what it must be."""
    data = load_data(path)
    women, men, surnames, ordinary = (_list(folder / f"{name}.txt") for name in ("women", "men", "surnames", "words"))
    return PersonalWords(
        data=data,
        women=women,
        men=men,
        surnames=surnames | _folded(data.more_surnames),
        ordinary=ordinary | _folded(data.also_words) | _folded(data.without_article),
    )


def _list(file: Path) -> frozenset[str]:
    """The words of one list, lines that start with # left out."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RegisterInvalid(
            f"The list {file.name} cannot be read ({type(error).__name__}); restore it from the project."
        ) from error
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())

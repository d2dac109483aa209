"""Personal details replaced by words that keep a text readable: "[name 1]", "[NHS number]"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.personal.value import Detail, PersonalKind
from assistant.personal.words import PersonalWords, fold, load_words
from ingest.errors import BadRequest

_PART = re.compile(r"[^\W\d_]+(?:['\u2019\u02bc][^\W\d_]+)*")
_SEPARATORS = re.compile(r"[\s().\u00a0-]")


def mask(text: str, details: Iterable[Detail]) -> str:
    """The text with each detail replaced by its kind, in brackets.

    Names are numbered by person, from 1, in the text's order: "Mary", "Mary Smith" and "Mrs Smith" are one person
    unless two people could be meant. Other kinds are numbered only when there are several: "[phone number 2]". Numbers
    that the text has already are not given again, so that a text can be masked twice.

    Raises: BadRequest when a detail is not of this text, or two of them overlap.
    """
    ordered = sorted(details, key=lambda detail: detail.start)
    _check(text, ordered)
    labels = _labels(ordered, text)
    parts: list[str] = []
    at = 0
    for detail, label in zip(ordered, labels, strict=True):
        parts += [text[at : detail.start], f"[{label}]"]
        at = detail.end
    return "".join([*parts, text[at:]])


def _check(text: str, details: Sequence[Detail]) -> None:
    end = 0
    for detail in details:
        if detail.start < end or text[detail.start : detail.end] != detail.text:
            raise BadRequest("The personal details are not those of this text; look for them again, then hide them.")
        end = detail.end


def _labels(details: Sequence[Detail], text: str) -> list[str]:
    people = iter(_people([detail.text for detail in details if detail.kind is PersonalKind.NAME]))
    values: dict[PersonalKind, dict[str, int]] = {}
    labels: list[str] = []
    for detail in details:
        if detail.kind is PersonalKind.NAME:
            labels.append(f"{detail.kind} {next(people) + _taken(detail.kind, text)}")
            continue
        known = values.setdefault(detail.kind, {})
        known.setdefault(_SEPARATORS.sub("", detail.text).casefold(), len(known) + 1)
        labels.append("")
    for n, detail in enumerate(details):
        if labels[n]:
            continue
        known = values[detail.kind]
        number = known[_SEPARATORS.sub("", detail.text).casefold()] + _taken(detail.kind, text)
        alone = len(known) == 1 and f"[{detail.kind}" not in text
        labels[n] = str(detail.kind) if alone else f"{detail.kind} {number}"
    return labels


def _taken(kind: PersonalKind, text: str) -> int:
    """The highest number that the text already gives to this kind; 1 for one without a number, 0 for none."""
    numbers = [int(number or 1) for number in re.findall(rf"\[{kind}(?: (\d{{1,6}}))?\]", text)]
    return max(numbers, default=0)


@dataclass
class _Person:
    """The words somebody is called by, without titles, and the sex that a title or a given name tells, if any."""

    parts: set[str]
    sex: str | None


def _people(names: Sequence[str]) -> list[int]:
    """For each name the number of its person, counted from 1 in order of first mention.

    The longest names first, and among them those that tell a sex: a shorter one is the person whose name holds all its
    words, unless a title says otherwise ("Mr Smith" is not Mary Smith). Where several fit it stays apart, as to guess
    could join two people.
    """
    words = load_words()
    read = [_person(name, words) for name in names]
    people: list[_Person] = []
    owner: dict[int, int] = {}
    for n in sorted(range(len(read)), key=lambda n: (-len(read[n].parts), read[n].sex is None, n)):
        one = read[n]
        fits = [p for p, person in enumerate(people) if one.parts <= person.parts and _one_sex(one, person)]
        same = [p for p in fits if people[p].parts == one.parts]
        if same or len(fits) == 1:
            owner[n] = (same or fits)[0]
            people[owner[n]].sex = people[owner[n]].sex or one.sex
        else:
            owner[n] = len(people)
            people.append(one)
    order: dict[int, int] = {}
    return [order.setdefault(owner[n], len(order) + 1) for n in range(len(read))]


def _one_sex(one: _Person, other: _Person) -> bool:
    return one.sex is None or other.sex is None or one.sex == other.sex


def _person(name: str, words: PersonalWords) -> _Person:
    titles = words.set_of("courtesy_titles")
    small = words.set_of("particles") | {"and", "or"}
    keys = [fold(part) for part in _PART.findall(name)]
    parts = [key for key in keys if key not in titles and key not in small] or keys
    hers, his = (bool(words.set_of(name) & set(keys)) for name in ("titles_of_women", "titles_of_men"))
    if not (hers or his):
        hers, his = parts[0] in words.women, parts[0] in words.men
    return _Person(set(parts), None if hers == his else "woman" if hers else "man")

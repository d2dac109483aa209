"""Who a stretch of a narrative is about: the adult of the case, or somebody else.

A narrative has one adult. Whoever is named by a relation to them ("her late husband"), with another's article ("another
resident", "a girl who used to be there") or by another name is somebody else. Where that cannot be told, it is said.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from assistant.everyday import load_places
from assistant.sar.suggesting.cues import Cues
from assistant.sar.suggesting.text import Text

Who = Literal["adult", "other", "unsure", "nobody"]
"""`unsure`: the words may mean either; `nobody`: no person is named, as in notes ("Died 4 March")."""
Kind = Literal["relation", "another", "name", "noun", "pronoun"]

NAMED_EARLY = 500
"""Characters within which an account gives the adult's name; "Re:" and "this is about" may come later."""

NAMED_LATE = 2000
OPENING = 120
"""Characters within which "Dad" without "my" opens an account of the writer's own father."""

_NAME = re.compile(r"\b[A-Z][a-z]+(?:['’-][A-Z]?[a-z]+)?\b")
_WORD = re.compile(r"[A-Za-z]+")


@cache
def _place_names() -> frozenset[str]:
    return frozenset(name for area in load_places().all for name in area.names)


def _is_title(words: str) -> bool:
    """Whether these are a title and a name as written: "MS and" is a diagnosis."""
    first, last = words.split()[0], words.split()[-1]
    return words.islower() or (not first.rstrip(".")[1:].isupper() and last[0].isupper())


@dataclass(frozen=True)
class Mention:
    """One mention of a person: `narrative[start:end]`; `gender` is "m", "f", "p" for several people, or None."""

    start: int
    end: int
    who: Literal["adult", "other"]
    kind: Kind
    gender: str | None = None


class People:
    """The mentions of people in one narrative."""

    def __init__(self, text: Text, cues: Cues) -> None:
        self._text = text
        self._words = cues.people

    @cached_property
    def adult_names(self) -> frozenset[str]:
        """First names, surnames and initials that stand for the adult, in lower case."""
        plain, narrative = self._text.plain, self._text.narrative
        if self.family_is_adult:
            return frozenset()
        for match in (*self._words["subject"].finditer(plain), *self._words["introduced"].finditer(plain)):
            group = next(name for name, text in match.groupdict().items() if text)
            start, end = match.span(group)
            if start > (NAMED_LATE if group in ("name_c", "name_e") else NAMED_EARLY):
                continue
            if not narrative[start].isupper() or self._words["other"].search(plain[max(0, start - 25) : start]):
                continue
            words = _WORD.findall(narrative[start:end])
            if group in ("name_b", "name_d") and any(
                word.islower() and not self._words["link"].fullmatch(word) for word in words
            ):
                continue
            words = [word for word in words if word[0].isupper()]
            if group != "name_c":  # an acronym is a name only after "Adult:" and the like
                words = [word for word in words if len(word) == 1 or not word.isupper()]
            names = {
                word.lower() for word in words if not self._words["no_name"].fullmatch(word.lower())
            } - _place_names()
            opens = start == self._text.sentences[self._text.sentence_at(start)].start
            sure = bool(words) and bool(self._words["given_name"].fullmatch(words[0].lower()))
            if names and (sure or (group != "name_e" and not (group == "name_d" and opens))):
                return frozenset(names)
        return frozenset()

    @cached_property
    def adult_gender(self) -> str | None:
        """From the title before the adult's name, else from the commoner pronoun; None where it is open."""
        plain = self._text.plain
        if own := self.family_is_adult:
            return self._gender(own)
        for name in self.adult_names:
            if title := re.search(rf"\b(mr|mrs|ms|miss)\.? (?:\w+ )?{re.escape(name)}\b", plain):
                return "m" if title.group(1) == "mr" else "f"
        he = len(re.findall(r"\b(?:he|his|him)\b", plain))
        she = len(re.findall(r"\b(?:she|hers?)\b", plain))
        if he > 1.5 * she:
            return "m"
        return "f" if she > 1.5 * he else None

    @cached_property
    def family_is_adult(self) -> str | None:
        """The relation in which the adult stands to the writer ("my mum"), None where the writer is no relative."""
        for match in self._words["my_own"].finditer(self._text.plain[:800]):
            if match.group("relation") or match.start() < OPENING:
                return match.group("relation") or match.group("bare")
        return None

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """Every mention, in order, none within another."""
        found: list[Mention] = []
        taken = bytearray(len(self._text.plain))
        for kind in (self._relations(), self._named(), self._others(), self._pronouns(), self._nouns()):
            for mention in kind:
                if not any(taken[mention.start : mention.end]):
                    taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
                    found.append(mention)
        return tuple(sorted(found, key=lambda mention: mention.start))

    @cached_property
    def _starts(self) -> list[int]:
        return [mention.start for mention in self.mentions]

    def _relations(self) -> Iterator[Mention]:
        own = self.family_is_adult
        for match in self._words["other"].finditer(self._text.plain):
            words = match.group()
            if own and match.group("relation") == own and not re.search(r"'s \w|\b(?:his|her|their)\b", words):
                yield Mention(*match.span(), "adult", "noun")
            else:
                yield Mention(*match.span(), "other", "relation", self._gender(words))

    def _named(self) -> Iterator[Mention]:
        for match in self._words["titled"].finditer(self._text.plain):
            if not _is_title(self._text.narrative[slice(*match.span())]):
                continue
            gender = "m" if match.group("title") == "mr" else "f"
            same = match.group("surname").removesuffix("'s") in self.adult_names or not self.adult_names
            fits = self.adult_gender in (None, gender)
            yield Mention(*match.span(), "adult" if same and fits else "other", "name", gender)
        for match in _NAME.finditer(self._text.narrative):
            name = match.group().lower().replace("’", "'").removesuffix("'s")
            if name in self.adult_names:
                yield Mention(*match.span(), "adult", "name")
            elif self._words["given_name"].fullmatch(name) and (
                self.adult_names or self.family_is_adult or match.start() > NAMED_EARLY // 2
            ):
                yield Mention(*match.span(), "other", "name")
        for name in self.adult_names:
            if len(name) < 4:  # initials
                for match in re.finditer(rf"\b{re.escape(name.upper())}\b", self._text.narrative):
                    yield Mention(*match.span(), "adult", "name")

    def _others(self) -> Iterator[Mention]:
        for match in self._words["another"].finditer(self._text.plain):
            yield Mention(*match.span(), "other", "another")
        plain = self._text.plain
        told = self._words["pronoun"].search(plain)
        for match in self._words["indefinite"].finditer(plain, told.end() if told else len(plain)):
            if not self._words["copula"].search(plain[max(0, match.start() - 12) : match.start()]):
                yield Mention(*match.span(), "other", "another")  # "a man", once the adult has been told of

    def _pronouns(self) -> Iterator[Mention]:
        for match in self._words["pronoun"].finditer(self._text.plain):
            gender = {"h": "m", "s": "f"}.get(match.group()[0])
            gender = "f" if match.group() in ("her", "hers", "herself") else gender
            adult = self.adult_gender
            who: Literal["adult", "other"] = "other" if gender and adult and gender != adult else "adult"
            yield Mention(*match.span(), who, "pronoun", gender)

    def _nouns(self) -> Iterator[Mention]:
        for match in self._words["adult"].finditer(self._text.plain):
            yield Mention(*match.span(), "adult", "noun")

    def between(self, start: int, end: int) -> list[Mention]:
        """Mentions that lie between two places, in order."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [mention for mention in self.mentions[first:last] if mention.end <= end]

    def over(self, start: int, end: int) -> list[Mention]:
        """Mentions that lie between two places or reach into them ("her mum's" of "mum's funeral"), in order."""
        first = max(0, bisect_left(self._starts, start) - 1)
        last = bisect_left(self._starts, end)
        return [mention for mention in self.mentions[first:last] if mention.end > start]

    def about_another(self, clause_start: int, end: int) -> bool:
        """Whether the nearest person named up to a place is another adult: another resident, the tenant below."""
        near = [m for m in self.between(clause_start, end) if m.kind != "relation"]
        return bool(near) and near[-1].who == "other" and near[-1].kind == "another"

    def owner(self, clause_start: int, start: int, end: int) -> Who:
        """Whom the words `start` to `end` are said of, judged by themselves and by the clause before them."""
        inside = self.over(start, end) if end > start else []
        ahead = self.between(clause_start, start)
        if any(mention.who == "other" for mention in inside):
            return "unsure" if any(mention.who == "adult" for mention in inside) else "other"
        if inside:
            return self._pronoun_owner(inside[0]) if inside[0].kind == "pronoun" else "adult"
        subjects = [mention for mention in ahead if not self._led_by_preposition(mention)]
        if not subjects:
            return "nobody" if not ahead or ahead[-1].who == "adult" else self._beyond(ahead[-1], start)
        last = subjects[-1]
        if last.who == "other":
            return "other"
        return self._pronoun_owner(last) if last.kind == "pronoun" else "adult"

    def _beyond(self, mention: Mention, start: int) -> Who:
        """Of a person who only stands behind a preposition: "after the death of her sister" is of the sister."""
        between = self._text.plain[mention.end : start]
        return "nobody" if re.search(r"[,;]", between) else "unsure"

    def _pronoun_owner(self, mention: Mention) -> Who:
        """A pronoun stands for the adult unless somebody else it would fit is named just before it."""
        if self._words["object"].match(self._text.plain, mention.start):
            return mention.who
        if mention.who == "other":
            return "other"
        number = self._text.sentence_at(mention.start)
        sentence = self._text.sentences[number]
        ahead = [m for m in self.between(sentence.start, mention.start) if not self._led_by_preposition(m)]
        if not ahead and number:
            before = self._text.sentences[number - 1]
            told = [m for m in self.between(before.start, before.end) if not self._led_by_preposition(m)]
            if "\n" in self._text.narrative[before.end : sentence.start] or len(told) != 1:
                return "adult"
            if self._words["saying"].search(self._text.plain[told[0].end : before.end]):
                return "adult"
            return "unsure" if told[0].who == "other" and self._could_be(told[0], mention) else "adult"
        fitting = [m for m in ahead if m.who == "other" and self._could_be(m, mention)]
        if not fitting or self._words["saying"].search(self._text.plain[fitting[-1].end : mention.start]):
            return "adult"
        return "unsure" if ahead[-1] in fitting or ahead[0] in fitting else "adult"

    def _could_be(self, other: Mention, pronoun: Mention) -> bool:
        if other.gender == "p":
            return pronoun.gender is None
        return other.gender is None or pronoun.gender is None or other.gender == pronoun.gender

    def _led_by_preposition(self, mention: Mention) -> bool:
        return bool(self._words["preposition"].search(self._text.plain[max(0, mention.start - 16) : mention.start]))

    def _gender(self, words: str) -> str | None:
        if self._words["plural"].search(words):
            return "p"
        if self._words["women"].search(words):
            return "f"
        return "m" if self._words["men"].search(words) else None

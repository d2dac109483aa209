"""People's names, by what stands around them and by lists of names.

A word is taken for a name when it is on a list and is no ordinary word, or when the words around it say so: a title, a
relation, "called", a surname after it, what it does. Places, bodies, Acts, illnesses and medicines are set aside first.
Whoever was named once is found again by any part of the name. Initials are left: they are what a practitioner is asked
to write instead of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from assistant.personal.setaside import Aside, set_aside
from assistant.personal.tokens import Token, read
from assistant.personal.value import Detail, PersonalKind
from assistant.personal.words import PersonalWords, Phrases, load_words

_LONGEST = 6  # words of one name, particles among them
_SPACES = re.compile(r"[ \u00a0]{1,2}\Z")
_JOINS = re.compile(r"(?:[ \u00a0]{1,2}|[-\u2010\u2011\u2013]|\. ?)\Z")
_AFTER_CUE = re.compile(r"[\s:,\"'\u2018\u201c(-]{1,4}\Z")
_AFTER_TITLE = re.compile(r"\.?[ \u00a0]{1,2}\Z|\.\Z")
_PREFIXED = re.compile(r"(?:Mc|Mac|Fitz|O['\u2019])[A-Z]")
_AND = frozenset({"and", "or"})
_SHORTEST_TYPED = 3


def find_names(text: str) -> Iterator[Detail]:
    """Every name in the text, in order, none over another."""
    tokens = read(text)
    if not tokens:
        return
    for start, end in _Search(text, tokens, load_words()).spans():
        first, last = tokens[start].start, tokens[end - 1].end
        yield Detail(kind=PersonalKind.NAME, text=text[first:last], start=first, end=last)


@dataclass
class _Search:
    """One search through one text; spans are (first word, word after the last)."""

    text: str
    tokens: list[Token]
    words: PersonalWords
    found: dict[int, int] = field(default_factory=dict)

    @cached_property
    def aside(self) -> list[Aside]:
        return set_aside(self.tokens, self.words)

    def spans(self) -> list[tuple[int, int]]:
        self._by_title()
        self._by_cue()
        for at in range(len(self.tokens)):
            if self._is_name_by_itself(at):
                capital = self.tokens[at].capital
                self._add(
                    self._leftmost(at) if capital else at, self._rightmost(at) if capital else self._typed_end(at)
                )
        self._beside()
        self._again()
        return self._merged()

    # -- lists ------------------------------------------------------------------------------------------------------

    def _in(self, name: str, at: int) -> bool:
        return 0 <= at < len(self.tokens) and self.tokens[at].key in self.words.set_of(name)

    def _known(self, at: int) -> bool:
        return self.tokens[at].key in self.words.names

    def _ordinary(self, at: int) -> bool:
        token = self.tokens[at]
        return token.key in self.words.ordinary or token.whole in self.words.ordinary

    def _plain(self, at: int) -> bool:
        """True for a name that is no ordinary word."""
        return self._known(at) and not self._ordinary(at)

    def _could_be(self, at: int) -> bool:
        """True for a word with a capital that may be somebody's name when the words around it say so."""
        token = self.tokens[at]
        if not token.capital or len(token.key) < 2 or self.aside[at]:
            return False
        if self._in("bodies", at) and not (self._in("bodies_or_surnames", at) and self._joined(at)):
            return False
        return self._known(at) or (not self._ordinary(at) and not token.caps)

    def _joined(self, at: int) -> bool:
        """True when this word follows the one before with nothing but a space or a hyphen between."""
        return (
            0 < at < len(self.tokens)
            and bool(_JOINS.match(self.tokens[at].gap))
            and not self.tokens[at - 1].possessive
            and not ("." in self.tokens[at].gap and not self.tokens[at - 1].initial)
        )

    # -- what says that a word is a name -----------------------------------------------------------------------------

    def _by_title(self) -> None:
        """After a title: "Mrs Jones", "Mr and Mrs Jones", "PC Ahmed", "mr jones"."""
        for at, token in enumerate(self.tokens[:-1]):
            courtesy = self._in("courtesy_titles", at)
            if not (courtesy or self._in("job_titles", at)):
                continue
            name = at + 1
            if courtesy and self.tokens[name].key in _AND and self._in("courtesy_titles", name + 1):
                name += 2
            if name >= len(self.tokens) or not _AFTER_TITLE.match(self.tokens[name].gap) or token.possessive:
                continue
            if self._is_titled(at, name, courtesy):
                typed = not self.tokens[name].capital
                end = self._typed_end(name) if typed else self._rightmost(name)
                self._add(at if courtesy else name, end)

    def _is_titled(self, title: int, name: int, courtesy: bool) -> bool:
        token = self.tokens[name]
        if len(token.key) < 2 or self.aside[name] is Aside.PHRASE:
            return False
        if not token.capital:
            typed = self._in("typed_titles", title)
            if self.aside[name] or len(token.key) < _SHORTEST_TYPED:
                return False
            return self._plain(name) or (typed and (self._known(name) or not self._ordinary(name)))
        if not self.tokens[title].capital and not (courtesy or self._in("typed_titles", title)):
            return self._could_be(name)
        if self._in("bodies", name) and not (courtesy and token.key in self.words.surnames):
            return False
        double = self._joined(name + 1) and self.tokens[name + 1].gap not in " \u00a0" and self._known(name + 1)
        return self._known(name) or not self._ordinary(name) or double or self._in("typed_titles", title)

    def _by_cue(self) -> None:
        """After words that say that a person comes: "called Kev", "her son Mark", "told Jun"."""
        cues = Phrases(self.words.data.called.words)
        keys = [token.key for token in self.tokens]
        for at in range(len(self.tokens) - 1):
            length = cues.longest(keys, at)
            if length and self._after(at + length) and self._is_called(at, at + length):
                self._add_after_cue(at + length)
            if self._in("relations", at) and self._after(at + 1) and not self.tokens[at].possessive:
                typed = self._plain(at + 1) and not self.aside[at + 1] and len(keys[at + 1]) >= _SHORTEST_TYPED
                if self._could_be(at + 1) or (typed and self._in_given(at + 1) and _SPACES.match(self._gap(at + 1))):
                    self._add_after_cue(at + 1)
            if self._in("acted_on", at) and self._could_be(at + 1) and _SPACES.match(self._gap(at + 1)):
                self._add_after_cue(at + 1)

    def _is_called(self, cue: int, name: int) -> bool:
        person = self._in("people_called", cue - 1)
        words = "".join(token.key for token in self.tokens[cue:name])
        token = self.tokens[name]
        if token.capital:
            if person and self._known(name) and self.aside[name] is not Aside.PHRASE and len(token.key) > 1:
                return not self._in("bodies", name + 1)
            return self._could_be(name) and (self._known(name) or person or words != "called")
        if (
            not (person or words in self.words.set_of("surely_called"))
            or len(token.key) < _SHORTEST_TYPED
            or self.aside[name]
        ):
            return False
        if not self._ordinary(name):
            return True
        return self._in_given(name) and not self._in("without_article", name)

    def _is_name_by_itself(self, at: int) -> bool:
        token = self.tokens[at]
        if not token.capital:
            return self._is_typed_name(at)
        if self._is_title(at):
            return False
        if _PREFIXED.match(self.text[token.start : token.end]) and not self.aside[at]:
            return True
        if self.aside[at] is Aside.WORD and self._in_given(at):
            return self._has_surname(at) and not self._ordinary(at + 1)
        if not self._could_be(at):
            return self._known(at) and not self.aside[at] and self._has_deed(at) and not self._ordinary(at)
        if token.caps and not self._among_capitals(at):
            return False
        if self._in("places_too", at):
            return not self._placed(at) and (self._has_surname(at) or self._has_deed(at))
        if self._plain(at):
            return self._in_given(at) or not self._in_a_title(at)
        if not self._known(at):
            return self._is_strange_name(at)
        return self._is_name_though_a_word(at)

    def _is_strange_name(self, at: int) -> bool:
        """A word on no list where a person would stand: "Zbyszko was found", "Folasade Ogunleye", "Zbyszko's"."""
        after = at + 1
        while self._joined(after) and self.tokens[after].initial:
            after += 1
        if self._in_a_title(at):
            return False
        if self._joined(after) and self._could_be(after):
            return not (self._ordinary(after) or self._inside(at) or self._in_a_title(after))
        return self._has_deed(at) and not self._placed_words(at)

    def _is_name_though_a_word(self, at: int) -> bool:
        """Of "Mark", "Rose", "Will": a surname after it, a deed, or a capital inside a sentence."""
        token = self.tokens[at]
        needs_more = self._in("without_article", at)
        if not self._in_given(at) or token.caps:
            return False
        if self._has_surname(at) and not self._ordinary(at + 1):
            return not (token.first and needs_more) or self._in("given_names_at_first", at)
        if self._does(at + 1) and _SPACES.match(self._gap(at + 1)):
            return True
        if needs_more or self._in_a_title(at):
            return False
        return not token.first or token.possessive or self._has_deed(at) or self._with_another(at)

    def _is_typed_name(self, at: int) -> bool:
        """True for "doris" in a message typed without capitals: a given name that is no word and no place."""
        long = len(self.tokens[at].key) > _SHORTEST_TYPED
        return (
            (long or (len(self.tokens[at].key) == _SHORTEST_TYPED and self._typed_end(at) > at + 1))
            and self._in_given(at)
            and not self._ordinary(at)
            and not self.aside[at]
            and not self._in("places_too", at)
        )

    def _in_given(self, at: int) -> bool:
        return self.tokens[at].key in self.words.given

    def _has_surname(self, at: int) -> bool:
        """True when the next word, after a space or a hyphen, may be this one's surname."""
        after = at + 1
        while self._joined(after) and self.tokens[after].initial:
            after += 1
        return self._joined(after) and self._could_be(after)

    def _does(self, at: int) -> bool:
        return self._in("persons_verbs", at) and not self.tokens[at].capital

    def _has_deed(self, at: int) -> bool:
        """True when a verb of people, or "was" and the like, follows, or a possessive."""
        token = self.tokens[at]
        return token.possessive or (
            (self._does(at + 1) or self._in("being", at + 1)) and bool(_SPACES.match(self._gap(at + 1)))
        )

    def _among_capitals(self, at: int) -> bool:
        """True for MARY in "MARY SMITH": a word in capitals alone among others is an acronym."""
        return any(
            0 <= other < len(self.tokens) and self.tokens[other].caps and self._joined(max(at, other))
            for other in (at - 1, at + 1)
        )

    def _with_another(self, at: int) -> bool:
        """True for the first of "Mark and Denise"."""
        other = at + 2
        joined = other < len(self.tokens) and self.tokens[at + 1].key in _AND
        return joined and self.tokens[other].capital and self._plain(other) and not self.aside[other]

    def _in_a_title(self, at: int) -> bool:
        """True next to another capital word that can be no name: "Rose Garden Fund" is not about Rose."""
        for other in (at - 1, at + 1):
            if 0 <= other < len(self.tokens) and self._joined(max(at, other)):
                token = self.tokens[other]
                opens = token.first and other < at
                if token.capital and not token.initial and not opens and not self._could_be(other):
                    return not self._is_title(other)
        return False

    def _placed(self, at: int) -> bool:
        return self._placed_words(at) and not self._has_surname(at)

    def _placed_words(self, at: int) -> bool:
        return self._in("placed_by", at - 1)

    def _inside(self, at: int) -> bool:
        return self._in("inside", at - 1)

    def _gap(self, at: int) -> str:
        return self.tokens[at].gap if at < len(self.tokens) else "\n"

    def _after(self, at: int) -> bool:
        return at < len(self.tokens) and bool(_AFTER_CUE.match(self.tokens[at].gap))

    # -- how far a name goes ------------------------------------------------------------------------------------------

    def _rightmost(self, at: int) -> int:
        """The word after the last of the name that starts at, or goes on from, `at`."""
        end = at + 1
        ahead = end
        while ahead < len(self.tokens) and ahead - at < _LONGEST and self._joined(ahead):
            token = self.tokens[ahead]
            if self._in("particles", ahead) and not token.first:
                ahead += 1
                continue
            surname = self.aside[ahead] is Aside.WORD and token.key in self.words.surnames and token.capital
            hyphen = token.gap in "-\u2010\u2011\u2013" and token.capital
            if not (token.initial or surname or hyphen or (self._could_be(ahead) and not token.first)):
                break
            ahead += 1
            end = ahead
        return end

    def _leftmost(self, at: int) -> int:
        """The first word of the name that `at` belongs to."""
        start = at
        while start > 0 and self._joined(start) and at - start < _LONGEST:
            before = start - 1
            token = self.tokens[before]
            if not (token.initial or self._could_be(before)) or self._is_title(before):
                break
            if self._ordinary(before) and not self._may_begin(before):
                break
            start = before
        return start

    def _may_begin(self, at: int) -> bool:
        """True for a given name that is a word too and may stand before the name found ("Grace" before "Jones")."""
        if not self._in_given(at):
            return False
        free = not self._in("without_article", at) or self._in("given_names_at_first", at) or not self.tokens[at].first
        return free or self._has_deed(at + 1)

    def _is_title(self, at: int) -> bool:
        return self._in("courtesy_titles", at) or self._in("job_titles", at) or self._in("relations", at)

    def _typed_end(self, at: int) -> int:
        """After a name in small letters: its second word too, when it is a name and nothing else."""
        after = at + 1
        if self._joined(after) and self._plain(after) and len(self.tokens[after].key) > _SHORTEST_TYPED:
            return after + 1
        return after

    def _add_after_cue(self, at: int) -> None:
        self._add(at, self._rightmost(at) if self.tokens[at].capital else self._typed_end(at))

    def _add(self, start: int, end: int) -> None:
        self.found[start] = max(end, self.found.get(start, 0))

    def _beside(self) -> None:
        """Add a word that "and" joins to a name, unless it is ordinary: "Olumide and Folasade Ogunleye"."""
        for start, end in self._merged():
            for other, link in ((start - 2, start - 1), (end + 1, end)):
                inside = 0 <= other < len(self.tokens)
                if not inside or self.tokens[link].key not in _AND or self.tokens[link].capital:
                    continue
                strange = self._could_be(other) and not self._ordinary(other)
                if strange and not self._is_title(other) and not self._in("places_too", other):
                    self._add(self._leftmost(other), self._rightmost(other))

    # -- the same person again --------------------------------------------------------------------------------------

    def _again(self) -> None:
        """Any part of a name that was found, wherever else it stands with a capital."""
        parts = {
            self.tokens[at].key
            for start, end in self._merged()
            for at in range(start, end)
            if len(self.tokens[at].key) > 1
            and not self._in("particles", at)
            and not self._is_title(at)
            and not self._in("bodies", at)
        }
        for at, token in enumerate(self.tokens):
            if token.key not in parts or self.aside[at] is Aside.PHRASE or self._in("bodies", at + 1):
                continue
            if self.aside[at] or self._ordinary(at):
                sure = token.capital and not token.caps and not self._placed(at)
                sure = sure and (not token.first or self._has_deed(at)) and not self.aside[at]
                if not sure:
                    continue
            elif not token.capital and len(token.key) < _SHORTEST_TYPED:
                continue
            self._add(at, at + 1)

    def _merged(self) -> list[tuple[int, int]]:
        merged: list[tuple[int, int]] = []
        for start, end in sorted(self.found.items()):
            touches = merged and (
                start < merged[-1][1] or (start == merged[-1][1] and self._joined(start) and self.tokens[start].capital)
            )
            if touches and not self._is_title(start):
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            elif not merged or start >= merged[-1][1]:
                merged.append((start, end))
        return merged

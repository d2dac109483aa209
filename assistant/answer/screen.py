"""The first step of every question: is a life in danger now, and is this a request to refuse?

Works from words alone (corpus/data/emergency.yaml and refusals.yaml), with no index and no embedding model. A message
is read sentence by sentence, so that one urgent clause at the end of a long story is still found, and past words in
another sentence cancel nothing. When in doubt about a life in the present tense, it says emergency.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from rapidfuzz.distance import OSA

from assistant.answer.danger import Likeness, likeness
from assistant.answer.harm import reads_like_harm
from ingest.errors import RegisterInvalid

DATA = Path(__file__).resolve().parents[2] / "corpus" / "data"
Level = Literal["now", "has", "did", "named", "sign"]
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same rules, faster where libyaml is there
SECOND_LOOK = "reads like danger"
"""The category of a message that no rule flags and the danger model does."""
READS_LIKE_HARM = "reads like harm"
"""What a request is refused as when no rule of refusals.yaml matches it and the harm model is sure."""
_File = TypeVar("_File", bound=BaseModel)


class Reason(NamedTuple):
    """Why a message was flagged: the kind of danger and the words, `question[start:end]`, counted in characters."""

    category: str
    words: str
    start: int
    end: int


class Screen(BaseModel):
    """What the screen found. `refused` is the kind of request that is refused, or None.

    `possible`: no emergency was found, but the message reads enough like one for 999 to be named beside the answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    emergency: bool = False
    possible: bool = False
    reasons: tuple[Reason, ...] = ()
    refused: str | None = None


# -- data files -------------------------------------------------------------------------------------------------


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Data):
    """Where an entry comes from, and when that page was last read."""

    id: str
    title: str
    url: str | None
    checked_on: date


class Category(_Data):
    """One kind of danger. The four lists are ordered by how surely the words mean the present."""

    id: str
    name: str
    source: str
    habit: bool = False
    now: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    did: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class EmergencyWords(_Data):
    """corpus/data/emergency.yaml."""

    title: str
    note: str
    checked_on: date
    sources: tuple[Source, ...] = ()
    groups: dict[str, str] = {}
    present: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()
    witness: tuple[str, ...] = ()
    supposed: tuple[str, ...] = ()
    might: str = ""
    topic: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    story: tuple[str, ...] = ()
    denied: str = ""
    over: str = ""
    specific: str = ""
    signs: str = ""
    live: str = ""
    names: tuple[str, ...] = ()
    habit: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ()
    spellings: dict[str, str] = {}
    near: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()


class Refusal(_Data):
    """One kind of request to refuse: any of `asks`, unless the same sentence has one of `unless`."""

    id: str
    name: str
    why: str
    asks: tuple[str, ...]
    unless: tuple[str, ...] = ()


class RefusalWords(_Data):
    """corpus/data/refusals.yaml."""

    title: str
    note: str
    checked_on: date
    groups: dict[str, str] = {}
    unless: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()


# -- reading a message as words ---------------------------------------------------------------------------------

_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4\u0060\u2032\u201b"), "'")
_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*|[.!?;:,\n\u2026()\-\u2013\u2014\"]+|[^\s\w]")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_LONGEST_WORD = 40
_AROUND = 600  # characters of the sentence on each side that may cancel a phrase: keeps long texts linear


@dataclass(frozen=True)
class Sentence:
    """Canonical text of one sentence and, for each of its words, where it stood in the message."""

    text: str
    word_starts: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Characters of the canonical text -> characters of the message."""
        first = bisect_right(self.word_starts, start) - 1
        last = bisect_right(self.word_starts, max(start, end - 1)) - 1
        return self.spans[first][0], self.spans[last][1]


def _plain(question: str) -> tuple[str, list[int]]:
    """Small letters without accents, controls or look-alike quotes; and each character's place in the message."""
    letters: list[str] = []
    places: list[int] = []
    for place, original in enumerate(question):
        for char in unicodedata.normalize("NFKD", original).translate(_APOSTROPHES).casefold():
            kind = unicodedata.category(char)
            if kind in ("Mn", "Cf", "Me"):  # accents, zero-width and bidi controls
                continue
            letters.append("\n" if char in "\n\r\u2028\u2029" else " " if kind[0] in "ZC" else char)
            places.append(place)
    return "".join(letters), places


def _is_stop(mark: str, after: str) -> bool:
    """True for marks that end a sentence; a single new line before a small letter does not."""
    if "\n" in mark:
        return mark.count("\n") > 1 or any(stop in mark for stop in ".!?;") or not after.isalpha()
    return any(stop in mark for stop in ".!?;") or mark == ":"


class Reader:
    """Rewrites a message as plain words, mending the spellings that the data lists."""

    def __init__(self, words: EmergencyWords) -> None:
        self.spellings = {typed: meant.split() for typed, meant in words.spellings.items()}
        patterns = " ".join(
            [*words.groups.values(), *words.present, *words.past, *words.ended, *words.names]
            + [p for c in words.categories for p in (*c.now, *c.has, *c.did, *c.named)]
        )
        self.known = set(re.findall(r"[a-z]{3,}", patterns)) | set(words.leave)
        self.near = words.near
        self.mend = lru_cache(maxsize=4096)(self._mend)

    def _mend(self, word: str) -> tuple[str, ...]:
        if word in self.spellings:
            return tuple(self.spellings[word])
        if word in self.known or len(word) > _LONGEST_WORD:
            return (word,)
        if _LONG_RUN.search(word) and not word.isdigit():
            for kept in (r"\1\1", r"\1"):
                shorter = _LONG_RUN.sub(kept, word)
                if shorter in self.known or shorter in self.spellings:
                    return self._mend(shorter)
            word = _LONG_RUN.sub(r"\1", word)
        if len(word) >= 5 and word.endswith("in") and word + "g" in self.known:
            return (word + "g",)
        if len(word) >= 6:
            for key in self.near:
                allowed = 2 if len(key) >= 11 else 1
                if word[0] == key[0] and OSA.distance(word, key, score_cutoff=allowed) <= allowed:
                    return (key,)
        return (word,)

    def _words(self, token: str) -> list[str]:
        if "'" not in token or token in self.spellings:
            return list(self.mend(token))
        joined = token.replace("'", "")
        if joined in self.spellings:
            return list(self.spellings[joined])
        return [word for part in token.split("'") for word in self.mend(part)]

    def sentences(self, question: str) -> list[Sentence]:
        """The message as sentences of plain words; a comma stays as a mark on the word before it."""
        text, places = _plain(question)
        found: list[Sentence] = []
        words: list[str] = []
        spans: list[tuple[int, int]] = []

        def close() -> None:
            if words:
                starts, at = [], 0
                for word in words:
                    starts.append(at)
                    at += len(word) + 1
                found.append(Sentence(" ".join(words), tuple(starts), tuple(spans)))
                words.clear()
                spans.clear()

        for match in _TOKEN.finditer(text):
            token = match.group()
            if token[0].isalnum():
                span = (places[match.start()], places[match.end() - 1] + 1)
                for word in self._words(token):
                    words.append(word)
                    spans.append(span)
            elif _is_stop(token, text[match.end() : match.end() + 1]) and not self._inside_word(text, match):
                close()
            elif words and not words[-1].endswith(",") and not self._hyphen(text, match):
                words[-1] += ","
        close()
        return found

    @staticmethod
    def _inside_word(text: str, match: re.Match[str]) -> bool:
        """True for the stop in "s.42", "e.g." or "Mr. Jones": not the end of a sentence."""
        if match.group() != ".":
            return False
        before = re.search(r"[a-z0-9]+$", text[max(0, match.start() - 6) : match.start()])
        word = before.group() if before else ""
        return word in ("mr", "mrs", "ms", "dr", "no", "para", "e", "g", "i", "s") and text[match.end() :][:1] != "\n"

    @staticmethod
    def _hyphen(text: str, match: re.Match[str]) -> bool:
        """True for the mark in "self-harm": the words on both sides belong together."""
        return (
            match.group() in "-\u2013"
            and text[match.start() - 1 : match.start()].isalnum()
            and text[match.end() : match.end() + 1].isalnum()
        )


# -- rules ------------------------------------------------------------------------------------------------------


def _expand(pattern: str, groups: dict[str, str]) -> str:
    """Fill in {groups} and the gaps written "..." and "...9"."""
    for _ in range(3):
        pattern = re.sub(r"\{([a-z]+)\}", lambda m: groups[m.group(1)], pattern)
    return re.sub(
        r"(^| )?\.\.\.(\d*)( |(?=\)|$))?",
        lambda m: (
            f" (?:[a-z0-9]+ ){{0,{int(m.group(2) or 4)}}}"
            if m.group(1)
            else f"(?:[a-z0-9]+ ){{0,{int(m.group(2) or 4)}}}"
        ),
        pattern,
    )


# A space, or a whole look-behind, which must keep its width.
_SPACE = re.compile(r"\(\?<[!=][^()]*\)| ")
# A repeated group has no upper bound: bound it, so that no text can make a match take long.
_UNBOUNDED = re.compile(r"\)([*+])(\??)")


def _bounded(match: re.Match[str]) -> str:
    return f"){{{int(match.group(1) == '+')},8}}{match.group(2)}"


def _compile(
    pattern: str, groups: dict[str, str], entry: str, *, commas: bool = True, edges: bool = True
) -> re.Pattern[str]:
    try:
        text = _expand(pattern, groups)
        text = _UNBOUNDED.sub(_bounded, text)
        text = _SPACE.sub(lambda m: m.group() if len(m.group()) > 1 else ",? ", text) if commas else text
        return re.compile(rf"(?<![a-z0-9])(?:{text})(?:(?<= )|(?![a-z0-9]))" if edges else text)
    except (re.error, KeyError) as error:
        raise RegisterInvalid(
            f"The pattern {pattern!r} in {entry} cannot be read ({error}); correct that line."
        ) from error


@dataclass(frozen=True)
class _Danger:
    category: str
    level: Level
    habit: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Rules:
    """Everything the screen knows, compiled once."""

    reader: Reader
    dangers: tuple[_Danger, ...]
    cues: dict[str, re.Pattern[str]]
    refusals: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = field(default=())

    @classmethod
    def of(cls, words: EmergencyWords, refusals: RefusalWords | None = None) -> Rules:
        """Compile the data. Raises RegisterInvalid naming the entry whose pattern cannot be read."""
        groups = words.groups
        known_sources = {source.id for source in words.sources}
        dangers = []
        for category in words.categories:
            if category.source not in known_sources:
                raise RegisterInvalid(
                    f"emergency.yaml, {category.id}: the source {category.source!r} is not listed; add it to sources."
                )
            levels: tuple[tuple[Level, tuple[str, ...]], ...] = (
                ("now", category.now), ("has", category.has), ("did", category.did), ("named", category.named),
            )  # fmt: skip
            for level, patterns in levels:
                for number, pattern in enumerate(patterns, start=1):
                    entry = f"emergency.yaml, {category.id}, {level}, line {number}"
                    dangers.append(_Danger(category.id, level, category.habit, _compile(pattern, groups, entry)))
        if words.signs:
            sign = _compile(words.signs, groups, "emergency.yaml, signs")
            dangers.append(_Danger("danger", "sign", True, sign))
        lists = (
            "present",
            "recent",
            "witness",
            "supposed",
            "topic",
            "closing",
            "past",
            "ended",
            "story",
            "names",
            "habit",
        )
        cues = {}
        for name in lists:
            cues[name] = _any(getattr(words, name), groups, f"emergency.yaml, {name}")
        for name in ("denied", "over", "might"):
            cues[name] = _compile(
                getattr(words, name) or "(?!)", groups, f"emergency.yaml, {name}", commas=False, edges=False
            )
        named = words.specific or "(?!)"
        cues["live"] = _compile(words.live or "(?!)", {**groups, "specific": named}, "emergency.yaml, live")
        cues["ends_specific"] = _compile(rf"\b{named} ?$", groups, "emergency.yaml, specific", edges=False)
        cues["starts_specific"] = _compile(rf"{named}\b", groups, "emergency.yaml, specific", edges=False)
        cues["comma_specific"] = _compile(
            rf", {named}\b", groups, "emergency.yaml, specific", commas=False, edges=False
        )
        return cls(Reader(words), tuple(dangers), cues, tuple(_refusals(refusals)) if refusals else ())


def _any(patterns: Iterable[str], groups: dict[str, str], entry: str) -> re.Pattern[str]:
    """One pattern for a whole list; when it cannot be read, the line at fault is named."""
    lines = list(patterns)
    try:
        return _compile("|".join(lines) or "(?!)", groups, entry)
    except RegisterInvalid:
        for number, line in enumerate(lines, start=1):
            _compile(line, groups, f"{entry}, line {number}")
        raise


def _refusals(words: RefusalWords) -> Iterator[tuple[str, re.Pattern[str], re.Pattern[str]]]:
    for refusal in words.refusals:
        entry = f"refusals.yaml, {refusal.id}"
        unless = _any((*refusal.unless, *words.unless), words.groups, f"{entry}, unless")
        yield refusal.id, _any(refusal.asks, words.groups, entry), unless


def load_rules(folder: Path = DATA) -> Rules:
    """Read both data files. Raises RegisterInvalid when one of them does not say what it must."""
    return Rules.of(_read(folder / "emergency.yaml", EmergencyWords), _read(folder / "refusals.yaml", RefusalWords))


def _read(path: Path, kind: type[_File]) -> _File:
    try:
        return kind.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise RegisterInvalid(
            f"{path.name} cannot be used: {error}. Restore or correct corpus/data/{path.name}."
        ) from error


@lru_cache(maxsize=1)
def _shipped() -> Rules:
    return load_rules()


# -- the screen -------------------------------------------------------------------------------------------------


def screen(question: str, rules: Rules | None = None) -> Screen:
    """Look for danger to life now, and for a request to refuse.

    With the shipped rules, a message no rule flags is looked at again as a whole (assistant/answer/danger.py and, for
    a request to refuse, harm.py); rules that are given are used alone.
    """
    second_look = rules is None
    rules = rules or _shipped()
    sentences = rules.reader.sentences(question)
    reasons = tuple(_dangers(question, sentences, rules))
    like = likeness(question) if second_look and not reasons else Likeness.NONE
    if like is Likeness.DANGER:
        reasons = (Reason(SECOND_LOOK, question, 0, len(question)),)
    refused = _refused(sentences, rules)
    if second_look and not refused and not reasons and reads_like_harm(sentence.text for sentence in sentences):
        refused = READS_LIKE_HARM
    return Screen(
        emergency=bool(reasons),
        possible=like is Likeness.POSSIBLE,
        reasons=reasons,
        refused=refused,
    )


def _dangers(question: str, sentences: list[Sentence], rules: Rules) -> Iterator[Reason]:
    for sentence in sentences:
        text = rules.cues["names"].sub(lambda match: "#" * len(match.group()), sentence.text)
        for danger in rules.dangers:
            for match in danger.pattern.finditer(text):
                first = max(0, text.rfind(" ", 0, max(0, match.start() - _AROUND)) + 1)
                around = text[first : match.end() + _AROUND]
                if _is_present(around, match.start() - first, match.end() - first, danger, rules.cues):
                    start, end = sentence.span(match.start(), match.end())
                    yield Reason(danger.category, question[start:end], start, end)
                    break


def _is_present(text: str, start: int, end: int, danger: _Danger, cues: dict[str, re.Pattern[str]]) -> bool:
    """True unless the words around a danger phrase say it is denied, over, supposed or only a topic."""
    before, after = text[:start], text[end:]
    recent = bool(cues["recent"].search(_near(text, start, end, 8)))
    if cues["denied"].search(before.rstrip()):
        return False
    if cues["over"].search(before.rstrip()) and not recent:
        return False
    near_before, near_after = _scope(before, after, cues)
    seen = bool(cues["witness"].search(text))
    if not seen and _reaches(cues["supposed"], near_before, 14):
        return False
    specific = bool(cues["ends_specific"].search(before) or cues["starts_specific"].match(text, start))
    just_now = danger.level in ("now", "has") and cues["recent"].search(_near(text, start, end, 2))
    if not specific and not just_now and not seen and _reaches(cues["topic"], near_before, 10):
        return False
    if (
        danger.habit
        and not recent
        and cues["habit"].search(_last_words(near_before, 6) + text[start:end] + _first_words(near_after, 8))
    ):
        return False
    if danger.level == "named":
        return bool(cues["present"].search(_near(text, start, end, 4))) and not cues["past"].search(
            near_before + near_after
        )
    if danger.level == "has" or " been " in text[start:end]:
        return recent or not _is_long_ago(near_before, text[start:end], near_after, cues)
    if danger.level == "sign" and not cues["live"].search(near_before + text[start:end]):
        return False
    if danger.level in ("did", "sign"):
        return not cues["might"].search(before.rstrip()) and (
            recent or not _is_told(near_before + "| " + near_after, cues)
        )
    return True


def _scope(before: str, after: str, cues: dict[str, re.Pattern[str]]) -> tuple[str, str]:
    """The words around a phrase that belong to the same thought: cut at the nearest closing word on each side."""
    last = 0
    for match in cues["closing"].finditer(before):
        last = match.end()
    for match in cues["comma_specific"].finditer(before):
        last = max(last, match.start() + 2)
    first = cues["closing"].search(after)
    return before[last:], after[: first.start()] if first else after


def _reaches(cue: re.Pattern[str], before: str, words: int) -> bool:
    """True when the cue ends at most so many words before the phrase."""
    return any(before.count(" ", match.end()) <= words for match in cue.finditer(before))


def _is_long_ago(before: str, phrase: str, after: str, cues: dict[str, re.Pattern[str]]) -> bool:
    """A perfect tense is past only where a time long ago is said with it: first thing, within, or after it."""
    opening = cues["past"].search(before)
    opens = bool(opening and (opening.start() <= 12 or before.count(" ", opening.end()) <= 2))
    return opens or bool(cues["past"].search(phrase)) or bool(cues["past"].search(_first_words(after, 10)))


def _is_told(around: str, cues: dict[str, re.Pattern[str]]) -> bool:
    return any(cues[name].search(around) for name in ("past", "ended", "story"))


def _first_words(text: str, count: int) -> str:
    return " ".join(text.split(" ")[: count + 1])


def _last_words(text: str, count: int) -> str:
    return " ".join(text.split(" ")[-count - 1 :])


def _near(text: str, start: int, end: int, count: int) -> str:
    return _last_words(text[:start], count) + text[start:end] + _first_words(text[end:], count)


def emergency_message() -> str:
    """The words of the urgent alert, with the numbers of the contacts data."""
    from assistant.knowledge import load_contacts

    contacts = load_contacts()
    emergency, office, nights = (
        contacts.role(name) for name in ("emergency", "family_connect_adults", "emergency_duty_team")
    )
    call, silent = emergency.numbers[0][1], emergency.numbers[1][1]
    hours = f" ({office.hours})" if office.hours else ""
    return (
        f"Call {call} now. Someone may be in immediate danger. If you cannot speak, press {silent} when asked. "
        f"Then tell Family Connect: {office.numbers[0][1]}{hours}. "
        f"Nights and weekends: {nights.numbers[0][1]} (Emergency Duty Team)."
    )


def refused_by_rules(question: str, rules: Rules) -> str | None:
    """The kind of request that the rules refuse, or None; the second look is not asked."""
    return _refused(rules.reader.sentences(question), rules)


def _refused(sentences: list[Sentence], rules: Rules) -> str | None:
    for sentence in sentences:
        for category, asks, unless in rules.refusals:
            if asks.search(sentence.text) and not unless.search(sentence.text):
                return category
    return None

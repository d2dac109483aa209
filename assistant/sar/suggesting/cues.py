"""The cue words as data: `corpus/data/sar-cues.yaml`, whose head explains each field, compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.sar.rules import State
from ingest.errors import RegisterInvalid
from ingest.sources import CORPUS

FILE = CORPUS / "data" / "sar-cues.yaml"
Context = Literal["denied", "supposed", "rumour", "other", "subject", "another", "past", "aside"]
Strength = Literal["plain", "likely", "part"]
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every word a text: yes and no stay words

_GROUP = re.compile(r"(?<!P)<([a-z_]+)>")
_BREAK = re.compile(r"\n\s*")
_GAP = re.compile(r"( )?\.\.\.(\d*)( )?")
_SPACE = re.compile(r"\[\^?[^\]]*\]| ([?*])?")  # a set of characters keeps its space
_WORD_IN_GAP = r"(?:[^\s.;:()!?]+(?:[.:][^\s.;:()!?]+)*\x20++)"  # a comma is part of the word before it
_MARKS = r"(?:{}|[;()\[\]]|:\s|\x20-\x20|[.!?]\s)"  # closing words, and the marks that close a thought


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CueWords(_Entry):
    """Patterns that say one thing of a fact; see the data file's head."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    say: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    unless_after: tuple[str, ...] = ()
    heed: tuple[Context, ...] = ("denied", "supposed", "rumour", "other", "past", "aside")
    strength: Strength = "plain"


class FactWords(_Entry):
    """What says yes, what says no, and what leaves a fact open whatever else says one of these."""

    yes: tuple[CueWords, ...] = ()
    no: tuple[CueWords, ...] = ()
    blocks_yes: tuple[str, ...] = ()
    blocks_no: tuple[str, ...] = ()


class ContextWords(_Entry):
    """Words before or after a cue that take it out of what is said of the adult, with how many words they reach."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    reach: int = Field(default=6, ge=0)
    reach_after: int = Field(default=3, ge=0)


class Words(_Entry):
    """The whole data file."""

    title: str = Field(min_length=2)
    source: str = Field(min_length=2)
    checked_on: date
    confidence: dict[Strength, float]
    groups: dict[str, str]
    closing: tuple[str, ...]
    contexts: dict[Context, ContextWords]
    injection: tuple[str, ...]
    people: dict[str, tuple[str, ...]]
    ages: dict[str, tuple[str, ...]]
    places: dict[str, tuple[str, ...]]
    facts: dict[str, FactWords]


@dataclass(frozen=True)
class Cue:
    """A compiled cue: where `say` matches and nothing of `unless` stands in the sentence, the fact has `value`."""

    id: str
    fact: str
    value: State
    say: re.Pattern[str]
    unless: re.Pattern[str] | None
    beside: re.Pattern[str] | None
    unless_after: re.Pattern[str] | None
    heed: frozenset[Context]
    strength: Strength


@dataclass(frozen=True)
class ContextCue:
    """A compiled context."""

    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    anywhere: re.Pattern[str] | None
    unless: re.Pattern[str] | None


@dataclass(frozen=True)
class Cues:
    """Everything the data file says, compiled."""

    confidence: Mapping[Strength, float]
    closing: re.Pattern[str]
    contexts: Mapping[Context, ContextCue]
    injection: re.Pattern[str]
    people: Mapping[str, re.Pattern[str]]
    ages: Mapping[str, re.Pattern[str]]
    places: Mapping[str, re.Pattern[str]]
    facts: Mapping[str, tuple[Cue, ...]]
    blocks: Mapping[tuple[str, State], re.Pattern[str]]


@cache
def load_cues(file: Path = FILE) -> Cues:
    """The data file, compiled. Raises: RegisterInvalid, which names the entry or the pattern that is wrong."""
    words = _read(file)
    groups = _Groups(words.groups)

    def section(name: str, lists: Mapping[str, tuple[str, ...]]) -> dict[str, re.Pattern[str]]:
        return {key: groups.any_of(patterns, f"{name}, {key}") for key, patterns in lists.items()}

    return Cues(
        confidence=words.confidence,
        closing=groups.any_of(words.closing, "closing", _MARKS),
        contexts={name: _context(entry, groups, f"contexts, {name}") for name, entry in words.contexts.items()},
        injection=groups.any_of(words.injection, "injection"),
        people=section("people", words.people),
        ages=section("ages", words.ages),
        places=section("places", words.places),
        facts={fact: tuple(_cues(fact, entry, groups)) for fact, entry in words.facts.items()},
        blocks={
            (fact, value): groups.any_of(patterns, f"{fact}, blocks_{value}")
            for fact, entry in words.facts.items()
            for value, patterns in ((State.YES, entry.blocks_yes), (State.NO, entry.blocks_no))
            if patterns
        },
    )


def _cues(fact: str, words: FactWords, groups: _Groups) -> Iterable[Cue]:
    for value, entries in ((State.YES, words.yes), (State.NO, words.no)):
        for entry in entries:
            where = f"{fact}, {value}, {entry.id}"
            yield Cue(
                id=entry.id,
                fact=fact,
                value=value,
                say=groups.any_of(entry.say, where),
                unless=groups.any_of(entry.unless, f"{where}, unless") if entry.unless else None,
                beside=groups.any_of(entry.beside, f"{where}, beside") if entry.beside else None,
                unless_after=groups.any_of(entry.unless_after, f"{where}, unless_after")
                if entry.unless_after
                else None,
                heed=frozenset(entry.heed),
                strength=entry.strength,
            )


def _context(entry: ContextWords, groups: _Groups, where: str) -> ContextCue:
    def near(patterns: tuple[str, ...], form: str) -> re.Pattern[str] | None:
        return groups.any_of(patterns, where, form) if patterns else None

    return ContextCue(
        before=near(entry.before, rf"{{}}(?:[ ,]+[^\s]+){{{{0,{entry.reach}}}}}[ ,(]*$"),
        after=near(entry.after, rf"^(?:[ ,)]+[^\s]+){{{{0,{entry.reach_after}}}}}[ ,)]+{{}}"),
        anywhere=near(entry.anywhere, "{}"),
        unless=near(entry.unless, "{}"),
    )


class _Groups:
    """Named groups of words, written <name> in a pattern, and how a pattern is read."""

    def __init__(self, groups: Mapping[str, str]) -> None:
        self._groups = {name: f"(?:{_BREAK.sub('', words)})" for name, words in groups.items()}

    def any_of(self, patterns: Iterable[str], where: str, form: str = "{}") -> re.Pattern[str]:
        """One pattern for a list of them; when it cannot be read, the line at fault is named."""
        lines = list(patterns)
        try:
            return re.compile(form.format(rf"(?<![a-z0-9])(?:{'|'.join(map(self._read, lines))})(?![a-z0-9])"))
        except (re.error, KeyError, IndexError):
            for line in lines:
                try:
                    re.compile(self._read(line))
                except (re.error, KeyError) as error:
                    raise RegisterInvalid(
                        f"The pattern {line!r} of sar-cues.yaml under {where} cannot be read ({error}); mend that line."
                    ) from error
            raise

    def _read(self, pattern: str) -> str:
        """Fill in groups (up to four deep) and gaps; a space may have a comma before it."""
        pattern = _BREAK.sub("", pattern)
        for _ in range(4):
            pattern = _GROUP.sub(lambda match: self._groups[match.group(1)], pattern)
        pattern = pattern.replace(" // ", r"(?:[,;:.]|\x20-)?\x20*\s\x20?")
        pattern = _GAP.sub(lambda m: f"{'~' if m.group(1) else ''}{_WORD_IN_GAP}{{0,{m.group(2) or 4}}}?", pattern)
        return _SPACE.sub(_spaced, pattern).replace("~", ",?\\x20++")


def _spaced(match: re.Match[str]) -> str:
    if match.group().startswith("["):
        return match.group()
    return r"(?:,?\x20++)?" if match.group(1) else r",?\x20++"


def _read(file: Path) -> Words:
    try:
        return Words.model_validate(yaml.load(file.read_text(encoding="utf-8"), _Loader))
    except FileNotFoundError:
        raise RegisterInvalid(f"The data file {file.name} is missing; restore it from the project.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegisterInvalid(f"The data file {file.name} is not valid YAML ({error}); mend that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RegisterInvalid(
            f"The data file {file.name} is wrong at {where}: {first['msg']}; mend that entry."
        ) from error

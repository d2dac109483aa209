"""What a person types at a question of the walk-through, as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.sar.rules import State

_YES = {"yes", "y"}
_NO = {"no", "n"}
_UNKNOWN = {"d", "unknown", "not known", "not sure", "do not know", "i do not know", "don't know", "i don't know",
            "dont know", "i dont know"}  # fmt: skip
_CHANGE = re.compile(r"change (\d{1,3})(?: (?:to )?(.+))?", re.IGNORECASE)
_WHAT_IF = re.compile(r"what[ -]if (\d{1,3}) (?:is |to )?(.+?)\??", re.IGNORECASE)


@dataclass(frozen=True)
class Reply:
    """A line as typed, and its words in lower case without the note after a colon; `value` where they answer."""

    typed: str
    words: str
    value: State | None = None
    note: str = ""


def read_reply(typed: str) -> Reply:
    """A line as somebody typed it. A note is read only after a plain answer: "no idea" is no answer.

    >>> read_reply("Yes: seen by the GP").note
    'seen by the GP'
    """
    head, _, note = typed.partition(":")
    line = " ".join(typed.split())
    if (value := read_state(head)) is not None:
        return Reply(line, _plain(head), value, " ".join(note.split()))
    return Reply(line, _plain(typed))


def read_state(typed: str) -> State | None:
    """Yes, no or I do not know; None for anything else."""
    words = _plain(typed)
    for state, spellings in ((State.YES, _YES), (State.NO, _NO), (State.UNKNOWN, _UNKNOWN)):
        if words in spellings:
            return state
    return None


def read_change(line: str) -> tuple[int, str] | None:
    """The number of "change 3" and the answer of "change 3 no", empty where there is none; None for other words."""
    found = _CHANGE.fullmatch(line)
    return (int(found[1]), found[2] or "") if found else None


def read_what_if(line: str) -> tuple[int, str] | None:
    """Number and answer of "what if 3 no"; None for other words."""
    found = _WHAT_IF.fullmatch(line)
    return (int(found[1]), found[2]) if found else None


def _plain(typed: str) -> str:
    return " ".join(typed.replace("\u2019", "'").casefold().split()).rstrip(".!?")

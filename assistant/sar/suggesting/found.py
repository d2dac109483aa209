"""What a reader of one kind of words hands on."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.sar.rules import State
from assistant.sar.suggesting.cues import Strength


@dataclass(frozen=True)
class Found:
    """One piece of evidence: `narrative[start:end]` says that a fact has a value."""

    fact: str
    value: State
    start: int
    end: int
    strength: Strength
    cue: str

"""A run folder: what a run was asked and what came back, so that scoring needs nothing else.

- suite.jsonl: the cases, copied
- run.json: settings, versions, commit, timings
- cases.jsonl: one line a case: the answer, the ten best hits, the times
- passages.jsonl: every passage an answer cites, with the words its own digest has at that pinpoint
- scores.json: written by scoring
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.errors import SafeguardError


class RunDamaged(SafeguardError):
    """A run folder lacks a file or a line of it cannot be read."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


_Row = TypeVar("_Row", bound=_Value)


class HitRow(_Value):
    """A passage with the rank and score it was found at; `rank` counts from 1."""

    passage_id: str
    source_id: str
    pinpoint: str
    score: float
    rank: int


class ReplySentence(_Value):
    """What scoring reads of an answer's sentence."""

    text: str
    citations: tuple[int, ...] = ()


class ReplyCitation(_Value):
    """What scoring reads of an answer's citation."""

    n: int = 0
    source_id: str
    passage_id: str = ""
    pinpoint: str
    quote: str = ""
    start: int = 0
    end: int = 0


class PassageRow(_Value):
    """A cited passage as the index holds it. `section`: the words under its pinpoint in the digest's file, read apart
    from the index; None where the source is no digest.
    """

    id: str
    source_id: str
    pinpoint: str
    text: str
    section: str | None = None


class Reply(_Value):
    """What scoring reads of an Answer; cases.jsonl keeps all of it."""

    outcome: str
    sentences: tuple[ReplySentence, ...] = ()
    citations: tuple[ReplyCitation, ...] = ()
    abstained: bool
    unsure: bool = False
    emergency: bool


class CaseRun(_Value):
    """What came back for one case. `answer` is None, and `error` says why, when asking failed."""

    id: str
    answer: Reply | None = None
    hits: tuple[HitRow, ...] = ()
    evidence: float | None = None
    ask_ms: float | None = None
    error: str | None = None


def write_json(path: Path, value: Any) -> None:
    """Write `value` as indented JSON in one step, so that a reader never meets half a file."""
    _write(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_lines(path: Path, rows: Iterable[Any]) -> None:
    """Write one JSON object a line, in one step."""
    _write(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def read_cases(folder: Path) -> dict[str, CaseRun]:
    """Case id -> what came back, from cases.jsonl. Raises RunDamaged when it is missing or a line is not readable."""
    return {run.id: run for run in _read_lines(folder / "cases.jsonl", CaseRun)}


def read_passages(folder: Path) -> dict[str, PassageRow]:
    """Passage id -> cited passage, from passages.jsonl. Raises RunDamaged as `read_cases` does."""
    return {row.id: row for row in _read_lines(folder / "passages.jsonl", PassageRow)}


def read_about(folder: Path) -> dict[str, Any]:
    """What run.json says of the run. Raises RunDamaged when it is missing or is not an object."""
    path = folder / "run.json"
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise RunDamaged(f"{path} cannot be read ({error}); generate the run again.") from None
    if not isinstance(about, dict):
        raise RunDamaged(f"{path} does not hold a run's settings; generate the run again.")
    return about


def _read_lines(path: Path, model: type[_Row]) -> list[_Row]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RunDamaged(f"{path} cannot be read ({error}); generate the run again.") from None
    rows: list[_Row] = []
    for number, line in enumerate(lines, 1):
        try:
            rows.append(model.model_validate_json(line))
        except ValidationError as error:
            field = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the line"
            raise RunDamaged(f"{path.name} line {number}, {field}: not as written; generate the run again.") from None
    return rows


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)

"""Batches: JSON lines in, JSON lines out, in the order of the input."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ingest.errors import BadRequest


def read_jsonl(path: Path, words: str) -> list[dict[str, Any]]:
    """Every line as an object with an `id`, a text in the field `words`, and turns in `history` where it has that.

    Raises: BadRequest naming the line, before anything is worked on.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path} cannot be read as UTF-8 text ({_why(error)}); check the name and the file.") from None
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):  # a JSON text may hold other ends of line
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise BadRequest(f"{path}, line {number} is not JSON; write one object a line.") from None
        missing = [name for name in ("id", words) if not isinstance(row, dict) or name not in row]
        if missing:
            raise BadRequest(f"{path}, line {number} has no '{missing[0]}'; add it.")
        if not isinstance(row["id"], str | int | float):
            raise BadRequest(f"{path}, line {number}: 'id' must be a text or a number; change it.")
        if not isinstance(row[words], str):
            raise BadRequest(f"{path}, line {number}: '{words}' must be a text; change it.")
        if not _is_history(row.get("history") or []):
            raise BadRequest(
                f'{path}, line {number}: \'history\' must be a list of {{"role", "content"}}, both texts; change it.'
            )
        rows.append(row)
    return rows


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]], progress: Callable[[int], None]) -> None:
    """Rows as they are made, one object a line, each flushed; `progress` is told how many are done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            for done, row in enumerate(rows, start=1):
                stream.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
                stream.flush()
                progress(done)
    except OSError as error:
        raise BadRequest(f"{path} cannot be written ({_why(error)}); make room or choose another file.") from None


def _is_history(value: object) -> bool:
    """Whether a value is a list of earlier turns, each with a role and what was said."""
    return isinstance(value, list) and all(
        isinstance(turn, dict) and isinstance(turn.get("role"), str) and isinstance(turn.get("content"), str)
        for turn in value
    )


def _why(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "not readable") if isinstance(error, OSError) else "not UTF-8"

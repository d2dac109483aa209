"""Batches: JSON lines in, JSON lines out, in the order of the input."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ingest.errors import BadRequest


def read_jsonl(path: Path, required: Iterable[str]) -> list[dict[str, Any]]:
    """Every line as an object that has the required fields, the first of them a string or number.

    Raises: BadRequest naming the line, before anything is worked on.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path} cannot be read as UTF-8 text ({_why(error)}); check the name and the file.") from None
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise BadRequest(f"{path}, line {number} is not JSON; write one object a line.") from None
        missing = [name for name in required if not isinstance(row, dict) or name not in row]
        if missing:
            raise BadRequest(f"{path}, line {number} has no '{missing[0]}'; add it.")
        rows.append(row)
    return rows


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]], progress: Callable[[int], None]) -> None:
    """Rows as they are made, one object a line, each flushed; `progress` is told how many are done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("w", encoding="utf-8")
    except OSError as error:
        raise BadRequest(f"{path} cannot be written ({_why(error)}); choose another file.") from None
    with stream:
        for done, row in enumerate(rows, start=1):
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            stream.flush()
            progress(done)


def _why(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "not readable") if isinstance(error, OSError) else "not UTF-8"

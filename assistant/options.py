"""What every command shares: its common options, and how it prints."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path, typer.Option("--data-dir", envvar="SAFEGUARD_DATA_DIR", help="Where indexes and records live.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")]
DEFAULT_DATA_DIR = Path(".safeguard")


def print_json(value: object) -> None:
    """A value on standard output."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    # An argument that is not UTF-8 cannot be printed as it came.
    print(text.encode("utf-8", "replace").decode(), flush=True)


def counted(total: int) -> Callable[[int], None]:
    """Progress of a batch: told how many are done, it says so now and then."""
    from assistant.terminal import note

    return lambda done: note(f"{done} of {total} done.") if done % 20 == 0 or done == total else None

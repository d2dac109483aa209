"""Bring the index level again whenever a file below the remembered paths comes, goes or changes.

Files are looked at by name, size and time every few seconds, and not by the system's own notices: those do not cross a
network drive, which is where a partnership's policies are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from ingest.errors import IngestBusy
from ingest.locate import Root, named
from ingest.pipeline import Report, remembered

Look = frozenset[tuple[str, int, int]]
"""(path, bytes, modification time in ns) of every file."""


def look(data_dir: Path) -> Look:
    """The files below every path given to ingest, and the records of the official texts, as they are now."""
    files = [candidate.file for candidate in named(_present(remembered(data_dir)))]
    files += sorted((data_dir / "official").glob("*/record.json"))
    seen = set()
    for file in files:
        try:
            status = file.stat()
        except OSError:  # it went while we looked: the next look will not find it
            continue
        seen.add((str(file), status.st_size, status.st_mtime_ns))
    return frozenset(seen)


def watch(
    run: Callable[[], Report],
    data_dir: Path,
    *,
    sleep: Callable[[float], object],
    every_s: float = 5.0,
    ran: Callable[[Report], None] = lambda report: None,
    progress: Callable[[str], None] = lambda message: None,
) -> NoReturn:
    """Call `run` now and after every change, until `sleep` raises (KeyboardInterrupt, from a person at the keys).

    A change is taken up when two looks in a row are alike, so that a file still being copied is left to settle. When
    another ingest holds the data folder, the change is taken up at the next look.

    Raises: whatever `run` raises, but IngestBusy.
    """
    done: Look | None = None
    before = look(data_dir)
    while True:
        if before != done:
            try:
                ran(run())
                done = before
                progress("Watching for changes. Press Ctrl and C to stop.")
            except IngestBusy as error:
                progress(str(error))
        while True:
            sleep(every_s)
            now = look(data_dir)
            settled = now == before
            before = now
            if settled and before != done:
                break


def _present(roots: list[Root]) -> list[Root]:
    return [root for root in roots if Path(root.resolved).exists()]

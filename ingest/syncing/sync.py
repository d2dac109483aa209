"""One sync, as its steps: choose, fetch, mark, keep, compare."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from ingest.document import Document
from ingest.errors import CannotRead, DataFolderUnusable
from ingest.syncing.changes import Changes, compare
from ingest.syncing.errors import NotThere, Offline, SyncBusy, SyncFailed, Unreachable
from ingest.syncing.marks import Mark, page_mark
from ingest.syncing.official import Format, Official, chosen
from ingest.syncing.request import Reply
from ingest.syncing.versions import Record, Version, Versions

Read = Callable[[bytes, str, Format], Document]
"""(bytes, name, format) -> document; CannotRead when it cannot be read."""

HOSTS_BEFORE_OFFLINE = 3
"""So many publishers out of reach, and none reached, are a network that is down: the rest are not tried."""


class Fetch(Protocol):
    """What a sync needs of the network: ingest.syncing.fetch.Fetcher has it."""

    def get(self, url: str, format_: Format, validators: Mapping[str, str] | None = None) -> Reply | None:
        """The page, or None when it has not changed."""


class Outcome(StrEnum):
    """How one official text fared."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    GONE = "gone"
    FAILED = "failed"
    WOULD_FETCH = "would_fetch"
    OFF = "off"


@dataclass(frozen=True)
class Result:
    """One official text after the run. `newly_marked`: `mark` is not what it was before."""

    entry: Official
    outcome: Outcome
    version: Version | None = None
    mark: Mark = Mark.CURRENT
    says: str = ""
    newly_marked: bool = False
    changes: Changes = field(default_factory=Changes)
    note: str = ""
    error: str = ""


@dataclass(frozen=True)
class Report:
    """What one sync did, in the order of corpus/official.yaml; those that are switched off are among the results."""

    results: tuple[Result, ...]
    seconds: float
    dry_run: bool = False

    @property
    def failed(self) -> bool:
        """Whether any could not be fetched or kept."""
        return any(result.outcome is Outcome.FAILED for result in self.results)


def sync(
    entries: Sequence[Official],
    *,
    data_dir: Path,
    fetcher: Callable[[], Fetch],
    read: Read,
    only: str | None = None,
    dry_run: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[str], None] = lambda message: None,
) -> Report:
    """Bring the local copies level with the publishers. One that fails never stops the rest.

    `fetcher` makes what fetches; it is not called for a dry run, which only lists what would be fetched.

    Raises: BadRequest for an `only` that names nothing, SyncBusy, DataFolderUnusable, Offline when no publisher can be
    reached at all.
    """
    started = time.perf_counter()
    wanted = chosen(entries, only)
    store = Versions(data_dir)
    if dry_run:
        results = [_planned(entry, store) for entry in wanted]
        return Report(tuple(results), _since(started), dry_run=True)
    with _lock(data_dir):
        web = fetcher()
        reach = _Reach()
        results = []
        for entry in wanted:
            if not entry.enabled:
                results.append(Result(entry, Outcome.OFF, note=entry.off_because))
                continue
            progress(f"Fetching {entry.title} from {_host(entry)}. Licence: {entry.licence}.")
            results.append(_one(entry, web, store, read, now(), reach))
            reach.require(last=False)
        reach.require(last=True)
    return Report(tuple(results), _since(started))


def _one(entry: Official, web: Fetch, store: Versions, read: Read, now: datetime, reach: _Reach) -> Result:
    """One official text: fetch, mark, keep, compare."""
    try:
        record = store.record(entry)
    except SyncFailed as error:
        return Result(entry, Outcome.FAILED, error=str(error))
    try:
        reply = web.get(str(entry.url), entry.format, store.validators(record))
    except Unreachable as error:
        reach.failed(_host(entry))
        return _failed(entry, record, error)
    except NotThere as error:
        reach.reached()
        return _failed(entry, record, error) if record.latest is None else _gone(entry, record, error, store, now)
    except SyncFailed as error:
        reach.reached()
        return _failed(entry, record, error)
    reach.reached()
    return _unchanged(entry, record, store, now) if reply is None else _answered(entry, record, reply, store, read, now)


def _answered(entry: Official, record: Record, reply: Reply, store: Versions, read: Read, now: datetime) -> Result:
    """The publisher sent the page: a first version, another one, or the same again."""
    mark, says = page_mark(reply.body) if entry.format == "html" else (Mark.CURRENT, "")
    after = record.marked(mark, says, now)
    newly = after.mark is not record.mark
    latest = record.latest
    old = store.read(record, latest) if latest else None
    if latest and hashlib.sha256(reply.body).hexdigest() == latest.sha256:
        note = ""
        if old is None:
            store.restore(record, latest, reply.body)
            note = "Its file was damaged or missing, and was written anew."
        return _kept(entry, store, store.refreshed(after, reply), Outcome.UNCHANGED, newly, note=note)
    new_text, why = _read(read, reply.body, entry)
    if latest is None:
        return _kept(entry, store, store.add(after, entry, reply, now), Outcome.NEW, newly, note=why)
    changes, note = Changes(), why or "The version before cannot be read any more, so the two were not compared."
    if old is not None and new_text is not None:
        old_text, why = _read(read, old, entry)
        changes, note = (compare(old_text, new_text), "") if old_text else (Changes(), why)
        if old_text and not changes and not newly:
            note = "The page's text is the same; only what surrounds it differs, and no new version was kept."
            return _kept(entry, store, store.refreshed(after, reply), Outcome.UNCHANGED, newly, note=note)
    return _kept(entry, store, store.add(after, entry, reply, now), Outcome.CHANGED, newly, changes, note)


def _unchanged(entry: Official, record: Record, store: Versions, now: datetime) -> Result:
    """The publisher says nothing changed. A page that was gone and is back stands as its version says."""
    mark, says = record.mark, record.says
    if mark is Mark.GONE:
        data = store.read(record, record.versions[-1]) or b""
        mark, says = page_mark(data) if entry.format == "html" else (Mark.CURRENT, "")
    after = record.marked(mark, says, now)
    return _kept(entry, store, after, Outcome.UNCHANGED, after.mark is not record.mark)


def _gone(entry: Official, record: Record, error: NotThere, store: Versions, now: datetime) -> Result:
    """The publisher took the page away: the version kept stays, and is marked."""
    after = record.marked(Mark.GONE, str(error), now)
    return _kept(entry, store, after, Outcome.GONE, after.mark is not record.mark)


def _kept(
    entry: Official, store: Versions, record: Record, outcome: Outcome, newly: bool, changes: Changes | None = None,
    note: str = "",
) -> Result:  # fmt: skip
    store.save(record)
    return Result(
        entry, outcome, record.latest, record.mark, record.says, newly, changes or Changes(), note
    )  # fmt: skip


def _failed(entry: Official, record: Record, error: SyncFailed) -> Result:
    kept = " The version kept before is still used." if record.latest else ""
    return Result(entry, Outcome.FAILED, record.latest, record.mark, record.says, error=f"{error}{kept}")


def _planned(entry: Official, store: Versions) -> Result:
    """What a run would do."""
    if not entry.enabled:
        return Result(entry, Outcome.OFF, note=entry.off_because)
    try:
        record = store.record(entry)
    except SyncFailed as error:
        return Result(entry, Outcome.WOULD_FETCH, note=str(error))
    return Result(entry, Outcome.WOULD_FETCH, record.latest, record.mark, record.says)


def _read(read: Read, data: bytes, entry: Official) -> tuple[Document | None, str]:
    """The document, or why there is none. Whatever a reader meets in a strange file, the file itself is kept."""
    try:
        return read(data, f"{entry.id}.{entry.format}", entry.format), ""
    except CannotRead as error:
        return None, f"It was kept, and not compared: {error}"
    except Exception as error:
        return None, f"It was kept, and not compared: its reader met something it does not know ({error!r:.120})."


class _Reach:
    """Whether there is a network at all."""

    def __init__(self) -> None:
        self._failed: set[str] = set()
        self._reached = False

    def reached(self) -> None:
        self._reached = True

    def failed(self, host: str) -> None:
        self._failed.add(host)

    def require(self, *, last: bool) -> None:
        """Raises: Offline when nothing was reached and enough was tried."""
        if self._failed and not self._reached and (last or len(self._failed) >= HOSTS_BEFORE_OFFLINE):
            raise Offline(
                f"No publisher could be reached ({', '.join(sorted(self._failed))}); check the network connection and "
                "try again. What was kept before is unchanged."
            )


@contextmanager
def _lock(data_dir: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(data_dir / "sync.lock"), timeout=0)
        lock.acquire()
    except Timeout:
        raise SyncBusy("Another sync is running on this data folder; wait until it is done and try again.") from None
    except OSError as error:
        raise DataFolderUnusable(
            f"The data folder {data_dir} cannot be used ({error.strerror or error}); "
            "choose a folder you can write with --data-dir or SAFEGUARD_DATA_DIR."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _host(entry: Official) -> str:
    return urlsplit(str(entry.url)).hostname or ""


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 3)

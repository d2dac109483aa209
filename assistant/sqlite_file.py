"""One SQLite file with one table, as everything kept on this server is kept: whole or not at all, for its owner only.

What goes wrong becomes one sentence that names the file and nothing of what it holds.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateTable

from ingest.errors import SafeguardError

WAIT_S = 30
"""Seconds to wait while another process writes."""

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_SCHEMA", "SQLITE_MISMATCH")


@dataclass(frozen=True)
class SqliteFile:
    """A file, its table, what it holds in the words of an error ('The saved cases'), and the two errors it raises."""

    path: Path
    table: Table
    holds: str
    damaged: type[SafeguardError]
    unusable: type[SafeguardError]

    def make(self) -> None:
        """The empty file, readable by its owner only, before SQLite could make it readable by others."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise self._unusable(error.strerror or "not writable") from None

    @contextmanager
    def opened(self) -> Iterator[Connection]:
        """One transaction on the table, which is made when it is not there: all of it is written, or nothing."""
        try:
            with _engine(self.path).begin() as connection:
                connection.execute(CreateTable(self.table, if_not_exists=True))
                yield connection
        except DBAPIError as error:
            failure = getattr(error.orig, "sqlite_errorname", "SQLITE_ERROR")
            if failure.startswith(_DAMAGED):
                raise self.damaged(
                    f"{self.holds} in {self.path} are damaged; restore that file, or remove it."
                ) from None
            raise self._unusable(failure.removeprefix("SQLITE_").replace("_", " ").lower()) from None

    def _unusable(self, why: str) -> SafeguardError:
        return self.unusable(
            f"{self.holds} in {self.path} cannot be opened or written ({why}); "
            "choose a folder you can write with --data-dir."
        )


def _engine(file: Path) -> Engine:
    """Connections that are closed after use, wait for other writers, overwrite what they delete and report no values.

    The ordinary rollback journal is kept rather than a write-ahead log: it leaves no second file with a person's words.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"timeout": WAIT_S},
        poolclass=NullPool,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA secure_delete = ON")

    return engine

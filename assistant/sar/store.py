"""Saved cases: one SQLite file in the data folder, written only when a person asks for it.

A case is kept under a short reference until its date; then its words are erased, and the reference alone is remembered
for a while so that whoever comes back is told why. Nothing of a case is ever put into an error or a log.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    delete,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from assistant.sar.interview import Case
from assistant.settings import settings
from assistant.sqlite_file import SqliteFile
from ingest.errors import SafeguardError

FILE = "cases.db"
VERSION = 1
"""Of what a saved case looks like; a change of Case that old ones cannot be read as makes it 2."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a reference can be read out (crockford.com/base32)."""

LENGTH = 8
REMEMBERED = timedelta(days=365)
"""How long the reference of a case past its date is still known, without its words."""

_schema = MetaData()
_cases = Table(
    "cases",
    _schema,
    Column("reference", String(LENGTH), primary_key=True),
    Column("saved_on", Date, nullable=False),
    Column("kept_until", Date, nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", Text, nullable=True),  # the case as JSON; erased once its date is past
)


class UnknownCase(SafeguardError):
    """No case has been saved under this reference in this data folder."""


class CaseExpired(SafeguardError):
    """The case was kept until a date that is past; its words have been erased."""


class CaseUnreadable(SafeguardError):
    """A saved case is damaged, or was saved by another version."""


class CasesDamaged(SafeguardError):
    """The file of saved cases is not the database it should be."""


class CasesUnusable(SafeguardError):
    """The file of saved cases cannot be opened or written: permissions, a full disk, another program."""


class Saved(BaseModel):
    """What is known of a saved case without opening it. It can be loaded up to and including `kept_until`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reference: str
    saved_on: date
    kept_until: date


class Cases:
    """The saved cases of one data folder. No file is made before the first save()."""

    def __init__(self, data_dir: Path, days: int | None = None, today: Callable[[], date] = date.today) -> None:
        """`days`: how long a case is kept, the setting SAFEGUARD_CASE_DAYS by default; `today` is the clock."""
        self._file = SqliteFile(Path(data_dir) / FILE, _cases, "The saved cases", CasesDamaged, CasesUnusable)
        self._days = days
        self._today = today

    def save(self, case: Case, reference: str | None = None) -> Saved:
        """Keep a case under a new reference, or in place of the one saved under `reference` before.

        Raises: UnknownCase for a text that cannot be a reference, CasesUnusable, CasesDamaged.
        """
        today = self._today()
        until = today + timedelta(days=settings().case_days if self._days is None else self._days)
        row = {
            "saved_on": today,
            "kept_until": until,
            "version": VERSION,
            "content": case.model_dump_json(),
        }
        known = None if reference is None else _symbols(reference)
        self._file.make()
        with self._opened() as connection:
            if known is None:
                known = new_symbols()
                while not _added(connection, known, row):  # once in a million million times
                    known = new_symbols()
            else:
                statement = insert(_cases).values(reference=known, **row)
                connection.execute(statement.on_conflict_do_update(index_elements=["reference"], set_=row))
        return Saved(reference=written(known), saved_on=today, kept_until=until)

    def load(self, reference: str) -> Case:
        """The case saved under a reference, written in any way: capitals, hyphens and spaces do not matter.

        Raises: UnknownCase, CaseExpired, CaseUnreadable, CasesUnusable, CasesDamaged.
        """
        known = _symbols(reference)
        row = self._row(known)
        if row is None:
            raise _unknown(written(known))
        if row.content is None:
            raise CaseExpired(
                f"Case {written(known)} was kept until {row.kept_until.day} {row.kept_until:%B %Y} and has been "
                "erased; start again."
            )
        case = _case(row.content) if row.version == VERSION else None
        if case is None:
            raise CaseUnreadable(
                f"Case {written(known)} was saved by another version or is damaged; start again, or delete it."
            )
        return case

    def find(self, reference: str) -> Saved:
        """When a case was saved and until when it is kept. Raises: UnknownCase, CasesUnusable, CasesDamaged."""
        known = canonical(reference)
        for saved in self.all():
            if saved.reference == known:
                return saved
        raise _unknown(known)

    def delete(self, reference: str) -> None:
        """Erase a case and its reference. Raises: UnknownCase, CasesUnusable, CasesDamaged."""
        known = _symbols(reference)
        gone = 0
        if self._file.path.exists():
            with self._opened() as connection:
                gone = connection.execute(delete(_cases).where(_cases.c.reference == known)).rowcount
        if not gone:
            raise _unknown(written(known))

    def all(self) -> tuple[Saved, ...]:
        """Every case that can be loaded, the oldest first. Raises: CasesUnusable, CasesDamaged."""
        if not self._file.path.exists():
            return ()
        with self._opened() as connection:
            rows = connection.execute(
                select(_cases.c.reference, _cases.c.saved_on, _cases.c.kept_until)
                .where(_cases.c.content.is_not(None))
                .order_by(_cases.c.saved_on, _cases.c.reference)
            ).all()
        return tuple(Saved(reference=written(row[0]), saved_on=row[1], kept_until=row[2]) for row in rows)

    def _row(self, known: str) -> Row | None:
        if not self._file.path.exists():
            return None
        with self._opened() as connection:
            return connection.execute(select(_cases).where(_cases.c.reference == known)).first()

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        """One transaction, after what is past its date has been erased."""
        with self._file.opened() as connection:
            self._purge(connection)
            yield connection

    def _purge(self, connection: Connection) -> None:
        today = self._today()
        past = (_cases.c.kept_until < today) & _cases.c.content.is_not(None)
        connection.execute(update(_cases).where(past).values(content=None))
        connection.execute(delete(_cases).where(_cases.c.kept_until < today - REMEMBERED))


def new_symbols() -> str:
    """Eight symbols nobody can guess: 40 bits from the system's own source of chance."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def written(symbols: str) -> str:
    """A reference as it is shown.

    >>> written("7F3A9K2M")
    '7F3A-9K2M'
    """
    return f"{symbols[:4]}-{symbols[4:]}"


def canonical(reference: str) -> str:
    """A reference that somebody typed, as it is shown. Raises: UnknownCase."""
    return written(_symbols(reference))


def _symbols(reference: str) -> str:
    """The eight symbols of a reference as somebody typed it; o is read as 0, i and l as 1. Raises: UnknownCase."""
    read = "".join(reference.upper().translate(str.maketrans("OIL", "011", "- \t\n")))
    if len(read) != LENGTH or any(symbol not in ALPHABET for symbol in read):
        raise UnknownCase("That is no case reference; it has eight letters and digits, like 7F3A-9K2M.")
    return read


def _unknown(reference: str) -> UnknownCase:
    return UnknownCase(f"There is no saved case {reference} here; check the reference, or start again.")


def _added(connection: Connection, reference: str, row: dict[str, object]) -> bool:
    statement = insert(_cases).values(reference=reference, **row).on_conflict_do_nothing()
    return connection.execute(statement).rowcount == 1


def _case(content: str) -> Case | None:
    """The case, None where it cannot be read: the error would repeat its words."""
    try:
        return Case.model_validate_json(content)
    except ValidationError:
        return None

"""Every version of every official text, kept by its hash: `<data-dir>/official/<id>/`.

    record.json                    which versions there are, when and whence they came, and how the publication stands
    versions/<sha256>.html         a version, byte for byte as it was fetched; written once and never changed

A version's file is whole on disk before the record names it, and the record is replaced in one step: a run that dies
leaves the record that was there, and at most a file that nothing names.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import DataFolderUnusable
from ingest.syncing.errors import SyncFailed
from ingest.syncing.formats import SUFFIX
from ingest.syncing.marks import Mark
from ingest.syncing.official import Official
from ingest.syncing.request import Reply

KEPT_HEADERS = ("etag", "last-modified", "content-type", "content-language", "date", "link")


class Version(BaseModel):
    """One version as it was fetched. `superseded_at` is when this machine met the one that replaced it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    file: str = Field(pattern=r"^[0-9a-f]{64}\.(html|pdf|xml)$")
    size: int = Field(ge=0, description="bytes")
    fetched_at: datetime
    url: str = Field(description="the address asked for")
    final_url: str = Field(description="the address it came from, after redirects")
    headers: dict[str, str]
    licence: str
    superseded_at: datetime | None = None


class Record(BaseModel):
    """What is kept of one official text; the last version is the one in force."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    source_id: str
    versions: tuple[Version, ...] = ()
    mark: Mark = Mark.CURRENT
    says: str = Field(default="", description="the publisher's own words for the mark")
    marked_on: date | None = None
    checked_at: datetime | None = Field(default=None, description="when the publisher last answered")

    @property
    def latest(self) -> Version | None:
        """The version in force."""
        return self.versions[-1] if self.versions else None

    def marked(self, mark: Mark, says: str, now: datetime) -> Record:
        """The record with how the publication now stands; the day is that of the first time it was met."""
        if mark is self.mark:
            return self.model_copy(update={"says": says, "checked_at": now})
        day = None if mark is Mark.CURRENT else now.date()
        return self.model_copy(update={"mark": mark, "says": says, "marked_on": day, "checked_at": now})


class Versions:
    """The versions kept in one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / "official"

    def folder(self, id_: str) -> Path:
        """Where one official text is kept."""
        return self._root / id_

    def record(self, entry: Official) -> Record:
        """What is kept of an official text; an empty record when nothing is.

        Raises: SyncFailed when the record is damaged; the versions beside it are not touched.
        """
        file = self.folder(entry.id) / "record.json"
        try:
            return Record.model_validate_json(file.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return Record(id=entry.id, source_id=entry.source_id)
        except OSError as error:
            raise self._unusable(error) from error
        except ValidationError:
            raise SyncFailed(
                f"The record {file} is damaged; move it aside and sync again. The versions beside it are kept."
            ) from None

    def read(self, record: Record, version: Version) -> bytes | None:
        """A version's bytes; None when its file is not there or not what it was."""
        try:
            data = (self.folder(record.id) / "versions" / version.file).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == version.sha256 else None

    def validators(self, record: Record) -> dict[str, str]:
        """What the version in force came with, for asking whether it changed; {} when its file is not whole."""
        latest = record.latest
        if latest is None or self.read(record, latest) is None:
            return {}
        return {name: latest.headers[name] for name in ("etag", "last-modified") if name in latest.headers}

    def add(self, record: Record, entry: Official, reply: Reply, now: datetime) -> Record:
        """Write a new version's file; returns the record that has it, which `save` puts in force."""
        sha256 = hashlib.sha256(reply.body).hexdigest()
        version = Version(
            sha256=sha256, file=f"{sha256}{SUFFIX[entry.format]}", size=len(reply.body), fetched_at=now,
            url=str(entry.url), final_url=reply.url, headers=_kept(reply.headers), licence=entry.licence,
        )  # fmt: skip
        self._write(self.folder(entry.id) / "versions" / version.file, reply.body)
        before = record.versions
        if before:
            before = (*before[:-1], before[-1].model_copy(update={"superseded_at": now}))
        return record.model_copy(update={"versions": (*before, version)})

    def restore(self, record: Record, version: Version, data: bytes) -> None:
        """Write a version's file again, where it was damaged or lost."""
        self._write(self.folder(record.id) / "versions" / version.file, data)

    def refreshed(self, record: Record, reply: Reply) -> Record:
        """The record with the validators of an answer that says the same as the version in force."""
        latest = record.versions[-1].model_copy(update={"headers": _kept(reply.headers)})
        return record.model_copy(update={"versions": (*record.versions[:-1], latest)})

    def save(self, record: Record) -> None:
        """Put a record in force: one atomic replacement."""
        text = record.model_dump_json(indent=2)
        self._write(self.folder(record.id) / "record.json", text.encode("utf-8"))

    def _write(self, file: Path, data: bytes) -> None:
        draft = file.with_name(f"{file.name}.{os.getpid()}.draft")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                with draft.open("wb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())
                draft.replace(file)
            finally:
                draft.unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> DataFolderUnusable:
        return DataFolderUnusable(
            f"The folder {self._root} cannot be used ({error.strerror or error}); what was kept before is whole. "
            "Choose a folder you can write with --data-dir, and check that the disk is not full."
        )


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in KEPT_HEADERS if name in headers}

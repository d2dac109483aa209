"""The versions in force, for whoever indexes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.sources import Audience, Kind, Register, Source
from ingest.syncing.errors import SyncFailed
from ingest.syncing.marks import Mark
from ingest.syncing.official import Official, load_official, sources_by_id
from ingest.syncing.versions import Version, Versions


@dataclass(frozen=True)
class OfficialDocument:
    """The version in force of one official text.

    `file` holds the publisher's bytes, in the format of `official.format`. `source` is the register's source whose
    official text this is (its digest's). `mark` other than CURRENT: answers must carry `says`.
    """

    file: Path
    official: Official
    source: Source
    version: Version
    mark: Mark
    says: str
    marked_on: date | None

    @property
    def title(self) -> str:
        """As a citation names the text."""
        return self.official.title

    @property
    def publisher(self) -> str:
        """The official entry's own, else the register's."""
        return self.official.publisher or self.source.publisher

    @property
    def kind(self) -> Kind:
        """The official entry's own, else the register's."""
        return self.official.kind or self.source.kind

    @property
    def audience(self) -> Audience:
        """The official entry's own, else the register's."""
        return self.official.audience or self.source.audience

    @property
    def url(self) -> str:
        """The official address, to link to."""
        return str(self.official.url)

    @property
    def licence(self) -> str:
        """The licence this version was fetched under."""
        return self.version.licence

    @property
    def retrieved_on(self) -> date:
        """The day this version was fetched."""
        return self.version.fetched_at.date()


def official_documents(
    data_dir: Path,
    *,
    entries: Sequence[Official] | None = None,
    register: Register | None = None,
    failed: Callable[[Official, str], None] | None = None,
) -> Iterator[OfficialDocument]:
    """The version in force of every official text that is switched on and was fetched, in corpus/official.yaml's order.

    To index them: give each `file` to the reader of `official.format`, make a source of `title`, `publisher`, `kind`,
    `audience`, `url`, `licence` and `retrieved_on` under the id `official.id`, and let it outrank the digest of
    `source.id`, which restates it. `version.sha256` says whether a file has to be read again. The file's bytes are
    compared with that hash here, so that what is indexed is what was fetched.

    `failed` is told of a damaged record or version, and the rest go on; left out, SyncFailed is raised.
    """
    store, sources = Versions(data_dir), sources_by_id(register)
    for entry in load_official(register=register) if entries is None else entries:
        if not entry.enabled:
            continue
        try:
            record = store.record(entry)
            if record.latest is None:
                continue
            if store.read(record, record.latest) is None:
                raise SyncFailed(f"The kept version of {entry.id} is damaged or missing; run `safeguard sync` again.")
        except SyncFailed as error:
            if failed is None:
                raise
            failed(entry, str(error))
            continue
        yield OfficialDocument(
            file=store.folder(entry.id) / "versions" / record.latest.file,
            official=entry, source=sources[entry.source_id], version=record.latest,
            mark=record.mark, says=record.says, marked_on=record.marked_on,
        )  # fmt: skip

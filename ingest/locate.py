"""Which files an ingest is about: the starter library's digests, and the files and folders a person named."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ingest.document import Document
from ingest.errors import BadRequest, CannotRead
from ingest.readers import FORMATS
from ingest.sources import CORPUS, Kind, Register, Source

if TYPE_CHECKING:
    from ingest.syncing.documents import OfficialDocument

NOT_READ = {
    ".doc": "Word's own format of before 2007; save it as .docx",
    ".rtf": "rich text; save it as .docx",
    ".pages": "a Pages document; export it as PDF or Word",
    ".msg": "an Outlook message; save it as .eml or text",
    ".ppt": "slides; export them as PDF",
    ".pptx": "slides; export them as PDF",
}
"""Files a person would expect to be read, and what to do instead."""
OWN_KINDS = (Kind.LOCAL_POLICY, Kind.PRACTICE_GUIDANCE, Kind.OWN_DOCUMENT)
"""What a person's own file may say of itself."""
LARGEST_BYTES = 25 * 1024 * 1024


@dataclass(frozen=True)
class Root:
    """A file or folder a person gave: as typed, for showing, and resolved, for finding it again from elsewhere."""

    given: str
    resolved: str

    @classmethod
    def of(cls, given: str | Path) -> Root:
        """The root a person typed."""
        return cls(str(given), str(Path(given).expanduser().resolve()))


@dataclass(frozen=True)
class Candidate:
    """One file to bring into the index. `source` is known for a digest and for an official text that was fetched, and
    made after reading for any other file. `sha256` is known of what was fetched. `outside`: a link out of its folder.
    """

    file: Path
    path: str | None
    source: Source | None
    sha256: str | None = None
    outside: bool = False

    @property
    def id(self) -> str:
        """The source id, known before the file is read."""
        return self.source.id if self.source else own_id(self.file)


def starter(register: Register) -> Iterator[Candidate]:
    """The digests of the starter library, in the register's order."""
    for source in register.sources:
        if source.digest:
            yield Candidate(CORPUS / "digests" / source.digest, None, source)


def named(roots: Sequence[Root]) -> Iterator[Candidate]:
    """Every file below the roots that can be read or that a person would expect to be read, once, in name order."""
    seen: set[Path] = set()
    for root in roots:
        top = Path(root.resolved)
        inside = top.is_dir()
        for file in sorted(top.rglob("*")) if inside else [top]:
            relative = file.relative_to(top) if inside else Path()
            hidden = any(part.startswith(".") for part in relative.parts)
            wanted = not inside or file.suffix.lower() in FORMATS.keys() | NOT_READ.keys()
            if file in seen or hidden or not wanted or file.is_dir():
                continue
            seen.add(file)
            given = str(Path(root.given) / relative) if inside else root.given
            yield Candidate(file, given, None, outside=inside and not file.resolve().is_relative_to(top))


def official(data_dir: Path, failed: Callable[[str, str], None]) -> Iterator[Candidate]:
    """The official texts that `safeguard sync` has fetched into the data folder. `failed` is told (id, sentence)."""
    if not (data_dir / "official").is_dir():
        return
    from ingest.syncing.documents import official_documents

    for text in official_documents(data_dir, failed=lambda entry, error: failed(entry.id, error)):
        yield Candidate(text.file, None, _official_source(text), text.version.sha256)


def _official_source(text: OfficialDocument) -> Source:
    """The register entry of an official text: a citation names it, its publisher and the day it was fetched."""
    says = text.says.strip().rstrip(".")
    day = text.retrieved_on
    return Source(
        id=text.official.id, title=text.title, publisher=text.publisher,
        url=re.sub(r"/data\.xml$", "", text.url),  # type: ignore[arg-type]
        format=text.official.format, kind=text.kind, audience=text.audience, jurisdiction=text.source.jurisdiction,
        licence=text.licence, published=f"As fetched on {day.day} {day:%B %Y}", checked_on=day,
        superseded_by=says or "a newer edition" if text.mark == "superseded" else None,
        notice=f"{text.title}: {_MARKED[text.mark]} {says}." if text.mark in _MARKED else None,
        restated_by=text.source.id,
    )  # fmt: skip


_MARKED = {
    "withdrawn": "its publisher has withdrawn it. Look for what replaced it:",
    "gone": "its publisher no longer has it at its address. Check before you rely on it:",
}


def must_exist(roots: Sequence[Root]) -> None:
    """Raises BadRequest naming the first root that is not there."""
    for root in roots:
        if not Path(root.resolved).exists():
            raise BadRequest(f"There is no file or folder '{root.given}'; check the name and try again.")


def check_readable(candidate: Candidate) -> None:
    """Raises CannotRead, before the file is opened, for what is no plain file, a format or a size that is not read."""
    name, suffix = candidate.file.name, candidate.file.suffix.lower()
    if candidate.outside:
        raise CannotRead(f"{name} is a link to a place outside its folder; add the file itself.")
    if suffix in NOT_READ:
        raise CannotRead(f"{name} is {NOT_READ[suffix]}, and add it again.")
    if suffix not in FORMATS:
        raise CannotRead(f"{name}: only {', '.join(sorted(FORMATS))} files can be read.")
    status = candidate.file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise CannotRead(f"{name} is not an ordinary file; add a file that can be opened.")
    if status.st_size > LARGEST_BYTES:
        raise CannotRead(f"{name} is over {LARGEST_BYTES // 2**20} MB; split it and add the parts.")
    if not status.st_size:
        raise CannotRead(f"{name} is empty; save it again and add it.")


def own_id(file: Path) -> str:
    """A stable id for a person's own file: its name and six hex digits of where it is."""
    slug = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")[:40] or "document"
    return f"own-{slug}-{hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:6]}"


def own_source(candidate: Candidate, document: Document) -> Source:
    """The register entry of a person's own file, from its front matter where it says something usable.

    A file may say that it is local policy or practice guidance. That it is an Act or statutory guidance is for the
    register to say: any file could claim it, and its words would then stand before the law's.

    Raises: CannotRead when the front matter gives a field of the register in a way that cannot be used.
    """
    front = document.front
    modified = datetime.fromtimestamp(candidate.file.stat().st_mtime, tz=UTC).date()
    kind = str(front.get("kind", ""))
    try:
        return Source(
            id=candidate.id,
            title=_title(document.title, candidate.file.name),
            publisher=_publisher(front.get("publisher")),
            url=front.get("source_url") or front.get("url") or None,  # type: ignore[arg-type]
            format=FORMATS[candidate.file.suffix.lower()],  # type: ignore[arg-type]
            kind=Kind(kind) if kind in OWN_KINDS else Kind.OWN_DOCUMENT,
            audience=front.get("audience") or "joint",  # type: ignore[arg-type]
            jurisdiction=_line(front.get("jurisdiction"), "Not stated"),
            licence=_line(front.get("licence"), "Not stated; your own copy"),
            published=_line(front.get("source_date") or front.get("published"), "Not stated"),
            checked_on=_day(front.get("checked_on")) or modified,
            review_due=_day(front.get("review_due")),
            superseded_by=_line(front.get("superseded_by"), "") or None,
        )
    except (ValidationError, ValueError) as error:
        detail = error.errors()[0]["loc"][0] if isinstance(error, ValidationError) else error
        raise CannotRead(
            f"{candidate.file.name} has front matter that cannot be used ({detail}); mend that line."
        ) from None


def _publisher(said: object) -> str:
    return f"Your own documents (it names {_line(said, '')})" if said else "Your own documents"


def _title(title: str, name: str) -> str:
    """A document's title on one line; a very short one is told apart by the file's name."""
    title = " ".join(title.split())[:200]
    return title if len(title) >= 3 else f"{title} ({name})".strip()


def _line(value: object, default: str) -> str:
    return " ".join(str(value).split())[:300] if value else default


def _day(value: object) -> date | None:
    if value is None or isinstance(value, date):
        return value if not isinstance(value, datetime) else value.date()
    return date.fromisoformat(str(value))

"""Which files an ingest is about: the starter library's digests, and the files and folders a person named."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError

from ingest.document import Document
from ingest.errors import BadRequest, CannotRead
from ingest.sources import CORPUS, Kind, Register, Source

READABLE = {".md", ".markdown", ".txt"}
NOT_YET = {".pdf", ".docx", ".doc", ".odt", ".rtf", ".html", ".htm", ".eml"}
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
    """One file to bring into the index. `source` is known for a digest and made after reading for any other file."""

    file: Path
    path: str | None
    source: Source | None

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
            wanted = not inside or file.suffix.lower() in READABLE | NOT_YET
            if file in seen or hidden or not wanted or file.is_dir():
                continue
            seen.add(file)
            yield Candidate(file, str(Path(root.given) / relative) if inside else root.given, None)


def must_exist(roots: Sequence[Root]) -> None:
    """Raises BadRequest naming the first root that is not there."""
    for root in roots:
        if not Path(root.resolved).exists():
            raise BadRequest(f"There is no file or folder '{root.given}'; check the name and try again.")


def check_readable(candidate: Candidate) -> None:
    """Raises CannotRead, before the file is opened, for a format or size that is not read."""
    suffix = candidate.file.suffix.lower()
    if suffix in NOT_YET:
        raise CannotRead(f"{candidate.file.name}: {suffix} files cannot be read yet; save it as Markdown or text.")
    if suffix not in READABLE:
        raise CannotRead(f"{candidate.file.name}: only {', '.join(sorted(READABLE))} files can be read.")
    if candidate.file.stat().st_size > LARGEST_BYTES:
        raise CannotRead(f"{candidate.file.name} is over {LARGEST_BYTES // 2**20} MB; split it and add the parts.")


def own_id(file: Path) -> str:
    """A stable id for a person's own file: its name and six hex digits of where it is."""
    slug = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")[:40] or "document"
    return f"own-{slug}-{hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:6]}"


def own_source(candidate: Candidate, document: Document) -> Source:
    """The register entry of a person's own file, from its front matter where it says something usable.

    Raises: CannotRead when the front matter gives a field of the register in a way that cannot be used.
    """
    front = document.front
    modified = datetime.fromtimestamp(candidate.file.stat().st_mtime, tz=UTC).date()
    kind = str(front.get("kind", ""))
    try:
        return Source(
            id=candidate.id,
            title=_title(document.title, candidate.file.name),
            publisher=_line(front.get("publisher"), "Your own documents"),
            url=front.get("source_url") or front.get("url") or None,  # type: ignore[arg-type]
            format="text" if candidate.file.suffix.lower() == ".txt" else "markdown",
            kind=Kind(kind) if kind in set(Kind) else Kind.OWN_DOCUMENT,
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

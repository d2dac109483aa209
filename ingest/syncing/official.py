"""The official addresses, `corpus/official.yaml`, as typed and validated values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError, model_validator

from ingest.errors import BadRequest, RegisterInvalid
from ingest.sources import CORPUS, Audience, Kind, Register, Source, load_register

Format = Literal["html", "pdf", "xml"]


class Official(BaseModel):
    """One official text and where its publisher keeps it.

    `title`, `publisher`, `kind` and `audience` say what the text itself is. All but the title are those of the
    register's source where they are left out: a digest on several Acts is one source with several official texts.
    The switch is called `enabled` because YAML reads a key named `on` as true.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80, description="also the name of its folder")
    source_id: str = Field(description="the source of the register whose official text this is")
    title: str = Field(min_length=3, description="as a citation names it")
    url: HttpUrl
    format: Format
    licence: str = Field(min_length=2)
    terms: str = Field(default="", description="what the licence asks of who keeps a copy, or what was not confirmed")
    enabled: bool = True
    off_because: str = Field(default="", description="why it is not fetched; needed when enabled is false")
    checked_on: date = Field(description="the day the address and its licence were last looked at")
    publisher: str | None = None
    kind: Kind | None = None
    audience: Audience | None = None

    @model_validator(mode="after")
    def _sound(self) -> Official:
        if self.enabled == bool(self.off_because):
            raise ValueError(f"'{self.id}' needs off_because exactly when it is not enabled")
        if self.url.scheme != "https" or self.url.port != 443 or self.url.username or self.url.password:
            raise ValueError(f"'{self.id}' must have a plain https address")
        return self


class OfficialTexts(BaseModel):
    """All official addresses, in file order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    official: tuple[Official, ...]

    @model_validator(mode="after")
    def _unique(self) -> OfficialTexts:
        for field in ("id", "url"):
            seen: set[str] = set()
            for entry in self.official:
                value = str(getattr(entry, field))
                if value in seen:
                    raise ValueError(f"two entries have the {field} '{value}'")
                seen.add(value)
        return self


def load_official(path: Path = CORPUS / "official.yaml", register: Register | None = None) -> tuple[Official, ...]:
    """Read and validate the official addresses.

    Raises: RegisterInvalid naming the entry and what is wrong, also for a source the register does not have.
    """
    try:
        entries = OfficialTexts.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).official
    except FileNotFoundError:
        raise RegisterInvalid(f"The file {path.name} is missing; restore it from the project.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegisterInvalid(f"The file {path.name} is not valid YAML ({error}); mend that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RegisterInvalid(f"The file {path.name} is wrong at {where}: {first['msg']}; mend that entry.") from error
    known = sources_by_id(register)
    for entry in entries:
        if entry.source_id not in known:
            raise RegisterInvalid(
                f"The file {path.name} says '{entry.id}' is the official text of '{entry.source_id}', which the "
                "register does not have; correct its source_id."
            )
    return entries


def sources_by_id(register: Register | None = None) -> dict[str, Source]:
    """Source id -> source."""
    return {source.id: source for source in (register or load_register()).sources}


def chosen(entries: Sequence[Official], only: str | None) -> list[Official]:
    """The entries a run is about: all, or those whose source (or whose own id) is `only`.

    Raises: BadRequest when there is none, or when all of them are switched off.
    """
    if only is None:
        return list(entries)
    found = [entry for entry in entries if only in (entry.source_id, entry.id)]
    if not found:
        raise BadRequest(
            f"No official text has the source '{only}'; `safeguard sync --dry-run` lists those that there are."
        )
    if not any(entry.enabled for entry in found):
        raise BadRequest(
            f"'{only}' is switched off ({found[0].off_because.rstrip('.')}); "
            "where you may fetch it, set enabled: true in corpus/official.yaml."
        )
    return found

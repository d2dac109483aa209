"""The register of publications, `corpus/sources.yaml`, as typed and validated values."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError, field_validator, model_validator

from ingest.errors import RegisterInvalid

CORPUS = Path(__file__).resolve().parent.parent / "corpus"


class Kind(StrEnum):
    """What sort of publication a source is, most authoritative first; `Kind.authority` is the rank used in answers."""

    LEGISLATION = "legislation"
    STATUTORY_GUIDANCE = "statutory-guidance"
    REGIONAL_PROCEDURE = "regional-procedure"
    LOCAL_POLICY = "local-policy"
    NATIONAL_GUIDANCE = "national-guidance"
    PRACTICE_GUIDANCE = "practice-guidance"
    SAR_ANALYSIS = "sar-analysis"
    OWN_DOCUMENT = "own-document"

    @property
    def authority(self) -> int:
        """Rank, 1 the highest: legislation, statutory guidance, regional, local, NICE and other guidance, analyses.

        A person's own document comes last: nobody but its owner has said what it is.
        """
        return _AUTHORITY[self]

    @property
    def label(self) -> str:
        """The words a reader sees."""
        return _LABEL[self]


_AUTHORITY = {
    Kind.LEGISLATION: 1,
    Kind.STATUTORY_GUIDANCE: 2,
    Kind.REGIONAL_PROCEDURE: 3,
    Kind.LOCAL_POLICY: 4,
    Kind.NATIONAL_GUIDANCE: 5,
    Kind.PRACTICE_GUIDANCE: 5,
    Kind.SAR_ANALYSIS: 6,
    Kind.OWN_DOCUMENT: 7,
}
_LABEL = {
    Kind.LEGISLATION: "Act of Parliament",
    Kind.STATUTORY_GUIDANCE: "Statutory guidance",
    Kind.REGIONAL_PROCEDURE: "Regional procedure",
    Kind.LOCAL_POLICY: "Local policy",
    Kind.OWN_DOCUMENT: "Your own document",
    Kind.NATIONAL_GUIDANCE: "NICE or national guidance",
    Kind.PRACTICE_GUIDANCE: "Practice guidance",
    Kind.SAR_ANALYSIS: "Review analysis or commentary",
}

Audience = Literal["adults", "children", "joint"]


class Source(BaseModel):
    """One publication of the register.

    `digest` names the file in `corpus/digests/` that restates it; a source added by a user has a `path` instead.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = Field(min_length=3, description="as a citation names it, short: 'Care Act 2014'")
    publisher: str = Field(min_length=2)
    url: HttpUrl | None = Field(description="the official address; none only for a user's own document")
    format: Literal["digest", "markdown", "text", "pdf", "docx", "html", "odt", "email", "xml"]
    kind: Kind
    audience: Audience
    jurisdiction: str = Field(min_length=2, description="the area the document speaks for, as its publisher puts it")
    licence: str = Field(min_length=2)
    published: str = Field(description="the publisher's own date or edition, in words")
    checked_on: date = Field(description="the day a person last compared the digest with what it restates")
    review_due: date | None = Field(default=None, description="after this day answers carry a warning")
    superseded_by: str | None = Field(default=None, description="id or title of the edition that replaced this one")
    digest: str | None = Field(default=None, description="file name in corpus/digests/")
    notice: str | None = Field(default=None, description="one sentence every answer resting on this source carries")
    restated_by: str | None = Field(
        default=None, description="id of the source whose digest restates this official text"
    )

    @field_validator("title", "publisher", "licence", "published", "jurisdiction")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if "\n" in value:
            raise ValueError("must be one line")
        return value.strip()

    @property
    def authority(self) -> int:
        """Authority rank of the source's kind, 1 the highest."""
        return self.kind.authority


class Register(BaseModel):
    """All registered sources, in file order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: tuple[Source, ...]

    @model_validator(mode="after")
    def _unique(self) -> Register:
        for field in ("id", "digest"):
            seen: set[str] = set()
            for source in self.sources:
                value = getattr(source, field)
                if value is not None and value in seen:
                    raise ValueError(f"two sources have {field} '{value}'")
                if value is not None:
                    seen.add(value)
        return self

    @cached_property
    def by_digest(self) -> dict[str, Source]:
        """Digest file name -> source."""
        return {source.digest: source for source in self.sources if source.digest}


def load_register(path: Path = CORPUS / "sources.yaml") -> Register:
    """Read and validate the register; RegisterInvalid names the file, the entry and what is wrong."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Register.model_validate(data)
    except FileNotFoundError:
        raise RegisterInvalid(f"The register {path.name} is missing; restore it from the project.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegisterInvalid(f"The register {path.name} is not valid YAML ({error}); mend that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RegisterInvalid(
            f"The register {path.name} is wrong at {where}: {first['msg']}; mend that entry."
        ) from error

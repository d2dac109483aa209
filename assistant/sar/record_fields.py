"""What a referral form and a decision record ask beside the test: fields as data, each with where that is said.

The shipped fields are `corpus/data/sar-record.yaml`; its head explains them. `Case.details` is keyed by field id.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.sar.rules import Reference
from ingest.errors import RegisterInvalid
from ingest.sources import CORPUS

FILE = CORPUS / "data" / "sar-record.yaml"

Part = Literal["referral", "decision"]


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RecordSection(_Value):
    """A heading of the record and whose part it stands in."""

    id: str = Field(pattern=r"^[a-z_]+$")
    part: Part
    title: str = Field(min_length=1)


class RecordField(_Value):
    """One thing the record asks. `filled_by`: the referrer, or left blank on paper for the panel or the chair."""

    id: str = Field(pattern=r"^[a-z_]+$")
    part: Part
    section: str
    label: str = Field(min_length=1)
    hint: str = Field(min_length=1)
    long: bool = False
    filled_by: Literal["referrer", "panel", "chair"] = "referrer"
    quality_marker: Literal["1", "2"] | None
    sources: tuple[Reference, ...] = Field(min_length=1)


class RecordFields(_Value):
    """Every section and field in order, and the legal mandate each outcome of the test points to, in words."""

    checked_on: date
    sections: tuple[RecordSection, ...] = Field(min_length=1)
    fields: tuple[RecordField, ...] = Field(min_length=1)
    mandates: dict[str, str]
    mandate_sources: tuple[Reference, ...] = Field(min_length=1)

    def field(self, field_id: str) -> RecordField:
        """One field; KeyError for an id that is not asked."""
        return {entry.id: entry for entry in self.fields}[field_id]

    def of(self, section_id: str) -> tuple[RecordField, ...]:
        """The fields of one section, in order."""
        return tuple(entry for entry in self.fields if entry.section == section_id)

    def asked(self) -> tuple[RecordField, ...]:
        """The fields that a practitioner is asked; the others are for the panel and the chair."""
        return tuple(entry for entry in self.fields if entry.filled_by == "referrer")

    def references(self) -> Iterator[Reference]:
        """Every section of the library that the record's fields rest on."""
        for entry in self.fields:
            yield from entry.sources
        yield from self.mandate_sources

    @model_validator(mode="after")
    def _complete(self) -> RecordFields:
        """Sections that exist, are used and stand in the part their fields say, and no id twice."""
        ids = [entry.id for entry in self.fields]
        if twice := [name for name in ids if ids.count(name) > 1]:
            raise ValueError(f"the field '{twice[0]}' stands twice")
        sections, used = [section.id for section in self.sections], [entry.section for entry in self.fields]
        if unheard := [name for name in used if name not in sections]:
            raise ValueError(f"there is no section '{unheard[0]}'")
        if empty := [name for name in sections if name not in used]:
            raise ValueError(f"the section '{empty[0]}' has no field")
        if astray := [entry.id for entry in self.fields if (entry.section, entry.part) not in self._parts]:
            raise ValueError(f"the field '{astray[0]}' stands in a section of the other part")
        return self

    @property
    def _parts(self) -> set[tuple[str, Part]]:
        return {(section.id, section.part) for section in self.sections}


@cache
def load_record_fields(file: Path = FILE) -> RecordFields:
    """The fields as the data file has them. Raises: RegisterInvalid, which names the place that is wrong."""
    try:
        return RecordFields.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise RegisterInvalid(f"The data file {file.name} is missing; restore it from the project.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegisterInvalid(f"The data file {file.name} is not valid YAML ({error}); mend that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RegisterInvalid(
            f"The data file {file.name} is wrong at {where}: {first['msg']}; mend that entry."
        ) from error

"""What the library knows beside its digests: contacts, acronyms and known paraphrases, read from `corpus/data/`."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from assistant.answer.value import Contact
from ingest.errors import RegisterInvalid
from ingest.sources import CORPUS, Audience

DATA = CORPUS / "data"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ContactEntry(Contact):
    """A contact as the data file holds it: the value screens draw, with what is known about its page.

    `numbers` are pairs of label and number, in the order to show them; a contact reached only by form has none.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str = Field(min_length=2)
    purpose: str = Field(min_length=2)
    source: str = Field(min_length=2)
    role: str | None = None
    audience: Audience
    area: str = Field(min_length=2)
    url: str | None = None
    source_kind: str = Field(min_length=2, description="how official the page is, in words")
    source_date: str = Field(min_length=2, description="the page's own date, in words")
    note: str | None = None

    @field_validator("numbers", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        """Accept the file's `{label, number}` mappings as pairs; anything else is left for the type to refuse."""
        if not isinstance(value, list):
            return value
        return [
            (item["label"], item["number"]) if isinstance(item, dict) and set(item) == {"label", "number"} else item
            for item in value
        ]


class Contacts(_Entry):
    """All contacts, in file order, and the roles that are always in sight."""

    always_roles: tuple[str, ...] = Field(alias="always", min_length=1)
    wanted: tuple[str, ...] = ()
    all: tuple[ContactEntry, ...] = Field(alias="contacts")

    @model_validator(mode="after")
    def _consistent(self) -> Contacts:
        _no_twice("id", [contact.id for contact in self.all])
        _no_twice("role", [contact.role for contact in self.all if contact.role])
        known = {contact.role for contact in self.all}
        if missing := [role for role in self.always_roles if role not in known]:
            raise ValueError(f"no contact has the role '{missing[0]}' named under always")
        return self

    def role(self, name: str) -> ContactEntry:
        """The contact with this role, e.g. "emergency"; KeyError for a role nobody has."""
        for contact in self.all:
            if contact.role == name:
                return contact
        raise KeyError(f"no contact has the role '{name}'")

    def always(self) -> tuple[ContactEntry, ...]:
        """The contacts every screen shows, most urgent first."""
        return tuple(self.role(name) for name in self.always_roles)


class Acronym(_Entry):
    """One acronym or term of the field. corpus/data/acronyms.yaml says what each key is for."""

    term: str = Field(min_length=1)
    kind: Literal["acronym", "section", "organisation", "term"]
    expansion: str = Field(min_length=2)
    meaning: str = Field(min_length=2)
    expand: bool = True
    exact_case: bool = False
    spellings: tuple[str, ...] = ()
    exact_spellings: tuple[str, ...] = ()
    ordinary: bool = False
    related: tuple[str, ...] = ()
    source: str = Field(min_length=2)
    compared: bool = True
    checked_on: date

    @property
    def in_any_case(self) -> tuple[str, ...]:
        """What may be expanded however it is capitalised."""
        return ((self.term,) if self.expand and not self.exact_case else ()) + self.spellings

    @property
    def as_written(self) -> tuple[str, ...]:
        """What may be expanded only in exactly this capitalisation."""
        return ((self.term,) if self.expand and self.exact_case else ()) + self.exact_spellings


class Acronyms(_Entry):
    """All acronyms, in file order; no spelling leads to two of them."""

    all: tuple[Acronym, ...] = Field(alias="acronyms")

    @model_validator(mode="after")
    def _one_meaning(self) -> Acronyms:
        _no_twice("term", [entry.term for entry in self.all])
        _no_twice("spelling", [word.casefold() for entry in self.all for word in entry.in_any_case])
        _no_twice("exact spelling", [word for entry in self.all for word in entry.as_written])
        return self


class Place(_Entry):
    """A section of the library, named by its heading and its pinpoint exactly as the digest has them."""

    source_id: str
    heading: str
    pinpoint: str


class LocalWording(_Entry):
    """Wording that stands beside the law. Without `source_id` it is not in the library and is never shown as local."""

    publisher: str = Field(min_length=2)
    wording: str = Field(min_length=2)
    source_id: str | None
    heading: str | None = None
    pinpoint: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> LocalWording:
        given = [part is not None for part in (self.source_id, self.heading, self.pinpoint)]
        if any(given) and not all(given):
            raise ValueError("source_id, heading and pinpoint belong together: give all three or none")
        return self


class Paraphrase(_Entry):
    """A known paraphrase: its wording, the law on the same point, and what differs (`differs` False: nothing).

    `matters_to`: words of which a question holds one when it is about the point on which they differ; empty: any is.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    local: LocalWording
    statute: Place
    with_it: tuple[Place, ...] = ()
    differs: bool
    matters_to: tuple[str, ...] = ()
    difference: str = Field(min_length=2)
    source: str = Field(min_length=2)
    checked_on: date


class Paraphrases(_Entry):
    """All known paraphrases, in file order."""

    all: tuple[Paraphrase, ...] = Field(alias="paraphrases")

    @model_validator(mode="after")
    def _unique(self) -> Paraphrases:
        _no_twice("id", [entry.id for entry in self.all])
        return self

    def of(self, source_id: str, pinpoint: str) -> tuple[Paraphrase, ...]:
        """Those whose local wording or whose statute stands at this pinpoint and which differ from the law."""
        place = (source_id, pinpoint)
        return tuple(
            entry
            for entry in self.all
            if entry.differs
            and place
            in ((entry.local.source_id, entry.local.pinpoint), (entry.statute.source_id, entry.statute.pinpoint))
        )


def _no_twice(field: str, values: list[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"two entries have the {field} '{value}'")
        seen.add(value)


_File = TypeVar("_File", bound=_Entry)


@cache
def load_contacts(path: Path = DATA / "contacts.yaml") -> Contacts:
    """Whom to ring or write to; RegisterInvalid names the entry that is wrong."""
    return _load(path, Contacts)


@cache
def load_acronyms(path: Path = DATA / "acronyms.yaml") -> Acronyms:
    """Acronyms and terms of the field; RegisterInvalid names the entry that is wrong."""
    return _load(path, Acronyms)


@cache
def load_paraphrases(path: Path = DATA / "paraphrases.yaml") -> Paraphrases:
    """Known paraphrases of the law; RegisterInvalid names the entry that is wrong."""
    return _load(path, Paraphrases)


def _load(path: Path, model: type[_File]) -> _File:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RegisterInvalid(f"The data file {path.name} is missing; restore it from the project.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegisterInvalid(f"The data file {path.name} is not valid YAML ({error}); mend that line.") from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = _where(data, first["loc"])
        raise RegisterInvalid(f"The data file {path.name} is wrong{where}: {first['msg']}; mend that entry.") from error


def _where(data: Any, loc: tuple[int | str, ...]) -> str:
    """Where the fault is, with a leading space: the entry by its own name, or by its number counted from 1."""
    if not loc:
        return ""
    words = [str(part) for part in loc]
    if len(loc) > 1 and isinstance(loc[1], int):
        try:
            entry = data[loc[0]][loc[1]]
            name = entry.get("id") or entry.get("term") or entry.get("name")
        except (AttributeError, KeyError, IndexError, TypeError):
            name = None
        words[0:2] = [f"{loc[0]} '{name}'" if name else f"{loc[0]} entry {loc[1] + 1}"]
    return " at " + ", ".join(words)

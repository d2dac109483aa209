"""What was found: a personal detail, its kind and where it stands. Plain values that any screen can draw."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class PersonalKind(StrEnum):
    """The kinds of personal detail; the value is the word shown to a reader."""

    NAME = "name"
    NHS_NUMBER = "NHS number"
    NI_NUMBER = "National Insurance number"
    DATE_OF_BIRTH = "date of birth"
    POSTCODE = "postcode"
    PHONE = "phone number"
    EMAIL = "email address"
    ADDRESS = "street address"


class Detail(BaseModel):
    """One personal detail: `text` is exactly the characters `start` to `end` of the text it was found in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: PersonalKind
    text: str = Field(min_length=1)
    start: int = Field(ge=0)
    end: int = Field(gt=0)

"""Questions a section answers, written beforehand: `corpus/data/questions/<source id>.yaml`.

They are indexed beside the section's text and never quoted: document expansion by queries (Nogueira, Yang, Lin and Cho,
"Document Expansion by Query Prediction", arXiv 1904.08375), here written for this project rather than predicted. A
question typed in everyday words then finds the section that answers it in professional ones.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import RegisterInvalid
from ingest.sources import CORPUS

FOLDER = CORPUS / "data" / "questions"


class AskedSection(BaseModel):
    """One section, named by its own heading and pinpoint, and the questions it answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    heading: str
    pinpoint: str
    questions: tuple[str, ...]


class Asked(BaseModel):
    """All questions of one source. `sha256` is the file's, so that a change is noticed; "" when there is no file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source_id: str
    checked_on: date
    sections: tuple[AskedSection, ...]
    sha256: str = Field(default="", exclude=True)

    def of(self, heading: str, pinpoint: str) -> tuple[str, ...]:
        """The questions of a section; none when it is not named."""
        for section in self.sections:
            if (section.heading, section.pinpoint) == (heading, pinpoint):
                return section.questions
        return ()


def load_asked(source_id: str, folder: Path = FOLDER) -> Asked:
    """A source's questions; an empty value when it has no file, as a person's own documents have none.

    Raises: RegisterInvalid when the file is not what it must be.
    """
    file = folder / f"{source_id}.yaml"
    if not file.is_file():
        return Asked(source_id=source_id, checked_on=date.min, sections=())
    data = file.read_bytes()
    try:
        asked = Asked.model_validate(yaml.safe_load(data))
    except (yaml.YAMLError, ValidationError) as error:
        raise RegisterInvalid(f"The questions file {file.name} cannot be used ({error}); mend that entry.") from error
    return asked.model_copy(update={"sha256": hashlib.sha256(data).hexdigest()})

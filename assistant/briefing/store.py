"""Saved briefings: what a trainer chose, below the data folder, one file each; written only by an act of saving.

What is saved are choices and the words they were about, not the library: opened again after the library has changed, a
quote that is no longer there is counted and left out.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.briefing.compose import Choices
from assistant.briefing.gather import Evidence
from ingest.errors import BadRequest, DataFolderUnusable

FOLDER = "briefings"


class SavedPart(BaseModel):
    """The quotes of one part in their order, each by its first line's words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    part: str
    quotes: tuple[str, ...]


class SavedBriefing(BaseModel):
    """One saved briefing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    theme: str
    audience: str
    parts: tuple[SavedPart, ...]
    edits: dict[str, str]
    reviewed_by: str = ""
    review_date: date | None = None
    saved_at: datetime


def save(evidence: Evidence, choices: Choices, data_dir: Path) -> str:
    """Write a briefing's choices; returns its name, by which it is opened again. The same theme is written over.

    Raises: DataFolderUnusable.
    """
    by_id = {candidate.id: candidate for candidate in evidence.candidates}
    words = {line.id: line.text for candidate in evidence.candidates for line in candidate.lines}
    saved = SavedBriefing(
        theme=evidence.theme, audience=evidence.audience,
        parts=tuple(
            SavedPart(part=part, quotes=tuple(by_id[id_].lines[0].text for id_ in ids if id_ in by_id))
            for part, ids in choices.ticked.items()
        ),
        edits={words[id_]: new for id_, new in choices.edits.items() if id_ in words},
        reviewed_by=choices.reviewed_by, review_date=choices.review_date, saved_at=datetime.now(UTC),
    )  # fmt: skip
    name = _name(evidence.theme, evidence.audience)
    try:
        (data_dir / FOLDER).mkdir(parents=True, exist_ok=True)
        draft = data_dir / FOLDER / f".{name}.part"
        draft.write_text(saved.model_dump_json(indent=1), encoding="utf-8")
        draft.replace(data_dir / FOLDER / f"{name}.json")
    except OSError as error:
        raise DataFolderUnusable(
            f"The briefing could not be saved ({error.strerror}); check that the disk is not full and the data folder "
            "can be written. Your choices are kept on this page."
        ) from error
    return name


def saved_names(data_dir: Path) -> list[str]:
    """The names of saved briefings, the newest first."""
    files = sorted((data_dir / FOLDER).glob("*.json"), key=lambda file: -file.stat().st_mtime)
    return [file.stem for file in files]


def load(name: str, data_dir: Path) -> SavedBriefing:
    """A saved briefing. Raises: BadRequest when there is none, or when it cannot be read."""
    file = data_dir / FOLDER / f"{_safe(name)}.json"
    try:
        return SavedBriefing.model_validate_json(file.read_bytes())
    except OSError:
        raise BadRequest("That briefing is not saved here any more; look at the list again.") from None
    except ValidationError:
        raise BadRequest(f"The saved briefing {file.name} is damaged; make it again.") from None


def delete(name: str, data_dir: Path) -> None:
    """Erase a saved briefing; none is no mistake."""
    (data_dir / FOLDER / f"{_safe(name)}.json").unlink(missing_ok=True)


def choices_of(saved: SavedBriefing, evidence: Evidence) -> tuple[Choices, int]:
    """The choices for the evidence of today, and how many saved quotes the library no longer offers."""
    gone = 0
    ticked: dict[str, list[str]] = {}
    for part in saved.parts:
        offered = {candidate.lines[0].text: candidate.id for candidate in evidence.of(part.part)}
        ticked[part.part] = [offered[words] for words in part.quotes if words in offered]
        gone += sum(words not in offered for words in part.quotes)
    edits = {
        line.id: saved.edits[line.text]
        for candidate in evidence.candidates
        for line in candidate.lines
        if line.text in saved.edits
    }
    return Choices(ticked, edits, saved.reviewed_by, saved.review_date), gone


def _name(theme: str, audience: str) -> str:
    return _safe(f"{theme} for {audience}")


def _safe(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:100] or "briefing"

"""One small real index for the tests that need documents of a person's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.encoder import Model
from ingest.pipeline import ingest

OWN = {
    "visits.md": """# Visits procedure

## 1.1 Who may visit

Only trained staff visit a hoarded home. Trainees must be accompanied.

## 1.2 What to take [s.9]

Every visitor takes:

- a torch;
- shoe covers; and
- the clutter image rating sheet.
""",
    "ferries.md": """---
title: Ferry timetable policy
superseded_by: Ferry policy 2027
review_due: 2026-03-31
---
# Ferry timetable policy

## 2.1 Sailing

The ferry sails to the island at noon on weekdays. Captains should carry a lantern.
""",
}
"""Two documents of a person's own; the second is out of date."""


@pytest.fixture(scope="session")
def own_data(tmp_path_factory: pytest.TempPathFactory, model: Model, data_folder: Callable[[Path], Path]) -> Path:
    """A data folder with the documents of OWN and without the starter library."""
    folder = tmp_path_factory.mktemp("own-documents")
    for name, text in OWN.items():
        (folder / name).write_text(text, encoding="utf-8")
    data = data_folder(tmp_path_factory.mktemp("own-data"))
    report = ingest([folder], data_dir=data, model=model, with_starter=False)
    assert (report.added, report.failed) == (2, 0), report.failures
    return data


@pytest.fixture(scope="session")
def own_library(own_data: Path):
    """The same, opened."""
    from assistant.library import Library

    return Library.open(own_data)


@pytest.fixture
def enough_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is found is answered from, for tests of what comes after the evidence was weighed."""
    monkeypatch.setattr("assistant.answer.ask.probability", lambda values: 1.0)

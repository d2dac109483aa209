"""Shared fixtures: a real index of the starter library, small real indexes, and no outbound network."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.encoder import Model, find_model
from ingest.pipeline import Report, ingest


@pytest.fixture(scope="session")
def model() -> Model:
    """The packaged embedding model, real weights."""
    return find_model()


@pytest.fixture(scope="session")
def real_index(request: pytest.FixtureRequest, model: Model) -> Path:
    """A data folder with the whole starter library indexed; kept in pytest's cache, so that only changes cost."""
    folder = Path(request.config.cache.mkdir("starter-library"))
    report = ingest(data_dir=folder, model=model)
    assert report.failed == 0, report.failures
    return folder


@pytest.fixture(scope="session")
def library(real_index: Path):
    """The starter library, opened."""
    from assistant.library import Library

    return Library.open(real_index)


@pytest.fixture
def own_documents(tmp_path: Path) -> Path:
    """A folder with two small documents of a person's own."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "hoarding.md").write_text(HOARDING, encoding="utf-8")
    (folder / "visits.txt").write_text("Visits are made in pairs. Record every visit the same day.\n", encoding="utf-8")
    return folder


@pytest.fixture
def indexed(tmp_path: Path, own_documents: Path, model: Model) -> tuple[Path, Report]:
    """A data folder with only the two small documents, and the report of the run that made it."""
    data = tmp_path / "data"
    return data, ingest([own_documents], data_dir=data, model=model, with_starter=False)


HOARDING = """# Hoarding procedure

## 1.1 Who may visit

Only trained staff visit a hoarded home. Trainees must be accompanied.

## 1.2 What to take [s.9]

Every visitor takes:

- a torch;
- shoe covers; and
- the clutter image rating sheet.

| Rating | Action |
|---|---|
| 4 to 6 | Tell the fire service |
| 7 to 9 | Hold a multi-agency meeting |
"""

"""Shared fixtures: a real index of the starter library, small real indexes, and no outbound network.

The embedding model is exported once a session (see `encoders`), not once for every data folder.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from filelock import FileLock

from ingest.encoder import Model, exported_file, find_model, open_bulk_encoder
from ingest.pipeline import Report, ingest

Made = Callable[[Path], Path]


def pytest_configure() -> None:
    """Ctrl and C works in programs that tests start, also where the tests themselves run in a shell's background.

    There the signal is ignored, and what is ignored stays so in every program started; what is handled does not.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        with suppress(ValueError):  # not the main thread: a handler can only be set there
            signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One order of the tests in every process, also of cases made from a set: workers side by side must agree on it."""
    items.sort(key=lambda item: (item.location[0], item.location[1] or 0, item.nodeid))


@pytest.fixture(scope="session")
def model() -> Model:
    """The packaged embedding model, real weights."""
    return find_model()


@pytest.fixture(scope="session")
def encoders(request: pytest.FixtureRequest, model: Model) -> Path:
    """A folder with the exported encoder, made and checked as an ingest does; kept in pytest's cache."""
    folder = Path(request.config.cache.mkdir("encoders"))
    with FileLock(folder / "lock"):
        open_bulk_encoder(model, folder, HOARDING.split("\n\n"))
    assert exported_file(model, folder).is_file()
    return folder


@pytest.fixture(scope="session")
def data_folder(encoders: Path, model: Model) -> Made:
    """Makes a data folder that holds the exported encoder, as one that was ingested into before does."""

    def made(folder: Path) -> Path:
        link = exported_file(model, folder / "encoders")
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.exists():
            link.symlink_to(exported_file(model, encoders))
        return folder

    return made


@pytest.fixture(scope="session")
def real_index(request: pytest.FixtureRequest, model: Model, data_folder: Made) -> Path:
    """A data folder with the whole starter library indexed; kept in pytest's cache, so that only changes cost."""
    folder = data_folder(Path(request.config.cache.mkdir("starter-library")))
    with FileLock(folder / "lock"):
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
def indexed(tmp_path: Path, own_documents: Path, model: Model, data_folder: Made) -> tuple[Path, Report]:
    """A data folder with only the two small documents, and the report of the run that made it."""
    data = data_folder(tmp_path / "data")
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

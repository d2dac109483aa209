"""What works on this machine, what is missing and how to get it."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SafeguardError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Check:
    """One thing looked at. `needed` False: the service works without it."""

    name: str
    works: bool
    detail: str
    needed: bool = True


def examine(data_dir: Path) -> list[Check]:
    """Every check, in the order a newcomer would ask."""
    return [_python(), _data_folder(data_dir), _model(), _index(data_dir), _browser(), _ocr(), _language_model()]


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check("Python", sys.version_info >= (3, 11), f"{version}; 3.11 or newer is needed")


def _data_folder(data_dir: Path) -> Check:
    probe = data_dir / ".writable"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        return Check("Data folder", False, f"{data_dir}: {error.strerror}; choose another with --data-dir")
    return Check("Data folder", True, str(data_dir))


def _model() -> Check:
    from assistant.settings import settings
    from ingest.encoder import find_model

    try:
        return Check("Embedding model", True, find_model(settings().embedding_model).fingerprint)
    except SafeguardError as error:
        return Check("Embedding model", False, str(error))


def _index(data_dir: Path) -> Check:
    from assistant.library import Library

    try:
        library = Library.open(data_dir)
    except SafeguardError as error:
        return Check("Index", False, str(error))
    made = library.index.record.made_at
    return Check("Index", True, f"{len(library.sources())} documents, {len(library.passages)} passages, made {made}")


def _ocr() -> Check:
    found = shutil.which("ocrmypdf")
    return Check(
        "OCR", found is not None,
        found or "scanned PDF files are named and not read; install ocrmypdf with your system's packages to read them",
        needed=False,
    )  # fmt: skip


def _browser() -> Check:
    found = next((name for name in BROWSERS if shutil.which(name)), None)
    detail = found or "none found; browser tests are skipped. On Debian: apt-get install chromium"
    return Check("Browser for tests", found is not None, detail, needed=False)


def _language_model() -> Check:
    return Check("Language model", True, "none; answers are composed of verified quotes", needed=False)

"""Pages that are pictures: recognised with ocrmypdf where it is installed, refused by name where it is not."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from ingest.errors import CannotRead

PROGRAM = "ocrmypdf"
SECONDS = 90.0
"""Longest time the program may take."""


def recognised(data: bytes, name: str, *, whole: bool) -> bytes | None:
    """The PDF with text over its pictures. None, where only some pages are pictures (not `whole`) and there is no OCR.

    Raises: CannotRead when no page has text and the program is missing, fails, or takes too long.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        if whole:
            raise CannotRead(f"The pages of {name} are pictures; run OCR (for example ocrmypdf) and add it again.")
        return None
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "in.pdf", Path(folder) / "out.pdf"
        before.write_bytes(data)
        try:
            subprocess.run(
                [program, "--skip-text", "--output-type", "pdf", "--quiet", str(before), str(after)],
                capture_output=True, check=True, timeout=SECONDS, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            return after.read_bytes()
        except (OSError, subprocess.SubprocessError):
            if whole:
                raise CannotRead(
                    f"The pages of {name} are pictures and {PROGRAM} could not recognise them within {SECONDS:.0f} "
                    "seconds; run OCR yourself and add it again."
                ) from None
            return None

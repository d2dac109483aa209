"""The digests' sections by pinpoint, read straight from the Markdown so that a suite is checked without an index."""

from __future__ import annotations

import re
from pathlib import Path

DIGESTS = Path(__file__).parent.parent / "corpus" / "digests"

_HEADING = re.compile(r"^#{1,6}\s+(?P<words>.*\S)\s*$")
_PINPOINT = re.compile(r"\[(?P<pinpoint>[^\[\]]+)\]$")
_UNCONFIRMED = re.compile(r"\[[^\[\]]*\bunverified\b[^\[\]]*\]", re.IGNORECASE)


def sections(folder: Path = DIGESTS) -> dict[tuple[str, str], str]:
    """(source id, pinpoint) -> heading and text of every section that has a pinpoint.

    Lines marked `[unverified ...]` are left out, as they are from the index. Sections of one source with the same
    pinpoint are joined: nothing outside can tell them apart.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(folder.glob("*.md")):
        key: tuple[str, str] | None = None
        for line in path.read_text(encoding="utf-8").splitlines():
            if heading := _HEADING.match(line):
                pinpoint = _PINPOINT.search(heading["words"])
                key = (path.stem, pinpoint["pinpoint"].strip()) if pinpoint else None
                line = _PINPOINT.sub("", heading["words"]).rstrip()
            if key and not _UNCONFIRMED.search(line):
                found.setdefault(key, []).append(line.replace("*", ""))
    return {key: "\n".join(lines) for key, lines in found.items()}

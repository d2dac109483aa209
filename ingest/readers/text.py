"""Bytes to clean text, the same way for every text format."""

from __future__ import annotations

import re
import unicodedata

from ingest.errors import CannotRead

# Controls that can hide or reorder what a reader sees (Unicode TR #36): bidirectional overrides, zero-width marks.
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")


def decode(data: bytes, name: str) -> str:
    """UTF-8 bytes (a byte-order mark is allowed) as text with Unix line ends and no hidden characters.

    Raises: CannotRead when the bytes are not UTF-8 or are not text at all.
    """
    if b"\x00" in data:
        raise CannotRead(f"{name} is not a text file (it holds binary data); save it as UTF-8 text and add it again.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotRead(f"{name} is not UTF-8 at byte {error.start}; save it as UTF-8 and add it again.") from None
    return clean(text)


def clean(text: str) -> str:
    """Text in Unicode NFC with hidden and control characters and half surrogates removed; tabs and line ends stay."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = _HIDDEN.sub("", text)
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})

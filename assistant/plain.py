"""Text that somebody else wrote → text that any kind of file can hold and that changes nothing but itself."""

from __future__ import annotations

import re
import unicodedata

_TURNS_TEXT_ROUND = "\u202a-\u202e\u2066-\u2069"
"""Embeddings, overrides and isolates: they can show words in another order than they were written (Unicode UAX 9)."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff\ufff9-\ufffb"
    f"{_TURNS_TEXT_ROUND}\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
_BULLETS = str.maketrans({"\uf0b7": "\u2022", "\uf0a7": "\u25aa"})
"""What a bullet of a word processor becomes when it is pasted: a place of the font Symbol or Wingdings."""

_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def plain(text: str) -> str:
    r"""The text without characters that XML cannot hold, that no reader sees, or that turn the text round.

    Lines end in "\n" and accents are composed (NFC). Letters of every script, emoji and joiners stay.

    >>> plain("Mary\x00\r\nwas \u202eneves\u202c")
    'Mary\nwas neves'
    """
    return unicodedata.normalize("NFC", _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)).translate(_BULLETS))

"""The one way that words written by a person or a source reach the screen: escaped, and marked by offsets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

_ASCII_MARKS = re.compile(r"([!-/:-@\[-`{-~])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def marked(text: str, quotes: Iterable[tuple[int, int]] = ()) -> str:
    """`text` as HTML with each located quote between <mark> tags; taking the tags out gives the escaped text back.

    Args:    text: plain text, as it was written.  quotes: (start, end) in characters of `text`, in any order.
    Returns: HTML. Quotes that overlap or touch become one mark; one that does not lie within the text is not marked.
    >>> marked("a < b and a < c", [(10, 15)])
    'a &lt; b and <mark>a &lt; c</mark>'
    """
    parts: list[str] = []
    at = 0
    for start, end in _merged(quotes, len(text)):
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    parts.append(escape(text[at:]))
    return "".join(parts)


def _merged(quotes: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """The quotes that lie within the text, in order, those that overlap or touch joined."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(quotes):
        if not 0 <= start < end <= length:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def as_label(words: str) -> str:
    r"""Words that were not written by us, for the label of a button or link, where Markdown is parsed.

    Every ASCII mark gets a backslash, so no picture, link or colour can be made of them, and control and
    direction characters are left out.
    >>> as_label("![x](y)")
    '\\!\\[x\\]\\(y\\)'
    """
    return _ASCII_MARKS.sub(r"\\\1", _CONTROLS.sub("", " ".join(words.split())))


def web_address(url: object) -> str | None:
    """The address when it is one a browser may open, http or https; None for anything else."""
    text = str(url or "")
    parts = urlsplit(text)
    return text if parts.scheme in {"http", "https"} and parts.hostname else None


def site_name(url: str) -> str:
    """The site a link leads to, as a reader knows it: 'legislation.gov.uk'."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def phone_link(number: str) -> str:
    """A telephone number that dials when pressed, as HTML; a key to press during a call does not dial.

    >>> phone_link("01952 385385")
    '<a href="tel:01952385385">01952 385385</a>'
    """
    digits = re.sub(r"[^0-9+]", "", number)
    shown = escape(number).replace(" ", "\u00a0")
    return f'<a href="tel:{digits}">{shown}</a>' if len(digits) >= 3 else shown


def first_sentence_bold(words: str) -> str:
    """Our own message as HTML, its first sentence in bold; line breaks start a new paragraph."""
    paragraphs = [part.strip() for part in words.split("\n") if part.strip()]
    if not paragraphs:
        return ""
    lead, stop, rest = paragraphs[0].partition(". ")
    first = f"<strong>{escape(lead + stop.strip())}</strong> {escape(rest)}".strip()
    return "".join(f"<p>{part}</p>" for part in [first, *map(escape, paragraphs[1:])])

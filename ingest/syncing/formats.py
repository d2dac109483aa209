"""Whether an answer is of the format it should be: what its server calls it, and what its first bytes say."""

from __future__ import annotations

import re

from ingest.syncing.errors import FetchFailed
from ingest.syncing.official import Format
from ingest.syncing.request import Reply

SUFFIX: dict[Format, str] = {"html": ".html", "pdf": ".pdf", "xml": ".xml"}

_TYPES: dict[Format, re.Pattern[str]] = {
    "html": re.compile(r"^(text/html|application/xhtml\+xml)$"),
    "pdf": re.compile(r"^application/(x-)?pdf$"),
    "xml": re.compile(r"^(text|application)/(xml|[\w.-]+\+xml)$"),
}
_HEAD = 4096
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_SURELY_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
"""An Act's XML has a Body of its own, so that a body alone does not make a page."""
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def require_format(reply: Reply, format_: Format) -> None:
    """Raises: FetchFailed when the type or the first bytes are another format's, or when there is nothing."""
    said = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not reply.body.strip():
        raise FetchFailed(f"{reply.url} came empty; open it in a browser to see what is there now.")
    if not _TYPES[format_].match(said):
        raise FetchFailed(
            f"{reply.url} came as {said[:60] or 'nothing named'} where {format_} was expected; "
            "correct its format or its address in corpus/official.yaml."
        )
    if found := _other_than(reply.body[:_HEAD], format_):
        raise FetchFailed(
            f"{reply.url} says it is {format_} and is {found}; open it in a browser to see what is there now."
        )


def _other_than(head: bytes, format_: Format) -> str:
    """What the bytes are, when they are not of the format; empty when they may be."""
    if b"%PDF-" in head[:1024]:
        return "" if format_ == "pdf" else "a PDF"
    if format_ == "pdf":
        return "no PDF"
    text = head
    for mark in _MARKS:
        text = text.removeprefix(mark)
    text = text.replace(b"\x00", b"").lstrip() if head.startswith(_MARKS[1:]) else text.lstrip()
    if b"\x00" in text:
        return "binary data"
    is_html = bool(_HTML.search(text)) and not text.startswith(b"<?xml")
    if format_ == "html":
        return "" if is_html or (text.startswith(b"<?xml") and _HTML.search(text)) else "no web page"
    return "a web page" if is_html and _SURELY_HTML.search(text) else ("" if text.startswith(b"<") else "no XML")

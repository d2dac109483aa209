"""E-mail messages (.eml) → document: the subject as title, the words as paragraphs; attachments are named, not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from ingest.document import Document
from ingest.errors import CannotRead
from ingest.readers.clauses import Piece, PieceKind, assemble, split_marker
from ingest.readers.text import clean

_PARAGRAPHS = re.compile(r"\n\s*\n")
_DEEPEST = 5


def read_email(data: bytes, name: str) -> Document:
    """Read a message as RFC 5322 and MIME (RFC 2045) have it.

    Whom it is from and to is left out: those are people. A message that was forwarded whole is read with it.

    Raises: CannotRead when it is no message or holds no words.
    """
    message = message_from_bytes(data, policy=policy.default)
    if not isinstance(message, EmailMessage) or not (message["from"] or message["subject"] or message["date"]):
        raise CannotRead(f"{name} is not an e-mail message; save it as .eml and add it again.")
    pieces: list[Piece] = []
    attached: list[str] = []
    try:
        _message(message, pieces, attached, 0)
    except RecursionError:
        raise CannotRead(f"{name} is nested too deeply to be read; save its words as text and add that.") from None
    subject = clean(str(message["subject"] or "")).strip()
    notices = [f"its attachment {file} was not read; save it beside the message and add it." for file in attached]
    return assemble(pieces, " ".join(subject.split()), name, front=_front(message), notices=notices)


def _front(message: EmailMessage) -> dict[str, object]:
    """The day it was sent, where it says one."""
    sent = getattr(message["date"], "datetime", None)
    return {"published": f"{sent.day} {sent:%B %Y}"} if sent is not None else {}


def _message(message: EmailMessage, pieces: list[Piece], attached: list[str], depth: int) -> None:
    body = message.get_body(preferencelist=("plain", "html"))
    if isinstance(body, EmailMessage):
        pieces.extend(_body(body))
    for part in message.iter_attachments():
        inner = part.get_payload(0) if part.get_content_type() == "message/rfc822" and part.is_multipart() else None
        if isinstance(inner, EmailMessage) and depth < _DEEPEST:
            _message(inner, pieces, attached, depth + 1)
        elif file := part.get_filename():
            attached.append(" ".join(clean(file).split())[:80])


def _body(part: EmailMessage) -> Iterator[Piece]:
    """The words of a part: paragraphs of plain text, or what a web page's reader finds."""
    try:
        text = part.get_content()
    except (LookupError, ValueError):  # a character set nobody knows
        payload = part.get_payload(decode=True)
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    if part.get_content_subtype() == "html":
        yield from _of_page(text)
        return
    run = 0
    for paragraph in _PARAGRAPHS.split(clean(text)):
        for line in _joined(paragraph):
            marker, words = split_marker(line)
            if marker:
                run += 1
                yield Piece(words, PieceKind.ITEM, marker=marker, run=run)
            elif words:
                yield Piece(words)


def _joined(paragraph: str) -> Iterator[str]:
    """The lines of a paragraph as one, but for those that begin an item."""
    line = ""
    for piece in filter(None, (" ".join(piece.split()) for piece in paragraph.split("\n"))):
        if line and split_marker(piece)[0]:
            yield line
            line = piece
        else:
            line = f"{line} {piece}".strip()
    if line:
        yield line


def _of_page(text: str) -> Iterator[Piece]:
    from ingest.readers.html import read_html

    try:
        document = read_html(text.encode(), "message")
    except CannotRead:
        return
    for section in document.sections:
        for block in section.blocks:
            yield Piece(
                block.text, PieceKind(block.kind.value), marker=block.marker, depth=block.depth, run=block.group
            )

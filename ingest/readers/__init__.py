"""One reader per file format; each returns the same document value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from ingest.document import Document
from ingest.errors import CannotRead

FORMATS = {
    ".md": "markdown", ".markdown": "markdown", ".txt": "text", ".pdf": "pdf", ".docx": "docx", ".html": "html",
    ".htm": "html", ".odt": "odt", ".eml": "email", ".xml": "xml",
}  # fmt: skip
"""The end of a file's name, in lower case → the format it is read as."""


def read_document(data: bytes, name: str, progress: Callable[[int, int], None] | None = None) -> Document:
    """The document in a file's bytes, by the reader its name asks for. Readers load their libraries when first used.

    `progress` is told (page, pages) by a reader of pages.

    Raises: CannotRead, in one sentence that names the file, for a format that is not read and whatever the reader
    refuses.
    """
    format_ = FORMATS.get(PurePath(name).suffix.lower())
    if format_ in ("markdown", "text"):
        from ingest.readers.markdown import read_markdown

        return read_markdown(data, name)
    if format_ == "pdf":
        from ingest.readers.pdf import read_pdf

        return read_pdf(data, name, progress)
    if format_ == "docx":
        from ingest.readers.word import read_word

        return read_word(data, name)
    if format_ == "html":
        from ingest.readers.html import read_html

        return read_html(data, name)
    if format_ == "odt":
        from ingest.readers.odt import read_odt

        return read_odt(data, name)
    if format_ == "email":
        from ingest.readers.email import read_email

        return read_email(data, name)
    if format_ == "xml":
        from ingest.readers.legislation import read_legislation

        return read_legislation(data, name)
    raise CannotRead(f"{name}: only {', '.join(sorted(FORMATS))} files can be read.")

"""A briefing as a file, by the end of the file's name: one value, drawn in five ways."""

from __future__ import annotations

from assistant.briefing.value import Briefing
from ingest.errors import BadRequest

MIME = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "html": "text/html",
    "md": "text/markdown",
}
"""The end of a file's name → its type."""


def briefing_file(briefing: Briefing, suffix: str) -> bytes:
    """The file's bytes. `suffix`: docx, pptx, pdf, html or md, with or without its dot; libraries load when needed.

    Raises: BadRequest for any other.
    """
    suffix = suffix.lower().removeprefix(".")
    if suffix == "docx":
        from assistant.export.briefing_word import briefing_word

        return briefing_word(briefing)
    if suffix == "pptx":
        from assistant.export.briefing_slides import briefing_slides

        return briefing_slides(briefing)
    if suffix == "pdf":
        from assistant.export.briefing_pdf import briefing_pdf

        return briefing_pdf(briefing)
    if suffix == "html":
        from assistant.export.briefing_html import briefing_html

        return briefing_html(briefing)
    if suffix == "md":
        from assistant.export.briefing_markdown import briefing_markdown

        return briefing_markdown(briefing).encode("utf-8")
    raise BadRequest(f"A briefing cannot be written as '.{suffix}'; choose {', '.join(f'.{name}' for name in MIME)}.")


def file_name(briefing: Briefing, suffix: str) -> str:
    """A name for the file: the theme's words only, so that it says nothing of a person."""
    words = "".join(char if char.isalnum() else " " for char in briefing.theme.lower()).split()
    return f"briefing-{'-'.join(words)[:60] or 'theme'}.{suffix}"

"""The referral draft and decision record as a file, by the ending of its name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from assistant.sar.interview import Case
from assistant.sar.result import Result
from ingest.errors import BadRequest

KINDS = (".docx", ".pdf", ".md")


def require_writable(path: Path) -> None:
    """Said before anything is asked. Raises: BadRequest for another ending, or a folder that cannot be one."""
    if path.suffix.lower() not in KINDS:
        raise BadRequest(f"{path} has no ending we can write; name a .docx, .pdf or .md file.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot(path, error) from None
    if path.is_dir():
        raise BadRequest(f"{path} is a folder; name a file.")


def write_record(path: Path, case: Case, found: Result) -> str:
    """Write the record of a case; returns the file's name.

    Personal details that are still in the case were kept by the practitioner, so none is hidden here.
    Raises: BadRequest when it cannot be written.
    """
    from assistant.sar.record import build_record

    record = build_record(case, found, date.today(), mask_details=False)
    kind = path.suffix.lower()
    if kind == ".docx":
        from assistant.export.record_word import record_word

        data = record_word(record)
    elif kind == ".pdf":
        from assistant.export.record_pdf import record_pdf

        data = record_pdf(record)
    else:
        from assistant.export.record_markdown import record_markdown

        data = record_markdown(record).encode("utf-8")
    try:
        path.write_bytes(data)
    except OSError as error:
        raise _cannot(path, error) from None
    return str(path)


def _cannot(path: Path, error: OSError) -> BadRequest:
    return BadRequest(f"{path} cannot be written ({error.strerror or 'not writable'}); choose another file.")

"""The record as a tagged PDF (PDF/UA-1): headings in the outline, a real table, the language and the title set.

Typeset by Typst, which its package brings whole, with the Noto fonts of another (SIL Open Font License), so that every
machine draws the same. The record goes in as data and never as markup: none of its words can be an instruction.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.sar.record_value import LEGEND, Entry, Record, Section, written_day
from ingest.errors import SafeguardError

if TYPE_CHECKING:
    import typst

PDF_MIME = "application/pdf"
TEMPLATE = Path(__file__).with_name("record.typ")
TRIES = 5
_LONG_WORD = re.compile("[!-~\u00a1-\u024f]{25,}")
"""Longer than the words of everyday English, in letters that can be parted anywhere."""

_TEN = re.compile("(.{10})(?=.)")

_RARE = re.compile("[^\x00-\u024f]")

_UNDRAWN = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_NUMBERED = re.compile(r"\\u\{([0-9a-f]+)\}")


class PdfNotMade(SafeguardError):
    """The typesetter refused what it was given; the other formats still hold it."""


def record_pdf(record: Record) -> bytes:
    """The record as a PDF. A character that no font has is written as its number, [U+4E2D]. Raises: PdfNotMade."""
    return typeset(TEMPLATE, "record.json", _drawn(record))


def typeset(template: Path, name: str, drawn: dict[str, Any]) -> bytes:
    """A tagged PDF from a template and the data that it reads under a name. Raises: PdfNotMade."""
    import typst

    data = json.dumps(_drawable(drawn), ensure_ascii=False).encode()
    files = {"main.typ": template.read_bytes(), name: data}
    for _ in range(TRIES):
        try:
            return typst.compile(  # type: ignore[call-overload]  # its types leave out files by name, which it takes
                files, font_paths=_fonts(), ignore_system_fonts=True, pdf_standards=["ua-1"]
            )
        except typst.TypstError as error:
            if not (unseen := _undrawn(error.diagnostic)):
                break
            files[name] = _spelled_out(files[name], unseen)
        except BaseException as error:  # what it raises where it falls over is no Exception
            if type(error).__name__ != "PanicException":
                raise
            break
    raise PdfNotMade("The PDF was not made: the typesetter refused it. Nothing was lost; choose Word or Markdown.")


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(_font_folder())])


def _font_folder() -> Path:
    import manimgx_fonts

    return Path(manimgx_fonts.__file__).parent


def _drawn(record: Record) -> dict[str, Any]:
    return {
        "title": record.title,
        "mark": record.mark,
        "statement": record.statement,
        "legend": LEGEND,
        "made_on": written_day(record.made_on),
        "made": [record.made_on.year, record.made_on.month, record.made_on.day],
        "parts": [
            {"title": title, "sections": [_section(section) for section in sections]}
            for title, sections in record.parts()
        ],
        "sources": [
            {
                **source.model_dump(include={"title", "publisher", "url", "is_digest", "superseded_by"}),
                "url_shown": source.url,
                "checked_on": written_day(source.checked_on),
                "cited": [
                    {"n": cited.n, "pinpoint": cited.pinpoint, "quote": cited.quote} for cited in source.citations
                ],
            }
            for source in record.sources()
        ],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "kind": section.kind,
        "entries": [_entry(entry) for entry in section.entries],
        "limbs": [limb.model_dump() for limb in section.limbs],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {**entry.model_dump(include={"label", "text", "citations", "left_to"}), "shown": entry.shown}


def _drawable(value: Any) -> Any:
    """The same data with places to break in words that may be wider than a column; addresses to follow stay whole."""
    if isinstance(value, str):
        value = _RARE.sub(lambda found: found[0] if _safe(found[0]) else _number(found[0]), value)
        return _LONG_WORD.sub(lambda found: _TEN.sub("\\1\u200b", found[0]), value)
    if isinstance(value, dict):
        return {name: entry if name == "url" else _drawable(entry) for name, entry in value.items()}
    return [_drawable(entry) for entry in value] if isinstance(value, list | tuple) else value


def _safe(character: str) -> bool:
    """Whether the typesetter may be given a character: Typst 0.15 falls over marks, and letters written from the right,
    that no font has. Of all others it says itself which it cannot draw.
    """
    if ord(character) in _drawn_by_noto():
        return True
    kind = unicodedata.category(character)
    return kind[0] != "M" and kind not in ("Cn", "Co") and unicodedata.bidirectional(character) not in ("R", "AL", "AN")


@cache
def _drawn_by_noto() -> frozenset[int]:
    """The characters of the fonts that are brought along."""
    from fontTools.ttLib import TTFont

    return frozenset(code for file in _font_folder().glob("*.ttf") for code in TTFont(file, lazy=True).getBestCmap())


def _undrawn(diagnostic: str) -> list[str]:
    """The characters that the typesetter says it has no font for."""
    found = [_NUMBERED.sub(lambda n: chr(int(n[1], 16)), text) for text in _UNDRAWN.findall(diagnostic)]
    return [text.replace('\\"', '"').replace("\\\\", "\\") for text in found]


def _spelled_out(data: bytes, unseen: list[str]) -> bytes:
    """The data with each of these characters as its number."""
    text = data.decode()
    for letters in sorted(set(unseen), key=len, reverse=True):
        text = text.replace(letters, "".join(map(_number, letters)))
    return text.encode()


def _number(character: str) -> str:
    """'[U+4E2D]'; a character of ASCII stays itself."""
    return character if ord(character) < 0x80 else f"[U+{ord(character):04X}]"

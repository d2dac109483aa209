"""A page of a PDF as a picture, with the words of a quote marked where they stand.

Every character of the quote has to be on the page, whole words of it, in their order and only once. Passed over is only
what a printed line does to words: where it ends, a hyphen set there, ligatures, curly or straight quotation marks.
Where any line of the quote is not found so, nothing is marked.

PDFium draws and locates (pypdfium2). It is not made for threads, and a page may be made to take for ever: each picture
is made by a process of its own, within time and memory.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.errors import CannotRead

WIDTH_PX = 900
MOST_PIXELS = 6_000_000
SECONDS = 20.0
MEMORY_BYTES = 2 * 1024**3
_YELLOW, _LINE = (255, 226, 64, 90), (107, 89, 0, 255)


@dataclass(frozen=True)
class PagePicture:
    """PNG bytes and their size in pixels. `marked`: how many rectangles are drawn; 0 when the words are not located."""

    png: bytes
    width: int
    height: int
    marked: int
    pages: int


def page_picture(
    pdf: Path, page: int, quote: str, *, width_px: int = WIDTH_PX, seconds: float = SECONDS
) -> PagePicture:
    """Page `page` (counted from 1) of a PDF file with a quote marked; its lines are located one by one.

    Raises: CannotRead, in one sentence, when the file or the page is not there, is locked, or cannot be drawn in time.
    """
    asked = json.dumps({"pdf": str(pdf), "page": page, "quote": quote, "width_px": width_px})
    root = Path(__file__).resolve().parents[1]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "assistant.page_picture"], input=asked.encode(), capture_output=True,
            timeout=seconds, cwd=root,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise CannotRead(f"Page {page} of {pdf.name} takes too long to draw; open the file itself.") from None
    head, _, png = done.stdout.partition(b"\n")
    try:
        said = json.loads(head)
    except ValueError:
        raise CannotRead(f"Page {page} of {pdf.name} cannot be drawn; open the file itself.") from None
    if "error" in said:
        raise CannotRead(said["error"])
    return PagePicture(png, said["width"], said["height"], said["marked"], said["pages"])


_ENDS = "(?:[-\u00ad\u2010\u0002\ufffe]?[\\r\\n]+|[\u00ad\u0002\ufffe][\\r\\n]*)?"
"""What may stand within a word where a printed line ends: PDFium gives a hyphen set there as U+0002 or U+FFFE."""
_DASH = "[-\u2010-\u2015]"
_ALIKE = {
    "'": "['\u2018\u2019]", "\u2018": "['\u2018\u2019]", "\u2019": "['\u2018\u2019]",
    '"': '["\u201c\u201d]', "\u201c": '["\u201c\u201d]', "\u201d": '["\u201c\u201d]',
}  # fmt: skip
_LIGATURES = {
    "ffi": ("\ufb03", "\ufb00i", "f\ufb01"), "ffl": ("\ufb04", "\ufb00l", "f\ufb02"),
    "fi": ("\ufb01",), "fl": ("\ufb02",), "ff": ("\ufb00",),
}  # fmt: skip
"""Letters → how they may be printed as well."""


def located(quote: str, page_text: str) -> list[tuple[int, int]]:
    """(start, end) of each line of a quote in a page's text; empty unless every line is there exactly once.

    A table's row, whose cells repeat their columns' headings, is looked for as it is printed: its cells side by side.
    """
    found: list[tuple[int, int]] = []
    for line in filter(None, (line.strip().removeprefix("- ") for line in quote.splitlines())):
        span = _once(_pattern(line), page_text)
        if span is None and " | " in line:
            span = _once(r"\s+".join(_cell(cell) for cell in line.split(" | ")), page_text)
        if span is None:
            return []
        found.append(span)
    return found


def _once(pattern: str, text: str) -> tuple[int, int] | None:
    """The one place of a pattern as whole words; None where there is no place, or another one."""
    whole = rf"(?<!\w)(?<!\w{_DASH})(?<!\d[.,]){pattern}(?!\w)(?!{_DASH}\w)(?![.,]\d)"
    places = [match.span() for match in islice(re.finditer(whole, text), 2)]
    return places[0] if len(places) == 1 else None


def _pattern(words: str) -> str:
    """The regular expression of some words as they may be printed."""
    return r"\s+".join(_printed(word) for word in words.split())


def _printed(word: str) -> str:
    pieces: list[str] = []
    at = 0
    while at < len(word):
        letters = next((letters for letters in _LIGATURES if word.startswith(letters, at)), "")
        if letters:
            pieces.append(f"(?:{'|'.join((_ENDS.join(letters), *_LIGATURES[letters]))})")
        elif re.match(_DASH, word[at]):
            pieces.append(_DASH)
        else:
            pieces.append(_ALIKE.get(word[at], re.escape(word[at])))
        at += len(letters) or 1
    return _ENDS.join(pieces)


def _cell(cell: str) -> str:
    """A cell as it is printed: by itself, or without the column's heading that is set before it."""
    bare = re.sub(r"^[^:?]{1,80}[:?]\s+", "", cell)
    return f"(?:{_pattern(cell)}|{_pattern(bare)})" if bare != cell else _pattern(cell)


def _draw(asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The work itself, in the process of its own."""
    import io

    import pypdfium2 as pdfium
    import pypdfium2.raw as raw
    from PIL import Image, ImageDraw

    name, number = Path(asked["pdf"]).name, asked["page"]
    try:
        document = pdfium.PdfDocument(asked["pdf"])
        if not 1 <= number <= len(document):
            return {"error": f"{name} has no page {number}; it may have changed since it was read."}, b""
        page = document[number - 1]
    except (pdfium.PdfiumError, FileNotFoundError, OSError):
        return {"error": f"{name} cannot be opened any more; its text is shown."}, b""
    width, height = page.get_size()
    scale = min(asked["width_px"] / max(width, 1), (MOST_PIXELS / max(width * height, 1)) ** 0.5)
    picture = page.render(scale=scale).to_pil().convert("RGBA")
    text_page = page.get_textpage()
    count = text_page.count_chars()
    text = "".join(chr(raw.FPDFText_GetUnicode(text_page, n) or 0xFFFC) for n in range(count))
    text_page.count_rects()
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    marked = 0
    for start, end in located(asked["quote"], text):
        for rectangle in range(text_page.count_rects(start, end - start)):
            left, bottom, right, top = text_page.get_rect(rectangle)
            corners = [_on_picture(raw, page, picture.size, x, y) for x, y in ((left, top), (right, bottom))]
            x0, x1 = sorted(x for x, _ in corners)
            y0, y1 = sorted(y for _, y in corners)
            pen.rectangle((x0 - 2, y0 - 2, x1 + 2, y1 + 2), fill=_YELLOW)
            pen.line((x0 - 2, y1 + 3, x1 + 2, y1 + 3), fill=_LINE, width=3)
            marked += 1
    stream = io.BytesIO()
    Image.alpha_composite(picture, layer).convert("RGB").save(stream, "PNG", optimize=False)
    size = {"width": picture.width, "height": picture.height}
    return {**size, "marked": marked, "pages": len(document)}, stream.getvalue()


def _on_picture(raw: Any, page: Any, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    """A place on the page, in points from its lower left, in pixels of the picture: rotation and crop are PDFium's."""
    import ctypes

    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
    return across.value, down.value


def _serve() -> None:
    asked = json.loads(sys.stdin.buffer.read())
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    except (ImportError, ValueError, OSError):
        pass  # a system without such limits: the time is bounded all the same
    try:
        head, png = _draw(asked)
    except Exception as error:  # whatever a strange page makes the library raise
        name = Path(asked["pdf"]).name
        head, png = {"error": f"Page {asked['page']} of {name} cannot be drawn ({type(error).__name__})."}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + png)


if __name__ == "__main__":
    _serve()

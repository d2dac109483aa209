"""Small real PDFs for tests, made with reportlab: what is drawn, where and in which type is said in each test."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP = 72.0, WIDTH - 72.0, 90.0
HANGING = 34.0
Draw = Callable[["Sheet"], None]


class Sheet:
    """One page; `y` goes down as lines are set, in points from the top."""

    def __init__(self, canvas: Canvas, number: int) -> None:
        self.canvas, self.number, self.y = canvas, number, TOP

    def at(self, x: float, y: float, text: str, size: float = 11, *, bold: bool = False, font: str = "") -> None:
        self.canvas.setFont(font or ("Helvetica-Bold" if bold else "Helvetica"), size)
        self.canvas.drawString(x, HEIGHT - y, text)

    def heading(self, text: str, size: float = 16, *, bold: bool = True) -> None:
        self.y += size * 0.8
        self.at(LEFT, self.y, text, size, bold=bold)
        self.y += size * 1.4

    def paragraph(
        self, text: str, size: float = 11, *, x: float = LEFT, right: float = RIGHT, first: float = 0, mark: str = "",
        bold: bool = False, after: float = 8,
    ) -> None:  # fmt: skip
        """Wrapped text. `mark` hangs before it; `first` sets the first line in, by points."""
        font = "Helvetica-Bold" if bold else "Helvetica"
        for number, line in enumerate(wrapped(text, right - x - (HANGING if mark else 0), size, font)):
            if mark and not number:
                self.at(x, self.y, mark, size, bold=bold)
            self.at(x + (HANGING if mark else 0) + (0 if number else first), self.y, line, size, bold=bold)
            self.y += size * 1.25
        self.y += after

    def lines(self, *lines: str, size: float = 11, x: float = LEFT) -> None:
        """Lines broken exactly so, without room between."""
        for line in lines:
            self.at(x, self.y, line, size)
            self.y += size * 1.25

    def grid(self, rows: Sequence[Sequence[str]], widths: Sequence[float], *, row: float = 20) -> None:
        """A table with a line round every cell."""
        top = self.y
        edges = [LEFT + sum(widths[:n]) for n in range(len(widths) + 1)]
        self.canvas.grid(edges, [HEIGHT - top - n * row for n in range(len(rows) + 1)])
        for number, cells in enumerate(rows):
            for x, cell in zip(edges, cells, strict=False):
                for line, part in enumerate(cell.split("\n")):
                    self.at(x + 4, top + number * row + 9 + line * 9, part, 8)
        self.y = top + len(rows) * row + 20

    def picture(self, x: float = 0, y: float = 0, width: float = WIDTH, height: float = HEIGHT) -> None:
        self.canvas.drawImage(
            ImageReader(Image.new("RGB", (60, 80), "lightgrey")), x, HEIGHT - y - height, width, height
        )


def wrapped(text: str, width: float, size: float, font: str) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and stringWidth(longer, font, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def pdf(*pages: Draw, title: str = "", each: Draw | None = None, encrypt: object = None) -> bytes:
    """A PDF of the pages drawn; `each` draws what comes again on every page."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, encrypt=encrypt, invariant=1)
    if title:
        canvas.setTitle(title)
    for number, draw in enumerate(pages, start=1):
        sheet = Sheet(canvas, number)
        if each:
            each(sheet)
        draw(sheet)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def changed(data: bytes, change: Callable[[PdfWriter], None]) -> bytes:
    """The PDF after `change` had its way with it: turned pages, bookmarks, labels, forms."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()

"""What is drawn on a PDF page, as PDFium says: characters with box, type and colour; shapes, pictures and rules.

Places are in the PDF's own points, from its lower left corner, whichever way the page is turned.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

MOST_SHAPES = 20_000
"""Shapes of one page that are looked at for rules and grounds; a drawing may have millions."""
MOST_SEGMENTS = 400
"""Of one shape: a longer path is a drawing, and no rule."""
_MOST_MARKS = 32
"""Round one object."""
_CLEAR = 16
"""Of 255: ink as thin as this cannot be seen."""
_DEEPEST_FORM = 4
_FARTHEST = 1e6
"""Points: nothing on a page is as far from its corner."""
UNKNOWN = (-999, -999, -999)
"""The colour of a gradient or pattern, which no text is taken to match."""
_BOLD = re.compile(r"bold|black|heavy|semibd|demi|-bd\b|cmbx|sfbx", re.IGNORECASE)
_INVISIBLE = {raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP}
_Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line along the page (`across`) or down it: at `at`, from `start` to `end`, in points."""

    across: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of text is set. `size` in points; `colour` None where it is no plain one."""

    size: float
    bold: bool
    invisible: bool
    colour: tuple[int, int, int] | None
    direction: int
    """Quarter turns clockwise that would make it level."""
    off: bool = False
    """It stands on a layer that is switched off."""


@dataclass(slots=True)
class Char:
    """One character. A space that PDFium put in has a size of 0."""

    text: str
    style: Style
    box: tuple[float, float, float, float]
    origin: tuple[float, float]
    hidden: bool = False
    x0: float = 0.0
    x1: float = 0.0
    base: float = 0.0
    """Its edges and baseline on the page as it is seen."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled shape, or a picture."""

    box: tuple[float, float, float, float]
    colour: tuple[int, int, int] | None
    """None for a picture."""


def characters(text_page: raw.FPDF_TEXTPAGE, count: int, off: Set[str]) -> Iterator[Char | None]:
    """Characters as they were drawn; None where PDFium sees a line end. `off`: names of layers switched off."""
    styles: dict[int | None, Style] = {}
    box = raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    high = 0
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text_page, index)
        if code in (10, 13):
            yield None
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code, high = (0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0), 0
        if not code or code == 0xFFFE or code == 0xFFFF:
            continue
        text_object = raw.FPDFText_GetTextObject(text_page, index)
        key = ctypes.addressof(text_object.contents) if text_object else None
        if key is None:
            yield Char(" ", Style(0, False, False, None, 0), (0, 0, 0, 0), (0, 0))  # a space PDFium put in
            continue
        if key not in styles:
            styles[key] = _style(text_page, index, text_object, off)
        if not raw.FPDFText_GetLooseCharBox(text_page, index, box):
            continue
        raw.FPDFText_GetCharOrigin(text_page, index, x, y)
        text = chr(code)
        if code == 2:  # PDFium's mark for a hyphen at a line's end, and for a sign its font does not name: a bullet
            text = "-" if raw.FPDFText_IsHyphen(text_page, index) == 1 else "\uf0b7"
        left, low, right, upper = box.left, box.bottom, box.right, box.top
        # Infinite, or not a number: nowhere on any page.
        if not (-_FARTHEST < left + low < _FARTHEST and -_FARTHEST < right + upper < _FARTHEST):
            continue
        if not -_FARTHEST < x.value + y.value < _FARTHEST:
            continue
        yield Char(text, styles[key], (left, low, right, upper), (x.value, y.value))


def _style(text_page: raw.FPDF_TEXTPAGE, index: int, text_object: raw.FPDF_PAGEOBJECT, off: Set[str]) -> Style:
    matrix = raw.FS_MATRIX()
    scale, direction = 1.0, 0
    if raw.FPDFText_GetMatrix(text_page, index, matrix):
        scale = math.hypot(matrix.c, matrix.d)
        # Text that runs up the page must be turned once clockwise to be level.
        direction = round(math.degrees(math.atan2(matrix.b, matrix.a)) / 90) % 4
    name = ctypes.create_string_buffer(256)
    flags = ctypes.c_int()
    raw.FPDFText_GetFontInfo(text_page, index, name, 256, flags)
    weight = raw.FPDFText_GetFontWeight(text_page, index)
    bold = bool(_BOLD.search(name.value.decode("utf-8", "replace"))) or weight >= 600
    mode = raw.FPDFTextObj_GetTextRenderMode(text_object)
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    colour = None
    if mode in (raw.FPDF_TEXTRENDERMODE_FILL, raw.FPDF_TEXTRENDERMODE_FILL_CLIP) and raw.FPDFText_GetFillColor(
        text_page, index, red, green, blue, alpha
    ):
        colour = (red.value, green.value, blue.value)
    size = raw.FPDFText_GetFontSize(text_page, index) * scale
    invisible = mode in _INVISIBLE or (colour is not None and alpha.value < _CLEAR)
    return Style(size, bold, invisible, colour, direction, bool(off) and not off.isdisjoint(_layers(text_object)))


def _layers(thing: raw.FPDF_PAGEOBJECT) -> Iterator[str]:
    """Names of the layers an object stands on, from the marks round it in the page's content."""
    length = ctypes.c_ulong()
    for number in range(min(raw.FPDFPageObj_CountMarks(thing), _MOST_MARKS)):
        mark = raw.FPDFPageObj_GetMark(thing, number)
        name = (ctypes.c_ushort * 512)()
        if raw.FPDFPageObjMark_GetParamStringValue(mark, b"Name", name, ctypes.sizeof(name), length):
            yield bytes(name)[: length.value].decode("utf-16-le", "replace").rstrip("\0")


def shapes_of(page: pdfium.PdfPage) -> tuple[list[Shape], list[Rule]]:
    """Filled shapes and pictures from the lowest up, and every straight level or upright line, unturned."""
    shapes: list[Shape] = []
    rules: list[Rule] = []
    seen = 0

    def look(thing: raw.FPDF_PAGEOBJECT, form: _Matrix, depth: int) -> None:
        nonlocal seen
        seen += 1
        kind = raw.FPDFPageObj_GetType(thing)
        if kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
            inner = _times(_matrix(thing), form)
            for number in range(min(raw.FPDFFormObj_CountObjects(thing), MOST_SHAPES - seen)):
                look(raw.FPDFFormObj_GetObject(thing, number), inner, depth + 1)
        elif kind in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING):
            box = _bounds(thing, form)
            if box is None:
                return
            if kind == raw.FPDF_PAGEOBJ_IMAGE:
                shapes.append(Shape(box, None))
            elif kind == raw.FPDF_PAGEOBJ_SHADING:
                shapes.append(Shape(box, UNKNOWN))
            else:
                _path(thing, box, form, shapes, rules)

    for number in range(min(raw.FPDFPage_CountObjects(page.raw), MOST_SHAPES)):
        if seen >= MOST_SHAPES:
            break
        look(raw.FPDFPage_GetObject(page.raw, number), (1, 0, 0, 1, 0, 0), 0)
    return shapes, rules


def _path(
    thing: raw.FPDF_PAGEOBJECT, box: tuple[float, float, float, float], form: _Matrix,
    shapes: list[Shape], rules: list[Rule],
) -> None:  # fmt: skip
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(thing, fill, stroke)
    x0, y0, x1, y1 = box
    if fill.value:
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not raw.FPDFPageObj_GetFillColor(thing, red, green, blue, alpha):
            shapes.append(Shape(box, UNKNOWN))
        elif alpha.value > 128:
            shapes.append(Shape(box, (red.value, green.value, blue.value)))
    if not fill.value and not stroke.value:
        return
    if y1 - y0 < 3 and x1 - x0 > 6:
        rules.append(Rule(True, (y0 + y1) / 2, x0, x1))
    elif x1 - x0 < 3 and y1 - y0 > 6:
        rules.append(Rule(False, (x0 + x1) / 2, y0, y1))
    elif x1 - x0 >= 3 and y1 - y0 >= 3:
        count = raw.FPDFPath_CountSegments(thing)
        if count <= MOST_SEGMENTS:
            rules.extend(_segments(thing, count, _times(_matrix(thing), form)))


def _segments(thing: raw.FPDF_PAGEOBJECT, count: int, matrix: _Matrix) -> Iterator[Rule]:
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for number in range(count):
        segment = raw.FPDFPath_GetPathSegment(thing, number)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        here = _apply(matrix, x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield from _straight(last, here)
        last = here
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _straight(here, start)
            last = start


def _straight(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Rule]:
    if abs(one[1] - other[1]) < 1 and abs(one[0] - other[0]) > 6:
        yield Rule(True, one[1], min(one[0], other[0]), max(one[0], other[0]))
    elif abs(one[0] - other[0]) < 1 and abs(one[1] - other[1]) > 6:
        yield Rule(False, one[0], min(one[1], other[1]), max(one[1], other[1]))


def _matrix(thing: raw.FPDF_PAGEOBJECT) -> _Matrix:
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(thing, matrix):
        return (1, 0, 0, 1, 0, 0)
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(one: _Matrix, two: _Matrix) -> _Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _apply(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(thing: raw.FPDF_PAGEOBJECT, form: _Matrix) -> tuple[float, float, float, float] | None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
        return None
    corners = [_apply(form, x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    if not all(abs(at) < _FARTHEST for at in (*xs, *ys)):
        return None
    return min(xs), min(ys), max(xs), max(ys)

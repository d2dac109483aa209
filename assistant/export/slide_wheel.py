"""The wheel of a briefing's parts, drawn from shapes: a ring in a piece for each part, the first at the top."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide
from pptx.util import Pt

from assistant.export.text_fit import height_needed, lines_needed

OUTER, INNER, LABEL = 228.0, 92.0, 165.0
"""Radii in points: of the ring's edges, and of the circle that the labels' middles lie on."""

LABEL_WIDTH, LABEL_HEIGHT = 108.0, 100.0
GAP = 3.0
"""Between two pieces, in points."""

FONT = "Arial"
WHITE = RGBColor(0xFF, 0xFF, 0xFF)
INK = RGBColor(0x0B, 0x0C, 0x0C)
COLOURS = ("14404B", "1F6F78", "2B4C7E", "1D5E55", "4A4A75", "175A6B", "37596D")
"""Each at least 5.5 to 1 against white (WCAG 2.2, 1.4.3 asks 4.5); they carry no meaning."""


def draw_wheel(slide: Slide, headings: Sequence[str], middle: str, centre: tuple[float, float]) -> None:
    """Draw the wheel around a centre, in points. Its group and each piece have a text alternative."""
    group = slide.shapes.add_group_shape()
    numbered = [f"{n} {heading}" for n, heading in enumerate(headings, start=1)]
    describe(group, f"Wheel of {len(headings)} parts", f"A wheel of {len(headings)} parts: {'; '.join(numbered)}.")
    step = 2 * math.pi / len(headings)
    for n, heading in enumerate(headings):
        start = n * step - math.pi / 2
        _piece(group, n, start, start + step, centre)
        describe(group.shapes[-1], f"Part {n + 1}", f"Part {n + 1} of {len(headings)}: {heading}")
    for n, heading in enumerate(headings):
        angle = (n + 0.5) * step - math.pi / 2
        _label(group, n + 1, heading, (centre[0] + LABEL * math.cos(angle), centre[1] + LABEL * math.sin(angle)))
    _hub(group, middle, centre)


def describe(shape: Any, name: str, words: str) -> None:
    """Set a shape's name and its text alternative, which python-pptx has no property for."""
    shape.name = name
    shape._element.xpath(".//p:cNvPr")[0].set("descr", words)


def _piece(group: Any, n: int, start: float, end: float, centre: tuple[float, float]) -> None:
    """One piece of the ring, as a path; the gaps beside it are even because its edges are parallel to the spokes."""
    points = [*_arc(OUTER, start, end, centre), *reversed(_arc(INNER, start, end, centre))]
    path = group.shapes.build_freeform(round(points[0][0] * 100), round(points[0][1] * 100), scale=Pt(1) / 100)
    path.add_line_segments([(round(x * 100), round(y * 100)) for x, y in points[1:]], close=True)
    shape = path.convert_to_shape()
    shape.fill.solid()
    shape.fill.fore_color.rgb = RGBColor.from_string(COLOURS[n % len(COLOURS)])
    shape.line.fill.background()
    shape.shadow.inherit = False


def _arc(radius: float, start: float, end: float, centre: tuple[float, float]) -> list[tuple[float, float]]:
    """Points along an arc in steps of a degree, half a gap away from both its ends."""
    inset = GAP / 2 / radius
    steps = max(2, round(math.degrees(end - start)))
    angles = [start + inset + (end - start - 2 * inset) * k / steps for k in range(steps + 1)]
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles]


def _label(group: Any, number: int, heading: str, at: tuple[float, float]) -> None:
    box = group.shapes.add_textbox(
        Pt(at[0] - LABEL_WIDTH / 2), Pt(at[1] - LABEL_HEIGHT / 2), Pt(LABEL_WIDTH), Pt(LABEL_HEIGHT)
    )
    box.name = f"Label {number}"
    frame = _frame(box)
    _words(frame.paragraphs[0], str(number), 22, True, WHITE)
    size, shown = fitted(heading, LABEL_WIDTH, LABEL_HEIGHT - 28, (15, 14, 13, 12, 11, 10))
    _words(frame.add_paragraph(), shown, size, False, WHITE)


def _hub(group: Any, middle: str, centre: tuple[float, float]) -> None:
    radius = INNER - 8
    hub = group.shapes.add_shape(
        MSO_SHAPE.OVAL, Pt(centre[0] - radius), Pt(centre[1] - radius), Pt(2 * radius), Pt(2 * radius)
    )
    describe(hub, "Middle of the wheel", middle)
    hub.fill.solid()
    hub.fill.fore_color.rgb = RGBColor(0xE6, 0xF0, 0xF1)
    hub.line.fill.background()
    hub.shadow.inherit = False
    size, shown = fitted(middle, radius * 1.45, radius * 1.2, (17, 16, 15, 14, 13, 12, 11, 10))
    _words(_frame(hub).paragraphs[0], shown, size, True, INK)


def fitted(text: str, width: float, height: float, sizes: Sequence[float]) -> tuple[float, str]:
    """The largest size at which a text fits with its words whole, in points; else with words parted at the smallest.

    What fits at no size is cut short with an ellipsis.
    """
    for size in sizes:
        whole = all(lines_needed(word, size, width) == 1 for word in text.split())
        if whole and height_needed([text], size, width) <= height:
            return size, text
    if height_needed([text], sizes[-1], width) <= height:
        return sizes[-1], text
    short = text
    while short and height_needed([f"{short}\u2026"], sizes[-1], width) > height:
        short = short[: -max(1, len(short) // 20)].rstrip()
    return sizes[-1], f"{short}\u2026"


def _frame(shape: Any) -> Any:
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def _words(paragraph: Any, words: str, size: float, bold: bool, ink: RGBColor) -> None:
    paragraph.alignment = PP_ALIGN.CENTER
    run = paragraph.add_run()
    run.text = words
    run.font.size, run.font.bold, run.font.name, run.font.color.rgb = Pt(size), bold, FONT, ink
    run._r.get_or_add_rPr().set("lang", "en-GB")

"""A learning briefing as PowerPoint slides: a wheel of its parts, a slide or more for each, and sources in the notes.

Nothing runs over a slide: the size of the words is chosen by their length, and what is too long goes on overleaf.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from pptx import Presentation as new_presentation
from pptx.dml.color import RGBColor
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation
from pptx.slide import Slide
from pptx.util import Pt

from assistant.briefing.value import DRAFT, Briefing, Line, Part
from assistant.export.briefing_words import (
    ACTION_HEADS,
    ACTION_PLAN,
    AUTHOR,
    CONTACTS,
    KEY,
    LANGUAGE,
    NOTHING,
    PROPERTY_TITLE,
    about,
    action_rows,
    address,
    contact_line,
    markers,
    one_line,
    original,
    said,
    source,
)
from assistant.export.slide_wheel import INK, OUTER, describe, draw_wheel, fitted
from assistant.export.text_fit import height_needed, in_pieces, lines_needed
from assistant.sar.record_value import written_day

SLIDES_MIME = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
WIDTH, HEIGHT = 960.0, 540.0
"""Of a slide, in points: 16 to 9."""

MARGIN, TOP, FOOT = 45.0, 110.0, 28.0
TEXT_WIDTH = WIDTH - 2 * MARGIN
BULLET = 22.0
"""How far an item of a list stands in."""

SIZES = (28, 26, 24, 22, 20, 18, 16)
GOES_ON = 18
"""The size, in points, of a part that needs more than one slide."""

LONGEST = 1_300
"""Characters of one paragraph that surely fit on a slide at `GOES_ON`; what is longer is parted between words."""

SOURCE_SIZE = 11
MOST_SOURCES = 90.0
"""Most height in points that the sources take at the foot of a slide; all of them stand in its notes."""

_EDGE = (
    f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="99" name="Edge"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
    f'<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{int(Pt(14))}" cy="{int(Pt(HEIGHT))}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="14404B"/></a:solidFill>'
    "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
)
"""A coloured edge at the left of every slide. It stands in the master, so that no reader hears of it."""

QUIET = RGBColor(0x50, 0x5A, 0x5F)
ALARM = RGBColor(0xB3, 0x12, 0x1D)
FONT = "Arial"


@dataclass(frozen=True)
class _Words:
    """A paragraph of a slide: its text, whether it is an item of a list, the line it draws, its bold start."""

    text: str
    is_item: bool = False
    line: Line | None = None
    bold: str = ""


def briefing_slides(briefing: Briefing) -> bytes:
    """The briefing as a .pptx. Its properties hold neither its theme nor anybody's name."""
    deck = _blank(briefing)
    _first(deck, briefing)
    if briefing.covered:
        for n, part in enumerate(briefing.parts, start=1):
            _part(deck, briefing, n, part)
        _plan(deck, briefing)
    _contacts(deck, briefing)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _first(deck: Presentation, briefing: Briefing) -> None:
    """The title, with the wheel beside it; of a theme that is not covered, what is said of it."""
    width = WIDTH - 2 * MARGIN - 2 * OUTER - 30 if briefing.covered else TEXT_WIDTH
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    size, title = fitted(one_line(briefing.title), width, 200, (38, 34, 30, 26, 24, 20, 16))
    below = 60 + height_needed([title], size, width) + 20
    _place(slide.shapes.title, MARGIN, 60, width, below - 70)
    _fill(slide.shapes.title.text_frame.paragraphs[0], title, size, bold=True)
    lines = [*about(briefing), KEY, *(f"Note: {one_line(notice)}" for notice in briefing.notices)]
    if not briefing.covered:
        lines = [one_line(briefing.said), f"Made on {written_day(briefing.made_on)}."]
    elif briefing.is_draft:
        lines = [DRAFT, *lines]
    room = HEIGHT - FOOT - below
    _place(slide.placeholders[1], MARGIN, below, width, room)
    _lines_that_fit(slide.placeholders[1].text_frame, lines, width, room)
    if briefing.covered:
        headings = [one_line(part.heading) for part in briefing.parts]
        middle = one_line(briefing.theme)
        draw_wheel(slide, headings, middle[:1].upper() + middle[1:], (WIDTH - MARGIN - OUTER, HEIGHT / 2))
    _notes(slide, [one_line(briefing.title), *lines])


def _lines_that_fit(frame: Any, lines: Sequence[str], width: float, height: float) -> None:
    """Lines at the size they fit at; where none does, the last ones are left to the notes."""
    size = next((s for s in (20, 18, 16, 14, 12) if height_needed(list(lines), s, width, 6) <= height), 12)
    kept = list(lines)
    while kept and height_needed(kept, size, width, 6) > height:
        kept.pop()
    if not kept:
        kept = [fitted(lines[0], width, height - 6, (size,))[1]]
    for n, words in enumerate(kept):
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        _fill(paragraph, words, size, bold=words == DRAFT, ink=ALARM if words == DRAFT else INK)
        paragraph.space_after = Pt(6)


def _part(deck: Presentation, briefing: Briefing, n: int, part: Part) -> None:
    words = [_Words(piece) for piece in in_pieces(one_line(part.thin), LONGEST)] if part.thin else []
    if not part.lines and not part.thin:
        words = [_Words(NOTHING)]
    for line in part.lines:
        drawn = _Words(f"{said(line)}{markers(line.citations)}", line.role in ("item", "question"), line)
        words += [replace(drawn, text=piece) for piece in in_pieces(drawn.text, LONGEST)]
    pages = _paged(briefing, words)
    for page, (size, held) in enumerate(pages):
        title = f"{n}. {one_line(part.heading)}{' (continued)' if page else ''}"
        slide = _titled(deck, title)
        cited = _cited(held)
        foot = _foot(briefing, cited)
        room = _room(foot)
        _place(slide.placeholders[1], MARGIN, TOP, TEXT_WIDTH, room)
        for k, entry in enumerate(held):
            frame = slide.placeholders[1].text_frame
            paragraph = frame.paragraphs[0] if k == 0 else frame.add_paragraph()
            _fill(paragraph, entry.text, size)
            paragraph.space_after = Pt(_after(size))
            if entry.is_item:
                _bullet(paragraph)
        if foot:
            _sources_box(slide, foot)
        _notes(slide, [title, *_spoken(briefing, held), *_full(briefing, cited)])


def _paged(briefing: Briefing, words: Sequence[_Words]) -> list[tuple[float, list[_Words]]]:
    """The words in slides, each with its size: one slide where they fit, else as many as are needed."""
    room = _room(_foot(briefing, _cited(words)))
    for size in SIZES:
        if _height(words, size) <= room:
            return [(size, list(words))]
    pages: list[list[_Words]] = [[]]
    for entry in words:
        more = [*pages[-1], entry]
        if pages[-1] and _height(more, GOES_ON) > _room(_foot(briefing, _cited(more))):
            pages.append([])
        pages[-1].append(entry)
    return [
        (next((s for s in (GOES_ON, 16, 14, 12, 10) if _height(p, s) <= _room_of(briefing, p)), 10), p) for p in pages
    ]


def _room_of(briefing: Briefing, words: Sequence[_Words]) -> float:
    return _room(_foot(briefing, _cited(words)))


def _room(foot: str) -> float:
    """Height in points that is left for the words above the sources."""
    sources = height_needed([foot], SOURCE_SIZE, TEXT_WIDTH) + 8 if foot else 0
    return HEIGHT - TOP - FOOT - sources


def _height(words: Sequence[_Words], size: float) -> float:
    return sum(
        height_needed([entry.text], size, TEXT_WIDTH - (BULLET if entry.is_item else 0), _after(size))
        for entry in words
    )


def _after(size: float) -> float:
    return size * 0.5


def _cited(words: Iterable[_Words]) -> list[int]:
    return sorted({n for entry in words if entry.line for n in entry.line.citations})


def _foot(briefing: Briefing, cited: Sequence[int]) -> str:
    """'[1] Care Act 2014, section 42(1); [2] ...': as many as there is room for; the notes have all in full."""
    places = [one_line(f"[{n}] {briefing.citation(n).title}, {briefing.citation(n).pinpoint}") for n in cited]
    for kept in range(len(places), -1, -1):
        more = ["more in the notes"] if kept < len(places) else []
        foot = f"Sources: {'; '.join([*places[:kept], *more])}." if places else ""
        if height_needed([foot], SOURCE_SIZE, TEXT_WIDTH) <= MOST_SOURCES:
            return foot
    return ""


def _sources_box(slide: Slide, foot: str) -> None:
    height = height_needed([foot], SOURCE_SIZE, TEXT_WIDTH)
    box = slide.shapes.add_textbox(Pt(MARGIN), Pt(HEIGHT - FOOT - height), Pt(TEXT_WIDTH), Pt(height))
    box.name = "Sources"
    _bare(box.text_frame)
    _fill(box.text_frame.paragraphs[0], foot, SOURCE_SIZE, ink=QUIET)


def _plan(deck: Presentation, briefing: Briefing) -> None:
    """The action plan as a table, its heads on each slide it needs."""
    width, size = TEXT_WIDTH * 0.46, 16
    rows: list[tuple[str, tuple[int, ...]]] = []
    for what, behind in action_rows(briefing.actions):
        rows += [(piece, behind) for piece in in_pieces(f"{what}{markers(behind)}", 400)]
    pages: list[list[tuple[str, tuple[int, ...]]]] = [[]]
    heights = [max(48.0, lines_needed(what, size, width - 16) * size * 1.22 + 10) for what, _ in rows]
    used = 34.0
    for row, height in zip(rows, heights, strict=True):
        if pages[-1] and used + height > HEIGHT - TOP - FOOT:
            if not row[0]:
                break  # an empty row alone is not worth a slide
            pages.append([])
            used = 34.0
        pages[-1].append(row)
        used += height
    left = iter(heights)
    for page, held in enumerate(pages):
        title = f"{ACTION_PLAN}{' (continued)' if page else ''}"
        slide = _titled(deck, title, with_body=False)
        _table(slide, [what for what, _ in held], [next(left) for _ in held], width, size)
        cited = sorted({n for _, numbers in held for n in numbers})
        _notes(slide, [title, *(what for what, _ in held if what), *_full(briefing, cited)])


def _table(slide: Slide, rows: Sequence[str], heights: Sequence[float], width: float, size: float) -> None:
    columns = len(ACTION_HEADS)
    frame = slide.shapes.add_table(len(rows) + 1, columns, Pt(MARGIN), Pt(TOP), Pt(TEXT_WIDTH), Pt(34 + sum(heights)))
    describe(
        frame, ACTION_PLAN, f"A table of {len(rows)} actions. The cells for who, when and how are for the team to fill."
    )
    table = frame.table
    for k, head in enumerate(ACTION_HEADS):
        table.columns[k].width = Pt(width if k == 0 else (TEXT_WIDTH - width) / (columns - 1))
        _cell(table.cell(0, k), head, size, "14404B", RGBColor(0xFF, 0xFF, 0xFF), bold=True)
    table.rows[0].height = Pt(34)
    for r, (what, height) in enumerate(zip(rows, heights, strict=True), start=1):
        table.rows[r].height = Pt(height)
        for k in range(columns):
            _cell(table.cell(r, k), what if k == 0 else "", size, "FFFFFF", INK)


def _cell(cell: Any, words: str, size: float, fill: str, ink: RGBColor, bold: bool = False) -> None:
    _framed(cell)
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(fill)
    cell.margin_left = cell.margin_right = Pt(6)
    cell.margin_top = cell.margin_bottom = Pt(4)
    _fill(cell.text_frame.paragraphs[0], words, size, bold=bold, ink=ink)


def _framed(cell: Any) -> None:
    """A line on each side of a cell, which python-pptx has no property for."""
    properties = cell._tc.get_or_add_tcPr()
    for side in ("lnL", "lnR", "lnT", "lnB"):
        line = parse_xml(
            f'<a:{side} {nsdecls("a")} w="9525"><a:solidFill><a:srgbClr val="505A5F"/></a:solidFill></a:{side}>'
        )
        properties.append(line)


def _contacts(deck: Presentation, briefing: Briefing) -> None:
    words = []
    for contact in briefing.contacts:
        name, rest = contact_line(contact, with_page=False)
        pieces = in_pieces(f"{name}: {rest}", LONGEST)
        words += [_Words(piece, True, bold=f"{name}:" if k == 0 else "") for k, piece in enumerate(pieces)]
    for page, (size, held) in enumerate(_paged(briefing, words) if words else []):
        title = f"{CONTACTS}{' (continued)' if page else ''}"
        slide = _titled(deck, title)
        _place(slide.placeholders[1], MARGIN, TOP, TEXT_WIDTH, _room(""))
        for k, entry in enumerate(held):
            frame = slide.placeholders[1].text_frame
            paragraph = frame.paragraphs[0] if k == 0 else frame.add_paragraph()
            _fill(paragraph, entry.text, size)
            paragraph.space_after = Pt(_after(size))
            _bullet(paragraph)
            _bold_start(paragraph, entry.bold)
        _notes(slide, [title, *(f"{name}: {rest}" for name, rest in map(contact_line, briefing.contacts))])


def _spoken(briefing: Briefing, words: Sequence[_Words]) -> list[str]:
    """What a slide says, and for a line that does not quote its source the words it rests on."""
    spoken = []
    for entry in words:
        spoken.append(entry.text)
        for n in entry.line.citations if entry.line else ():
            if quoted := original(entry.line, briefing.citation(n)):  # type: ignore[arg-type]
                spoken.append(f"[{n}] says: {quoted}")
    return spoken


def _full(briefing: Briefing, cited: Sequence[int]) -> list[str]:
    full = [briefing.citation(n) for n in cited]
    return ["Sources", *(f"[{c.n}] {source(c)} {address(c)}".strip() for c in full)] if full else []


def _notes(slide: Slide, lines: Sequence[str]) -> None:
    frame = slide.notes_slide.notes_text_frame
    if frame is None:  # a template without a place for notes
        return
    for n, words in enumerate(lines):
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = words
        run._r.get_or_add_rPr().set("lang", LANGUAGE)


def _titled(deck: Presentation, title: str, with_body: bool = True) -> Slide:
    slide = deck.slides.add_slide(deck.slide_layouts[1 if with_body else 5])
    size, shown = fitted(title, TEXT_WIDTH, 66, (32, 28, 24, 20, 16, 14))
    _place(slide.shapes.title, MARGIN, 30, TEXT_WIDTH, 70)
    _fill(slide.shapes.title.text_frame.paragraphs[0], shown, size, bold=True)
    return slide


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    shape.left, shape.top, shape.width, shape.height = Pt(left), Pt(top), Pt(width), Pt(height)
    _bare(shape.text_frame)


def _bare(frame: Any) -> None:
    """Words from the left edge and the top, without the margins of the template, at the sizes that were chosen."""
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    body = frame._txBody.bodyPr
    body.set("anchor", "t")
    for child in list(body):
        body.remove(child)
    body.append(body.makeelement(qn("a:noAutofit"), {}))


def _fill(paragraph: Any, words: str, size: float, *, bold: bool = False, ink: RGBColor = INK) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.set("algn", "l")
    properties.set("marL", "0")
    properties.set("indent", "0")
    paragraph.line_spacing, paragraph.space_before = 1.0, Pt(0)
    properties.append(properties.makeelement(qn("a:buNone"), {}))
    run = paragraph.add_run()
    run.text = words
    run.font.size, run.font.bold, run.font.name, run.font.color.rgb = Pt(size), bold, FONT, ink
    run._r.get_or_add_rPr().set("lang", LANGUAGE)


def _bold_start(paragraph: Any, start: str) -> None:
    """Set the first words of a paragraph of one run in bold."""
    first = paragraph.runs[0]
    if start and first.text.startswith(start):
        rest = deepcopy(first._r)
        first._r.addnext(rest)
        paragraph.runs[1].text = first.text.removeprefix(start)
        first.text, first.font.bold = start, True


def _bullet(paragraph: Any) -> None:
    """A real bullet, so that a reader hears a list."""
    properties = paragraph._p.get_or_add_pPr()
    properties.remove(properties.find(qn("a:buNone")))
    properties.set("marL", str(int(Pt(BULLET))))
    properties.set("indent", str(-int(Pt(BULLET))))
    properties.append(properties.makeelement(qn("a:buFont"), {"typeface": FONT}))
    properties.append(properties.makeelement(qn("a:buChar"), {"char": "\u2022"}))


def _blank(briefing: Briefing) -> Presentation:
    deck = new_presentation()
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    properties = deck.core_properties
    properties.title, properties.author, properties.last_modified_by = PROPERTY_TITLE, AUTHOR, AUTHOR
    properties.language, properties.comments = LANGUAGE, ""
    properties.created = properties.modified = datetime.combine(briefing.made_on, time())
    deck.slide_master.shapes._spTree.append(parse_xml(_EDGE))
    for layout in (deck.slide_master, *deck.slide_layouts):
        for shape in list(layout.placeholders):
            # The template is 4 to 3: what it places is stretched to the width of these slides.
            shape.left, shape.width = round(shape.left * WIDTH / 720), round(shape.width * WIDTH / 720)
    return deck

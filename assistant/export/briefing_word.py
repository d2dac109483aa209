"""A learning briefing as a Word document: real headings, quotes, lists, a table, and footnotes for every statement."""

from __future__ import annotations

import io
from datetime import datetime, time

from docx import Document as new_document
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from assistant.briefing.value import DRAFT, Briefing, Line, Part
from assistant.export.briefing_words import (
    ACTION_HEADS,
    ACTION_PLAN,
    AUTHOR,
    CONTACTS,
    LANGUAGE,
    NOTHING,
    PROPERTY_TITLE,
    about,
    action_rows,
    address,
    contact_line,
    one_line,
    original,
    said,
    source,
)
from assistant.export.footnotes import Footnotes
from assistant.sar.record_value import written_day

FONT = "Arial"
INK = RGBColor(0x0B, 0x0C, 0x0C)
ALARM = RGBColor(0xB3, 0x12, 0x1D)
KEY = (
    "Words in quotation marks are exact quotes; the footnote names their source. "
    "A line that begins \u201cReworded.\u201d is not a quote: its footnote holds the words of the source."
)
WIDTHS = (Mm(82), Mm(28), Mm(24), Mm(38))
"""Of the action plan: together the text width of A4 with margins of 18 mm, less what it is indented."""


def briefing_word(briefing: Briefing) -> bytes:
    """The briefing as a .docx. Its properties hold neither its theme nor anybody's name."""
    document = _blank(briefing)
    document.add_paragraph(one_line(briefing.title), style="Title")
    if briefing.covered:
        _covered(document, briefing)
    else:
        document.add_paragraph(one_line(briefing.said))
    _contacts(document, briefing)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _covered(document: Document, briefing: Briefing) -> None:
    notes = Footnotes(document)
    if briefing.is_draft:
        document.add_paragraph(DRAFT, style="Draft mark")
    for words in (*about(briefing), KEY, *(f"Note: {one_line(notice)}" for notice in briefing.notices)):
        document.add_paragraph(words, style="About")
    for n, part in enumerate(briefing.parts, start=1):
        document.add_paragraph(f"{n}. {one_line(part.heading)}", style="Heading 1")
        _part(document, notes, briefing, part)
    document.add_paragraph(ACTION_PLAN, style="Heading 1")
    _plan(document, notes, briefing)


def _part(document: Document, notes: Footnotes, briefing: Briefing, part: Part) -> None:
    if part.thin or not part.lines:
        document.add_paragraph(one_line(part.thin) or NOTHING)
    for line in part.lines:
        paragraph = document.add_paragraph(said(line), style=_style(line))
        paragraph.paragraph_format.keep_with_next = line.role == "lead_in" or None
        _cite(notes, paragraph, briefing, line.citations, line)


def _style(line: Line) -> str:
    if line.role in ("item", "question"):
        return "List Bullet"
    return "Normal" if line.edited else "Quote"


def _cite(
    notes: Footnotes, paragraph: Paragraph, briefing: Briefing, numbers: tuple[int, ...], line: Line | None = None
) -> None:
    """A footnote for each citation, with the words of the source where the line does not quote them.

    A source is named in full once, and then by its title and place.
    """
    for n in numbers:
        cited = briefing.citation(n)
        place = f"{cited.title}, {cited.pinpoint}."
        full = cited.source_id not in notes.named
        new_page = address(cited) not in notes.named
        notes.named |= {cited.source_id, address(cited)}
        words = [
            source(cited) if full else one_line(place),
            original(line, cited) if line else "",
            address(cited) if full or new_page else "",
        ]
        if n != numbers[0]:
            paragraph.add_run(" ").font.superscript = True
        notes.add(paragraph, " ".join(word for word in words if word))


def _plan(document: Document, notes: Footnotes, briefing: Briefing) -> None:
    table = document.add_table(rows=1, cols=len(ACTION_HEADS), style="Table Grid")
    table.autofit = False
    inside = {qn("w:w"): "108", qn("w:type"): "dxa"}  # a cell's margin: the frame stands in line with the text
    table._tbl.tblPr.find(qn("w:tblW")).addnext(OxmlElement("w:tblInd", inside))  # its place there is fixed
    for cell, words in zip(table.rows[0].cells, ACTION_HEADS, strict=True):
        cell.paragraphs[0].style = document.styles["Table head"]
        cell.paragraphs[0].add_run(words)
        shade = OxmlElement("w:shd", {qn("w:val"): "clear", qn("w:color"): "auto", qn("w:fill"): "E6F0F1"})
        cell._tc.get_or_add_tcPr().append(shade)
    _row_property(table.rows[0]._tr, "w:tblHeader")
    for what, numbers in action_rows(briefing.actions):
        row = table.add_row()
        row.height = Mm(11)
        _row_property(row._tr, "w:cantSplit")
        for cell in row.cells:
            cell.paragraphs[0].style = document.styles["Table text"]
        row.cells[0].paragraphs[0].add_run(what)
        _cite(notes, row.cells[0].paragraphs[0], briefing, numbers)
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _contacts(document: Document, briefing: Briefing) -> None:
    if briefing.contacts:
        document.add_paragraph(CONTACTS, style="Heading 1")
    for contact in briefing.contacts:
        name, rest = contact_line(contact)
        paragraph = document.add_paragraph(style="List Bullet")
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(rest)


def _blank(briefing: Briefing) -> Document:
    document = new_document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = PROPERTY_TITLE, AUTHOR, ""
    properties.last_modified_by, properties.language = AUTHOR, LANGUAGE
    properties.created = properties.modified = datetime.combine(briefing.made_on, time())
    normal = document.styles["Normal"]
    _letter(normal.element, normal.font, 11)
    normal.paragraph_format.space_after = Pt(6)
    normal.element.get_or_add_rPr().append(OxmlElement("w:lang", {qn("w:val"): LANGUAGE}))
    for name, points in (("Title", 22), ("Heading 1", 15)):
        style = document.styles[name]
        _letter(style.element, style.font, points)
        style.font.bold, style.font.color.rgb = True, INK
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.space_before = Pt(0 if name == "Title" else points)
        style.paragraph_format.space_after = Pt(6)
    title = document.styles["Title"].element.pPr
    title.remove(title.find(qn("w:pBdr")))
    _quotes(document)
    for name, size, bold, ink in (
        ("Draft mark", 12, True, ALARM),
        ("About", 11, False, INK),
        ("Table head", 10, True, INK),
        ("Table text", 10, False, INK),
        ("Foot", 9, False, INK),
    ):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.font.size, style.font.bold, style.font.color.rgb = Pt(size), bold, ink
    document.styles["List Bullet"].paragraph_format.space_after = Pt(4)
    document.styles["Table text"].paragraph_format.space_after = Pt(2)
    _page(document, briefing)
    return document


def _quotes(document: Document) -> None:
    """Upright, as long italics are hard to read, with a line at their left."""
    style = document.styles["Quote"]
    style.font.italic, style.font.color.rgb = False, INK
    style.paragraph_format.left_indent = Mm(5)
    borders = OxmlElement("w:pBdr")
    line = {"w:val": "single", "w:sz": "18", "w:space": "8", "w:color": "1F6F78"}
    borders.append(OxmlElement("w:left", {qn(name): value for name, value in line.items()}))
    style.element.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _page(document: Document, briefing: Briefing) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(18)
    section.header_distance = section.footer_distance = Mm(10)
    foot = section.footer.paragraphs[0]
    foot.style = document.styles["Foot"]
    draft = f"{DRAFT} " if briefing.is_draft and briefing.covered else ""
    foot.add_run(f"{draft}Made on {written_day(briefing.made_on)}. Page ")
    for kind in ("begin", "PAGE", "end"):
        run = foot.add_run()
        if kind == "PAGE":
            code = OxmlElement("w:instrText", {qn("xml:space"): "preserve"})
            code.text = " PAGE "
            run._r.append(code)
        else:
            run._r.append(OxmlElement("w:fldChar", {qn("w:fldCharType"): kind}))


def _letter(element: BaseOxmlElement, font: object, size: float) -> None:
    """One typeface for every script, in place of those of the theme."""
    font.name, font.size = FONT, Pt(size)  # type: ignore[attr-defined]
    fonts = element.get_or_add_rPr().find(qn("w:rFonts"))
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)


def _row_property(row: BaseOxmlElement, name: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(name))

"""The record as a Word document with real styles, headings and a table whose header row is repeated."""

from __future__ import annotations

import io
from datetime import datetime, time

from docx import Document as new_document
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from assistant.sar.record_value import LEGEND, Entry, Limb, Record, Section, written_day

FONT = "Arial"
INK = RGBColor(0x0B, 0x0C, 0x0C)
QUIET = RGBColor(0x50, 0x5A, 0x5F)
ALARM = RGBColor(0xB3, 0x12, 0x1D)
DIGEST = "Plain-words digest: open the official text before you rely on exact wording."
WIDTHS = (Mm(48), Mm(20), Mm(50), Mm(54))
"""Of the limbs' table: together the text width of A4 with margins of 18 mm, less what it is indented."""


def record_word(record: Record) -> bytes:
    """The record as a .docx. Its properties hold no word of the case."""
    document = _blank(record)
    _add(document, record.title, "Title")
    _notice(document, record)
    for title, sections in record.parts():
        _add(document, title, "Heading 1")
        for section in sections:
            _add(document, section.title, "Heading 2")
            _draw(document, section)
    _add(document, "Sources", "Heading 1")
    _sources(document, record)
    _add(document, "What this is not", "Heading 1")
    _notice(document, record)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _draw(document: Document, section: Section) -> None:
    if section.kind == "limbs":
        _limbs(document, section)
    for entry in section.entries:
        if section.kind == "list":
            _line(document, entry)
        else:
            _field(document, entry)


def _field(document: Document, entry: Entry) -> None:
    label = document.add_paragraph(style="Field label")
    label.add_run(entry.label).bold = True
    label.add_run(_markers(entry.citations))
    if entry.text:
        _text(document, entry.text, "Normal")
    elif entry.left_to == "referrer":
        _add(document, entry.shown, "Not filled in")
    else:
        _add(document, f"{entry.shown}\n\n\n", "To complete")


def _line(document: Document, entry: Entry) -> None:
    paragraph = document.add_paragraph(style="List Bullet")
    if entry.label:
        paragraph.add_run(f"{entry.label.rstrip(':')}: " if entry.label[-1] != "?" else f"{entry.label} ").bold = True
    paragraph.add_run(f"{entry.shown}{_markers(entry.citations)}")


def _limbs(document: Document, section: Section) -> None:
    _add(document, LEGEND, "Normal").paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=4, style="Table Grid")
    table.autofit = False
    _indent(table, 108)  # the margin inside a cell, so that the frame stands in line with the text
    heads = ("Limb and its statutory words", "Answer", "Practitioner's evidence", "What it means")
    for cell, words in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].style = document.styles["Table head"]
        cell.paragraphs[0].add_run(words)
        _shade(cell, "E6F0F1")
    _row_property(table.rows[0]._tr, "w:tblHeader")
    part = ""
    for limb in section.limbs:
        if limb.part != part:
            part = limb.part
            _part(document, table, part)
        row = table.add_row()
        _limb(document, row.cells, limb)
        if sum(len(cell.text) for cell in row.cells) < 1500:  # a longer one may not fit on a page of its own
            _row_property(row._tr, "w:cantSplit")
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width
    for row in table.rows:
        if len(row._tr.tc_lst) == len(WIDTHS):
            for cell, width in zip(row.cells, WIDTHS, strict=True):
                cell.width = width


def _part(document: Document, table: Table, name: str) -> None:
    """A row across the table that names the part of the test below it."""
    row = table.add_row()
    cell = row.cells[0].merge(row.cells[-1])
    cell.paragraphs[0].style = document.styles["Table part"]
    cell.paragraphs[0].add_run(name)
    _shade(cell, "F3F2F1")
    _row_property(row._tr, "w:cantSplit")


def _limb(document: Document, cells: tuple[_Cell, ...], limb: Limb) -> None:
    first, answer, evidence, meaning = cells
    _cell(first, limb.name, bold=True)
    _cell(first, f"\u201c{limb.words}\u201d{_markers(limb.citations)}")
    _cell(answer, limb.state, bold=True)
    if limb.quote:
        _cell(evidence, f"From the description: \u201c{limb.quote}\u201d")
    if limb.note:
        _cell(evidence, limb.note)
    if not limb.quote and not limb.note:
        _cell(evidence, "None recorded.")
    _cell(meaning, limb.path, bold=limb.decisive)
    _cell(meaning, limb.reason)
    if limb.who:
        _cell(meaning, f"Who may know: {'; '.join(limb.who)}.")
    for cell in cells:
        cell._tc.remove(cell.paragraphs[0]._p)  # the empty one that a new cell has
        for paragraph in cell.paragraphs:
            paragraph.style = document.styles["Table text"]
    if limb.decisive:
        _edge(first, "single", 36)
    elif limb.missing:
        _edge(first, "dashed", 18)


def _sources(document: Document, record: Record) -> None:
    for source in record.sources():
        about = document.add_paragraph(style="Source")
        about.add_run(f"{source.title}. ").bold = True
        words = [f"{source.publisher.rstrip('.')}.", f"Checked {written_day(source.checked_on)}."]
        if source.superseded_by:
            words.append(f"Superseded by {source.superseded_by}.")
        if source.is_digest:
            words.append(DIGEST)
        about.add_run(" ".join([*words, source.url or ""]).strip())
        for cited in source.citations:
            _add(document, f"[{cited.n}] {cited.pinpoint}: \u201c{cited.quote}\u201d", "Cited words")


def _notice(document: Document, record: Record) -> None:
    _add(document, record.mark, "Draft mark")
    _add(document, record.statement, "Draft notice")


def _blank(record: Record) -> Document:
    document = new_document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = record.title, "safeguard", ""
    properties.language = "en-GB"
    properties.created = properties.modified = datetime.combine(record.made_on, time())
    normal = document.styles["Normal"]
    _letter(normal.element, normal.font, 11)
    normal.paragraph_format.space_after = Pt(6)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.get_or_add_rPr().append(language)
    for name, points in (("Title", 22), ("Heading 1", 17), ("Heading 2", 13)):
        style = document.styles[name]
        _letter(style.element, style.font, points)
        style.font.bold = True
        style.font.color.rgb = INK
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.space_before = Pt(0 if name == "Title" else points)
        style.paragraph_format.space_after = Pt(6)
    line_below = document.styles["Title"].element.pPr.find(qn("w:pBdr"))
    document.styles["Title"].element.pPr.remove(line_below)
    made: dict[str, tuple[float, bool, RGBColor]] = {
        "Draft mark": (14, True, ALARM),
        "Draft notice": (11, False, INK),
        "Draft header": (9, True, ALARM),
        "Draft footer": (9, False, INK),
        "Field label": (11, False, INK),
        "Not filled in": (11, False, QUIET),
        "To complete": (11, False, QUIET),
        "Table head": (9.5, True, INK),
        "Table part": (9.5, True, INK),
        "Table text": (9.5, False, INK),
        "Source": (10, False, INK),
        "Cited words": (9.5, False, INK),
    }
    for name, (size, bold, ink) in made.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.font.size, style.font.bold, style.font.color.rgb = Pt(size), bold, ink
    for name in ("Draft mark", "Field label", "Table part", "Source"):
        document.styles[name].paragraph_format.keep_with_next = True
    document.styles["To complete"].paragraph_format.keep_together = True
    document.styles["Field label"].paragraph_format.space_after = Pt(1)
    document.styles["Table text"].paragraph_format.space_after = Pt(3)
    document.styles["Source"].paragraph_format.space_before = Pt(8)
    document.styles["Cited words"].paragraph_format.left_indent = Mm(6)
    document.styles["Cited words"].paragraph_format.space_after = Pt(3)
    for name, colour in (("Draft mark", "B3121D"), ("Draft notice", "B3121D"), ("To complete", "6F777B")):
        style = document.styles[name]
        _boxed(style.element, colour)
        style.paragraph_format.left_indent = style.paragraph_format.right_indent = Mm(2)
        style.paragraph_format.space_after = Pt(2 if name == "Draft mark" else 10)
    _page(document, record)
    return document


def _page(document: Document, record: Record) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.header_distance = section.footer_distance = Mm(10)
    section.top_margin = section.bottom_margin = Mm(20)
    head = section.header.paragraphs[0]
    head.text = record.mark
    head.style = document.styles["Draft header"]
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot = section.footer.paragraphs[0]
    foot.style = document.styles["Draft footer"]
    foot.text = f"{record.mark}. Made on {written_day(record.made_on)}. Page "
    _counter(foot, "PAGE")
    foot.add_run(" of ")
    _counter(foot, "NUMPAGES")


def _letter(element: BaseOxmlElement, font: object, size: float) -> None:
    """One typeface for every script, in place of those of the theme."""
    font.name, font.size = FONT, Pt(size)  # type: ignore[attr-defined]
    fonts = element.get_or_add_rPr().find(qn("w:rFonts"))
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)


def _add(document: Document, words: str, style: str) -> Paragraph:
    return document.add_paragraph(words, style=style)


def _text(document: Document, words: str, style: str) -> None:
    """Somebody's words: a paragraph for each of theirs, their line ends kept."""
    for paragraph in words.split("\n\n"):
        if paragraph.strip():
            _add(document, paragraph.strip("\n"), style)


def _cell(cell: _Cell, words: str, bold: bool = False) -> None:
    cell.add_paragraph().add_run(words).bold = bold


def _markers(numbers: tuple[int, ...]) -> str:
    return "".join(f" [{n}]" for n in numbers)


def _counter(paragraph: Paragraph, name: str) -> None:
    """A field that Word fills in: the page's number or how many there are."""
    for kind in ("begin", name, "end"):
        run = paragraph.add_run()
        if kind == name:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {name} "
            run._r.append(code)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _indent(table: Table, twips: int) -> None:
    indent = OxmlElement("w:tblInd")
    indent.set(qn("w:w"), str(twips))
    indent.set(qn("w:type"), "dxa")
    table._tbl.tblPr.append(indent)


def _row_property(row: BaseOxmlElement, name: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(name))


def _shade(cell: _Cell, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _edge(cell: _Cell, line: str, eighths: int) -> None:
    """A left edge of its own, in eighths of a point."""
    borders, left = OxmlElement("w:tcBorders"), OxmlElement("w:left")
    for name, value in (("val", line), ("sz", str(eighths)), ("space", "0"), ("color", "0B0C0C")):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    cell._tc.get_or_add_tcPr().append(borders)


def _boxed(style: BaseOxmlElement, colour: str) -> None:
    """A line round a paragraph; neighbours with the same line and indents share one box."""
    borders = OxmlElement("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "4"), ("color", colour)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    style.get_or_add_pPr().append(borders)

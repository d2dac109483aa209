"""An answer as a Word document with real styles, so that it can be read aloud and restyled."""

from __future__ import annotations

import io
import re
from datetime import date

from docx import Document as new_document
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from assistant.answer.value import Answer
from assistant.export.answer_text import NOT_A_DECISION, reference, without_bullet

WORD_MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def answer_word(answer: Answer, made_on: date) -> bytes:
    """The answer as a .docx: emergency alert first, question, quotes with [1] markers, references."""
    document = _blank()
    if answer.emergency_message:
        _add(document, answer.emergency_message, "Emergency alert")
    _add(document, "Safeguarding answer", "Title")
    _add(document, answer.question, "Heading 1")
    if answer.message and answer.message != answer.emergency_message:
        _add(document, answer.message, "Normal")
    for notice in answer.notices:
        _add(document, f"Note: {notice}", "Normal")
    for sentence in answer.sentences:
        markers = "".join(f" [{n}]" for n in sentence.citations)
        if sentence.role == "item":
            _add(document, f"{without_bullet(sentence.text)}{markers}", "List Bullet")
        else:
            _add(document, f"{sentence.text}{markers}", "Quote")
    if answer.unconfirmed:
        _add(document, " ".join(filter(None, [answer.unconfirmed.message, answer.unconfirmed.url])), "Normal")
    if answer.differences:
        _add(document, "Where wordings differ", "Heading 2")
        for difference in answer.differences:
            _add(document, f"The statute is {difference.statute_pinpoint}. {difference.difference}", "Normal")
            _add(document, difference.local_wording, "Quote")
    if answer.sentences:
        _add(document, "References", "Heading 2")
        for citation in answer.citations:
            _add(document, reference(citation), "Normal")
        _add(document, "What this is and is not", "Heading 2")
        _add(document, NOT_A_DECISION, "Normal")
    _add(document, f"Made on {made_on.day} {made_on:%B %Y}.", "Normal")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _blank() -> Document:
    """An empty document in British English with our alert style; its properties say nothing of the question."""
    document = new_document()
    document.core_properties.title = "Safeguarding answer"
    document.core_properties.author = "safeguard"
    document.core_properties.comments = ""
    document.core_properties.language = "en-GB"
    normal = document.styles["Normal"]
    normal.font.size = Pt(12)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.get_or_add_rPr().append(language)
    alert = document.styles.add_style("Emergency alert", WD_STYLE_TYPE.PARAGRAPH)
    alert.base_style = normal
    alert.font.bold = True
    alert.font.size = Pt(14)
    alert.font.color.rgb = RGBColor(0xB3, 0x12, 0x1D)
    return document


def _add(document: Document, words: str, style: str) -> None:
    """One paragraph; characters that a Word file cannot hold are left out."""
    document.add_paragraph(_NOT_IN_XML.sub("", words), style=style)

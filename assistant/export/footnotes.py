"""Real footnotes in a Word document, which python-docx 1.2 does not write.

A footnote is a reference in a run, and its words in a part of their own (ECMA-376, part 1, 17.11). The part begins with
two that are not notes but the lines which Word draws above them.
"""

from __future__ import annotations

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt
from docx.text.paragraph import Paragraph

_RULES = "".join(
    f'<w:footnote w:type="{kind}" w:id="{n}"><w:p><w:pPr><w:spacing w:after="0"/></w:pPr>'
    f"<w:r><w:{kind}/></w:r></w:p></w:footnote>"
    for n, kind in ((-1, "separator"), (0, "continuationSeparator"))
)


class Footnotes:
    """The footnotes of one document, numbered in the order they are added."""

    def __init__(self, document: Document) -> None:
        self._notes = parse_xml(f"<w:footnotes {nsdecls('w')}>{_RULES}</w:footnotes>")
        package = document.part.package
        name = PackURI("/word/footnotes.xml")
        part = XmlPart(name, CONTENT_TYPE.WML_FOOTNOTES, self._notes, package)  # type: ignore[arg-type]
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        _name_rules(document)
        _make_styles(document)
        self._last = 0
        self.named: set[str] = set()
        """For the caller: the sources and addresses that a note has named."""

    def add(self, paragraph: Paragraph, words: str) -> int:
        """Put a reference at the end of a paragraph and its words at the foot of the page; returns its number."""
        self._last += 1
        paragraph._p.append(_run("footnoteReference", self._last))
        note = OxmlElement("w:footnote", {qn("w:id"): str(self._last)})
        text = OxmlElement("w:p")
        properties, style = OxmlElement("w:pPr"), OxmlElement("w:pStyle", {qn("w:val"): "FootnoteText"})
        properties.append(style)
        text.append(properties)
        text.append(_run("footnoteRef"))
        run, said = OxmlElement("w:r"), OxmlElement("w:t", {qn("xml:space"): "preserve"})
        said.text = f" {words}"
        run.append(said)
        text.append(run)
        note.append(text)
        self._notes.append(note)
        return self._last


def _run(kind: str, number: int | None = None) -> BaseOxmlElement:
    """A raised number: the reference in the text, or its repetition before the words of the note."""
    run, properties = OxmlElement("w:r"), OxmlElement("w:rPr")
    properties.append(OxmlElement("w:rStyle", {qn("w:val"): "FootnoteReference"}))
    run.append(properties)
    run.append(OxmlElement(f"w:{kind}", {} if number is None else {qn("w:id"): str(number)}))
    return run


def _name_rules(document: Document) -> None:
    """Say in the settings which two notes are the lines. Their place there is fixed: before w:compat."""
    settings = document.settings.element
    rules = OxmlElement("w:footnotePr")
    for n in ("-1", "0"):
        rules.append(OxmlElement("w:footnote", {qn("w:id"): n}))
    before = settings.find(qn("w:compat"))
    if before is None:
        settings.append(rules)
    else:
        before.addprevious(rules)


def _make_styles(document: Document) -> None:
    text = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    text.element.set(qn("w:styleId"), "FootnoteText")
    text.base_style = document.styles["Normal"]
    text.font.size = Pt(9)
    text.paragraph_format.space_after = Pt(2)
    reference = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
    reference.element.set(qn("w:styleId"), "FootnoteReference")
    reference.font.superscript = True

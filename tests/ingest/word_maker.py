"""Word and OpenDocument files made for tests: whole packages by python-docx, with the XML that a case is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
from docx.oxml import parse_xml

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def xml(text: str) -> Any:
    """An element with Word's usual prefixes."""
    head, space, rest = text.partition(" ")
    if ">" in head:
        head, space, rest = text.partition(">")
    return parse_xml(f"{head} {NAMES}{space}{rest}")


def word(build: Callable[[Any], None], **core: str) -> bytes:
    """The bytes of a .docx file that `build` fills."""
    document = docx.Document()
    document.core_properties.title = core.get("title", "")
    build(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def number(document: Any, levels: list[tuple[str, str, int]], num_id: str = "77") -> None:
    """A list of the document: (format, text, start) of each level."""
    numbering = document.part.numbering_part.element
    made = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (kind, text, start) in enumerate(levels)
    )
    numbering.insert(0, xml(f'<w:abstractNum w:abstractNumId="{num_id}">{made}</w:abstractNum>'))
    numbering.append(xml(f'<w:num w:numId="{num_id}"><w:abstractNumId w:val="{num_id}"/></w:num>'))


def numbered(document: Any, text: str, level: int, num_id: str = "77", style: str | None = None) -> None:
    """A paragraph of that list."""
    paragraph = document.add_paragraph(text, style=style)
    properties = paragraph._p.get_or_add_pPr()
    properties.append(xml(f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num_id}"/></w:numPr>'))


def body(document: Any, text: str) -> None:
    """Put XML at the end of the body."""
    document.element.body.insert(len(document.element.body) - 1, xml(text))


def odt(content: str, styles: str = "", mimetype: str = "application/vnd.oasis.opendocument.text") -> bytes:
    """The bytes of an .odt file with this content and these automatic styles."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
        for name, full in (
            ("office", "office"),
            ("text", "text"),
            ("fo", "xsl-fo-compatible"),
            ("table", "table"),
            ("style", "style"),
            ("draw", "drawing"),
        )  # fmt: skip
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mimetype)
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{content}</office:text></office:body></office:document-content>",
        )
    return stream.getvalue()

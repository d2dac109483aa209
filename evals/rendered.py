"""The starter library's digests as Markdown, PDF, Word and web pages with the same words, for comparing readers.

Every section gets a number of its own, `7.12`, typed before its heading in all four formats, so that one place can be
named in all of them. In the PDF each block stands whole on one page, which is noted.
"""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from ingest.document import Block, BlockKind
from ingest.readers.markdown import read_markdown
from ingest.sources import CORPUS, Source, load_register

FORMATS = ("md", "pdf", "docx", "html")


@dataclass(frozen=True)
class Part:
    """A section with its number. `pages` is filled by `pdf`: block -> the page it stands on, counted from 1."""

    number: str
    heading: str
    pinpoint: str
    blocks: tuple[Block, ...]
    pages: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Text:
    """One digest, numbered."""

    source: Source
    title: str
    parts: tuple[Part, ...]


def texts() -> list[Text]:
    """Every digest of the starter library, without what is kept for readers only."""
    made = []
    for number, source in enumerate(load_register().sources, start=1):
        if not source.digest:
            continue
        document = read_markdown((CORPUS / "digests" / source.digest).read_bytes(), source.digest)
        sections = [
            section
            for section in document.sections
            if section.indexed and any(block.indexed for block in section.blocks)
        ]
        parts = tuple(
            Part(
                f"{number}.{n}", section.heading[-1], section.pinpoint,
                tuple(block for block in section.blocks if block.indexed),
            )
            for n, section in enumerate(sections, start=1)
        )  # fmt: skip
        made.append(Text(source, document.title, parts))
    return made


def write(text: Text, format_: str, folder: Path) -> Path:
    """Write one text in one format, named by its source."""
    file = folder / f"{text.source.id}.{format_}"
    file.write_bytes({"md": markdown, "pdf": pdf, "docx": word, "html": page}[format_](text))
    return file


def markdown(text: Text) -> bytes:
    """The text as Markdown."""
    lines = [f"# {text.title}", ""]
    for part in text.parts:
        lines += [f"## {part.number} {part.heading}", ""]
        for blocks in _runs(part.blocks):
            kind = blocks[0].kind
            if kind is BlockKind.ROW and blocks[0].columns:
                names = blocks[0].columns
                lines += [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
                lines += [f"| {' | '.join(_cells(block))} |" for block in blocks]
            elif kind is BlockKind.PARAGRAPH:
                lines.append(blocks[0].text)
            else:
                lines += [f"{'   ' * block.depth}{block.marker or '-'} {block.text}" for block in blocks]
            lines.append("")
    return "\n".join(lines).encode()


def page(text: Text) -> bytes:
    """The text as a web page with a menu and a footer around it."""
    body = []
    for part in text.parts:
        body.append(f'<h2 id="s{part.number}">{html.escape(f"{part.number} {part.heading}")}</h2>')
        for blocks in _runs(part.blocks):
            kind = blocks[0].kind
            if kind is BlockKind.ROW and blocks[0].columns:
                rows = [blocks[0].columns, *(_cells(block) for block in blocks)]
                tags = ["th", *["td"] * len(blocks)]
                lines = [
                    "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row) + "</tr>"
                    for tag, row in zip(tags, rows, strict=True)
                ]
                body.append(f"<table>{''.join(lines)}</table>")
            elif kind is BlockKind.PARAGRAPH:
                body.append(f"<p>{html.escape(blocks[0].text)}</p>")
            else:
                body.append(_html_list(blocks))
    menu = "".join(f'<li><a href="#s{part.number}">{html.escape(part.heading)}</a></li>' for part in text.parts)
    title = html.escape(text.title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - A council</title></head><body>'
        f'<header><a href="/">A council</a></header><nav><ul>{menu}</ul></nav><main><h1>{title}</h1>{"".join(body)}'
        "</main><footer><p>Accept cookies. Contact the web team.</p></footer></body></html>"
    ).encode()


def word(text: Text) -> bytes:
    """The text as a Word document with real heading, list and table styles."""
    import docx

    document = docx.Document()
    document.add_heading(text.title, 0)
    for part in text.parts:
        document.add_heading(f"{part.number} {part.heading}", 2)
        for blocks in _runs(part.blocks):
            kind = blocks[0].kind
            if kind is BlockKind.ROW and blocks[0].columns:
                rows = [blocks[0].columns, *(_cells(block) for block in blocks)]
                table = document.add_table(len(rows), max(len(row) for row in rows))
                for n, row in enumerate(rows):
                    for m, cell in enumerate(row):
                        table.cell(n, m).text = cell
            elif kind is BlockKind.PARAGRAPH:
                document.add_paragraph(blocks[0].text)
            else:
                for block in blocks:
                    if block.marker in ("", "-"):
                        document.add_paragraph(block.text, style="List Bullet 2" if block.depth else "List Bullet")
                    else:
                        document.add_paragraph(f"{block.marker} {block.text}")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def pdf(text: Text) -> bytes:
    """The text as a PDF with running lines on every page; notes the page of each block in `Part.pages`."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    styles = getSampleStyleSheet()

    class Whole(Paragraph):  # type: ignore[misc]
        """A paragraph that is never parted by a page's end."""

        def split(self, width: float, height: float) -> list[Any]:
            return []

    class Noting(SimpleDocTemplate):  # type: ignore[misc]
        """Notes where each flowable was drawn."""

        def afterFlowable(self, flowable: Any) -> None:
            if place := getattr(flowable, "place", None):
                part, n = place
                part.pages[n] = self.page

    def running(canvas: Any, template: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 815, "A partnership's policy library")
        canvas.drawString(72, 30, f"Page {template.page}")

    def set_(words: str, style: str, place: tuple[Part, int] | None = None, bullet: str | None = None) -> Any:
        made = Whole(html.escape(words), styles[style], bulletText=bullet)
        made.place = place
        return made

    story: list[Any] = [set_(text.title, "Title")]
    for part in text.parts:
        story.append(set_(f"{part.number} {part.heading}", "Heading2"))
        at = 0
        for blocks in _runs(part.blocks):
            kind = blocks[0].kind
            if kind is BlockKind.ROW and blocks[0].columns:
                rows = [blocks[0].columns, *(_cells(block) for block in blocks)]
                wide = max(len(row) for row in rows)
                cells = [[Paragraph(html.escape(cell), styles["BodyText"]) for cell in row] for row in rows]
                cells = [[*row, *[""] * (wide - len(row))] for row in cells]
                for n, row in enumerate(cells[1:]):  # a table a row, as a table's rows are not told where they stand
                    drawn = Table([cells[0], row] if n == 0 else [row], colWidths=[451 / wide] * wide, splitByRow=0)
                    drawn.setStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")])
                    drawn.place = (part, at + n)
                    story.append(drawn)
            else:
                for n, block in enumerate(blocks):
                    marker = "" if kind is BlockKind.PARAGRAPH else ("•" if block.marker in ("", "-") else block.marker)
                    style = "BodyText" if kind is BlockKind.PARAGRAPH else "Bullet"
                    story.append(set_(block.text, style, (part, at + n), marker or None))
            at += len(blocks)
    stream = io.BytesIO()
    Noting(stream, pagesize=A4, title=text.title).build(story, onFirstPage=running, onLaterPages=running)
    return stream.getvalue()


def _runs(blocks: Sequence[Block]) -> list[list[Block]]:
    """Paragraphs one by one, and each list or table as a whole."""
    made: list[list[Block]] = []
    for key, run in groupby(blocks, key=lambda block: (block.group, block.kind)):
        found = list(run)
        made.extend([[block] for block in found] if key[1] is BlockKind.PARAGRAPH else [found])
    return made


def _cells(block: Block) -> list[str]:
    """A row's cells again, its columns' headings taken off."""
    first, *rest = block.text.split(" | ")
    cells = {0: first}
    names = list(block.columns)
    for cell in rest:
        for n in range(1, len(names)):
            lead = names[n] if names[n].endswith(("?", ":")) else f"{names[n]}:"
            if n not in cells and names[n] and cell.startswith(f"{lead} "):
                cells[n] = cell[len(lead) + 1 :]
                break
    return [cells.get(n, "") for n in range(len(names))]


def _html_list(blocks: Sequence[Block]) -> str:
    """A list, nested by depth; numbers are typed by the page itself where they were in the text."""
    lines, depth = ["<ul>"], 0
    for block in blocks:
        while block.depth > depth:
            lines.append("<ul>")
            depth += 1
        while block.depth < depth:
            lines.append("</ul>")
            depth -= 1
        marker = "" if block.marker in ("", "-") else f"{block.marker} "
        lines.append(f"<li>{html.escape(marker + block.text)}</li>")
    return "".join(lines) + "</ul>" * (depth + 1)

"""The five exports of a learning briefing, each read back."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser

import pytest
from briefing_cases import HOSTILE, full, hostile, thin, uncovered
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from markdown_it import MarkdownIt
from pptx import Presentation
from pptx.util import Pt
from pypdf import PdfReader
from test_record_pdf import tags

from assistant.briefing.compose import compose_briefing
from assistant.briefing.gather import gather
from assistant.briefing.template import load_template
from assistant.briefing.value import DRAFT, shown, source_of
from assistant.export.briefing_html import briefing_html
from assistant.export.briefing_markdown import briefing_markdown
from assistant.export.briefing_pdf import briefing_pdf
from assistant.export.briefing_slides import HEIGHT, TEXT_WIDTH, WIDTH, briefing_slides
from assistant.export.briefing_word import briefing_word
from assistant.export.briefing_words import ACTION_HEADS, one_line
from assistant.export.slide_wheel import fitted
from assistant.export.text_fit import height_needed, in_pieces

BRIEFINGS = {"full": full, "long": lambda: full(6), "hostile": hostile, "thin": thin}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
EMPTY_ELEMENTS = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Elements with their attributes, and the text outside the head, of a page; it has to be well nested."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in EMPTY_ELEMENTS:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "head" not in self.open:
            self.words.append(data)

    def names(self) -> list[str]:
        return [name for name, _ in self.elements]


def word_text(data: bytes) -> str:
    """The body and the footnotes."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        trees = [etree.fromstring(parts.read(f"word/{name}.xml")) for name in ("document", "footnotes")]
    return " ".join("".join(text.text or "" for text in p.iter(f"{W}t")) for tree in trees for p in tree.iter(f"{W}p"))


def slide_text(data: bytes, notes: bool = True) -> str:
    words = []
    for slide in Presentation(io.BytesIO(data)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                words.append(shape.text_frame.text)
            elif shape.has_table:
                words += [cell.text for row in shape.table.rows for cell in row.cells]
        if notes:
            words.append(slide.notes_slide.notes_text_frame.text)
    return "\n".join(words)


def pdf_text(data: bytes) -> str:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    return re.sub(r"(DRAFT: not reviewed yet\.\s*)?Made on [^.\n]*\.\s*Page \d+ of \d+", "", "\n".join(pages))


def html_text(data: bytes) -> str:
    return "".join(Page(data.decode()).words)


def rendered(text: str) -> Page:
    return Page(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def markdown_text(text: str) -> str:
    return "".join(rendered(text).words)


EXPORTS = {
    "word": (briefing_word, word_text),
    "slides": (briefing_slides, slide_text),
    "pdf": (briefing_pdf, pdf_text),
    "html": (briefing_html, html_text),
    "markdown": (briefing_markdown, markdown_text),
}


def joined(text: str) -> str:
    """Without white space: how lines were broken does not matter."""
    return re.sub(r"[\s\u200b]+", "", text)


def everything(briefing, kind) -> list[str]:
    """Each text that has to be read in every export; a PDF names a source once and lists the places under it."""
    texts = [briefing.title, *(contact.name for contact in briefing.contacts)]
    texts += [number for contact in briefing.contacts for _, number in contact.numbers]
    texts += [action.what for action in briefing.actions]
    for part in briefing.parts:
        texts += [part.heading, part.thin]
        for line in part.lines:
            if line.role == "question":
                texts.append(line.text)
            else:
                texts.append(f"Reworded. {line.text}" if line.edited else f"\u201c{line.text}\u201d")
            if line.edited:
                texts += [briefing.citation(n).quote for n in line.citations]
    for cited in briefing.citations:
        texts += [cited.title, cited.publisher, cited.pinpoint]
        texts += [(cited.url or "").partition("#")[0]] if kind == "pdf" else [source_of(cited), cited.url or ""]
    return [text for text in texts if text]


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize("name", BRIEFINGS)
def test_every_line_source_action_and_contact_is_read_back_word_for_word(kind, name):
    briefing = BRIEFINGS[name]()
    make, read = EXPORTS[kind]
    text = joined(read(make(briefing)))
    assert not [words for words in everything(briefing, kind) if joined(words) not in text]


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_draft_says_so_and_a_reviewed_briefing_names_its_reviewer(kind):
    make, read = EXPORTS[kind]
    assert DRAFT in one_line(read(make(full())))
    reviewed = one_line(read(make(thin())))
    assert DRAFT not in reviewed and "Reviewed by Sample Reviewer. Review by 26 November 2027." in reviewed
    assert "Superseded by Sample guidance 9." in reviewed and "Plain-words digest" in reviewed


@pytest.mark.parametrize("kind", EXPORTS)
def test_an_edited_line_has_no_quotation_marks(kind):
    make, read = EXPORTS[kind]
    text = one_line(read(make(full())))
    assert "Reworded. Ask again, kindly, number 2." in text
    assert "\u201cAsk again" not in text and "number 2.\u201d" not in text


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_theme_that_is_not_covered_is_one_short_page_of_its_title_what_is_said_and_contacts(kind):
    briefing = uncovered()
    make, read = EXPORTS[kind]
    data = make(briefing)
    text = one_line(word_body(data) if kind == "word" else read(data))
    assert briefing.title in text and briefing.said in text and "01632 960001" in text
    assert "Action plan" not in text and "Sources" not in text and "DRAFT" not in text
    assert not [part.heading for part in briefing.parts if part.heading in text]


def word_body(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs)


@pytest.mark.parametrize("make", [briefing_word, briefing_slides])
def test_office_files_hold_no_theme_and_no_name_in_their_properties_and_lead_nowhere(make):
    briefing = full(theme="Zebra", audience="Zebra", reviewed_by="Zebra", review_date=full().made_on)
    with zipfile.ZipFile(io.BytesIO(make(briefing))) as parts:
        names = parts.namelist()
        properties = b"".join(parts.read(name) for name in names if name.startswith("docProps/") and "xml" in name)
        relations = b"".join(parts.read(name) for name in names if name.endswith(".rels"))
    assert b"Zebra" not in properties and b"<dc:creator>safeguard<" in properties and b"en-GB" in properties
    assert b"External" not in relations


@pytest.mark.parametrize("make", [briefing_word, briefing_slides])
def test_hostile_words_are_no_fields_and_no_links_in_office_files(make):
    with zipfile.ZipFile(io.BytesIO(make(hostile()))) as parts:
        names = [name for name in parts.namelist() if name.endswith((".xml", ".rels"))]
        trees = [etree.fromstring(parts.read(name)) for name in names]
    found = {etree.QName(node).localname for tree in trees for node in tree.iter() if isinstance(node.tag, str)}
    assert not {"hyperlink", "hlinkClick", "fldSimple", "script", "f", "control", "oleObj"} & found
    codes = [node.text for tree in trees for node in tree.iter(f"{W}instrText")]
    assert set(codes) <= {" PAGE "}


# Word


def test_word_has_real_headings_quotes_lists_and_a_footnote_at_each_statement():
    briefing = full()
    document = Document(io.BytesIO(briefing_word(briefing)))
    styles = [(p.style.name, p.text) for p in document.paragraphs]
    assert [text for style, text in styles if style == "Title"] == [briefing.title]
    headings = [text for style, text in styles if style == "Heading 1"]
    assert headings == [
        *(f"{n}. {part.heading}" for n, part in enumerate(briefing.parts, start=1)),
        "Action plan",
        "Local contacts",
    ]
    drawn = {"Quote": 0, "List Bullet": 0}
    for paragraph in document.paragraphs:
        if paragraph.style.name in drawn:
            drawn[paragraph.style.name] += 1
    lines = [line for part in briefing.parts for line in part.lines]
    items = [line for line in lines if line.role in ("item", "question")]
    assert drawn["List Bullet"] == len(items) + len(briefing.contacts)
    assert drawn["Quote"] == len([line for line in lines if line not in items and not line.edited])
    body = document.element.body
    references = [int(node.get(qn("w:id"))) for node in body.iter(qn("w:footnoteReference"))]
    cited = sum(len(line.citations) for line in lines) + sum(1 for action in briefing.actions if action.citation)
    assert references == list(range(1, cited + 1))


def test_words_footnotes_name_the_source_of_their_own_statement():
    briefing = full()
    data = briefing_word(briefing)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        notes = etree.fromstring(parts.read("word/footnotes.xml"))
    words = {note.get(f"{W}id"): "".join(t.text or "" for t in note.iter(f"{W}t")) for note in notes}
    paragraphs = {p.text: p for p in Document(io.BytesIO(data)).paragraphs}
    for line in (line for part in briefing.parts for line in part.lines):
        (paragraph,) = [p for text, p in paragraphs.items() if text.strip(" \u201c\u201d").endswith(line.text)][:1]
        at = [node.get(qn("w:id")) for node in paragraph._p.iter(qn("w:footnoteReference"))]
        for n, note in zip(line.citations, at, strict=True):
            assert briefing.citation(n).title in words[note] and briefing.citation(n).pinpoint in words[note]


def test_words_action_plan_repeats_its_heads_and_leaves_cells_to_the_team():
    (table,) = Document(io.BytesIO(briefing_word(full()))).tables
    assert [cell.text for cell in table.rows[0].cells] == list(ACTION_HEADS)
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert len(table.rows) == 5 and not any(cell.text for row in table.rows[1:] for cell in row.cells[1:])
    section = Document(io.BytesIO(briefing_word(full()))).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


# Slides


def test_the_first_slide_has_a_wheel_of_seven_pieces_each_with_a_text_alternative():
    deck = Presentation(io.BytesIO(briefing_slides(full())))
    assert (deck.slide_width, deck.slide_height) == (Pt(WIDTH), Pt(HEIGHT))
    (wheel,) = [shape for shape in deck.slides[0].shapes if shape.shape_type == 6]
    described = [shape._element.xpath(".//p:cNvPr")[0].get("descr") for shape in (wheel, *wheel.shapes)]
    assert described[0].startswith("A wheel of 7 parts: 1 What it is; 2 Why it matters;")
    assert described[1:8] == [f"Part {n} of 7: {part.heading}" for n, part in enumerate(full().parts, start=1)]
    labels = [shape.text_frame.text for shape in wheel.shapes if shape.name.startswith("Label")]
    assert labels == [f"{n}\n{part.heading}" for n, part in enumerate(full().parts, start=1)]


def test_there_is_a_slide_for_each_part_the_plan_and_the_contacts_and_its_notes_have_the_sources_in_full():
    briefing = full()
    slides = list(Presentation(io.BytesIO(briefing_slides(briefing))).slides)
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    parts = [f"{n}. {part.heading}" for n, part in enumerate(briefing.parts, start=1)]
    assert titles == [briefing.title, *parts, "Action plan", "Local contacts"]
    for slide, part in zip(slides[1:8], briefing.parts, strict=True):
        notes = slide.notes_slide.notes_text_frame.text
        assert not [line.text for line in part.lines if line.text not in slide.placeholders[1].text_frame.text]
        for n in {n for line in part.lines for n in line.citations}:
            assert f"[{n}] {source_of(briefing.citation(n))}" in notes


@pytest.mark.parametrize("name", [*BRIEFINGS, "one huge line", "wide letters"])
def test_no_words_run_over_a_slide(name):
    one = {"one huge line": "word " * 600 + "end", "wide letters": "W" * 1_500}
    briefing = hostile(one[name]) if name in one else BRIEFINGS[name]()
    for slide in Presentation(io.BytesIO(briefing_slides(briefing))).slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= Pt(WIDTH)
            assert shape.top >= 0 and shape.top + shape.height <= Pt(HEIGHT)
            if not shape.has_text_frame:
                continue
            used = 0.0
            for paragraph in shape.text_frame.paragraphs:
                size = paragraph.runs[0].font.size.pt
                indent = int(paragraph._p.pPr.get("marL", "0"))
                used += height_needed([paragraph.text], size, (shape.width - indent) / Pt(1))
                used += (paragraph.space_after or 0) / Pt(1)
            assert used <= shape.height / Pt(1) + 1, (shape.name, shape.text_frame.text[:60])


def test_a_long_part_goes_on_and_its_list_is_not_parted_from_its_lead_in():
    deck = Presentation(io.BytesIO(briefing_slides(full(6))))
    held = [slide.placeholders[1].text_frame for slide in deck.slides if slide.shapes.title.text_frame.text[0] == "4"]
    assert len(held) > 1
    assert not [frame for frame in held if frame.paragraphs[-1].text.startswith("\u201cThe duty to make enquiries")]


def test_a_long_word_is_set_smaller_rather_than_parted():
    assert fitted("Organisational abuse", 95, 100, (17, 14, 12)) == (12, "Organisational abuse")
    assert fitted("word " * 50, 100, 40, (14, 12))[1].endswith("\u2026")


def test_a_text_in_pieces_keeps_every_word():
    text = "one two threeeeeeeeee four"
    assert in_pieces(text, 8) == ["one two", "threeeee", "eeeee", "four"]
    assert height_needed(["a" * 100], 10, TEXT_WIDTH) < height_needed(["a" * 400], 10, TEXT_WIDTH)


# PDF


def test_the_pdf_is_one_landscape_page_and_one_overleaf_tagged_with_its_title_first():
    briefing = full()
    reader = PdfReader(io.BytesIO(briefing_pdf(briefing)))
    assert len(reader.pages) == 2
    assert all(page.mediabox.width == pytest.approx(841.89, abs=0.1) for page in reader.pages)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB" and root["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert (reader.metadata.title, reader.metadata.author) == ("Learning briefing", "safeguard")
    kinds = tags(reader)
    assert kinds.count("/Title") == 1 and kinds.index("/Title") < kinds.index("/H1")
    assert kinds.count("/Table") == 1 and kinds.count("/TH") == len(ACTION_HEADS) and "/L" in kinds
    front = reader.pages[0].extract_text()
    assert all(f"{cited.title}: [{cited.n}] {cited.pinpoint}" in one_line(front) for cited in briefing.citations)
    titles = [entry.title for entry in reader.outline]
    parts = [f"{n}. {part.heading}" for n, part in enumerate(briefing.parts, start=1)]
    assert titles == [*parts, "Action plan", "Local contacts", "Sources"]


def test_a_pdf_that_cannot_be_one_page_goes_on_overleaf_and_links_only_to_sources():
    reader = PdfReader(io.BytesIO(briefing_pdf(full(6))))
    assert len(reader.pages) > 2
    links = {note.get_object()["/A"]["/URI"] for page in reader.pages for note in page.get("/Annots", [])}
    assert links == {cited.url for cited in full().citations}
    reader = PdfReader(io.BytesIO(briefing_pdf(hostile())))
    assert not [note for page in reader.pages for note in page.get("/Annots", [])]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(reader.trailer["/Root"])


# HTML and Markdown


@pytest.mark.parametrize("name", BRIEFINGS)
def test_the_page_has_one_h1_headings_in_order_a_table_with_heads_and_nothing_that_runs(name):
    page = Page(briefing_html(BRIEFINGS[name]()).decode())
    names = page.names()
    assert page.elements[0] == ("html", {"lang": "en-GB"}) and names.count("h1") == 1
    levels = [int(tag[1]) for tag in names if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and set(levels[1:]) == {2} and len(levels) == 1 + 7 + 3
    assert names.count("table") == names.count("caption") == 1
    assert [given["scope"] for tag, given in page.elements if tag == "th"][:4] == ["col"] * 4
    assert not {"script", "img", "iframe", "link", "form", "object"} & set(names)
    assert not [key for _, given in page.elements for key in given if key.startswith("on")]
    ids = {given["id"] for _, given in page.elements if "id" in given}
    for tag, given in page.elements:
        if tag == "a" and given["href"].startswith("#"):
            assert given["href"][1:] in ids
        elif tag == "a":
            assert given["href"].startswith("https://board-") and "noopener" in given["rel"]


@pytest.mark.parametrize("name", BRIEFINGS)
def test_markdown_becomes_headings_lists_a_table_and_links_to_sources_alone(name):
    briefing = BRIEFINGS[name]()
    page = rendered(briefing_markdown(briefing))
    names = page.names()
    assert names.count("h1") == 1 and names.count("h2") == 7 + 3 and names.count("table") == 1
    allowed = {"h1", "h2", "p", "strong", "blockquote", "ul", "li", "a", "table", "thead", "tbody", "tr", "th", "td"}
    assert set(names) <= allowed
    links = {given["href"] for tag, given in page.elements if tag == "a"}
    assert links <= {cited.url for cited in briefing.citations if (cited.url or "").startswith("https://")}


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize(
    "words",
    [
        "\x00nul \u202eturned\u202c \ufffe end",
        "# heading",
        "1. one",
        "- dash",
        "a | b",
        "<!-- c -->",
        "]]>",
        "\\",
        "line\none\n\ntwo",
        "&amp;",
        HOSTILE[::-1],
    ],
)
def test_odd_words_break_no_export(kind, words):
    make, read = EXPORTS[kind]
    assert joined(one_line(words)) in joined(read(make(hostile(words))))


@pytest.mark.parametrize("theme", [theme.name for theme in load_template().themes])
def test_every_theme_over_the_real_library_is_read_back_from_each_export(library, theme):
    briefing = compose_briefing(gather(theme, "All staff", library))
    for kind, (make, read) in EXPORTS.items():
        text = joined(read(make(briefing)))
        wanted = [shown(line) for part in briefing.parts for line in part.lines]
        wanted += [words for one in briefing.citations for words in (one.title, one.publisher, one.pinpoint)]
        missing = [words for words in wanted if joined(words) not in text]
        assert missing == [], (kind, missing[:3])

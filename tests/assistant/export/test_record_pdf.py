"""The record as a PDF, read back."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject
from record_texts import FACTS, HOSTILE, SECRETS, everything, hostile, joined, masked_record, synthetic_record

from assistant.export.record_pdf import PdfNotMade, record_pdf


def read(record) -> PdfReader:
    return PdfReader(io.BytesIO(record_pdf(record)))


def body_of(reader) -> str:
    """The text of all pages without their headers and footers, which would part a sentence that goes on overleaf."""
    pages = []
    for page in reader.pages:
        text = page.extract_text()
        text = text.removeprefix("DRAFT - not a decision\n")
        pages.append(re.sub(r"DRAFT - not a decision\. Made on .*\n?Page \d+ of \d+", "", text))
    return "\n".join(pages)


def tags(reader) -> list[str]:
    """The kinds of every element of the structure tree, in reading order."""
    found = []

    def walk(node) -> None:
        node = node.get_object()
        if "/S" in node:
            found.append(str(node["/S"]))
        kids = node.get("/K", ArrayObject())
        for kid in kids if isinstance(kids, list) else [kids]:
            kid = kid.get_object() if hasattr(kid, "get_object") else kid
            if isinstance(kid, dict) and "/S" in kid:
                walk(kid)

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


def outline(reader, entries=None, level=1) -> list[tuple[int, str]]:
    found = []
    for entry in reader.outline if entries is None else entries:
        if isinstance(entry, list):
            found += outline(reader, entry, level + 1)
        else:
            found.append((level, entry.title))
    return found


@pytest.mark.parametrize("outcome", FACTS)
def test_every_limb_citation_date_and_version_is_in_the_pdf(outcome):
    record = synthetic_record(outcome)
    text = joined(body_of(read(record)))
    assert not [words for words in everything(record) if joined(words) not in text]


def test_the_statement_stands_first_and_last_and_every_page_has_the_mark_and_its_number():
    record = synthetic_record("mandatory_s44_condition1")
    reader = read(record)
    first, last = (joined(reader.pages[n].extract_text()) for n in (0, -1))
    assert joined(record.statement) in first and joined(record.statement) in last
    for n, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert record.mark in text and f"Page {n} of {len(reader.pages)}" in text


def test_the_pdf_is_tagged_with_a_title_a_language_an_outline_and_a_table_with_heads():
    record = synthetic_record("mandatory_s44_condition1")
    reader = read(record)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB" and root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == record.title
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.trailer["/Root"]["/Metadata"].get_data()
    kinds = tags(reader)
    limbs = record.section("limbs").limbs
    assert kinds.count("/Table") == 1 and kinds.count("/TH") == 4 + len({limb.part for limb in limbs})
    assert kinds.count("/TD") == 4 * len(limbs)
    assert {"/H1", "/H2", "/P", "/L"} <= set(kinds)
    titles = [title for _, title in outline(reader)]
    wanted = [title for part, sections in record.parts() for title in (part, *(s.title for s in sections))]
    assert titles == [*wanted, "Sources", "What this is not"]
    assert all(page.mediabox.width == pytest.approx(595.28, abs=0.1) for page in reader.pages)


def test_every_font_is_in_the_file():
    for page in read(synthetic_record("not_met")).pages:
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(described.get_object())


@pytest.mark.parametrize("kind", HOSTILE.keys() - {"scripts"})
def test_whatever_is_written_stays_text(kind):
    record = hostile(HOSTILE[kind])
    reader = read(record)
    text = joined(body_of(reader))
    assert not [words for words in everything(record) if joined(words) not in text]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(reader.trailer["/Root"])
    links = {annotation.get_object()["/A"]["/URI"] for page in reader.pages for annotation in page.get("/Annots", [])}
    assert links <= {cited.url for cited in record.citations}


def test_letters_of_many_scripts_are_drawn_and_one_that_no_font_has_is_written_as_its_number():
    text = joined(body_of(read(hostile(HOSTILE["scripts"]))))
    assert "\u0141\u00f3d\u017a\u0395\u03bb\u03bb" in text
    assert "[U+4E2D][U+6587]" in text and "\u4e2d" not in text
    assert "\U0001f600" in text


def test_a_word_wider_than_the_page_is_broken_and_nothing_is_cut_off():
    reader = read(hostile("W" * 400))
    runs: list[tuple[float, float, bytes]] = []

    def seen(operator, operands, cm, tm) -> None:
        if operator in (b"Tj", b"TJ"):
            pieces = operands[0] if isinstance(operands[0], list) else [operands[0]]
            runs.append((cm[4], tm[4], b"".join(piece for piece in pieces if isinstance(piece, bytes))))

    for page in reader.pages:
        page.extract_text(visitor_operand_before=seen)
    glyph = next(glyphs[:2] for _, _, glyphs in runs if glyphs == glyphs[:2] * 9)  # nine W: the tenth may be broken off
    left, full = 51.02, 493.6  # of A4 with margins of 18 mm, in points
    text_edge, evidence_edge = left + full, left + full * (48 + 20 + 50) / 174
    in_table = set()
    for origin, x, glyphs in runs:
        if glyphs and glyphs == glyph * (len(glyphs) // 2):
            table = origin > left + full * (48 + 20) / 174 - 1
            in_table.add(table)
            width = len(glyphs) // 2 * 0.93 * (9 if table else 10.5)  # a W of Noto Sans is 0.93 em wide
            assert origin + x + width <= (evidence_edge if table else text_edge) + 0.5
    assert in_table == {True, False}
    assert "W" * 400 in joined(body_of(reader))


def test_a_description_of_twenty_thousand_characters_is_there_to_the_last_word():
    record = hostile(" ".join(f"word{n}" for n in range(2_000))[:20_000])
    assert joined(record.section("events").entries[1].text) in joined(body_of(read(record)))


def test_nothing_that_was_masked_is_in_the_file_and_the_file_says_what_was():
    text = body_of(read(masked_record()))
    assert not [secret for secret in SECRETS if joined(secret) in joined(text)]
    assert joined("[name 1] told the nurse.") in joined(text) and joined("NHS number: 1") in joined(text)


def test_letters_from_the_right_with_marks_that_no_font_has_do_not_stop_the_pdf():
    mandaic = "".join(chr(code) for code in (*range(0x840, 0x85C), 0x85E))
    text = joined(body_of(read(hostile(f"Before {mandaic} after \uf0b7 \u2265 \u2611 \u05d0\u05b8 \u0628\u064e"))))
    assert "Before[U+0840]" in text and "[U+085E]after\u2022\u2265\u2611" in text
    assert "[U+05B8]" not in text and "[U+064E]" not in text


def test_a_record_the_typesetter_refuses_is_one_sentence_without_a_word_of_the_case(tmp_path, monkeypatch):
    (tmp_path / "record.typ").write_text('#panic(json("record.json").parts)', encoding="utf-8")
    monkeypatch.setattr("assistant.export.record_pdf.TEMPLATE", tmp_path / "record.typ")
    with pytest.raises(PdfNotMade, match="Nothing was lost; choose Word or Markdown") as refused:
        record_pdf(hostile("Zebra crossing"))
    assert "Zebra" not in str(refused.value)

"""The record as a Word file, read back."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from record_texts import FACTS, HOSTILE, SECRETS, everything, hostile, joined, masked_record, synthetic_record

from assistant.export.record_word import record_word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read(record) -> Document:
    return Document(io.BytesIO(record_word(record)))


def text_of(document) -> str:
    """Every paragraph and cell of the body, in the order it is read."""
    parts = []
    for block in document.element.body.iterchildren():
        if block.tag == qn("w:p"):
            parts.append(Paragraph(block, document).text)
        elif block.tag == qn("w:tbl"):
            parts += [cell.text for row in Table(block, document).rows for cell in row.cells]
    return "\n".join(parts)


@pytest.mark.parametrize("outcome", FACTS)
def test_every_limb_citation_date_and_version_is_in_the_word_file(outcome):
    record = synthetic_record(outcome)
    text = joined(text_of(read(record)))
    assert not [words for words in everything(record) if joined(words) not in text]


def test_the_statement_stands_first_and_last_and_the_mark_is_on_every_page():
    record = synthetic_record("mandatory_s44_condition1")
    document = read(record)
    paragraphs = [p for p in document.paragraphs if p.text]
    assert [p.text for p in paragraphs[:3]] == [record.title, record.mark, record.statement]
    assert [p.text for p in paragraphs[-2:]] == [record.mark, record.statement]
    section = document.sections[0]
    assert section.header.paragraphs[0].text == record.mark
    footer = section.footer.paragraphs[0]
    assert footer.text.startswith("DRAFT - not a decision. Made on 26 November 2026. Page ")
    assert [code.text.strip() for code in footer._p.iter(f"{W}instrText")] == ["PAGE", "NUMPAGES"]


def test_headings_are_real_and_none_is_skipped():
    document = read(synthetic_record("not_met"))
    levels = [int(p.style.name[-1]) for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert levels[0] == 1 and set(levels) == {1, 2}
    assert [p.text for p in document.paragraphs if p.style.name == "Title"] == [synthetic_record("not_met").title]


def test_the_limbs_are_a_table_whose_header_row_is_repeated_and_the_path_has_a_thick_edge():
    record = synthetic_record("insufficient_information")
    (table,) = read(record).tables
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    edges = {}
    for row in table.rows[1:]:
        cells = row._tr.tc_lst
        if len(cells) == 4:
            left = cells[0].tcPr.find(f"{W}tcBorders/{W}left")
            edges[row.cells[0].text.splitlines()[0]] = None if left is None else left.get(qn("w:val"))
    limbs = record.section("limbs").limbs
    assert edges == {limb.name: "single" if limb.decisive else "dashed" if limb.missing else None for limb in limbs}
    assert {"single", "dashed", None} == set(edges.values())


def test_the_page_is_a4_the_language_british_and_the_properties_hold_no_word_of_the_case():
    record = hostile("Zebra crossing")
    document = read(record)
    section, properties = document.sections[0], document.core_properties
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (properties.title, properties.author, properties.language) == (record.title, "safeguard", "en-GB")
    assert properties.created.year == 2026
    with zipfile.ZipFile(io.BytesIO(record_word(record))) as parts:
        for name in parts.namelist():
            if name.startswith("docProps/"):
                assert b"Zebra" not in parts.read(name)
        assert b'w:val="en-GB"' in parts.read("word/styles.xml")


@pytest.mark.parametrize("kind", HOSTILE)
def test_whatever_is_written_stays_text(kind):
    record = hostile(HOSTILE[kind])
    document = read(record)
    text = joined(text_of(document))
    assert not [words for words in everything(record) if joined(words) not in text]
    with zipfile.ZipFile(io.BytesIO(record_word(record))) as parts:
        body = parts.read("word/document.xml").decode()
        relations = parts.read("word/_rels/document.xml.rels").decode()
    assert "w:hyperlink" not in body and "instrText" not in body and "External" not in relations
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08]", body)


def test_a_description_of_twenty_thousand_characters_is_there_to_the_last_word():
    record = hostile(" ".join(f"word{n}" for n in range(2_000))[:20_000])
    assert joined(record.section("events").entries[1].text) in joined(text_of(read(record)))


def test_nothing_that_was_masked_is_in_the_file_and_the_file_says_what_was():
    text = text_of(read(masked_record()))
    assert not [secret for secret in SECRETS if joined(secret) in joined(text)]
    assert joined("[name 1] told the nurse.") in joined(text) and joined("NHS number: 1") in joined(text)
    with zipfile.ZipFile(io.BytesIO(record_word(masked_record()))) as parts:
        packed = "".join(parts.read(name).decode("utf-8", "ignore") for name in parts.namelist())
    assert not [secret for secret in SECRETS if secret in packed]

"""Pieces of a reader → sections with pinpoints."""

from __future__ import annotations

import pytest

from ingest.document import BlockKind
from ingest.errors import CannotRead
from ingest.readers.clauses import Piece, PieceKind, assemble, split_marker
from ingest.readers.tables import looks_like_headings, row_blocks
from ingest.sources import Kind, Source

HEADING, ITEM, ROW = PieceKind.HEADING, PieceKind.ITEM, PieceKind.ROW


def pinpoints(pieces, title=""):
    return [
        (section.pinpoint, [block.line for block in section.blocks])
        for section in assemble(pieces, title, "f.pdf").sections
    ]


@pytest.mark.parametrize(
    ("text", "marker", "rest"),
    [
        ("14.163 The board must act.", "14.163", "The board must act."),
        ("1.3.2. Ask the person.", "1.3.2", "Ask the person."),
        ("(a) a need", "(a)", "a need"),
        ("(iv) a need", "(iv)", "a need"),
        ("3. Tell someone.", "3.", "Tell someone."),
        ("b) Tell someone.", "b)", "Tell someone."),
        ("• Tell someone.", "-", "Tell someone."),
        ("2019 was the year.", "", "2019 was the year."),
        ("3 weeks later", "", "3 weeks later"),
        ("1.5 million people", "1.5", "million people"),
        ("A man came.", "", "A man came."),
        ("e.g. a need", "", "e.g. a need"),
        ("(see below) a need", "", "(see below) a need"),
        ("14.163", "", "14.163"),
    ],
)
def test_a_typed_number_letter_or_bullet_is_told_from_the_words(text, marker, rest):
    assert split_marker(text) == (marker, rest)


def test_a_numbered_paragraph_is_its_own_section_until_the_next_number_or_heading():
    found = pinpoints([
        Piece("Safeguarding", HEADING, 1), Piece("Opening words."),
        Piece("The board must act.", marker="14.163"), Piece("a need", ITEM, marker="(a)", run=1),
        Piece("It may also ask.", marker="14.164"), Piece("More", HEADING, 2), Piece("Last words."),
    ])  # fmt: skip
    assert found == [
        ("Safeguarding", ["Opening words."]),
        ("para 14.163", ["14.163 The board must act.", "(a) a need"]),
        ("para 14.164", ["14.164 It may also ask."]),
        ("More", ["Last words."]),
    ]


def test_in_a_nice_guideline_the_number_is_a_recommendation_s():
    found = pinpoints(
        [Piece("Ask the person.", ITEM, marker="1.3.2", run=1)], "Safeguarding adults in care homes (NG189)"
    )
    assert found == [("rec 1.3.2", ["1.3.2 Ask the person."])]


def test_in_an_act_a_numbered_heading_is_a_section_and_brackets_its_subsections():
    found = pinpoints([
        Piece("44 Reviews of lanterns", HEADING, 2), Piece("A board must review.", marker="(1)"),
        Piece("a lantern fell", ITEM, marker="(a)", depth=1, run=1), Piece("Condition 1 is met if ...", marker="(2)"),
    ], "Lanterns Act 2019")  # fmt: skip
    assert found == [
        ("s.44(1)", ["(1) A board must review.", "  (a) a lantern fell"]),
        ("s.44(2)", ["(2) Condition 1 is met if ..."]),
    ]


def test_outside_an_act_brackets_are_a_list():
    found = pinpoints([Piece("4.2 Scope", HEADING, 1), Piece("These:"), Piece("one", ITEM, marker="(1)", run=1)])
    assert found == [("4.2", ["These:", "(1) one"])]


def test_without_a_number_the_printed_page_is_the_pinpoint_and_each_block_keeps_its_own():
    document = assemble(
        [Piece("Scope", HEADING, 1, page=3), Piece("Before.", page=3), Piece("After.", page=4)], "Policy", "f.pdf",
        page_labels={3: "1", 4: "2"},
    )  # fmt: skip
    (section,) = document.sections
    assert (section.pinpoint, section.page, section.by_page) == ("p. 1", 3, True)
    assert [block.page for block in section.blocks] == [3, 4]


def test_headings_nest_and_lists_are_numbered_within_their_section():
    document = assemble([
        Piece("One", HEADING, 1), Piece("Under", HEADING, 3), Piece("a", ITEM, marker="-", run=7),
        Piece("b", ITEM, marker="-", run=9), Piece("Two", HEADING, 1), Piece("c", ITEM, marker="-", run=12),
    ], "", "f.docx")  # fmt: skip
    assert document.title == "One"
    assert [section.heading for section in document.sections] == [("One", "Under"), ("Two",)]
    assert [[block.group for block in section.blocks] for section in document.sections] == [[1, 2], [1]]


def test_a_heading_that_nothing_stands_under_is_kept():
    document = assemble([
        Piece("One", HEADING, 1), Piece("Empty", HEADING, 2), Piece("Two", HEADING, 2), Piece("Words."),
        Piece("3 Last", HEADING, 1),
    ], "", "f.docx")  # fmt: skip
    found = [(section.heading, section.pinpoint, len(section.blocks)) for section in document.sections]
    assert found == [(("One", "Empty"), "Empty", 0), (("One", "Two"), "Two", 1), (("3 Last",), "3", 0)]


def test_nothing_at_all_is_no_document():
    with pytest.raises(CannotRead, match="f.pdf holds no text"):
        assemble([Piece("  ")], "", "f.pdf")


def test_a_row_repeats_its_columns_headings_and_says_which_they_are():
    row, other = row_blocks(
        [["Who", "By when"], ["Police", "2 days"], ["Council", ""]], 1, header=None, pages=[1, 1, 2]
    )
    assert (row.text, row.columns, row.page) == ("Police | By when: 2 days", ("Who", "By when"), 1)
    assert (other.text, other.kind, other.page) == ("Council", BlockKind.ROW, 2)


@pytest.mark.parametrize(
    ("rows", "headings"),
    [
        ([["Who", "By when"], ["Police", "2 days"]], True),
        ([["", "By when"], ["Police", "2 days"]], True),
        ([["Police", "2"], ["Council", "3"]], False),
        ([["Police", ""], ["Council", "3"]], False),
        ([["Who", "By when"]], False),
        ([["Same", "Same"], ["a", "b"]], False),
    ],
)
def test_a_first_row_reads_as_headings(rows, headings):
    assert looks_like_headings(rows) is headings


def test_a_numbered_paragraph_is_quoted_without_its_number_and_shown_with_it():
    from datetime import date

    from ingest.passages import passages

    source = Source(
        id="s", title="Lantern guidance", publisher="A board", url=None, format="pdf", kind=Kind.OWN_DOCUMENT,
        audience="adults", jurisdiction="England", licence="None", published="2026", checked_on=date(2026, 1, 1),
    )  # fmt: skip
    document = assemble([Piece("It must act. It may ask.", marker="14.163", page=2)], "Lantern guidance", "f.pdf")
    (passage,) = passages(document, source)
    assert passage.text == "14.163 It must act. It may ask."
    assert [passage.quote(unit) for unit in passage.units] == ["It must act.", "It may ask."]

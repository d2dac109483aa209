"""PDF pages → sections: order, headings, clauses, lists, tables, and what is left out."""

from __future__ import annotations

import pytest

from ingest.readers.pdf import read_pdf
from tests.ingest.pdf_maker import HEIGHT, LEFT, RIGHT, WIDTH, changed, pdf

LONG = "The board arranges a review when an adult in its area has died and neglect is known or suspected to be a cause."
MORE = "Partners tell the board what they know and do so in time, so that nobody waits for what somebody else has seen."


def sections(data, name="guide.pdf"):
    return [
        (section.heading[-1], section.pinpoint, [block.line for block in section.blocks])
        for section in read_pdf(data, name).sections
        if section.blocks
    ]


def lines(data):
    return [line for _, _, found in sections(data) for line in found]


def test_headings_come_from_the_size_and_weight_of_type():
    def page(sheet):
        sheet.heading("Adult safeguarding", 20)
        sheet.paragraph(LONG)
        sheet.heading("Who decides", 14)
        sheet.paragraph(MORE)
        sheet.heading("In an emergency", 11)
        sheet.paragraph(LONG)

    document = read_pdf(pdf(page), "guide.pdf")
    assert document.title == "Adult safeguarding"
    assert [(s.heading, s.pinpoint, [b.text for b in s.blocks]) for s in document.sections] == [
        (("Adult safeguarding",), "p. 1", [LONG]),
        (("Adult safeguarding", "Who decides"), "p. 1", [MORE]),
        (("Adult safeguarding", "Who decides", "In an emergency"), "p. 1", [LONG]),
    ]


def test_bookmarks_say_what_is_a_heading_and_how_high_it_is():
    def page(sheet):
        sheet.paragraph("Making enquiries")
        sheet.paragraph(LONG)
        sheet.paragraph("What an enquiry is")
        sheet.paragraph(MORE)

    def marks(writer):
        above = writer.add_outline_item(title="Making enquiries", page_number=0)
        writer.add_outline_item(title="What an enquiry is", page_number=0, parent=above)

    found = [s for s in read_pdf(changed(pdf(page), marks), "guide.pdf").sections if s.blocks]
    assert [section.heading for section in found] == [
        ("Making enquiries",),
        ("Making enquiries", "What an enquiry is"),
    ]


def test_running_heads_feet_and_page_numbers_are_left_out():
    def each(sheet):
        sheet.at(LEFT, 40, "Policy for adults at risk", 9)
        sheet.at(LEFT, HEIGHT - 30, "Version 4", 9)
        sheet.at(RIGHT - 60, HEIGHT - 30, f"Page {sheet.number} of 3", 9)

    pages = [lambda sheet, text=text: sheet.paragraph(text) for text in (LONG, MORE, LONG + " " + MORE)]
    document = read_pdf(pdf(*pages, each=each), "guide.pdf")
    assert [(b.text, b.page) for s in document.sections for b in s.blocks] == [
        (LONG, 1),
        (MORE, 2),
        (f"{LONG} {MORE}", 3),
    ]


def test_a_chapter_s_title_beside_the_page_s_number_is_a_running_line():
    def page(sheet):
        sheet.paragraph((LONG, MORE)[sheet.number - 1])
        sheet.at(LEFT, HEIGHT - 40, ("Chapter one", "Chapter two")[sheet.number - 1], 9)
        sheet.at(RIGHT, HEIGHT - 40, str(sheet.number), 9)

    assert lines(pdf(page, page)) == [LONG, MORE]


def test_a_line_at_the_top_of_a_page_that_is_no_running_head_stays():
    pages = [
        lambda sheet, word=word: (sheet.at(LEFT, 60, f"Step {word}", 16, bold=True), sheet.paragraph(LONG))
        for word in ("one", "two", "three")
    ]
    assert [heading for heading, _, _ in sections(pdf(*pages))] == ["Step one", "Step two", "Step three"]


def test_printed_page_labels_are_the_pinpoints():
    def page(sheet):
        sheet.heading("Preface" if sheet.number < 3 else "Chapter")
        sheet.paragraph(LONG)
        sheet.at(WIDTH / 2, HEIGHT - 30, ("i", "ii", "1")[sheet.number - 1], 9)

    def labels(writer):
        writer.set_page_label(0, 1, style="/r")
        writer.set_page_label(2, 2, style="/D", start=1)

    document = read_pdf(changed(pdf(page, page, page), labels), "guide.pdf")
    assert document.page_labels == {1: "i", 2: "ii", 3: "1"}
    assert [(s.pinpoint, s.page, [b.text for b in s.blocks]) for s in document.sections] == [
        ("p. i", 1, [LONG]),
        ("p. ii", 2, [LONG]),
        ("p. 1", 3, [LONG]),
    ]


def test_hyphens_at_line_ends_go_unless_the_word_has_one():
    def page(sheet):
        sheet.lines(
            "The duty is about safeguarding and about well-being and about the multi-",
            "agency board. Staff who are worried about safe-",
            "guarding speak up, and think of the person's well-",
            "being; a co-ordinator may help. The organ-",
            "isation answers. It lasted from 2019-",
            "2021 in all.",
        )

    assert lines(pdf(page)) == [
        "The duty is about safeguarding and about well-being and about the multiagency board. Staff who are worried "
        "about safeguarding speak up, and think of the person's well-being; a co-ordinator may help. The organisation "
        "answers. It lasted from 2019-2021 in all."
    ]


def test_two_columns_are_read_one_after_the_other_and_what_stands_across_them_in_its_place():
    def column(sheet, x, texts):
        sheet.y = 160
        for text in texts:
            sheet.paragraph(text, 10, x=x, right=x + 210)

    def page(sheet):
        sheet.heading("A title that stands across both columns", 18)
        column(sheet, LEFT, [LONG, MORE])
        column(sheet, LEFT + 235, [f"Second: {LONG}", f"Third: {MORE}"])

    assert sections(pdf(page)) == [
        ("A title that stands across both columns", "p. 1", [LONG, MORE, f"Second: {LONG}", f"Third: {MORE}"])
    ]


def test_a_paragraph_that_goes_on_in_the_next_column_or_page_is_one():
    words = (LONG + " " + MORE).split()

    def first(sheet):
        sheet.y = HEIGHT - 120
        sheet.paragraph(" ".join(words[:28]))

    def second(sheet):
        sheet.paragraph(" ".join(words[28:]))
        sheet.paragraph("A new paragraph.")

    document = read_pdf(pdf(first, second), "guide.pdf")
    assert [(b.text, b.page) for s in document.sections for b in s.blocks] == [
        (" ".join(words), 1),
        ("A new paragraph.", 2),
    ]


def test_a_paragraph_may_go_on_over_more_than_one_page():
    words = " ".join([LONG.removesuffix(".")] * 3).split()
    parts = [" ".join(words[:22]), " ".join(words[22:44]), " ".join(words[44:]) + "."]

    def page(sheet):
        sheet.paragraph(parts[sheet.number - 1])

    document = read_pdf(pdf(page, page, page), "guide.pdf")
    assert [(b.text, b.page) for s in document.sections for b in s.blocks] == [(" ".join(parts), 1)]


def test_numbered_paragraphs_keep_their_numbers():
    def page(sheet):
        sheet.heading("Safeguarding")
        sheet.paragraph(LONG, mark="14.16")
        sheet.paragraph(MORE, mark="14.17")
        sheet.paragraph("In force for 1.5 million people. " + LONG)

    assert sections(pdf(page)) == [
        ("Safeguarding", "para 14.16", [f"14.16 {LONG}"]),
        ("Safeguarding", "para 14.17", [f"14.17 {MORE}", f"In force for 1.5 million people. {LONG}"]),
    ]


def test_recommendations_of_a_nice_guideline():
    def page(sheet):
        sheet.heading("NICE guideline NG189: Safeguarding adults in care homes", 15)
        sheet.heading("1.3 Training", 13)
        sheet.paragraph(LONG, mark="1.3.1")
        sheet.paragraph("Ask whether the person:", mark="1.3.2", after=2)
        sheet.paragraph("is safe now", mark="•", x=LEFT + 34, after=2)
        sheet.paragraph("wants somebody to be told, and whom they would like that to be, if there is anybody",
                        mark="•", x=LEFT + 34)  # fmt: skip

    assert [(pinpoint, found) for _, pinpoint, found in sections(pdf(page))] == [
        ("rec 1.3.1", [f"1.3.1 {LONG}"]),
        ("rec 1.3.2", [
            "1.3.2 Ask whether the person:", "- is safe now",
            "- wants somebody to be told, and whom they would like that to be, if there is anybody",
        ]),
    ]  # fmt: skip


def test_sections_of_an_act():
    def page(sheet):
        sheet.heading("Care Act 2014", 18)
        sheet.heading("44 Safeguarding adults reviews", 13)
        sheet.paragraph("An SAB must arrange for there to be a review of a case if—", mark="(1)", after=2)
        sheet.paragraph("there is reasonable cause for concern, and", mark="(a)", x=LEFT + 34, after=2)
        sheet.paragraph("condition 1 or 2 is met.", mark="(b)", x=LEFT + 34)
        sheet.paragraph("Condition 1 is met if the adult has died.", mark="(2)")

    assert [(pinpoint, found) for _, pinpoint, found in sections(pdf(page))] == [
        ("s.44(1)", [
            "(1) An SAB must arrange for there to be a review of a case if—",
            "  (a) there is reasonable cause for concern, and", "  (b) condition 1 or 2 is met.",
        ]),
        ("s.44(2)", ["(2) Condition 1 is met if the adult has died."]),
    ]  # fmt: skip


def test_lists_keep_marker_depth_and_their_wrapped_lines():
    def page(sheet):
        sheet.paragraph("Staff must:", after=2)
        sheet.paragraph(LONG, mark="1.", after=2)
        sheet.paragraph("a note", mark="a)", x=LEFT + 34, after=2)
        sheet.paragraph(MORE, mark="2.")
        sheet.paragraph("Afterwards they rest.")

    blocks = [block for section in read_pdf(pdf(page), "guide.pdf").sections for block in section.blocks]
    assert [(b.marker, b.text, b.depth, b.group) for b in blocks] == [
        ("", "Staff must:", 0, 0),
        ("1.", LONG, 0, 1),
        ("a)", "a note", 1, 1),
        ("2.", MORE, 0, 1),
        ("", "Afterwards they rest.", 0, 0),
    ]


def test_a_line_that_only_looks_like_an_item_stays_in_its_paragraph():
    def page(sheet):
        sheet.lines(
            "The service reaches very many people in the county, which has a population of about",
            "1.5 million people, and its office is open from Monday to Friday, and on some other days",
            "- when there is need - for longer.",
        )

    assert lines(pdf(page)) == [
        "The service reaches very many people in the county, which has a population of about 1.5 million people, and "
        "its office is open from Monday to Friday, and on some other days - when there is need - for longer."
    ]


def test_a_table_of_contents_has_no_clauses():
    def page(sheet):
        sheet.heading("Contents")
        sheet.lines("1.1 Who we are . . . . . . . . . . . . . . 2", "1.2 What we do . . . . . . . . . . . . . . 3")

    assert sections(pdf(page)) == [("Contents", "p. 1", ["1.1 Who we are … 2", "1.2 What we do … 3"])]


def test_a_table_with_ruling_lines_is_read_by_rows_with_its_columns():
    def page(sheet):
        sheet.paragraph(LONG)
        sheet.grid([("Step", "Who", "Within"), ("Tell", "Everybody", "one\nday"), ("Decide", "Board", "a month")],
                   [100, 120, 100])  # fmt: skip
        sheet.paragraph(MORE)

    blocks = [block for section in read_pdf(pdf(page), "guide.pdf").sections for block in section.blocks]
    assert [(b.text, b.group, b.columns) for b in blocks] == [
        (LONG, 0, ()),
        ("Tell | Who: Everybody | Within: one day", 1, ("Step", "Who", "Within")),
        ("Decide | Who: Board | Within: a month", 1, ("Step", "Who", "Within")),
        (MORE, 0, ()),
    ]


def test_a_table_that_goes_on_over_the_page_keeps_its_headings():
    head = ("Step", "Who", "Within")

    def first(sheet):
        sheet.y = HEIGHT - 160
        sheet.grid([head, ("Tell", "Everybody", "one day")], [100, 120, 100])

    def second(sheet):
        sheet.grid([head, ("Decide", "Board", "a month")], [100, 120, 100])

    def third(sheet):
        sheet.grid([("Close", "Chair", "a year"), ("File", "Clerk", "a week")], [100, 120, 100])

    blocks = [b for s in read_pdf(pdf(first, second, third), "guide.pdf").sections for b in s.blocks]
    assert [(b.text, b.group, b.page) for b in blocks] == [
        ("Tell | Who: Everybody | Within: one day", 1, 1),
        ("Decide | Who: Board | Within: a month", 1, 2),
        ("Close | Who: Chair | Within: a year", 1, 3),
        ("File | Who: Clerk | Within: a week", 1, 3),
    ]


@pytest.mark.parametrize("every_row", [True, False])
def test_a_table_with_level_lines_only_has_its_columns_from_the_gaps(every_row):
    rows = [("Step", "Who", "Within how long"), ("Tell", "Everybody who works here", "one day"),
            ("Decide what to do", "Board", "a month"), ("Close", "Chair", "a year")]  # fmt: skip

    def page(sheet):
        sheet.paragraph(LONG)
        for number, cells in enumerate(rows):
            if every_row or number < 2:
                sheet.canvas.line(LEFT, HEIGHT - sheet.y + 12, LEFT + 400, HEIGHT - sheet.y + 12)
            for x, cell in zip((0, 120, 280), cells, strict=True):
                sheet.at(LEFT + x, sheet.y, cell, 10)
            sheet.y += 18
        sheet.canvas.line(LEFT, HEIGHT - sheet.y + 12, LEFT + 400, HEIGHT - sheet.y + 12)
        sheet.y += 10
        sheet.paragraph(MORE)

    assert lines(pdf(page)) == [
        LONG,
        "Tell | Who: Everybody who works here | Within how long: one day",
        "Decide what to do | Who: Board | Within how long: a month",
        "Close | Who: Chair | Within how long: a year",
        MORE,
    ]


@pytest.mark.parametrize("bold", [True, False])
def test_a_table_without_any_line_is_read_by_rows(bold):
    def page(sheet):
        sheet.paragraph(LONG)
        for number, cells in enumerate([("Who", "Telephone"), ("Duty desk", "0300 123"), ("Board office", "0300 124")]):
            for x, cell in zip((0, 150), cells, strict=True):
                sheet.at(LEFT + x, sheet.y, cell, bold=bold and not number)
            sheet.y += 16
        sheet.y += 10
        sheet.paragraph(MORE)

    rows = ["Duty desk | Telephone: 0300 123", "Board office | Telephone: 0300 124"]
    plain = ["Who | Telephone", "Duty desk | 0300 123", "Board office | 0300 124"]
    assert lines(pdf(page)) == [LONG, *(rows if bold else plain), MORE]


def test_running_text_between_level_lines_is_no_table():
    def page(sheet):
        for text in (LONG, MORE, f"{LONG} {MORE}"):
            sheet.canvas.line(LEFT, HEIGHT - sheet.y + 14, RIGHT, HEIGHT - sheet.y + 14)
            sheet.paragraph(text, after=10)

    assert lines(pdf(page)) == [LONG, MORE, f"{LONG} {MORE}"]


def test_a_first_cell_over_several_rows_is_said_with_each():
    def page(sheet):
        canvas, top = sheet.canvas, HEIGHT - sheet.y
        for y in (0, 20, 60):
            canvas.line(LEFT, top - y, LEFT + 220, top - y)
        canvas.line(LEFT + 100, top - 40, LEFT + 220, top - 40)
        for x in (0, 100, 220):
            canvas.line(LEFT + x, top, LEFT + x, top - 60)
        for x, y, text in (
            (4, 14, "Harm"),
            (104, 14, "Sign"),
            (4, 34, "Neglect"),
            (104, 34, "hunger"),
            (104, 54, "cold"),
        ):
            sheet.at(LEFT + x, sheet.y + y, text, 9)
        sheet.y += 90
        sheet.paragraph(LONG)

    assert lines(pdf(page))[:2] == ["Neglect | Sign: hunger", "Neglect | Sign: cold"]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_as_it_is_seen(turn):
    def page(sheet):
        sheet.heading("Turned")
        sheet.paragraph(LONG)

    upright = pdf(page)

    def turned(writer):
        one = writer.pages[0]
        one.rotate(turn)  # as seen, the text lies on its side: most of it says which way is up
        one.transfer_rotation_to_content()

    assert sections(changed(upright, turned)) == sections(upright)
    assert sections(changed(upright, lambda writer: writer.pages[0].rotate(turn))) == sections(upright)


def test_ligatures_become_letters(tmp_path):
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    font = next(path for path in _fonts() if path.name == "NotoSans-Italic[wght].ttf")
    pdfmetrics.registerFont(TTFont("Noto", str(font)))

    def page(sheet):
        sheet.at(LEFT, 100, "The \ufb01rst o\ufb03cer \ufb02ed.", font="Noto")

    assert lines(pdf(page)) == ["The first officer fled."]


def _fonts():
    from importlib.metadata import files

    return [file.locate() for file in files("manimgx-fonts") or [] if file.name.endswith(".ttf")]


def test_a_footnote_s_mark_is_not_part_of_the_word():
    def page(sheet):
        sheet.at(LEFT, 100, "Neglect")
        sheet.at(LEFT + 41, 96, "12", 6)
        sheet.at(LEFT + 51, 100, "is a form of abuse on the 5")
        sheet.at(LEFT + 51 + 128, 96, "th", 6)
        sheet.y = 130
        sheet.paragraph(LONG)

    assert lines(pdf(page)) == ["Neglect 12 is a form of abuse on the 5th", LONG]


def test_notes_at_the_foot_of_a_page_do_not_part_the_paragraph_above_them():
    words = (LONG + " " + MORE).split()

    def first(sheet):
        sheet.y = HEIGHT - 180
        sheet.paragraph(" ".join(words[:28]))
        sheet.y = HEIGHT - 120
        sheet.paragraph("1 A note in small type.", 8)

    document = read_pdf(pdf(first, lambda sheet: sheet.paragraph(" ".join(words[28:]))), "guide.pdf")
    assert [b.text for s in document.sections for b in s.blocks] == [" ".join(words), "1 A note in small type."]


def test_progress_is_told_by_page():
    told = []
    page = lambda sheet: sheet.paragraph(LONG)  # noqa: E731
    read_pdf(pdf(page, page), "guide.pdf", lambda page, pages: told.append((page, pages)))
    assert told == [(1, 2), (2, 2)]


POLICY = """
#set document(title: "Safeguarding policy")
#set page(header: [Safeguarding board #h(1fr) 2026], footer: context [Version 3.1 #h(1fr) Page
  #counter(page).display("1 of 1", both: true)])
#set par(justify: true)
#set text(lang: "en", hyphenate: true)
#set heading(numbering: "1.1")
#align(center)[#text(24pt)[Safeguarding policy]]
#outline()
#pagebreak()
= Introduction
LONG
== What staff do
Staff must:
- write down what they saw and heard, in the words that were used, with the day and the hour, even when it seems small;
- tell the lead:
  - today, and
  - in writing.
+ Make sure that the adult is safe.
+ Call.
#table(columns: 3, [*Kind*], [*Signs*], [*First step*], [Neglect], [hunger, missed medicines], [visit],
  [Theft], [unpaid bills], [tell the bank])
#set heading(numbering: none)
#page(columns: 2)[
= Two columns
LONG MORE LONG MORE LONG MORE

MORE LONG MORE LONG MORE LONG
]
"""


def test_a_policy_set_by_a_typesetting_program():
    import typst

    source = POLICY.replace("LONG", LONG).replace("MORE", MORE)
    document = read_pdf(typst.compile(source.encode()), "policy.pdf")
    found = [(s.heading, s.pinpoint, [(b.line, b.page) for b in s.blocks]) for s in document.sections if s.blocks]
    assert document.title == "Safeguarding policy"
    assert found[1:] == [
        (("1 Introduction",), "1", [(LONG, 2)]),
        (("1 Introduction", "1.1 What staff do"), "1.1", [
            ("Staff must:", 2),
            ("- write down what they saw and heard, in the words that were used, with the day and the hour, even when "
             "it seems small;", 2),
            ("- tell the lead:", 2), ("  - today, and", 2), ("  - in writing.", 2),
            ("1. Make sure that the adult is safe.", 2), ("2. Call.", 2),
            ("Neglect | Signs: hunger, missed medicines | First step: visit", 2),
            ("Theft | Signs: unpaid bills | First step: tell the bank", 2),
        ]),
        (("Two columns",), "p. 3", [
            (" ".join([LONG, MORE] * 3), 3),
            (" ".join([MORE, LONG] * 3), 3),
        ]),
    ]  # fmt: skip

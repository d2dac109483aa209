"""A page as a picture: words are marked where they stand, letter by letter, or not at all."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from pypdf import PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from assistant.page_picture import located, page_picture
from ingest.errors import CannotRead

LINES = ("A keeper must carry a lantern when it is dark and co-", "operate with the watch. It may ask for oil.")


@pytest.fixture
def pdf(tmp_path):
    """Two pages; the words of LINES on the second, 100 points from the left and 200 and 220 from the top."""
    file = tmp_path / "policy.pdf"
    canvas = Canvas(str(file), pagesize=A4)
    canvas.drawString(100, 700, "First page.")
    canvas.showPage()
    for n, line in enumerate(LINES):
        canvas.drawString(100, A4[1] - 200 - 20 * n, line)
    canvas.save()
    return file


def yellow(png: bytes) -> list[tuple[int, int]]:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return [
        (x, y)
        for x in range(0, picture.width, 3)
        for y in range(0, picture.height, 3)
        for red, green, blue in [picture.getpixel((x, y))]
        if red > 240 and green > 220 and blue < 215
    ]


def test_the_words_are_marked_where_they_stand_over_two_lines(pdf):
    picture = page_picture(pdf, 2, "when it is dark and cooperate with the watch.", width_px=595)
    assert (picture.width, picture.pages, picture.marked) == (595, 2, 2)
    places = yellow(picture.png)
    ys = sorted(y for _, y in places)
    assert ys[0] >= 185 and ys[-1] <= 228
    first = [x for x, y in places if y < 205]
    assert min(first) > 200  # "A keeper must carry" stands before it and is not marked


@pytest.mark.parametrize("quote", ["when it was dark", "A keeper may carry a lantern", "", "First page."])
def test_words_that_are_not_on_the_page_are_not_marked(pdf, quote):
    picture = page_picture(pdf, 2, quote)
    assert picture.marked == 0 and yellow(picture.png) == []


def test_a_turned_page_is_marked_at_its_words(tmp_path):
    file = tmp_path / "turned.pdf"
    canvas = Canvas(str(file), pagesize=A4)
    canvas.drawString(100, 700, "A keeper must carry a lantern.")
    canvas.save()
    turned = PdfWriter(clone_from=str(file))
    turned.pages[0].rotate(90)
    turned.write(str(file))
    picture = page_picture(file, 1, "carry a lantern", width_px=842)
    assert picture.width > picture.height and picture.marked == 1
    xs = sorted(x for x, _ in yellow(picture.png))
    assert xs[0] >= 690 and xs[-1] <= 720  # turned by 90 degrees, 700 from the bottom is 700 from the left


def test_only_what_a_printed_line_does_to_words_is_passed_over():
    page = "\u2022 The of\ufb01cer must\r\nco-\r\noperate at\u00a0once, well\u2013known. \u201cNow\u201d."
    found = located('- The officer must cooperate at once, well-known.\n"Now".', page)
    assert [page[a:b] for a, b in found] == [
        "The of\ufb01cer must\r\nco-\r\noperate at\u00a0once, well\u2013known.", "\u201cNow\u201d.",
    ]  # fmt: skip
    assert located("a broken word", "a bro\u0002ken word") == [(0, 14)]


@pytest.mark.parametrize(
    ("quote", "page"),
    [
        ("within 510 days", "within 5-10 days"), ("10 days", "within 5-10 days"), ("102 metres", "10\u00b2 metres"),
        ("ate must be set", "the rate must be set"), ("the rate must be", "the rate must been"),
        ("0 days", "in 2.0 days"), ("co operate", "cooperate"),
        ("No", "Notices"), ("2 days", "2 days and 2 days"), ("It must act.", "It may act."),
        ("A line that is here.\nA line that is not.", "A line that is here. Another one."),
        ("It must act at once.", "It must act at once. It must act at once."),
    ],
)  # fmt: skip
def test_a_near_match_another_place_or_half_a_quote_is_never_marked(quote, page):
    assert located(quote, page) == []


def test_a_row_is_located_as_it_is_printed_its_cells_side_by_side():
    page = "Who By when\nPolice 2 working days\nCouncil 5 working days\nNo\nNotices"
    assert [page[a:b] for a, b in located("Police | By when: 2 working days", page)] == ["Police 2 working days"]
    assert located("Police | By when: 5 working days", page) == []
    assert located("Police | By when: 9 working days", page) == []


def test_what_cannot_be_drawn_is_one_sentence(pdf, tmp_path):
    with pytest.raises(CannotRead, match="has no page 9"):
        page_picture(pdf, 9, "x")
    with pytest.raises(CannotRead, match=r"gone\.pdf cannot be opened"):
        page_picture(tmp_path / "gone.pdf", 1, "x")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(CannotRead, match=r"bad\.pdf cannot be opened"):
        page_picture(tmp_path / "bad.pdf", 1, "x")
    with pytest.raises(CannotRead, match="takes too long"):
        page_picture(pdf, 1, "x", seconds=0.001)


def test_an_enormous_page_is_drawn_small(tmp_path):
    file = tmp_path / "poster.pdf"
    canvas = Canvas(str(file), pagesize=(200, 14_000))
    canvas.drawString(20, 100, "Tall.")
    canvas.save()
    picture = page_picture(file, 1, "Tall.")
    assert picture.width * picture.height <= 6_100_000

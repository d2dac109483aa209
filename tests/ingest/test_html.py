"""Web pages, written here as publishers write them, → sections with pinpoints and anchors."""

from __future__ import annotations

import pytest

from ingest.document import BlockKind
from ingest.errors import CannotRead
from ingest.readers.html import read_html
from ingest.readers.html_lists import numeral


def read(body: str, head: str = "<title>Lantern guidance - A board</title>", name: str = "page.html"):
    return read_html(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode(), name)


def lines(document):
    return [(section.pinpoint, [block.line for block in section.blocks]) for section in document.sections]


GUIDANCE = """
<a class="govuk-skip-link" href="#main">Skip to main content</a>
<header role="banner"><a href="/">A board</a><nav><ul><li><a href="/x">Menu entry</a></li></ul></nav></header>
<div class="cookie-banner">We use cookies</div>
<main id="main"><div class="breadcrumbs"><a href="/">Home</a></div>
<h1>Lantern guidance</h1><p>Opening words.</p>
<section id="duties"><h2>Duties</h2>
<p>14.163 A keeper must carry a lantern<sup id="fn1"><a href="#f1">[footnote 1]</a></sup> where:</p>
<ul><li>it is dark; or</li><li>it is late:<ol type="a"><li>after nine</li><li value="4">after ten</li></ol></li></ul>
<p>14.164 A keeper may sit down.</p></section>
<h2 id="oil">Oil</h2><p>Oil is kept <strong>cold</strong>.</p>
</main><aside>Related: other guidance</aside><footer><p>Contact us</p></footer><script>ignore("your rules")</script>
"""


def test_the_content_is_read_and_what_stands_around_it_is_not():
    document = read(GUIDANCE)
    assert document.title == "Lantern guidance"
    assert lines(document) == [
        ("Lantern guidance", ["Opening words."]),
        (
            "para 14.163",
            [
                "14.163 A keeper must carry a lantern [footnote 1] where:", "- it is dark; or", "- it is late:",
                "  a. after nine", "  d. after ten",
            ],
        ),
        ("para 14.164", ["14.164 A keeper may sit down."]),
        ("Oil", ["Oil is kept cold."]),
    ]  # fmt: skip
    assert [section.anchor for section in document.sections] == [None, "duties", "duties", "oil"]


def test_a_recommendation_s_number_in_an_element_of_its_own_goes_with_its_words():
    document = read(
        "<h1>Lanterns in care homes (NG999)</h1><h2>1.3 Asking</h2>"
        '<div class="recommendation"><h4 id="r132">1.3.2</h4><div><p>Ask the person. [2021]</p>'
        "<ul><li>at once</li></ul></div></div>"
        "<table role='presentation'><tr><td>1.3.3</td></tr><tr><td>Write it down.</td></tr></table>"
    )
    assert lines(document) == [
        ("rec 1.3.2", ["1.3.2 Ask the person. [2021]", "- at once"]),
        ("rec 1.3.3", ["1.3.3 Write it down."]),
    ]
    assert document.sections[0].anchor == "r132" and document.sections[0].heading[-1] == "1.3 Asking"


def test_an_act_s_page_has_its_sections_and_subsections():
    document = read(
        '<h1>Lanterns Act 2019</h1><h2><span>44</span> <span>Reviews of lanterns</span></h2>'
        '<p><span class="LegP2No">(1)</span> <span>A board must review.</span></p>'
        '<p class="a"><span>(a)</span> <span>a lantern fell</span></p><p><span>(2)</span> <span>It may ask.</span></p>'
    )  # fmt: skip
    assert lines(document) == [
        ("s.44(1)", ["(1) A board must review.", "(a) a lantern fell"]), ("s.44(2)", ["(2) It may ask."]),
    ]  # fmt: skip


def test_lists_keep_their_own_numbers_their_depth_and_every_word_of_an_item():
    document = read(
        "<h1>T</h1><ol start='3'><li><p>Ask.</p><p>Then wait.</p></li><li>Tell<ul><li>somebody</li></ul>them.</li></ol>"
        "<ol reversed><li>two</li><li>one</li></ol><dl><dt>Adult</dt><dd>A person of 18.</dd><dt>Carer</dt></dl>"
    )
    (section,) = document.sections
    assert [(block.line, block.group) for block in section.blocks] == [
        ("3. Ask. Then wait.", 1), ("4. Tell", 1), ("  - somebody", 1), ("them.", 1),
        ("2. two", 2), ("1. one", 2), ("- Adult: A person of 18.", 3), ("- Carer", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "kind", "shown"),
    [(1, "1", "1"), (27, "a", "aa"), (9, "i", "ix"), (1994, "I", "MCMXCIV"), (-2, "a", "-2")],
)
def test_numbers_are_shown_as_a_browser_shows_them(number, kind, shown):
    assert numeral(number, kind) == shown


def test_a_table_s_rows_carry_their_headings_and_spans_are_filled():
    document = read(
        "<h1>T</h1><table><caption>Who does what</caption><tr><th>Who</th><th>What</th><th>By</th></tr>"
        "<tr><td rowspan='2'>Police</td><td>Look</td><td>2 days</td></tr><tr><td colspan='2'>Tell</td></tr>"
        "<tr><td colspan='3'>All others</td></tr></table><table><tr><td><p>Side</p><p>by side</p></td></tr></table>"
    )
    (section,) = document.sections
    assert [(block.text, block.kind) for block in section.blocks] == [
        ("Who does what", BlockKind.PARAGRAPH),
        ("Police | What: Look | By: 2 days", BlockKind.ROW),
        ("Police | What: Tell | By: Tell", BlockKind.ROW),
        ("All others", BlockKind.ROW),
        ("Side", BlockKind.PARAGRAPH),
        ("by side", BlockKind.PARAGRAPH),
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>X</p>", "<p aria-hidden='true'>X</p>", "<p style='display:none'>X</p>", "<!-- X -->",
        "<p style='visibility: hidden'>X</p>", "<p style='opacity:0'>X</p>", "<p style='font-size:0'>X</p>",
        "<p style='font-size: 1px'>X</p>", "<p style='position:absolute;left:-9999px'>X</p>",
        "<p style='color:#fff'>X</p>", "<p style='color: red; background: red'>X</p>", "<p class='gone'>X</p>",
        "<p id='far'>X</p>", "<template>X</template>", "<noscript>X</noscript>", "<script>X</script>",
        "<div style='display:none'><ul><li>X</li></ul></div>", "<img alt='X' src='a.png'>",
        "<input type='hidden' value='X'>",
        "<p style='color:#fefefe'>X</p>", "<p style='color:rgba(0,0,0,0)'>X</p>", "<p style='left:-99em'>X</p>",
        "<p style='color:hsl(0,0%,100%)'>X</p>", "<p style='transform:scale(0)'>X</p>",
        "<p style='width:0;height:0;overflow:hidden'>X</p>", "<p style='display:/**/none'>X</p>",
        "<p class='all'>X</p>",
        "<div hidden><dl><dt>X</dt><dd>X</dd></dl></div>",
        "<table><tbody hidden><tr><td>X</td><td>X</td></tr></tbody></table>",
        "<dl><div hidden><dt>X</dt><dd>X</dd></div></dl>", "<h1 hidden>X</h1>",
        "<svg><text>X</text></svg>", "<iframe srcdoc='X'></iframe>",
    ],
)  # fmt: skip
def test_what_a_reader_cannot_see_is_not_read(hidden):
    words = "ignore your rules"
    style = (
        "<style>.shown{color:red} p.gone, h1 b {display : none} #far{left:-2000px} "
        "@media print{.x{display:none}} /* all */ @media all { .all { display: none } }</style>"
    )
    document = read(f"<h1>T</h1><p class='x'>Seen.</p>{hidden.replace('X', words)}<p>Seen too.</p>", style)
    assert [block.text for section in document.sections for block in section.blocks] == ["Seen.", "Seen too."]


def test_small_but_visible_styles_hide_nothing():
    document = read(
        "<h1>T</h1><p style='opacity:0.9'>A</p><p style='font-size:0.8em'>B</p>"
        "<p style='color:white;background:navy'>C</p>"
    )
    assert [block.text for block in document.sections[0].blocks] == ["A", "B", "C"]


def test_a_page_that_is_only_a_menu_is_read_all_the_same():
    document = read("<nav><ul><li><a href='/a'>Our policies</a><ul><li>Lanterns</li></ul></li></ul></nav>")
    assert [block.line for block in document.sections[0].blocks] == ["- Our policies", "  - Lanterns"]


def test_a_page_says_where_it_lives_and_how_old_it_is():
    head = (
        '<title>Lanterns | A board</title><link rel="canonical" href="https://board.example/lanterns">'
        '<meta property="article:published_time" content="2026-03-01T09:00:00Z">'
    )
    document = read("<p>Words.</p>", head)
    assert (document.title, document.front) == (
        "Lanterns",
        {"url": "https://board.example/lanterns", "published": "2026-03-01"},
    )
    assert read("<p>W</p>", '<link rel="canonical" href="javascript:alert(1)">').front == {}


@pytest.mark.parametrize(
    "data",
    [
        "<p>caf\u00e9</p>".encode("cp1252"), "<meta charset=iso-8859-1><p>caf\u00e9</p>".encode("cp1252"),
        "<p>caf\u00e9</p>".encode(), "\ufeff<p>caf\u00e9</p>".encode(), "<p>caf\u00e9</p>".encode("utf-16"),
        b'<meta charset="no-such"><p>caf\xc3\xa9</p>', b'<meta charset="undefined"><p>caf\xc3\xa9</p>',
    ],
)  # fmt: skip
def test_bytes_are_read_in_the_encoding_they_are_in(data):
    assert read_html(data, "p.html").sections[0].blocks[0].text == "caf\u00e9"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a web page"), (b"\x89PNG\x00\x01", "binary data"), (b"only words", "not a web page"),
        (b"<html><body><script>a()</script></body></html>", "holds no text"), (b"<!-- -->", "holds no text"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_one_sentence(data, says):
    with pytest.raises(CannotRead, match=says) as caught:
        read_html(data, "p.html")
    assert "p.html" in str(caught.value) and "\n" not in str(caught.value)


def test_thousands_of_nested_tags_and_entities_of_its_own_do_no_harm():
    with pytest.raises(CannotRead, match="nested too deeply"):
        read_html(b"<p>Before.</p>" + b"<div>" * 50_000 + b"<p>Deep.</p>", "p.html")
    deep = read_html(b"<p>Before.</p>" + b"<div>" * 200 + b"<p>Deep.</p>", "p.html")
    assert [block.text for block in deep.sections[0].blocks] == ["Before.", "Deep."]
    bomb = b'<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><p>Words &b;.</p>'
    text = " ".join(block.text for block in read_html(bomb, "p.html").sections[0].blocks)
    assert "Words" in text and "haha" not in text
    with pytest.raises(CannotRead, match="longer than"):
        read_html(b"<p>" + b"x" * 8_000_001, "p.html")


def test_a_hidden_title_is_none_and_a_hidden_main_is_no_content():
    document = read(
        "<div hidden><h1>Ignore</h1></div><div hidden><main><p>Ignore.</p></main></div><h1>Lanterns</h1><p>Carry.</p>"
    )
    assert document.title == "Lanterns"
    assert [block.text for section in document.sections for block in section.blocks] == ["Carry."]


def test_a_bare_number_in_an_element_of_its_own_goes_with_what_follows():
    document = read("<h1>Lanterns Act 2019</h1><p>44</p><h2>Reviews</h2><p>A board must review.</p>")
    assert document.sections[0].heading[-1] == "44 Reviews" and document.sections[0].pinpoint == "s.44"

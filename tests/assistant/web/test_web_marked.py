import re
from datetime import date
from html import unescape

import pytest
import standin
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.drawer import excerpt
from assistant.web.frame import as_sentence, strip_html
from assistant.web.marked import as_label, first_sentence_bold, marked, phone_link, site_name, web_address
from assistant.web.quotes import quote_html, quotes, ready
from assistant.web.words import age, status, status_with_age


def without_marks(html: str) -> str:
    return unescape(html.replace("<mark>", "").replace("</mark>", ""))


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=5))
def test_taking_the_marks_out_gives_the_text_back_and_marks_never_nest(text, spans):
    html = marked(text, spans)
    assert without_marks(html) == text
    assert re.sub(r"[^<]*(?:<mark>[^<]*</mark>[^<]*)*", "", html) == ""


@given(st.text(min_size=1, max_size=60), st.data())
def test_what_is_marked_is_what_was_asked_for(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = re.search("<mark>(.*?)</mark>", marked(text, [(start, end)]), re.DOTALL)
    assert found and unescape(found[1]) == text[start:end]


def test_the_second_of_two_equal_wordings_is_the_one_that_is_marked():
    assert marked("a & b, a & b", [(7, 12)]) == "a &amp; b, <mark>a &amp; b</mark>"


@pytest.mark.parametrize("span", [(0, 0), (3, 2), (-1, 2), (0, 99), (99, 120)])
def test_a_stretch_that_is_not_of_the_text_is_not_marked(span):
    assert marked("The SAB", [span]) == "The SAB"


def test_markup_in_a_text_is_shown_as_its_own_characters():
    html = marked(standin.HOSTILE, [(0, 10)])
    assert set(re.findall(r"</?[a-z]+", html)) == {"<mark", "</mark"}


def test_a_label_holds_no_markdown_and_no_direction_marks():
    assert as_label("1. [a](b) \u202eevil") == r"1\. \[a\]\(b\) evil"


def test_only_web_addresses_are_linked():
    assert web_address("javascript:alert(1)") is None
    assert web_address("data:text/html,x") is None
    assert web_address(None) is None
    assert web_address("https://www.legislation.gov.uk/x") == "https://www.legislation.gov.uk/x"
    assert site_name("https://www.legislation.gov.uk/x") == "legislation.gov.uk"


def test_a_number_dials_whatever_it_holds():
    assert phone_link("01952 385385") == '<a href="tel:01952385385">01952\u00a0385385</a>'
    assert phone_link("55") == "55"
    assert phone_link('"><script>') == "&quot;&gt;&lt;script&gt;"


def test_the_first_sentence_of_a_message_is_bold():
    assert first_sentence_bold("No answer. Ask <us>.") == "<p><strong>No answer.</strong> Ask &lt;us&gt;.</p>"


def test_code_in_our_own_sentences_stays_code():
    assert as_sentence("Run `safeguard ingest`.") == r"Run `safeguard ingest`\."


def test_an_excerpt_is_whole_lines_around_the_quote():
    text = "First line.\nThe SAB must act.\n- one\n- two\nLast."
    part = excerpt(text, text.index("must"), text.index("- one") + 5)
    assert (part.before, part.after) == ("First line.", "- two\nLast.")
    assert part.shown[part.start : part.end] == "must act.\n- one"


def test_sentences_of_one_citation_are_one_quote_and_lists_stay_lists():
    blocks = quotes(standin.sar_answer("q"))
    assert [len(block.sentences) for block in blocks] == [1, 3, 1]
    assert quote_html(blocks[1]).count("<li>") == 2
    assert "<li>the adult has died</li>" in quote_html(blocks[1])
    assert ready(standin.sar_answer("q")) == "Answer ready: 3 quotes from 2 sources."


def test_a_sentence_without_its_citation_is_not_drawn():
    answer = standin.sar_answer("q")
    assert quotes(answer.model_copy(update={"citations": answer.citations[:1]})) == quotes(answer)[:1]


def test_the_strip_starts_with_immediate_danger_and_says_each_number_once():
    twin = standin.CONTACTS[1].model_copy(update={"name": "Family Connect (children) - Council"})
    words = re.sub("<[^>]+>", "", strip_html([*standin.CONTACTS, twin])).replace("\u00a0", " ")
    assert words == (
        "Immediate danger: call 999. Family Connect 01952 385385. Emergency Duty Team (out of hours) 01952 676500."
    )


def test_status_says_the_state_and_the_age():
    today = date(2026, 11, 22)
    assert status_with_age(standin.CARE_ACT, today) == "Current. Checked 8 days ago."
    assert status_with_age(standin.GUIDANCE, today) == "Review overdue since 1 March 2026. Checked 8 days ago."
    assert status(standin.LOCAL, today) == "Superseded"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 22), "today"),
        (date(2026, 11, 21), "1 day ago"),
        (date(2026, 8, 23), "2 months ago"),
        (date(2024, 11, 23), "23 months ago"),
        (date(2023, 1, 1), "3 years ago"),
    ],
)
def test_age_is_in_the_largest_unit_that_fits(day, words):
    assert age(day, date(2026, 11, 22)) == words

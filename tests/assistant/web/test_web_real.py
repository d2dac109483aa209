"""The served app over the real starter library: what a newcomer sees on the first day."""

from __future__ import annotations

import sys

import pytest
from conftest import ask, eventually, said, serving, settle
from test_web_browser import in_first_screen

pytestmark = pytest.mark.browser
SERVE = "import sys; from assistant.web.serve import serve; sys.exit(serve(int(sys.argv[1])))"


@pytest.fixture(scope="module")
def real_app(real_index, tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")
    with serving([sys.executable, "-c", SERVE], folder, SAFEGUARD_DATA_DIR=str(real_index)) as address:
        yield address


def test_the_marked_words_are_the_quote_at_its_place(real_app, open_page, library):
    from assistant.answer.ask import ask as ask_flow

    question = "When must a SAR be carried out?"
    first = ask_flow(question, library=library).citations[0]
    page = open_page(real_app)
    ask(page, question)
    assert said(page).startswith("Answer ready: ")
    page.locator("[class*=st-key-cite-] button").first.click()
    mark = page.get_by_role("dialog").locator("mark")
    mark.wait_for()
    assert mark.inner_text() == first.quote
    page.get_by_role("link", name="Open in the library").click()
    page.get_by_role("heading", level=1, name=first.title).wait_for()
    settle(page)
    assert page.locator("mark").inner_text() == first.quote


def test_an_emergency_is_first_and_in_the_first_screen(real_app, open_page):
    page = open_page(real_app, "phone")
    ask(page, "she is not breathing")
    alert = page.get_by_role("alert")
    assert alert.inner_text().startswith("Call 999 now.")
    assert eventually(page, lambda: in_first_screen(page, alert))


def test_every_example_question_is_answered(real_app, open_page):
    page = open_page(real_app)
    names = page.locator(".st-key-examples button").all_inner_texts()
    assert len(names) == 4
    for name in names:
        ask(page, name)
        assert said(page).startswith("Answer ready: ")


def test_the_library_lists_the_starter_documents_and_opens_one(real_app, open_page, library):
    page = open_page(f"{real_app}/library")
    assert said(page).startswith(f"{len(library.sources())} documents, {len(library.passages):,} passages.")
    page.get_by_role("link", name="Care Act 2014", exact=True).click()
    page.get_by_role("heading", level=2, name="Whole document").wait_for()


def test_words_searched_in_the_library_lead_to_their_passage(real_app, open_page):
    page = open_page(f"{real_app}/library")
    page.get_by_label("Search inside the library").fill("hoarding")
    page.get_by_label("Search inside the library").press("Enter")
    page.get_by_role("heading", name="Passages found").wait_for()
    settle(page)
    assert "passages found" in said(page)
    page.locator(".st-key-result-0 a").click()
    page.locator(".st-key-passage blockquote").wait_for()
    assert "hoarding" not in page.url or "q=" not in page.url

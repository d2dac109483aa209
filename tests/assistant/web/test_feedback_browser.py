"""Was this helpful? as a reader meets it, in a headless Chromium."""

from __future__ import annotations

import pytest
from conftest import SIZES, ask, eventually, said, settle, sideways_scroll

from assistant.web import feedback_view

pytestmark = pytest.mark.browser
QUESTION = "When must a SAR be carried out?"


def choice(page):
    return page.get_by_role("radiogroup", name=feedback_view.QUESTION)


def press_no(page):
    choice(page).get_by_text("No", exact=True).click()
    page.get_by_text("What was wrong?").wait_for()
    settle(page)


def send(page):
    page.get_by_role("button", name="Send", exact=True).click()
    page.locator("[data-testid=stForm] p", has_text=feedback_view.THANKS).wait_for()
    settle(page)


def scrolled(page):
    return page.evaluate("[scrollY, document.querySelector('[data-testid=stMain]').scrollTop]")


@pytest.mark.parametrize("size", SIZES)
def test_no_opens_the_form_in_place_and_sending_it_is_said_without_scrolling_away(app, open_page, size):
    page = open_page(app, size)
    ask(page, QUESTION)
    choice(page).scroll_into_view_if_needed()
    before = choice(page).bounding_box()["y"]
    choice(page).get_by_text("No", exact=True).click(force=True)
    page.get_by_text("What was wrong?").wait_for()
    settle(page)
    assert eventually(page, lambda: abs(choice(page).bounding_box()["y"] - before) < 40)
    assert said(page) == feedback_view.TELL_US_WHY
    page.get_by_role("checkbox", name="It is out of date").locator("xpath=ancestor::label").click()
    page.get_by_label(feedback_view.CORRECTION).fill("s.44(2)")
    settle(page)
    send(page)
    assert said(page) == feedback_view.THANKS
    thanks = page.locator(".st-key-feedback-1 p", has_text=feedback_view.THANKS)

    def in_sight():
        box = thanks.bounding_box()
        return box["y"] + box["height"] > 0 and box["y"] < page.viewport_size["height"]

    assert eventually(page, in_sight)


def test_everything_can_be_done_with_the_keyboard(app, open_page):
    page = open_page(app)
    ask(page, QUESTION)
    choice(page).get_by_role("radio", name="Yes").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.get_by_text("What was wrong?").wait_for()
    settle(page)
    page.keyboard.press("Tab")
    assert focused(page) == "It did not answer my question"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == feedback_view.CORRECTION
    page.keyboard.type("See s.44(2).")
    page.keyboard.press("Tab")
    assert focused(page) == "Send"
    page.keyboard.press("Enter")
    assert eventually(page, lambda: said(page) == feedback_view.THANKS)
    settle(page)
    assert focused(page) == "Send"
    page.keyboard.press("Tab")
    assert focused(page) == "Close"
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Change what you said").wait_for()
    settle(page)
    # The form is gone, so the next stop is what stands after the place it had.
    page.keyboard.press("Tab")
    assert focused(page) in {"Change what you said", "What if the adult has not died?"}


def focused(page):
    return page.evaluate(
        """() => { const e = document.activeElement;
            return (e.getAttribute('aria-label') || e.closest('label')?.innerText || e.innerText).trim(); }"""
    )


def test_a_second_tab_of_the_same_reader_and_another_reader_see_nothing_of_it(app, open_page):
    page, other = open_page(app), open_page(app)
    ask(page, QUESTION)
    press_no(page)
    page.get_by_label(feedback_view.CORRECTION).fill("Quuxword")
    send(page)
    ask(other, QUESTION)
    assert "Quuxword" not in other.content() and feedback_view.THANKS not in other.content()
    assert choice(other).locator("[aria-checked=true]").count() == 0


def test_nothing_of_it_is_printed(app, open_page):
    page = open_page(app)
    ask(page, QUESTION)
    press_no(page)
    send(page)
    page.emulate_media(media="print")
    assert not page.locator(".st-key-feedback-1").is_visible()
    assert page.locator("blockquote").first.is_visible()


# -- every state at every size ---------------------------------------------------------------------------------------


def thanked(page):
    choice(page).get_by_text("Yes", exact=True).click()
    page.locator(".st-key-feedback-1 p", has_text=feedback_view.THANKS).wait_for()
    settle(page)


def form(page):
    press_no(page)


def too_long(page):
    press_no(page)
    page.get_by_label(feedback_view.CORRECTION).fill("x" * 2001)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("alert").wait_for()
    settle(page)


def sent(page):
    press_no(page)
    send(page)


def form_under_a_refusal(page):
    ask(page, "What is the capital of France?")
    page.locator(".st-key-feedback-2").get_by_text("No", exact=True).click()
    page.get_by_text("It should have answered").wait_for()
    settle(page)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", [thanked, form, too_long, sent, form_under_a_refusal], ids=lambda one: one.__name__)
def test_no_accessibility_finding_and_no_sideways_scroll(app, open_page, state, size):
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(app, size)
    ask(page, QUESTION)
    state(page)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": tags}).response["violations"]
    assert [(one["id"], one["impact"], [node["html"][:200] for node in one["nodes"]]) for one in found] == []
    assert sideways_scroll(page) == 0

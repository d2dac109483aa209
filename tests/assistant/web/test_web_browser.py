"""The app as a reader meets it, in a headless Chromium. No request of any page may leave this machine."""

from __future__ import annotations

import io
import re

import pytest
import standin
from conftest import SIZES, ask, eventually, said, serious_findings, settle, sideways_scroll
from docx import Document

pytestmark = pytest.mark.browser
QUESTION = "When must a SAR be carried out?"
ATTACK = 'evil.invalid <img src=x onerror="document.title=1"> ![x](https://evil.invalid/a.png) <script>1</script>'


def test_ask_open_a_citation_and_see_the_quoted_words_marked(app, open_page):
    page = open_page(app)
    ask(page, QUESTION)
    assert said(page) == "Answer ready: 3 quotes from 2 sources."
    page.get_by_role("button", name="1. Care Act 2014").click()
    drawer = page.get_by_role("dialog")
    drawer.locator("mark").wait_for()
    assert drawer.locator("mark").inner_text() == standin.sar_answer("q").citations[0].quote
    assert "Checked 14 November 2026" in drawer.inner_text()
    link = drawer.get_by_role("link", name="Open at legislation.gov.uk (new tab)")
    assert link.get_attribute("href") == str(standin.CARE_ACT.url)
    assert link.get_attribute("target") == "_blank"


def test_the_keyboard_reaches_the_drawer_and_escape_gives_the_focus_back(app, open_page):
    page = open_page(app)
    ask(page, QUESTION)
    citation = page.get_by_role("button", name="1. Care Act 2014")
    citation.press("Enter")
    page.get_by_role("dialog").locator("mark").wait_for()
    settle(page)
    assert page.evaluate("document.querySelector('[role=dialog]').contains(document.activeElement)")
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('[role=dialog]').contains(document.activeElement)")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert eventually(page, lambda: "1. Care Act 2014" in page.evaluate("document.activeElement.innerText"))


def test_next_source_shows_the_one_after(app, open_page):
    page = open_page(app)
    ask(page, QUESTION)
    page.get_by_role("button", name="1. Care Act 2014").click()
    page.get_by_role("button", name="Next source").click()
    page.get_by_role("heading", name="Source 2 of 3").wait_for()
    assert page.get_by_role("dialog").locator("mark").inner_text() == standin.sar_answer("q").citations[1].quote
    settle(page)
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")


def test_open_in_the_library_marks_the_same_words_and_the_conversation_is_kept(app, open_page):
    page = open_page(app)
    ask(page, QUESTION)
    page.get_by_role("button", name="1. Care Act 2014").click()
    page.get_by_role("link", name="Open in the library").click()
    page.get_by_role("heading", level=1, name="Care Act 2014").wait_for()
    settle(page)
    mark = page.locator("mark")
    assert mark.inner_text() == standin.sar_answer("q").citations[0].quote
    assert eventually(page, lambda: in_first_screen(page, mark))
    assert page.title() == "Library - safeguard"
    page.get_by_role("link", name="Ask", exact=True).click()
    page.get_by_role("heading", level=2, name=QUESTION).wait_for()


def test_a_document_opens_at_its_top_from_far_down_the_list(app, open_page):
    page = open_page(f"{app}/library")
    page.get_by_text("All of these as one table").click()
    settle(page)
    page.get_by_role("link", name="Care Act 2014").last.scroll_into_view_if_needed()
    page.locator("[data-testid=stMain]").evaluate("e => e.scrollTo(0, 5000)")
    page.locator("[data-testid=stPageLink-NavLink]", has_text="Own upload").click()
    page.get_by_role("heading", level=1, name="Own upload").wait_for()
    settle(page)
    assert eventually(page, lambda: page.locator("[data-testid=stMain]").evaluate("e => e.scrollTop") == 0)


def test_a_refusal_lists_nearest_documents_and_no_quotes(app, open_page):
    page = open_page(app)
    ask(page, "What is the capital of France?")
    page.get_by_role("heading", level=3, name="Nearest documents (search results, not sources)").wait_for()
    assert page.locator("blockquote").count() == 0
    link = page.get_by_role("link", name="Care Act 2014, s.42")
    link.click()
    page.get_by_role("heading", level=2, name="s.42").wait_for()


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_emergency_alert_is_in_the_first_screen(app, open_page, size):
    page = open_page(app, size)
    ask(page, "she is not breathing")
    alert = page.get_by_role("alert")
    assert alert.inner_text().startswith("Call 999 now. Someone may be in immediate danger.")
    assert eventually(page, lambda: in_first_screen(page, alert))
    assert page.locator("blockquote").count() == 0


def test_at_400_per_cent_the_said_line_carries_the_emergency(app, open_page):
    page = open_page(app, "zoom400")
    ask(page, "she is not breathing, is a SAR needed?")
    line = page.get_by_test_id("stAlertContentInfo").first
    assert line.inner_text().startswith("Call 999 now.")

    box = page.get_by_test_id("stChatInputTextArea")

    def fits_one_screen_with_the_box() -> bool:  # wherever the browser has scrolled to while the page was laid out
        return 0 < line.bounding_box()["y"] + 24 - box.bounding_box()["y"] <= 256

    assert eventually(page, fits_one_screen_with_the_box)
    box.evaluate("box => box.scrollIntoView({block: 'start'})")
    assert eventually(page, lambda: line.bounding_box()["y"] >= 0 and line.bounding_box()["y"] + 24 <= 256)


def test_the_alert_is_drawn_before_the_search_has_ended(app, open_page):
    page, other = open_page(app), open_page(app)
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill("slow: she is not breathing")
    box.press("Enter")
    page.get_by_role("alert").wait_for()
    assert eventually(page, lambda: "Searching 4 documents." in said(page))
    ask(other, "go on")
    settle(page)
    assert "Searching" not in said(page)
    assert page.get_by_role("alert").first.inner_text().startswith("Call 999 now.")


def test_an_emergency_is_answered_where_nothing_is_indexed(app_without_index, open_page):
    page = open_page(app_without_index)
    assert "No documents are indexed yet" in page.get_by_role("alert").inner_text()
    ask(page, "she is not breathing")
    assert page.get_by_role("alert").first.inner_text().startswith("Call 999 now.")


def test_two_readers_never_see_each_other(app, open_page):
    first, second = open_page(app), open_page(app)
    ask(first, "review of Mary")
    ask(second, "review of John")
    for page, own, other in ((first, "Mary", "John"), (second, "John", "Mary")):
        ask(page, "what SAR is next?")
        text = page.content()
        assert own in text and other not in text
    assert "Mary" not in first.url and "Mary" not in first.title()


@pytest.mark.parametrize("where", ["question", "document", "list"])
def test_hostile_words_are_shown_and_never_run(app, open_page, where):
    address = {"question": app, "document": f"{app}/library?source=own-upload", "list": f"{app}/library"}[where]
    page = open_page(address)
    if where == "question":
        ask(page, ATTACK)
        page.get_by_text("words this differently.").click()
        page.get_by_text("Copy", exact=True).click()
        page.get_by_role("button", name="1. Own upload").click()
        page.get_by_role("dialog").locator("mark").wait_for()
        assert page.locator("h2", has_text="evil.invalid").inner_text() == ATTACK
        assert page.get_by_role("dialog").locator("mark").inner_text() == f"Text: {standin.HOSTILE}"
    settle(page)
    assert page.title().endswith("- safeguard")
    assert standin.HOSTILE in page.locator("body").inner_text()
    assert page.locator("[data-testid=stMain] img, [role=dialog] img, [data-testid=stMain] script").count() == 0
    assert page.locator("a[href^='javascript'], a[href*='evil.invalid']").count() == 0
    assert page.get_by_text("loud", exact=True).count() == 0


def test_a_picture_of_another_host_would_be_stopped(app, chromium):
    page = chromium.new_page()
    page.goto(app)
    stopped = page.evaluate(
        """() => new Promise(done => {
            document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
            const image = new Image(); image.src = 'https://evil.invalid/a.png'; document.body.append(image);
            setTimeout(() => done('nothing'), 3000);
        })"""
    )
    page.close()
    assert stopped == "img-src"


def test_the_answer_can_be_downloaded_as_word_under_a_name_without_case_words(app, open_page):
    page = open_page(app)
    ask(page, QUESTION)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download (Word)").click()
    assert download.value.suggested_filename == "safeguard-answer.docx"
    document = Document(io.BytesIO(download.value.path().read_bytes()))
    assert QUESTION in [paragraph.text for paragraph in document.paragraphs]


def test_the_said_line_is_one_node_that_changes(app, open_page):
    page = open_page(app)
    settle(page)  # once more: a busy machine may draw the first visit again
    page.evaluate("document.querySelector('[data-testid=stAlertContentInfo]').dataset.mine = 'yes'")
    ask(page, QUESTION)
    assert page.get_by_test_id("stAlertContentInfo").count() == 1
    assert page.get_by_test_id("stAlertContentInfo").get_attribute("data-mine") == "yes"


def test_focus_stays_in_the_question_box_after_a_question(app, open_page):
    page = open_page(app)
    ask(page, QUESTION)
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_each_page_has_one_h1_and_its_own_title(app, open_page):
    for path, title in (("/", "Ask - safeguard"), ("/library", "Library - safeguard")):
        page = open_page(app + path)
        assert page.locator("h1").count() == 1
        assert page.title() == title


def test_headings_step_down_one_level_at_a_time(app, open_page):
    page = open_page(app)
    ask(page, QUESTION)
    levels = [int(tag[1]) for tag in page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(h => h.tagName)")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_the_contacts_stay_in_sight_when_a_tall_page_is_scrolled(app, open_page):
    page = open_page(f"{app}/library")
    page.get_by_text("All of these as one table").scroll_into_view_if_needed()
    page.mouse.wheel(0, 4000)
    page.wait_for_timeout(300)
    assert eventually(page, lambda: in_first_screen(page, page.locator(".st-key-contacts")))


def test_the_contacts_dial(app, open_page):
    page = open_page(app)
    numbers = page.locator(".st-key-contacts a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert numbers == ["tel:999", "tel:01952385385", "tel:01952676500"]


# -- every state at every size ---------------------------------------------------------------------------------------


def first_visit(page, address):
    pass


def answered(page, address):
    ask(page, QUESTION)


def folds_open(page, address):
    ask(page, QUESTION)
    for fold in ("The local page words this differently.", "Copy", "What this is and is not"):
        page.get_by_text(fold, exact=True).click()
    settle(page)


def drawer_open(page, address):
    ask(page, QUESTION)
    page.get_by_role("button", name="2. Care Act 2014").click()
    page.get_by_role("dialog").locator("mark").wait_for()
    settle(page)


def refused(page, address):
    ask(page, "What is the capital of France?")


def urgent(page, address):
    ask(page, "she is not breathing")


def stopped(page, address):
    ask(page, "break this")


def too_long(page, address):
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill("word " * 500)
    box.press("Enter")
    page.get_by_text("Your text, to shorten").wait_for()
    settle(page)


def earlier(page, address):
    for n in range(3):
        ask(page, f"review {n}")
    page.get_by_text("Earlier questions (2)").click()
    settle(page)


def library(page, address):
    page.goto(f"{address}/library")
    page.get_by_role("heading", level=1, name="Library").wait_for()
    settle(page)
    page.get_by_text("All of these as one table").click()
    settle(page)


def library_search(page, address):
    library(page, address)
    page.get_by_label("Search inside the library").fill("review")
    page.get_by_label("Search inside the library").press("Enter")
    page.get_by_role("heading", name="Passages found").wait_for()
    settle(page)


def evaluation(page, address):
    page.goto(f"{address}/evaluation")
    page.get_by_text("Where it fails").wait_for()
    settle(page)


def library_document(page, address):
    passage = standin.LIBRARY.passages_of("care-act-2014")[1]
    page.goto(f"{address}/library?source=care-act-2014&passage={passage.id}&mark=26-60")
    page.locator("mark").wait_for()
    page.get_by_text("Whole document").click()
    settle(page)


def briefing_first(page, address):
    page.goto(f"{address}/briefings")
    page.get_by_role("tab", name="Find a theme").click()
    page.get_by_role("heading", name="Figures from reviews").wait_for()
    settle(page)


def briefing_made(page, address):
    page.goto(f"{address}/briefings")
    page.get_by_role("button", name="Self-neglect").click()
    page.get_by_role("heading", name="1. What this is about").wait_for()
    settle(page)


def scenario_marked(page, address):
    page.goto(f"{address}/scenarios")
    page.get_by_role("radiogroup").first.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="Check my answers").click()
    page.get_by_role("heading", name="What the rules say").wait_for()
    settle(page)


def walk_describe(page, address):
    page.goto(f"{address}/walk")
    page.get_by_role("button", name="Describe the case").click()
    page.get_by_label("What happened").wait_for()
    settle(page)


def walk_question(page, address):
    page.goto(f"{address}/walk")
    page.get_by_role("button", name="Answer the questions without describing it").click()
    page.get_by_role("radiogroup").wait_for()
    settle(page)


def walk_check(page, address):
    walk_question(page, address)
    page.get_by_text("No", exact=True).click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", level=1, name="Check your answers").wait_for()
    settle(page)


def walk_result(page, address):
    walk_check(page, address)
    page.get_by_role("button", name="See my result").click()
    page.get_by_role("heading", level=2, name="Keep it").wait_for()
    settle(page)


STATES = [first_visit, answered, folds_open, drawer_open, refused, urgent, stopped, too_long, earlier, library,
          library_search, library_document, briefing_first, briefing_made,
          scenario_marked]  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_no_serious_accessibility_finding_and_no_sideways_scroll(app, open_page, state, size):
    page = open_page(app, size)
    state(page, app)
    assert serious_findings(page) == []
    assert sideways_scroll(page) == 0


# -- the style sheet -------------------------------------------------------------------------------------------------


def test_every_name_in_the_style_sheet_is_on_some_page(app, open_page):
    from assistant.web.frame import STYLE

    css = re.sub(r"/\*.*?\*/", "", STYLE.read_text(), flags=re.DOTALL)
    wanted = {f"[data-testid={name}]" for name in re.findall(r"\[data-testid=(\w+)\]", css)}
    wanted |= {f"[class*={name}]" for name in re.findall(r"\[class\*=([\w-]+)\]", css)}
    wanted |= {f".{name}" for name in re.findall(r"\.(st-key-[\w-]+)", css)}
    assert not re.findall(r"(?<![\w-])\.(?!st-key-)[a-zA-Z][\w-]*", css), "classes other than st-key-*"
    page = open_page(app)
    walked = (walk_describe, walk_question, walk_check, walk_result)
    for state in (first_visit, drawer_open, library, library_document, briefing_first, evaluation, *walked):
        page.goto(app)
        page.get_by_role("heading", level=1).wait_for()
        settle(page)
        state(page, app)
        for fold in ("Show the words before", "Show the words after"):
            if page.get_by_text(fold).count():
                page.get_by_text(fold).click()
        wanted -= {selector for selector in wanted if page.locator(selector).count()}
    assert wanted == set()


def in_first_screen(page, what):
    box = what.bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


# -- briefings -------------------------------------------------------------------------------------------------------


def test_a_trainer_unticks_moves_and_rewords_a_quote_and_the_briefing_follows(app, open_page):
    page = open_page(app)
    briefing_made(page, app)
    assert said(page) == "3 quotes found in 2 sources. 2 are ticked."
    page.get_by_role("button", name="Move 1.1 down").click()
    settle(page)
    page.get_by_role("button", name="Edit 1.2").click()
    page.get_by_label("Words of line 1").fill("A review must be arranged.")
    page.get_by_role("button", name="Keep these words").click()
    settle(page)
    shown = page.locator("[class*=st-key-quote-about-1]")
    assert "Edited by you. Reworded. A review must be arranged." in " ".join(shown.inner_text().split())
    page.get_by_text("Preview", exact=True).click()
    settle(page)
    preview = page.locator(".st-key-briefing-preview").inner_text()
    assert "DRAFT" in preview and "Reworded. A review must be arranged." in preview
    assert page.title() == "Briefings - safeguard"
    page.get_by_label("Reviewed by").fill("A. Trainer")
    page.keyboard.press("Tab")
    settle(page)
    assert "DRAFT" not in page.locator(".st-key-briefing-preview").inner_text()
    page.get_by_text("1.1 Use this quote: Own upload", exact=False).click()
    settle(page)
    assert said(page) in ("3 quotes found in 2 sources. 1 is ticked.", "3 quotes found in 2 sources. 3 are ticked.")


def test_a_theme_that_is_not_covered_is_offered_under_another_name_and_the_box_says_which_is_shown(app, open_page):
    page = open_page(f"{app}/briefings")
    box = page.get_by_role("combobox", name="Theme, or type your own")
    box.fill("nothing")
    page.get_by_role("option", name="nothing").wait_for()
    box.press("Enter")
    settle(page)
    page.get_by_role("button", name="Gather evidence").click()
    page.get_by_text("It may be under another name: self-neglect.").wait_for()
    settle(page)
    assert said(page) == "The library does not cover this theme."
    assert serious_findings(page) == []
    page.get_by_role("button", name="Self-neglect").click()
    page.get_by_role("heading", name="1. What this is about").wait_for()
    settle(page)
    assert said(page) == "3 quotes found in 2 sources. 2 are ticked."
    assert "self-neglect" in page.locator(".st-key-briefing-theme").inner_text() + box.input_value()


# -- scenarios -------------------------------------------------------------------------------------------------------


def test_a_learner_answers_sees_the_reasoning_and_joins_the_groups_sheet(app, open_page):
    page = open_page(f"{app}/scenarios")
    page.get_by_role("button", name="Check my answers").click()
    page.get_by_text("Choose an answer to at least one question.").wait_for()
    scenario_marked(page, app)
    assert said(page) == "1 of 8 questions answered as the case tells it."
    limbs = page.locator(".st-key-scenario-limbs")
    assert "Right. You: Yes. The case: Yes." in limbs.inner_text() and "The adult was 61" in limbs.inner_text()
    page.get_by_role("button", name="Add to the group's sheet").click()
    page.get_by_text("1 learner on the group's sheet of this case.").wait_for()
    scenario_marked_again = page.get_by_role("radiogroup").first.get_by_text("No", exact=True)
    scenario_marked_again.click()
    page.get_by_role("button", name="Check my answers").click()
    page.get_by_role("heading", name="The group's sheet").wait_for()
    settle(page)
    assert "0 of 8 questions" in said(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the sheet").click()
    assert download.value.suggested_filename == "scenario-cold-flat.csv"

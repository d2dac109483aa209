"""The Evaluation page in a headless Chromium: figures with their cases, charts with their table."""

from __future__ import annotations

import pytest
from conftest import SIZES, eventually, pick, said, serious_findings, settle, sideways_scroll

pytestmark = pytest.mark.browser


def opened(open_page, app, size="wide"):
    page = open_page(f"{app}/evaluation", size)
    page.get_by_text("Where it fails").wait_for()
    settle(page)
    return page


def cells(page, row):
    return (
        page.locator("tr", has=page.get_by_role("rowheader", name=row, exact=True))
        .first.locator("td")
        .all_inner_texts()
    )


def test_it_says_when_it_was_run_and_how_many_checks_passed(app, open_page):
    page = opened(open_page, app)
    assert page.locator("h1").inner_text() == "How well it answers"
    assert said(page) == "Run of 20 November 2026. 2 of 3 checks passed."
    assert page.title() == "Evaluation - safeguard"


def test_every_check_has_its_result_interval_goal_cases_and_verdict_in_words(app, open_page):
    page = opened(open_page, app)
    assert cells(page, "library: recall@5") == ["Found", "0.900", "0.800 to 1.000", "0.80 or more", "20", "Passed"]
    assert cells(page, "library: refusal recall")[-1] == "Failed"
    assert cells(page, "ask p50 ms") == ["Half took no longer", "51", "", "", "30", ""]


def test_each_chart_has_a_name_and_the_same_figures_in_a_table(app, open_page):
    page = opened(open_page, app)
    assert eventually(
        page,
        lambda: page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").count() >= 4,
    )
    page.locator("summary", has_text="The same as a table").first.click()
    table = page.get_by_role("region", name="recall@5 of library, by topic")
    assert "hoarding" in table.inner_text() and "0.400" in table.inner_text()


def test_what_failed_is_shown_with_its_words_which_are_never_run(app, open_page):
    page = opened(open_page, app)
    page.locator(".st-key-evaluation-worst-u01 summary").click()
    shown = page.locator(".st-key-evaluation-worst-u01").inner_text()
    assert "<script>document.title='owned'</script>" in shown and "Lowers refusal recall" in shown
    assert page.title() == "Evaluation - safeguard"
    assert page.locator("[data-testid=stMain] img").count() == 0


def test_another_suite_is_shown_in_full(app, open_page):
    page = opened(open_page, app)
    pick(page, "Show one suite in full", "narratives")
    page.get_by_role("heading", name="narratives: 4 cases").wait_for()
    settle(page)
    assert "No case lowers a goal of this suite." in page.locator("body").inner_text()


def test_without_a_run_it_says_how_to_make_one(app_without_index, open_page):
    page = open_page(f"{app_without_index}/evaluation")
    assert said(page) == "No evaluation has been run on this machine."
    assert "Run safeguard eval run." in page.locator("body").inner_text()


@pytest.mark.parametrize("size", SIZES)
def test_no_serious_accessibility_finding_and_no_sideways_scroll(app, open_page, size):
    page = opened(open_page, app, size)
    for fold in page.locator("summary").all():
        fold.click()
    settle(page)
    assert serious_findings(page) == []
    assert sideways_scroll(page) == 0

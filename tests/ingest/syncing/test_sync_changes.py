"""What changed, clause by clause; how a page says it is no longer in force."""

from __future__ import annotations

import pytest
from publisher_stand_in import page

from ingest.document import Document
from ingest.readers.markdown import read_markdown
from ingest.syncing.changes import MOST_COMPARED, MOST_LINES, Change, Changes, compare
from ingest.syncing.marks import Mark, page_mark

OLD = """# Guidance

## Who must act [14.1]

The board must act. It must do so at once.

- first;
- second.

## When [14.2]

On Mondays.

## Where [14.3]

Anywhere.
"""


def document(text: str) -> Document:
    return read_markdown(text.encode(), "guidance.md")


def test_the_same_text_has_no_changes():
    assert not compare(document(OLD), document(OLD + "\n\n"))


def test_clauses_that_came_went_and_changed_are_told_apart_by_their_pinpoints():
    new = OLD.replace("at once", "within ten days").replace("## When [14.2]\n\nOn Mondays.", "")
    new += "\n## Records [14.4]\n\nKept.\n"
    assert compare(document(OLD), document(new)) == Changes(
        added=(Change("14.4", "Records"),),
        removed=(Change("14.2", "When"),),
        changed=(
            Change(
                "14.1",
                "Who must act",
                "@@ -2,3 +2,3 @@\n The board must act.\n-It must do so at once.\n"
                "+It must do so within ten days.\n - first;",
            ),
        ),
    )


def test_a_clause_that_only_moved_or_whose_lines_were_wrapped_anew_has_not_changed():
    before, *rest = OLD.split("\n## ")
    assert not compare(document(OLD), document("\n## ".join([before, *reversed(rest)])))
    assert not compare(document(OLD), document(OLD.replace("act. It", "act.\nIt")))


def test_a_clause_whose_heading_changed_has_changed():
    (change,) = compare(document(OLD), document(OLD.replace("Where", "In which place"))).changed
    assert change == Change("14.3", "In which place", "@@ -1,2 +1,2 @@\n-Where\n+In which place\n Anywhere.")


def test_sections_of_one_pinpoint_are_one_clause():
    twice = OLD.replace("[14.3]", "[14.2]")
    assert compare(document(OLD), document(twice)).removed == (Change("14.3", "Where"),)
    assert [change.pinpoint for change in compare(document(OLD), document(twice)).changed] == ["14.2"]


def test_a_long_difference_is_cut_and_says_so():
    long = "## Long [9]\n\n" + " ".join(f"Sentence number {n} is here." for n in range(200))
    (change,) = compare(document(long), document(long.replace("here", "there"))).changed
    assert len(change.diff.splitlines()) == MOST_LINES + 1 and change.diff.endswith("more lines)")
    huge = "## Huge [9]\n\n" + " ".join(f"Sentence number {n} is here." for n in range(MOST_COMPARED))
    (change,) = compare(document(huge), document(huge.replace("here", "there"))).changed
    assert change.diff.startswith("(too long to show: 4001 sentences before")


NOTICE = (
    '<section class="govuk-notification-banner gem-c-notice"><div><h2>{}</h2><p>See the new one.</p></div></section>'
)


@pytest.mark.parametrize(
    ("html", "mark"),
    [
        (page("<p>In force.</p>"), Mark.CURRENT),
        (page("<p>x</p>", title="[Withdrawn] Guidance - GOV.UK"), Mark.WITHDRAWN),
        (page(NOTICE.format("This guidance was withdrawn on <time>5 March 2026</time>")), Mark.WITHDRAWN),
        (page(NOTICE.format("This statutory guidance has been\n  withdrawn")), Mark.WITHDRAWN),
        (page(NOTICE.format("This edition has been superseded by the 2026 edition")), Mark.SUPERSEDED),
        (page(NOTICE.format("Service hours have changed")), Mark.CURRENT),
        (page("<p>This guidance was withdrawn on 5 March 2026.</p>"), Mark.CURRENT),
        (page("<p>x</p>", title="How consent is withdrawn"), Mark.CURRENT),
        (page(NOTICE.format("<script>This guidance was withdrawn on</script>New forms")), Mark.CURRENT),
        (page("<div class='notice'>" + "x" * 5000 + " This guidance was withdrawn on 1 May</div>"), Mark.CURRENT),
        (page("<div class=notice><div>Open<p>" + NOTICE.format("This page was withdrawn on 1 May")), Mark.WITHDRAWN),
        (b"\xff\xfe<html>", Mark.CURRENT),
    ],
)
def test_a_page_is_withdrawn_when_its_title_or_its_banner_says_so_and_not_when_its_text_speaks_of_it(html, mark):
    found, says = page_mark(html)
    assert found is mark
    assert bool(says) is (mark is not Mark.CURRENT)


def test_the_publishers_own_words_are_kept():
    words = page_mark(page(NOTICE.format("This guidance was withdrawn on <time>5 March 2026</time>")))[1]
    assert words == "This guidance was withdrawn on 5 March 2026 See the new one."

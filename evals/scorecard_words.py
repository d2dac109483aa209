"""A scorecard in words: the Markdown tables that are published with a release.

python -m evals.scorecard_words RUN_FOLDER [PAGE]      puts the run's tables into docs/scorecard.md, or PAGE
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from assistant.scorecard import FILE, Measured, Scorecard, SuiteCard

START, END = "## The run\n", "\n## Reading files\n"
"""The headings of the page between which the tables stand."""


def as_markdown(card: Scorecard) -> str:
    """The figures of every suite, each with its interval, cases and goal, then which goals were not reached."""
    passed, goals = card.checks
    python = card.versions.get("python", "?")
    parts = [
        f"Run of {card.made:%-d %B %Y} at {(card.commit or 'no commit')[:12]}, made by `{card.command}` in "
        f"{card.seconds:.0f} s on Python {python}: {passed} of {goals} goals reached.",
        *(_suite(suite) for suite in card.suites),
    ]
    return "\n\n".join(parts) + "\n"


def published(page: str, card: Scorecard) -> str:
    """The page with the run's tables in their place; rows of single facts of the walk-through are left out there.

    Raises: ValueError when the page lacks one of the two headings.
    """
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"the page needs the headings {START.strip()!r} and {END.strip()!r}, in this order")
    rows = [line for line in as_markdown(card).splitlines() if not re.match(r"\| (?:precision|recall) \w+_", line)]
    return before + start + "\n" + "\n".join(rows).strip() + "\n" + end + after


def figure(row: Measured) -> str:
    """A figure as people read it: a share to three places, a time or size to one; a dash where nothing bears on it."""
    if row.value is None:
        return "-"
    return f"{row.value:.1f}" if row.measure.endswith((" ms", " MB")) else f"{row.value:.3f}"


def interval(row: Measured) -> str:
    """The 95% interval; empty for a figure that has none."""
    return "" if row.low is None or row.high is None else f"{row.low:.3f} to {row.high:.3f}"


def verdict(row: Measured) -> str:
    """Passed or Failed, in a word; empty where there is no goal."""
    return "" if row.passed is None else ("Passed" if row.passed else "Failed")


def _suite(suite: SuiteCard) -> str:
    lines = [
        f"### {suite.name}: {suite.cases} cases",
        "",
        "| measure | what it means | result | 95% interval | cases | goal | |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in suite.rows:
        if row.value is None and row.goal is None:
            continue
        goal = "" if row.goal is None else f"{row.goal:.2f}"
        cells = (row.measure, row.meaning, figure(row), interval(row), str(row.cases), goal, verdict(row))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    folder, page = Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "docs/scorecard.md")
    made = Scorecard.model_validate_json((folder / FILE).read_bytes())
    page.write_text(published(page.read_text(encoding="utf-8"), made), encoding="utf-8")

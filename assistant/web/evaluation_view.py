"""The parts of the Evaluation page: every figure with its cases and interval, every chart with its table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from assistant.web import evaluation_charts as charts
from assistant.web.marked import marked
from assistant.web.tables import table

if TYPE_CHECKING:
    from assistant.scorecard import Measured, Scorecard, SuiteCard

COLUMNS = ("Measure", "What it means", "Result", "95% interval", "Goal", "Cases", "Passed")
_BY = {"topic": "topic", "style": "way of asking"}


def about(card: Scorecard) -> None:
    """What was measured, when, and how to measure it again."""
    st.html(
        "<p>Measured on our own questions. You can run it again: <code>make eval</code>. "
        "Figures on public benchmarks are in the project's documentation.</p>"
        f"<p>This run: <code>{escape(card.command)}</code>, {card.seconds:.0f} seconds, "
        f"version {escape((card.commit or 'not known')[:12])}. An interval bounds a figure with 95% confidence; "
        "a figure of few cases is uncertain.</p>"
    )


def checks(card: Scorecard) -> None:
    """Every figure that has a goal, of every suite."""
    st.header("Checks", anchor=False)
    rows = [
        (f"{suite.name}: {row.measure}", *_cells(row))
        for suite in card.suites
        for row in suite.rows
        if row.goal is not None
    ]
    with st.container(key="evaluation-checks"):
        st.html(table("Checks of every suite", COLUMNS, rows, strong=("Failed",)))


def suite(card: SuiteCard) -> None:
    """One suite: all its figures, by topic, how replies ended, refusals, times and what failed."""
    st.header(f"{card.name}: {card.cases} cases", anchor=False)
    if card.about:
        st.html(f"<p>{marked(card.about)}</p>")
    rows = [(row.measure, *_cells(row)) for row in card.rows if row.value is not None or row.goal is not None]
    with st.container(key="evaluation-figures"):
        st.html(table(f"Figures of {card.name}", COLUMNS, rows, strong=("Failed",)))
    _groups(card)
    _outcomes(card)
    _trade_off(card)
    _times(card)
    _worst(card)


def _cells(row: Measured) -> tuple[str, ...]:
    is_share = not row.measure.endswith((" ms", " MB"))
    value = "None" if row.value is None else (f"{row.value:.3f}" if is_share else f"{row.value:.0f}")
    interval = "" if row.low is None or row.high is None else f"{row.low:.3f} to {row.high:.3f}"
    goal = "" if row.goal is None else f"{row.goal:.2f} or more"
    verdict = "" if row.passed is None else ("Passed" if row.passed else "Failed")
    return row.meaning, value, interval, goal, str(row.cases), verdict


def _groups(card: SuiteCard) -> None:
    if not card.groups:
        return
    st.subheader("By topic and way of asking", anchor=False)
    named = {f"{one.measure}, by {_BY[one.by]}": (one.by, one.measure) for one in card.groups}
    chosen = st.selectbox("Measure", list(named), key=f"evaluation-group-{card.name}", width=360)
    by, measure = named[chosen or next(iter(named))]
    groups = [one for one in card.groups if (one.by, one.measure) == (by, measure)]
    title = f"{measure} of {card.name}, by {_BY[by]}"
    _chart(charts.by_group(groups), title)
    _folded(
        "groups",
        title,
        ("Group", "Result", "95% interval", "Cases"),
        [(one.name, f"{one.value:.3f}", f"{one.low:.3f} to {one.high:.3f}", str(one.cases)) for one in groups],
    )


def _outcomes(card: SuiteCard) -> None:
    if not card.outcomes:
        return
    st.subheader("How replies ended", anchor=False)
    title = "How replies should have ended, and how they did"
    _chart(charts.outcomes(card), title)
    rows = [(one.expected.replace("_", " "), one.came.replace("_", " "), str(one.cases)) for one in card.outcomes]
    _folded("outcomes", title, ("Expected", "Ended", "Cases"), rows)


def _trade_off(card: SuiteCard) -> None:
    if len(card.trade_off) < 2:
        return
    st.subheader("Refusals at other thresholds", anchor=False)
    title = "Precision and recall of refusals at each threshold of the evidence"
    _chart(charts.trade_off(card), title)
    rows = [
        (f"{one.threshold:.2f}", f"{one.precision:.3f}", f"{one.recall:.3f}", str(one.refused))
        for one in card.trade_off
    ]
    _folded("trade-off", title, ("Threshold", "Precision", "Recall", "Refused"), rows)


def _times(card: SuiteCard) -> None:
    if len(card.times_ms) < 2:
        return
    st.subheader("How long answers took", anchor=False)
    title = "How many questions took how many milliseconds"
    _chart(charts.times(card.times_ms), title)
    in_order = sorted(card.times_ms)
    rows = [
        (words, f"{in_order[min(len(in_order) - 1, int(share * len(in_order)))]:.0f}")
        for words, share in (("half", 0.5), ("nine of ten", 0.9), ("nineteen of twenty", 0.95), ("all", 1.0))
    ]
    _folded("times", title, ("Questions", "No longer than, ms"), rows)


def _worst(card: SuiteCard) -> None:
    """What failed, in full: only good cases would be half the truth."""
    if not any(row.goal is not None for row in card.rows):
        return
    st.subheader("Where it fails", anchor=False)
    if not card.worst:
        failed = any(row.passed is False for row in card.rows)
        st.html(f"<p>{'The cases are under each suite.' if failed else 'No case lowers a goal of this suite.'}</p>")
        return
    for one in card.worst:
        answered = f"<p>Answered: </p><pre>{escape(one.answer)}</pre>" if one.answer else ""
        with st.container(key=f"evaluation-worst-{one.id}"):
            st.html(
                f"<details><summary>{marked(_short(one.question))}</summary>"
                f"<p>Case {escape(one.id)}. Lowers {escape(', '.join(one.lowers))}.</p>"
                f"<p>Expected: {marked(one.expected)}</p>"
                f"<p>Asked: {marked(one.question)}</p>{answered}</details>"
            )


def _chart(chart: Any, title: str) -> None:
    st.altair_chart(chart, width="stretch", alt=f"{title}. The same figures are in the table below.")


def _folded(key: str, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with st.container(key=f"evaluation-{key}"):
        st.html(f"<details><summary>The same as a table</summary>{table(title, columns, rows)}</details>")


def _short(words: str, most: int = 90) -> str:
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + " ..."

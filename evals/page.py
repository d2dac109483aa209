"""A scorecard as one self-contained HTML page: no script, no outside address, charts with their table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from assistant.scorecard import Group, Scorecard, SuiteCard
from assistant.web import evaluation_charts as charts
from evals.scorecard_words import figure, interval, verdict

_STYLE = """
body { font: 18px/1.5 system-ui, "Source Sans 3", Arial, sans-serif; color: #0b0c0c; margin: 0 auto; padding: 1.5rem;
  max-width: 70rem }
h1 { font-size: 2rem; margin: 0 0 .5rem } h2 { margin-top: 3rem; border-top: 2px solid #0b0c0c; padding-top: .75rem }
.region { overflow-x: auto } table { border-collapse: collapse; margin: 1rem 0; width: 100% }
caption { text-align: left; font-weight: 700; padding: .25rem 0 }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #6f777b }
th[scope=row] { font-weight: 600; white-space: nowrap } .failed { font-weight: 700; color: #b3121d }
figure { margin: 1.5rem 0 } figcaption { font-weight: 700; margin-bottom: .5rem } svg { max-width: 100%; height: auto }
details { margin: .75rem 0 } summary { cursor: pointer; font-weight: 600 } pre { white-space: pre-wrap; font: inherit;
  background: #f3f2f1; padding: .75rem; margin: .5rem 0 }
a:focus, summary:focus, .region:focus { outline: 3px solid #0b0c0c; box-shadow: 0 0 0 6px #ffdd00 }
@media print { details { display: block } details > * { display: block } }
"""


def as_html(card: Scorecard) -> str:
    """The whole page. Words of questions, answers and cases are escaped: they are shown and never run."""
    passed, goals = card.checks
    made = f"{card.made:%-d %B %Y, %H:%M} UTC"
    versions = ", ".join(f"{name} {version}" for name, version in card.versions.items())
    links = " ".join(f'<li><a href="#{escape(one.name)}">{escape(one.name)}</a></li>' for one in card.suites)
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>How well it answers - safeguard</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>How well it answers</h1><p>Run of {made}. {passed} of {goals} checks passed.</p>"
        f"<p>Made again by <code>{escape(card.command)}</code>; it took {card.seconds:.0f} seconds. "
        f"Commit {escape(card.commit or 'not known')}. {escape(versions)}.</p>"
        "<p>An interval bounds a figure with 95% confidence: what another set of as many cases like these might give. "
        f"Figures of a few cases are uncertain.</p><ul>{links}</ul>"
        f"{''.join(_suite(suite) for suite in card.suites)}</main></body></html>\n"
    )


def _suite(suite: SuiteCard) -> str:
    rows = [
        (row.measure, row.meaning, figure(row), interval(row), "" if row.goal is None else f"{row.goal:.2f}",
         str(row.cases), verdict(row))
        for row in suite.rows if row.value is not None or row.goal is not None
    ]  # fmt: skip
    columns = ("Measure", "What it means", "Result", "95% interval", "Goal", "Cases", "Passed")
    return (
        f'<section><h2 id="{escape(suite.name)}">{escape(suite.name)}: {suite.cases} cases</h2>'
        f"{f'<p>{escape(suite.about)}</p>' if suite.about else ''}{_table('Figures', columns, rows)}"
        f"{_groups(suite)}{_outcomes(suite)}{_trade_off(suite)}{_times(suite)}{_worst(suite)}</section>"
    )


def _groups(suite: SuiteCard) -> str:
    parts = []
    for by, words in (("topic", "by topic"), ("style", "by way of asking")):
        for measure in dict.fromkeys(one.measure for one in suite.groups):
            groups = [one for one in suite.groups if one.by == by and one.measure == measure]
            if len(groups) > 1:
                title = f"{measure[0].upper()}{measure[1:]} {words}"
                parts.append(_figure(title, charts.by_group(groups), _group_table(title, groups)))
    return "".join(parts)


def _group_table(title: str, groups: Sequence[Group]) -> str:
    rows = [(one.name, f"{one.value:.3f}", f"{one.low:.3f} to {one.high:.3f}", str(one.cases)) for one in groups]
    return _table(title, ("Group", "Result", "95% interval", "Cases"), rows)


def _outcomes(suite: SuiteCard) -> str:
    if not suite.outcomes:
        return ""
    rows = [(one.expected.replace("_", " "), one.came.replace("_", " "), str(one.cases)) for one in suite.outcomes]
    title = "How replies should have ended, and how they did"
    return _figure(title, charts.outcomes(suite), _table(title, ("Expected", "Ended", "Cases"), rows))


def _trade_off(suite: SuiteCard) -> str:
    if len(suite.trade_off) < 2:
        return ""
    rows = [
        (f"{one.threshold:.2f}", f"{one.precision:.3f}", f"{one.recall:.3f}", str(one.refused))
        for one in suite.trade_off
    ]
    title = "Refusals at other thresholds of the evidence"
    return _figure(title, charts.trade_off(suite), _table(title, ("Threshold", "Precision", "Recall", "Refused"), rows))


def _times(suite: SuiteCard) -> str:
    if len(suite.times_ms) < 2:
        return ""
    in_order = sorted(suite.times_ms)
    rows = [
        (words, f"{in_order[min(len(in_order) - 1, int(share * len(in_order)))]:.0f}")
        for words, share in (("half", 0.5), ("nine of ten", 0.9), ("nineteen of twenty", 0.95), ("all", 1.0))
    ]
    title = "How long answers took"
    return _figure(title, charts.times(suite.times_ms), _table(title, ("Questions", "No longer than, ms"), rows))


def _worst(suite: SuiteCard) -> str:
    if not suite.worst:
        return ""
    parts = [
        f"<details><summary>{escape(one.id)}: {escape(_short(one.question))}</summary>"
        f"<p>Lowers {escape(', '.join(one.lowers))}. Expected: {escape(one.expected)}</p>"
        f"<p>Asked</p><pre>{escape(one.question)}</pre>"
        f"{f'<p>Answered</p><pre>{escape(one.answer)}</pre>' if one.answer else ''}</details>"
        for one in suite.worst
    ]
    return f"<h3>Where it fails</h3>{''.join(parts)}"


def _short(words: str, most: int = 90) -> str:
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + " ..."


def _figure(title: str, chart: Any, table: str) -> str:
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(chart.to_dict())
    # The picture says nothing that the table under it does not: for a screen reader it is one labelled figure.
    drawn = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}; the same figures are in the table" ', 1)
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>{drawn}</figure>"
        f"<details><summary>The same as a table</summary>{table}</details>"
    )


def _table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(_cell(cell) for cell in rest)}</tr>' for first, *rest in rows
    )
    return (
        f'<div class="region" role="region" aria-label="{escape(caption)}" tabindex="0"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(words: str) -> str:
    return f'<td class="failed">{words}</td>' if words == "Failed" else f"<td>{escape(words)}</td>"

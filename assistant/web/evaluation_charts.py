"""The charts of an evaluation, in the app and on the page of a run. A table beside each says the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from assistant.scorecard import Group, SuiteCard

WIDTH = 620
_INK, _COLOUR, _GREY, _MARK = "#0b0c0c", "#00606b", "#505a5f", "#b3121d"
_PLAIN: dict[str, Any] = {
    "axis": {"labelColor": _INK, "titleColor": _INK, "labelFontSize": 14, "titleFontSize": 14, "labelLimit": 190,
             "gridColor": "#d9dcde"},
    "view": {"stroke": None},
    "legend": {"labelFontSize": 14, "titleFontSize": 14},
}  # fmt: skip


def by_group(groups: Sequence[Group]) -> alt.LayerChart:
    """One row a group: its share as a point, its 95% interval as a line. All groups are of one measure."""
    rows: list[dict[str, Any]] = [
        {"group": f"{one.name} ({one.cases})", "value": one.value, "low": one.low, "high": one.high} for one in groups
    ]
    base = alt.Chart(alt.Data(values=rows), width=WIDTH, height=alt.Step(26))
    y = alt.Y("group:N", title=None, sort=[row["group"] for row in sorted(rows, key=lambda row: row["value"])])
    span = base.mark_rule(color=_GREY, strokeWidth=2).encode(
        y=y, x=alt.X("low:Q", title="Share, with its 95% interval", scale=alt.Scale(domain=[0, 1])), x2="high:Q"
    )
    point = base.mark_point(color=_COLOUR, filled=True, size=90, opacity=1).encode(y=y, x="value:Q")
    return _plain(alt.layer(span, point))


def times(times_ms: Sequence[float]) -> alt.Chart:
    """How many questions took how long."""
    chart = (
        alt.Chart(alt.Data(values=[{"ms": value} for value in times_ms]), width=WIDTH, height=200)
        .mark_bar(color=_COLOUR)
        .encode(
            x=alt.X("ms:Q", bin=alt.Bin(maxbins=30), title="Milliseconds to answer"),
            y=alt.Y("count():Q", title="Questions"),
        )
    )
    return _plain(chart)


def trade_off(suite: SuiteCard) -> alt.LayerChart:
    """Refusal precision against recall over all thresholds; the one in use is marked and named."""
    rows = [point.model_dump() for point in suite.trade_off]
    base = alt.Chart(alt.Data(values=rows), width=WIDTH, height=280)
    x = alt.X("recall:Q", title="Recall: of what has no answer, share refused", scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("precision:Q", title="Precision: of refusals, share right", scale=alt.Scale(domain=[0, 1]))
    layers: list[alt.Chart] = [
        base.mark_line(color=_COLOUR).encode(x=x, y=y, order="threshold:Q"),
        base.mark_point(color=_COLOUR, size=30).encode(x=x, y=y),
    ]
    if suite.threshold is not None and rows:
        threshold = suite.threshold
        near = min(rows, key=lambda row: abs(row["threshold"] - threshold))
        chosen = alt.Chart(alt.Data(values=[near | {"name": f"in use: {threshold:.2f}"}]))
        layers.append(
            chosen.mark_point(color=_MARK, size=160, filled=True, opacity=1, shape="diamond").encode(x=x, y=y)
        )
        layers.append(
            chosen.mark_text(align="right", dx=-12, dy=14, fontSize=14, color=_INK).encode(x=x, y=y, text="name:N")
        )
    return _plain(alt.layer(*layers))


def outcomes(suite: SuiteCard) -> alt.LayerChart:
    """How replies should have ended against how they did, with the number of cases in each square."""
    rows = [
        {"expected": one.expected.replace("_", " "), "came": one.came.replace("_", " "), "cases": one.cases}
        for one in suite.outcomes
    ]
    base = alt.Chart(alt.Data(values=rows), width=WIDTH - 160, height=alt.Step(44))
    x = alt.X("came:N", title="Ended", axis=alt.Axis(labelAngle=0))
    y = alt.Y("expected:N", title="Expected")
    square = base.mark_rect().encode(
        x=x, y=y, color=alt.Color("cases:Q", scale=alt.Scale(range=["#e6f0f1", "#8fbcc0"]), legend=None)
    )
    return _plain(alt.layer(square, base.mark_text(fontSize=15, color=_INK).encode(x=x, y=y, text="cases:Q")))


def _plain(chart: Any) -> Any:
    return chart.configure(**_PLAIN)

"""The figures behind a chart of a Word file, as a table (ECMA-376 part 1, 21.2: values cached in the chart's part)."""

from __future__ import annotations

from typing import Any

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
MOST_ROWS = 500


def chart_title(chart: Any) -> str:
    """The chart's title; empty when it has none."""
    title = chart.find(f"{C}chart/{C}title")
    return "" if title is None else "".join(part.text or "" for part in title.iter(f"{A}t")).strip()


def chart_rows(chart: Any) -> list[list[str]]:
    """A row of headings, then a row a category: its name and each series' value. Empty for a chart without figures."""
    names: list[str] = []
    columns: list[dict[int, str]] = []
    categories: dict[int, str] = {}
    for series in chart.iter(f"{C}ser"):
        values = _points(series.find(f"{C}val")) or _points(series.find(f"{C}yVal"))
        if not values:
            continue
        named = _points(series.find(f"{C}tx"))
        names.append(named.get(0, f"Series {len(names) + 1}"))
        columns.append(values)
        categories |= _points(series.find(f"{C}cat")) or _points(series.find(f"{C}xVal"))
    if not columns:
        return []
    numbers = sorted({*categories, *(n for column in columns for n in column)})[:MOST_ROWS]
    rows = [["", *names]]
    rows += [[categories.get(n, str(n + 1)), *(column.get(n, "") for column in columns)] for n in numbers]
    return rows


def _points(element: Any | None) -> dict[int, str]:
    """Index → value of the points cached below an element."""
    if element is None:
        return {}
    found = {}
    for point in element.iter(f"{C}pt"):
        value = point.find(f"{C}v")
        index = point.get("idx") or ""
        if value is not None and value.text and index.isdigit():
            found[int(index)] = _shown(value.text.strip())
    if not found and (alone := element.find(f"{C}v")) is not None and alone.text:
        found[0] = alone.text.strip()
    return found


def _shown(value: str) -> str:
    """A number as the chart shows it: 4.4, where the file has 4.4000000000000004."""
    try:
        return f"{float(value):.12g}" if "." in value or "e" in value.lower() else value
    except ValueError:
        return value

"""Results of public benchmarks as Markdown: ours, the baselines of the same run and what others have published."""

from __future__ import annotations

from collections.abc import Sequence

from evals.benchmarks.value import Benchmark, Published, Row


def as_markdown(results: Sequence[Benchmark]) -> str:
    """One section a benchmark: what it is, a line a figure, then what a reader must know to compare."""
    return "\n\n".join(_section(result) for result in results) + "\n"


def _section(result: Benchmark) -> str:
    lines = [
        f"## {result.name}",
        "",
        f"{_sentence(result.about)} Source: {result.source}. Licence: {result.licence}. Split: {result.split}. "
        f"Read: {result.size}. {result.seconds:.0f} seconds.",
        "",
        "| measure | system | result | 95% interval | cases | published |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_line(row) for row in result.rows]
    meanings = {row.measure: row.meaning for row in result.rows}
    lines += ["", *(f"- {measure}: {_sentence(meaning)}" for measure, meaning in meanings.items())]
    if result.notes:
        lines += ["", "To compare:", "", *(f"- {_sentence(note)}" for note in result.notes)]
    return "\n".join(lines)


def _line(row: Row) -> str:
    interval = "" if row.low is None or row.high is None else f"{row.low:.3f} to {row.high:.3f}"
    system = f"{row.system} (baseline)" if row.baseline else row.system
    published = "; ".join(_published(one) for one in row.published)
    return f"| {row.measure} | {system} | {row.value:.3f} | {interval} | {row.cases:,} | {published} |"


def _published(one: Published) -> str:
    return f"{one.value:.3f}: {one.system}, {one.split} ({one.where})"


def _sentence(words: str) -> str:
    return words if words.rstrip().endswith((".", "?")) else f"{words}."

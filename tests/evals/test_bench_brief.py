"""The bench of briefings measures every step of a real one."""

from __future__ import annotations

from evals.bench_brief import measure


def test_composing_and_every_kind_of_file_is_measured(library):
    figures = measure(library, ["homelessness"])
    assert set(figures) == {
        "gather and compose s", "write .docx s", "write .pptx s", "write .pdf s", "write .html s", "write .md s",
    }  # fmt: skip
    assert all(seconds >= 0 for seconds in figures.values()) and figures["gather and compose s"] > 0

"""The command that measures every copy there is, on one made here."""

import json

import pytest

from assistant.settings import Settings
from evals.benchmarks import corpus
from evals.benchmarks.__main__ import ADAPTERS, main
from evals.benchmarks.or_sharc import RULES, TURNS
from evals.benchmarks.value import Benchmark, BenchmarkMissing, Published, Row
from evals.benchmarks.words import as_markdown

RESULT = Benchmark(
    name="Made",
    about="Whether it works.",
    source="here",
    licence="none",
    split="dev",
    size="2 cases",
    seconds=3.2,
    rows=(
        Row(
            measure="recall",
            meaning="Share found",
            value=0.5,
            cases=2,
            low=0.25,
            high=0.75,
            published=(Published(value=0.4, system="BM25", split="test", where="arXiv 1"),),
        ),
        Row(system="first", measure="recall", meaning="Share found", value=0.25, cases=1200, baseline=True),
    ),
    notes=("One was left out",),
)


def test_the_page_sets_each_figure_beside_the_baseline_and_the_published_one():
    words = as_markdown([RESULT])
    assert "| recall | safeguard | 0.500 | 0.250 to 0.750 | 2 | 0.400: BM25, test (arXiv 1) |" in words
    assert "| recall | first (baseline) | 0.250 |  | 1,200 |  |" in words
    assert "- recall: Share found." in words and words.count("Share found") == 1
    assert "- One was left out." in words and "Licence: none" in words


def test_every_adapter_is_a_module_with_a_measure():
    import importlib

    for module in ADAPTERS.values():
        assert callable(importlib.import_module(f"evals.benchmarks.{module}").measure)


def test_a_copy_that_is_there_is_measured_and_kept(tmp_path, monkeypatch, data_folder, capsys):
    machine = data_folder(tmp_path / "machine")
    monkeypatch.setattr(corpus, "settings", lambda: Settings(data_dir=machine))
    copy = tmp_path / "copies" / "or-sharc"
    copy.mkdir(parents=True)
    rules = {"1": "## Claims\n\nYou can claim if you are over 60.", "2": "## Dogs\n\nDogs need a licence."}
    (copy / RULES).write_text(json.dumps(rules), encoding="utf-8")
    turn = {"question": "Can I claim?", "scenario": "I am 61.", "gold_snippet_id": "1"}
    (copy / TURNS).write_text(f"{json.dumps(turn)}\n" * 2, encoding="utf-8")
    out = tmp_path / "out"
    assert main([str(tmp_path / "copies"), "--out", str(out), "--limit", "1"]) == 0
    kept = Benchmark.model_validate_json((out / "or-sharc.json").read_bytes())
    assert kept.rows[0].cases == 1 and kept.rows[0].value == 1.0
    assert "Only the first 1 cases were measured." in (out / "benchmarks.md").read_text(encoding="utf-8")
    assert "obliqa: left out" in capsys.readouterr().err
    with pytest.raises(BenchmarkMissing, match="There is none of"):
        main([str(tmp_path / "nowhere"), "--out", str(out)])
    (out / "sharc.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BenchmarkMissing, match="of another version"):
        main([str(tmp_path / "copies"), "--out", str(out), "--limit", "1"])

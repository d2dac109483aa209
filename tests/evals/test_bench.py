import json
from pathlib import Path

import pytest

from evals.bench import Figure, Plan, Ran, bench, figures, table
from evals.bench_questions import spread, take_turns
from evals.suite import Case

MEASURED = {
    "ingest, whole library, wall",
    "ingest, nothing changed",
    "ingest, peak memory",
    "index on disk",
    "exported encoder",
    "search, warm, p50",
    "search, warm, p95",
    "ask, warm, p50",
    "ask, warm, p95",
    "search, cold start, wall",
    "search, cold start, CPU",
    "ask, cold start, wall",
    "ask, cold start, CPU",
    "emergency, first line",
    "ask, peak memory",
}


@pytest.fixture
def raw() -> dict:
    """Made-up measurements whose ratios can be worked out by hand."""

    def ran(wall: float, cpu: float = 1.0, first: float = 0.5, peak: float = 100.0) -> Ran:
        return Ran(wall, cpu, first, peak, "")

    return {
        "ingest": ran(30.0, 20.0, peak=900.0),
        "again": [ran(2.0), ran(8.0), ran(4.0)],
        "ingest_report": {"passages": 400, "seconds": 20.0},
        "baseline_ingest": ran(60.0, 40.0, peak=600.0),
        "baseline_report": {"documents": 2, "passages": 500, "seconds": 50.0},
        "vectors": 4000,
        "questions": {"ask": [10.0, 30.0, 20.0], "search": [4.0, 5.0, 6.0], "baseline": [40.0, 40.0, 80.0]},
        "starts": {
            "bare": [ran(10.0, 8.0, peak=500.0)] * 3,
            "ask": [ran(4.0, 3.0, peak=250.0), ran(2.0, 2.0, peak=240.0), ran(3.0, 4.0, peak=260.0)],
            "search": [ran(2.0, 2.0)] * 3,
            "emergency": [ran(5.0, first=0.5)] * 3,
        },
        "bytes": {"index": 20_000_000, "baseline_index": 10_000_000, "encoder": 90_000_000, "weights": 90_000_000},
    }


def test_each_ratio_is_ours_over_the_baselines_of_the_same_run(raw: dict):
    lines = {(line.name, line.unit): line for line in figures(raw)}
    assert lines["ingest, whole library, wall", "s"].ratio == 30 / 60
    assert lines["ingest", "passages/s"].ratio == (400 / 20) / (500 / 50)
    assert lines["ingest", "vectors/s"].ratio == (4000 / 20) / (500 / 50)
    assert lines["ingest, nothing changed", "s"].ratio == 4 / 60  # the median of 2, 8 and 4
    assert lines["index on disk", "MB"].ratio == 2
    assert lines["ask, warm, p50", "ms"].ratio == 20 / 40
    assert lines["ask, warm, p95", "ms"].ratio == 30 / 80
    assert lines["ask, cold start, wall", "s"].ratio == 3 / 10
    assert lines["emergency, first line", "s"].ratio == 0.5 / 10
    assert lines["ask, peak memory", "MB"].ratio == 250 / 500


def test_a_figure_without_a_baseline_has_no_ratio():
    assert Figure("alone", "s", 1.0, None).ratio is None
    assert Figure("beside nothing", "s", 1.0, 0.0).ratio is None


def test_calls_take_turns_and_each_is_timed_on_every_case():
    ticks = iter(range(100))
    order: list[str] = []
    case = Case.model_validate(
        {"id": "c", "kind": "unanswerable", "style": "terse", "question": "?", "expect": ["no_evidence"],
         "emergency": False, "facts": [], "gold": []}
    )  # fmt: skip
    took, returned = take_turns(
        [case, case],
        {"one": lambda _: order.append("one"), "two": lambda _: order.append("two")},
        clock=lambda: float(next(ticks)),
    )
    assert order == ["one", "two", "two", "one"]
    assert took == {"one": [1000.0, 1000.0], "two": [1000.0, 1000.0]}
    assert {name: len(values) for name, values in returned.items()} == {"one": 2, "two": 2}


def test_a_sample_is_spread_evenly_over_the_suite():
    assert spread(list(range(10)), 3) == [0, 3, 6]  # type: ignore[arg-type]
    assert spread([1, 2], None) == [1, 2]  # type: ignore[arg-type]


def test_the_quick_form_measures_everything_on_a_small_folder(own_documents: Path):
    result = bench(Plan.quick(own_documents))
    assert json.loads(json.dumps(result)) == result
    assert result["documents"] == 2 and result["questions"] == 12 and result["repeats"] == 1
    assert {line["name"] for line in result["figures"]} >= MEASURED
    for line in result["figures"]:
        assert line["value"] > 0 and line["baseline"] > 0, line["name"]
        assert line["ratio"] == line["value"] / line["baseline"], line["name"]
    printed = table(result)
    assert all(name in printed for name in MEASURED) and "cores" in printed

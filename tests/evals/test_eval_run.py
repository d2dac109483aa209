import json

import pytest

from evals.commands import run
from evals.gates import Gate, GatesInvalid, gates_of
from evals.generate import WARM_UP, generate
from evals.lines import SuiteInvalid
from evals.record import RunDamaged
from evals.report import table
from evals.score import Figure, score
from evals.suite import load, suite_path


@pytest.fixture
def gates_file(tmp_path):
    path = tmp_path / "gates.yaml"
    path.write_text("tiny:\n  recall@5: 1.0\n  emergency recall: 1.0\n", encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path, suites_folder, good_assistant):
    ticks = iter(range(1000))
    generate(
        "tiny",
        load(suite_path("tiny", suites_folder)),
        tmp_path / "run",
        ask=good_assistant.ask,
        search=good_assistant.search,
        settings={"top_k": 10},
        clock=lambda: float(next(ticks)),
    )
    return tmp_path / "run"


def test_a_run_folder_holds_the_suite_the_settings_and_what_came_back(folder, suites_folder):
    about = json.loads((folder / "run.json").read_text())
    rows = [json.loads(line) for line in (folder / "cases.jsonl").read_text().splitlines()]
    assert load(folder / "suite.jsonl") == load(suite_path("tiny", suites_folder))
    assert (about["suite"], about["cases"], about["settings"]) == ("tiny", 4, {"top_k": 10})
    assert {"versions", "commit", "started", "seconds"} <= about.keys()
    assert about["peak_mb"] > 10
    assert [row["id"] for row in rows] == ["ring", "budget", "choking", "choking-policy"]
    assert rows[0]["answer"]["citations"][1]["pinpoint"] == "p. 2"
    assert [found["rank"] for found in rows[0]["hits"]] == [1, 2]
    assert rows[0]["ask_ms"] == 1000.0  # the clock moves one second a look


def test_history_reaches_the_assistant_and_the_warm_up_is_not_a_case(folder, good_assistant):
    assert good_assistant.asked[0] == (WARM_UP, [])
    assert [turn["content"] for turn in good_assistant.asked[1][1]] == ["worried about mum", "Say more."]


def test_figures_of_a_good_run_worked_by_hand(folder):
    figures = score(folder).figures
    # gold at rank 2 of "ring" and rank 1 of "choking-policy": recall@1 (0 + 1) / 2, MRR (1/2 + 1) / 2
    assert figures["recall@1"] == Figure(value=0.5, cases=2)
    assert figures["recall@5"] == Figure(value=1.0, cases=2)
    assert figures["MRR"] == Figure(value=0.75, cases=2)
    assert figures["vital fact recall"] == Figure(value=1.0, cases=2)
    assert figures["citation match"] == Figure(value=1.0, cases=2)
    # "ring" cites two sections, one gold: 1/2; "choking-policy" one of one: (1/2 + 1) / 2
    assert figures["citation precision"] == Figure(value=0.75, cases=2)
    assert figures["refusal precision"] == figures["refusal recall"] == Figure(value=1.0, cases=1)
    assert figures["emergency precision"] == figures["emergency recall"] == Figure(value=1.0, cases=1)
    assert figures["outcome match"] == Figure(value=1.0, cases=4)
    assert figures["ask p95 ms"] == Figure(value=1000.0, cases=3)  # the emergency is left out


def test_scoring_asks_nothing_and_gives_the_same_twice(folder, good_assistant):
    asked = len(good_assistant.asked)
    first = score(folder)
    written = (folder / "scores.json").read_bytes()
    assert score(folder) == first
    assert (folder / "scores.json").read_bytes() == written
    assert len(good_assistant.asked) == asked


def test_scores_are_kept_by_case_before_the_means(folder):
    score(folder)
    written = json.loads((folder / "scores.json").read_text())
    assert list(written) == ["cases", "figures", "intervals"]
    assert written["cases"][0]["values"]["MRR"] == 0.5
    assert written["cases"][1]["values"]["MRR"] is None


def test_a_case_the_run_left_out_counts_as_wrong(folder):
    rows = (folder / "cases.jsonl").read_text().splitlines()
    (folder / "cases.jsonl").write_text("\n".join(rows[1:]) + "\n")  # "ring" is gone
    scores = score(folder)
    assert scores.cases[0].problem == "not in the run"
    assert scores.figures["recall@5"] == Figure(value=0.5, cases=2)  # (0 + 1) / 2
    assert scores.figures["vital fact recall"] == Figure(value=0.5, cases=2)
    assert scores.figures["refusal precision"] == Figure(value=0.5, cases=2)  # "budget" right, "ring" wrong
    assert "ring (not in the run)" in table("tiny", scores, ())


def test_a_damaged_line_is_named(folder):
    with (folder / "cases.jsonl").open("a") as file:
        file.write('{"id": "x", "answer": {"outcome": "answered"}}\n')
    with pytest.raises(RunDamaged, match="cases.jsonl line 5, answer.abstained"):
        score(folder)


def test_one_case_that_raises_does_not_stop_the_run(tmp_path, suites_folder, good_assistant):
    def ask(question, history):
        if "budget" in question:
            raise ValueError("no such column")
        return good_assistant.ask(question, history)

    cases = load(suite_path("tiny", suites_folder))
    generate("tiny", cases, tmp_path / "run", ask=ask, search=good_assistant.search, settings={})
    scores = score(tmp_path / "run")
    assert scores.cases[1].problem == "ask: ValueError: no such column"
    assert scores.figures["refusal recall"] == Figure(value=0.0, cases=1)
    assert scores.figures["emergency recall"] == Figure(value=1.0, cases=1)


def test_gates_that_hold_exit_0_and_print_every_figure(tmp_path, suites_folder, gates_file, good_assistant, capsys):
    code = run(
        ["tiny"],
        tmp_path / "out",
        tmp_path,
        ask=good_assistant.ask,
        search=good_assistant.search,
        suites_folder=suites_folder,
        gates_file=gates_file,
    )
    printed = capsys.readouterr().out
    assert code == 0
    for measure in ("recall@1", "recall@5", "recall@10", "MRR", "vital fact recall", "fact recall", "citation match"):
        assert f"  {measure} " in printed
    for measure in ("refusal precision", "refusal recall", "emergency precision", "emergency recall", "ask p95 ms"):
        assert f"  {measure} " in printed
    assert ">= 1.00 passed" in printed
    assert (tmp_path / "out" / "tiny" / "scores.json").is_file()


def test_a_failing_gate_exits_1_and_names_the_cases(tmp_path, suites_folder, gates_file, good_assistant, capsys):
    good_assistant.danger = []
    code = run(
        ["tiny"],
        tmp_path / "out",
        tmp_path,
        ask=good_assistant.ask,
        search=good_assistant.search,
        suites_folder=suites_folder,
        gates_file=gates_file,
    )
    printed = capsys.readouterr().out
    assert code == 1
    assert ">= 1.00 FAILED" in printed
    assert "emergency recall is lowered by: choking" in printed


def test_an_unknown_suite_stops_before_anything_is_asked(tmp_path, suites_folder, good_assistant):
    with pytest.raises(SuiteInvalid):
        run(
            ["tiny", "none"],
            tmp_path / "out",
            tmp_path,
            ask=good_assistant.ask,
            search=good_assistant.search,
            suites_folder=suites_folder,
        )
    assert good_assistant.asked == []


def test_a_figure_that_was_not_measured_does_not_pass_its_gate():
    gate = Gate(measure="refusal precision", least=0.0)
    assert not gate.holds({})
    assert not gate.holds({"refusal precision": Figure(value=None, cases=0)})
    assert gate.holds({"refusal precision": Figure(value=0.0, cases=1)})


def test_a_mean_that_is_a_hair_below_its_gate_in_binary_passes():
    # 0.1 + 0.2 is not quite 0.3, and neither is the mean of some ones and zeros
    assert Gate(measure="m", least=0.3).holds({"m": Figure(value=0.3 - 1e-12, cases=10)})


@pytest.mark.parametrize("text", ["tiny: 3", "tiny:\n  recall@5: high", "tiny:\n  recall@5: 1.5", "tiny: ["])
def test_gates_that_do_not_say_what_they_must_are_refused(tmp_path, text):
    path = tmp_path / "gates.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GatesInvalid, match="gates.yaml"):
        gates_of("tiny", path)


def test_a_suite_without_gates_has_none(gates_file):
    assert gates_of("other", gates_file) == ()

import json
import re

import pytest

from assistant.sar.rules import State, load_criteria
from assistant.sar.suggest import Suggestion
from evals import narratives
from evals.commands import run
from evals.gates import gates_of
from evals.narrative_scores import failures, score, table
from evals.narratives import Label, Narrative, load, main
from evals.suite import SUITES, SuiteInvalid

PAGE = (SUITES / "NARRATIVES.md").read_text(encoding="utf-8")
BUILT_ON = ("narratives", "narratives-second")
TEXT = "Mr A, 80, of Dawley died on 3 May. We all thought another service would visit."
CASE = {
    "id": "mr-a",
    "tags": ["plain"],
    "narrative": TEXT,
    "facts": {
        "adult_18_or_over": {"value": "yes", "words": ["Mr A, 80"]},
        "in_area": {"value": "no", "words": ["of Dawley"]},
        "died": {"value": "yes", "words": ["died on 3 May"]},
        "learning_likely": {"value": "unknown", "words": []},
    },
    "outcome": "out_of_area",
}


def written(tmp_path, *cases, name="narratives-made.jsonl"):
    path = tmp_path / name
    path.write_text("".join((case if isinstance(case, str) else json.dumps(case)) + "\n" for case in cases), "utf-8")
    return path


def said(fact, value, quote):
    start = TEXT.index(quote)
    return Suggestion(fact=fact, value=State(value), quote=quote, start=start, end=start + len(quote), confidence=0.9)


def rows_under(heading):
    part = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([a-z0-9_]+)` \|", part, re.MULTILINE)


def test_the_page_describes_every_field_and_every_fact():
    assert rows_under("Fields of a case") == list(Narrative.model_fields)
    assert rows_under("Fields of a fact") == list(Label.model_fields)
    assert rows_under("How to label") == list(load_criteria().rules[-1].fact_ids)


@pytest.mark.parametrize("name", BUILT_ON)
def test_the_suites_built_on_hold_what_the_page_says(name):
    for case in load(SUITES / f"{name}.jsonl"):
        assert 120 <= len(case.narrative.split()) <= 300, case.id
        assert f"`{case.outcome}`" in PAGE


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("{not json", "narratives-made.jsonl line 2, the case"),
        (CASE | {"id": "b", "note": 1}, "line 2, note: Extra inputs"),
        (CASE | {"id": "b", "outcome": "mandatory"}, "line 2, the case: .*'mandatory' is no outcome"),
        (CASE | {"id": "b", "facts": {"dead": {"value": "yes", "words": ["died"]}}}, "'dead' is no fact"),
        (CASE | {"id": "b", "facts": {"died": {"value": "yes", "words": ["drowned"]}}}, "'drowned' does not stand"),
        (CASE | {"id": "b", "facts": {"died": {"value": "yes"}}}, "yes and no need words"),
        (CASE | {"id": "b", "facts": {"died": {"value": "unknown", "words": ["died"]}}}, "unknown has none"),
        (CASE, "mr-a is used twice"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, second, message):
    with pytest.raises(SuiteInvalid, match=message):
        load(written(tmp_path, CASE, second))


def test_an_empty_suite_is_refused(tmp_path):
    with pytest.raises(SuiteInvalid, match="holds no cases"):
        load(written(tmp_path, ""))


def test_figures_worked_by_hand():
    case = Narrative.model_validate(CASE)

    def suggest(_):
        return [
            said("adult_18_or_over", "yes", "80"),
            said("in_area", "yes", "of Dawley"),
            said("died", "yes", "We all thought"),
            said("learning_likely", "no", "We all thought"),
            said("care_and_support_needs", "no", "Mr A"),
        ]

    scores = score([case], suggest)
    values = {name: figure.value for name, figure in scores.figures.items()}
    # said of judged facts: adult right, area wrong, died right, learning wrong (unknown); needs is not judged
    assert values["fact precision"] == 2 / 4
    assert values["fact recall"] == pytest.approx(2 / 3)  # adult and died of adult, area and died
    assert values["quote overlap"] == 1 / 2  # the words for died stand elsewhere
    assert values["precision learning_likely"] == 0
    assert values["recall learning_likely"] is None
    assert values["outcome confirmed"] == 1
    assert values["outcome unconfirmed"] == 0  # with no needs it is not_met
    assert values["mandatory kept"] is None
    assert scores.intervals["fact precision"] == (0.5, 0.5)  # one case: every draw is the same


def test_a_mandatory_case_that_is_sent_away_is_counted():
    facts = {
        "adult_18_or_over": {"value": "yes", "words": ["80"]},
        "in_area": {"value": "yes", "words": ["of Dawley"]},
        "care_and_support_needs": {"value": "yes", "words": ["Mr A"]},
        "died": {"value": "yes", "words": ["died"]},
        "death_from_abuse_or_neglect_known_or_suspected": {"value": "yes", "words": ["died"]},
        "concern_about_working_together": {"value": "yes", "words": ["We all thought"]},
    }
    case = Narrative.model_validate(CASE | {"facts": facts, "outcome": "mandatory_s44_condition1"})
    away = [said("adult_18_or_over", "yes", "80"), said("in_area", "no", "of Dawley")]
    assert score([case], lambda _: away).figures["mandatory kept"].value == 0
    assert score([case], lambda _: []).figures["mandatory kept"].value == 1


def test_each_failure_is_shown_with_its_words():
    lines = list(failures([Narrative.model_validate(CASE)], lambda _: [said("in_area", "yes", "of Dawley")]))
    assert lines == [
        "  missed mr-a, adult_18_or_over: yes (Mr A, 80)",
        '  WRONG  mr-a, in_area: yes from "of Dawley"; it is no',
        "  missed mr-a, died: yes (died on 3 May)",
    ]


@pytest.mark.parametrize("name", ("narratives", "narratives-second", "narratives-held-out"))
def test_gates_name_measures_that_are_printed(name):
    scores = score([Narrative.model_validate(CASE)], lambda _: [])
    gates = gates_of(name)
    assert {gate.measure for gate in gates} <= set(scores.figures)
    assert "FAILED" in table(name, scores, gates)


@pytest.mark.parametrize("name", BUILT_ON)
def test_the_gates_hold_on_the_suites_built_on(name):
    scores = score(load(SUITES / f"{name}.jsonl"))
    assert [gate.measure for gate in gates_of(name) if not gate.holds(scores.figures)] == []


def test_the_command_line_prints_figures_and_failures(tmp_path, capsys):
    assert main([str(written(tmp_path, CASE)), "--show-failures"]) == 0  # a suite without gates
    printed = capsys.readouterr().out
    assert "fact precision" in printed
    assert main([str(written(tmp_path, CASE)), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["figures"]["outcome confirmed"] == {"value": 1.0, "cases": 1}


def test_eval_run_scores_a_suite_of_narratives_without_an_assistant(tmp_path, capsys):
    written(tmp_path, CASE)
    gates = tmp_path / "gates.yaml"
    gates.write_text("narratives-made:\n  fact precision: 1.0\n", encoding="utf-8")
    missing = tmp_path / "no-index"
    code = run(["narratives-made"], tmp_path / "out", missing, suites_folder=tmp_path, gates_file=gates)
    assert code == 1  # Mr A lived in Dawley, and this made-up label says he did not
    assert "FAILED" in capsys.readouterr().out
    kept = json.loads((tmp_path / "out" / "narratives-made" / "scores.json").read_text())
    assert [case["id"] for case in kept["cases"]] == ["mr-a"]
    assert [path.name for path in missing.iterdir()] == ["evaluation"]  # the scorecard, and no index was looked for


def test_the_newest_rules_are_those_scored_with():
    assert narratives.rules().since == max(entry.since for entry in load_criteria().rules)

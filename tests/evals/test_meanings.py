"""Every figure that can be printed has its meaning in a line, and nothing has one that is not measured."""

import yaml

from evals import briefings, hostile
from evals.gates import GATES, gates_of
from evals.narrative_scores import _shares
from evals.score import score_case
from evals.scorecard import meaning, meanings
from evals.suite import SUITES, load

MADE_OF_THE_RUN = {"ask p50 ms", "ask p95 ms", "peak memory MB"}


def measured() -> dict[str, set[str]]:
    question = load(SUITES / "starter.jsonl")[0]
    attack = hostile.load(SUITES / "hostile.jsonl")[0]
    theme = briefings.load(SUITES / "briefings.jsonl")[0]
    return {
        "questions": set(score_case(question, None).values) | MADE_OF_THE_RUN,
        "narratives": {name for name in _shares() if " " not in name or name in meanings()},
        "hostile": set(hostile.score_case(attack, None, None, {}).values),
        "briefings": set(briefings.score_case(theme, None, {}).values),
    }


def test_every_measure_has_a_meaning_and_every_meaning_a_measure():
    names = set().union(*measured().values())
    assert names - set(meanings()) == set()
    assert set(meanings()) - names == set()


def test_a_single_facts_figure_says_which_fact():
    assert meaning("precision in_area") == "Precision of the fact in area"


def test_every_gate_is_of_a_measure_of_its_suite():
    known = measured()
    for suite in yaml.safe_load(GATES.read_text(encoding="utf-8")):
        kind = next((kind for kind in ("narratives", "hostile", "briefings") if suite.startswith(kind)), "questions")
        assert {gate.measure for gate in gates_of(suite)} - known[kind] == set(), suite

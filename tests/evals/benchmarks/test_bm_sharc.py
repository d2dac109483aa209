"""ShARC's adapter on invented rules and dialogues in its format."""

from __future__ import annotations

import json

import numpy as np
import pytest

from assistant.sar.rules import State
from assistant.settings import Settings
from evals.benchmarks import sharc
from evals.benchmarks.sharc import (
    FILES,
    Case,
    Decision,
    Rule,
    cases,
    echo,
    known,
    macro,
    measure,
    read_case,
    rule_of,
    table,
    vectors_of,
)
from evals.benchmarks.value import BenchmarkMissing
from ingest.encoder import open_encoder

HIVE = "## Bees\n\nYou can keep a hive if you meet all of these:\n\n* your garden has a wall\n* you are over 16"
WALL, AGE = "Does your garden have a wall?", "Are you over 16?"
QUESTION = "Can I keep a hive?"


def turn(answer: str, history: list[tuple[str, str]], question: str = QUESTION, scenario: str = "") -> dict:
    followed = [{"follow_up_question": asked, "follow_up_answer": said} for asked, said in history]
    return {"snippet": HIVE, "question": question, "scenario": scenario, "answer": answer, "history": followed}


TURNS = [
    turn(WALL, []),
    turn(AGE, [(WALL, "Yes")]),
    turn("Yes", [(WALL, "Yes"), (AGE, "Yes")]),
    turn("No", [(WALL, "No")]),
    turn("Irrelevant", [], "How long may a ship stay in the dock of Rotterdam?"),
]


@pytest.fixture
def folder(tmp_path, monkeypatch, data_folder):
    machine = data_folder(tmp_path / "machine")
    monkeypatch.setattr(sharc, "settings", lambda: Settings(data_dir=machine))
    for name in FILES:
        (tmp_path / name).write_text(json.dumps(TURNS), encoding="utf-8")
    return tmp_path


@pytest.fixture
def encoder(model, encoders):
    return open_encoder(model, encoders)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (HIVE, Rule(("your garden has a wall", "you are over 16"), every=True, grants=True)),
        ("You can moor:\n\n* by day, or\n* by night", Rule(("by day", "by night"), every=False, grants=True)),
        ("You can't moor if:\n\n* it rains\n* it snows", Rule(("it rains", "it snows"), every=False, grants=False)),
        ("If it rains or it snows, boats stay.", Rule(("it rains", "it snows"), every=False, grants=True)),
        ("You may moor unless it rains and it snows.", Rule(("it rains", "it snows"), every=True, grants=False)),
        ("You cannot moor unless it rains.", Rule(("it rains",), every=True, grants=True)),
        ("Boats are moored by day.", Rule(("Boats are moored by day",), every=True, grants=True)),
    ],
)
def test_a_rule_text_is_read_as_clauses_and_how_they_are_joined(text, rule):
    assert rule_of(text) == rule


def test_the_engine_takes_a_rule_of_any_length():
    assert len(table(10, False).truth_table) == 1024
    assert set(table(10, False).truth_table[1:]) == {"met"}
    assert table(2, True).truth_table == ("unmet", "unmet", "unmet", "met")


def test_answers_are_matched_to_clauses_in_whatever_order_they_came(encoder):
    case = Case(HIVE, QUESTION, "", ((AGE, False), (WALL, True)), Decision.NO, "")
    rule = rule_of(HIVE)
    assert known(case, rule, vectors_of([case], encoder)) == {0: State.YES, 1: State.NO}


def test_a_scenario_speaks_where_no_answer_does(encoder):
    told = "I'm a baker. My garden doesn't have a wall."
    case = Case(HIVE, QUESTION, told, (), Decision.NO, "")
    vectors = vectors_of([case], encoder)
    assert known(case, rule_of(HIVE), vectors) == {0: State.NO}
    assert read_case(case, vectors).decision is Decision.NO
    answered = Case(HIVE, QUESTION, told, ((WALL, True),), Decision.MORE, AGE)
    assert known(answered, rule_of(HIVE), vectors_of([answered], encoder)) == {0: State.YES}


def test_the_open_clause_is_asked_about_until_the_rule_decides(folder, encoder):
    every = cases(folder / "sharc_dev.json")
    vectors = vectors_of(every, encoder)
    readings = [read_case(case, vectors) for case in every]
    assert [one.decision for one in readings] == [case.decision for case in every]
    assert [one.clause for one in readings] == [0, 1, None, None, None]


def test_the_echo_asks_first_and_then_says_what_was_said_last(folder):
    assert [echo(case) for case in cases(folder / "sharc_dev.json")] == ["More", "Yes", "Yes", "No", "More"]


def test_macro_accuracy_is_the_mean_over_decisions():
    gold = [Decision.YES, Decision.YES, Decision.YES, Decision.NO]
    assert macro([1.0, 1.0, 0.0, 0.0], gold) == pytest.approx((2 / 3 + 0) / 2)


def test_both_files_are_measured_with_the_baselines(folder):
    made = measure(folder)
    of = {(row.system, row.measure): row for row in made.rows}
    assert of["safeguard", "micro accuracy (dev)"].value == 1.0
    assert of["safeguard", "macro accuracy (dev)"].value == 1.0
    assert of["echo the last answer", "micro accuracy (dev)"].value == 0.6  # the first, the third and the fourth
    assert of["echo the last answer", "macro accuracy (dev)"].value == pytest.approx(np.mean([1, 1, 0.5, 0]))
    assert of["majority class (More)", "micro accuracy (dev)"].value == 0.4
    assert of["safeguard", "micro accuracy above the echo (dev)"].value == pytest.approx(0.4)
    assert of["safeguard", "asks the right clause (dev)"].value == 1.0
    assert of["safeguard", "micro accuracy (dev, answers so far shuffled)"].cases == 5
    assert [one.value for one in of["safeguard", "macro accuracy (dev)"].published] == [0.811]
    assert measure(folder, limit=1).rows[0].cases == 1


def test_a_missing_or_damaged_file_is_said(folder):
    with pytest.raises(BenchmarkMissing, match="name the folder that holds it"):
        measure(folder / "elsewhere")
    (folder / "history_dev.json").write_text(json.dumps([turn("Yes", [(WALL, "Perhaps")])]), encoding="utf-8")
    with pytest.raises(BenchmarkMissing, match="fetch the copy again"):
        measure(folder)

import json

import pytest

from evals.compare import compare, table
from evals.record import RunDamaged


def run_of(folder, suite, **measures):
    """A scored run: measure -> one value a case, in order."""
    (folder / suite).mkdir(parents=True)
    count = max(map(len, measures.values()))
    cases = [
        {"id": f"c{n}", "kind": "answerable", "values": {name: values[n] for name, values in measures.items()}}
        for n in range(count)
    ]
    (folder / suite / "scores.json").write_text(json.dumps({"cases": cases, "figures": {}, "intervals": {}}))
    return folder


def test_what_flipped_is_named_and_tested_with_mcnemar(tmp_path):
    first = run_of(tmp_path / "a", "made", hit=[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0])
    second = run_of(tmp_path / "b", "made", hit=[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0])
    (change,) = compare(first, second).changes
    assert (change.first, change.second) == (0.25, 0.875)
    assert change.gained == ("c0", "c1", "c2", "c3", "c4", "c5") and change.lost == ("c6",)
    # 1 against 6: 2 * (C(7,0) + C(7,1)) / 2^7 = 16 / 128
    assert change.p == pytest.approx(0.125)
    assert change.by_chance
    assert change.low <= 0.625 <= change.high


def test_six_of_six_is_more_than_chance(tmp_path):
    first = run_of(tmp_path / "a", "made", hit=[0.0] * 6 + [1.0] * 6)
    second = run_of(tmp_path / "b", "made", hit=[1.0] * 12)
    found = compare(first, second)
    assert found.changes[0].p == pytest.approx(2 / 64)
    assert "not by chance alone" in table(found)
    assert "gained: c0, c1, c2, c3, c4, c5" in table(found)


def test_shares_are_tested_by_their_interval_alone(tmp_path):
    first = run_of(tmp_path / "a", "made", share=[0.5, 0.25, 0.0, 1.0])
    second = run_of(tmp_path / "b", "made", share=[0.5, 0.25, 0.0, 0.5])
    (change,) = compare(first, second).changes
    assert change.p is None and change.lost == ("c3",)
    assert change.by_chance  # an interval from -.375 to 0


def test_only_cases_that_both_runs_judged_are_compared_and_the_rest_is_counted(tmp_path):
    first = run_of(tmp_path / "a", "made", cited=[1.0, None, 1.0])
    second = run_of(tmp_path / "b", "made", cited=[1.0, 1.0, None])
    (change,) = compare(first, second).changes
    assert (change.cases, change.judged_once) == (1, 2)
    assert "(2 judged once)" in table(compare(first, second))


def test_suites_and_cases_of_one_run_only_are_said(tmp_path):
    first = run_of(tmp_path / "a", "made", hit=[1.0, 0.0])
    run_of(first, "other", hit=[1.0])
    second = run_of(tmp_path / "b", "made", hit=[1.0])
    assert compare(first, second).only_in_one == ("other is only in a", "made: 1 cases are in one run only")


def test_what_cannot_be_compared_is_said_in_one_sentence(tmp_path):
    first = run_of(tmp_path / "a", "made", hit=[1.0])
    with pytest.raises(RunDamaged, match="no scores in"):
        compare(first, tmp_path / "nowhere")
    with pytest.raises(RunDamaged, match="no suite in common"):
        compare(first, run_of(tmp_path / "b", "other", hit=[1.0]))
    damaged = run_of(tmp_path / "c", "made", hit=[1.0])
    (damaged / "made" / "scores.json").write_text("{")
    with pytest.raises(RunDamaged, match="cannot be read; run `safeguard eval score"):
        compare(first, damaged)


def test_a_run_against_itself_shows_no_change(tmp_path):
    first = run_of(tmp_path / "a", "made", hit=[1.0, 0.0, 1.0], share=[0.2, 0.4, 0.6])
    found = compare(first, first)
    assert [(change.low, change.high, change.gained, change.lost) for change in found.changes] == [(0, 0, (), ())] * 2

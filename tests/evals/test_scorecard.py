"""A run's scorecard: the same figures in the value, the table and the page; nothing of a case is ever run."""

import json
import re
from pathlib import Path

import pytest

from assistant.scorecard import FILE, FOLDER, Scorecard, ScorecardDamaged, newest
from evals.commands import rescore, run, run_again
from evals.record import RunDamaged
from evals.scorecard_words import as_markdown, published
from ingest.errors import BadRequest

DOCS = Path(__file__).resolve().parents[2] / "docs"
HOSTILE = '<script>alert(1)</script> <img src="https://evil.invalid/x"> who do i ring'


@pytest.fixture
def gates_file(tmp_path):
    path = tmp_path / "gates.yaml"
    path.write_text(
        "tiny:\n  recall@5: 1.0\n  recall@1: 1.0\ntwin:\n  recall@1: 1.0\nall-questions:\n  refusal recall: 1.0\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def ran(tmp_path, suites_folder, gates_file, good_assistant):
    """A run of the tiny suite and of a hostile twin of it, and its exit code."""
    cases = [json.loads(line) for line in (suites_folder / "tiny.jsonl").read_text().splitlines()]
    cases[0] |= {"question": HOSTILE, "topic": "numbers"}
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    (suites_folder / "twin.jsonl").write_text(lines, encoding="utf-8")
    out = tmp_path / "out"
    code = run(
        ["tiny", "twin"],
        out,
        tmp_path / "data",
        ask=good_assistant.ask,
        search=good_assistant.search,
        suites_folder=suites_folder,
        gates_file=gates_file,
    )
    return out, code


def card_of(out) -> Scorecard:
    return Scorecard.model_validate_json((out / FILE).read_bytes())


def test_the_card_has_each_figure_with_its_interval_cases_and_goal(ran):
    out, code = ran
    card = card_of(out)
    assert [suite.name for suite in card.suites] == ["all-questions", "tiny", "twin"]
    tiny = {row.measure: row for row in card.suites[1].rows}
    assert (tiny["recall@5"].value, tiny["recall@5"].cases, tiny["recall@5"].goal) == (1.0, 2, 1.0)
    assert tiny["recall@5"].passed and not tiny["recall@1"].passed  # the second passage of "ring" answers
    assert tiny["MRR"].goal is None and tiny["MRR"].passed is None
    assert tiny["recall@5"].low < 1.0  # two of two is not certain
    assert card.checks == (2, 4)
    assert code == 1
    assert card.command == "safeguard eval run --suite tiny --suite twin"


def test_all_questions_are_every_suite_together(ran):
    together = {row.measure: row for row in card_of(ran[0]).suites[0].rows}
    assert together["refusal recall"].cases == 2
    assert together["ask p50 ms"].cases == 6  # eight questions, two emergencies


def test_how_replies_ended_is_counted_and_the_failing_cases_are_shown_with_their_words(ran):
    card = card_of(ran[0])
    ended = {(one.expected, one.came): one.cases for one in card.suites[1].outcomes}
    assert ended[("answered", "answered")] == 2 and sum(ended.values()) == 4
    (worst,) = card.suites[1].worst
    assert (worst.id, worst.lowers) == ("ring", ("recall@1",))
    assert worst.question == "who do i ring" and worst.answer
    assert worst.expected == "answered: the number"


def test_the_table_says_what_the_card_says(ran):
    card = card_of(ran[0])
    words = as_markdown(card)
    assert (ran[0] / "scorecard.md").read_text(encoding="utf-8") == words
    assert "2 of 4 goals reached" in words
    row = next(line for line in words.splitlines() if line.startswith("| recall@1 |") and "Failed" in line)
    value = next(row.value for row in card.suites[1].rows if row.measure == "recall@1")
    assert f"| {value:.3f} |" in row


def test_the_tables_are_put_into_their_place_on_the_published_page(ran):
    card = card_of(ran[0])
    page = "# Scorecard\n\n## The run\n\nold\n\n## Reading files\n\nkept\n"
    made = published(page, card)
    assert "old" not in made and "kept" in made and "### tiny: 4 cases" in made
    assert published(made, card) == made
    with pytest.raises(ValueError, match="needs the headings"):
        published("# Scorecard\n", card)


def test_what_the_published_page_says_in_words_is_what_its_tables_say():
    page = (DOCS / "scorecard.md").read_text(encoding="utf-8")
    words, tables = " ".join(page.split("## The run")[0].split()), page.split("## The run")[1]
    together = tables.split("### all-questions")[1].split("\n### ")[0]

    def of(measure):
        cells = next(line for line in together.splitlines() if line.startswith(f"| {measure} |")).split(" | ")
        return float(cells[2]), int(cells[4])

    assert f"among the first five for {100 * of('recall@5')[0]:.0f} in 100" in words
    assert f"the first ten for {100 * of('recall@10')[0]:.0f}." in words
    assert f"{100 * of('vital fact recall')[0]:.0f} in 100 facts" in words
    recall, without_answer = of("refusal recall")
    assert f"Of {without_answer} questions that the library does not answer, {100 * recall:.0f} in 100 are" in words
    assert f"of the refusals, {100 * of('refusal precision')[0]:.0f} in 100 are right" in words
    noticed, messages = of("emergency recall")
    assert f"noticed** in {noticed * messages:.0f} of {messages} messages" in words
    assert f"for all {of('located quotes')[1]} answers" in words


def test_the_page_holds_everything_itself_and_runs_nothing(ran):
    page = (ran[0] / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page and "evil.invalid" in page  # shown as words
    assert '<img src="https' not in page
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', page) == []
    assert re.findall(r"url\((?!#)", page) == []
    assert page.count("<svg ") == page.count('role="img"') >= 3
    assert "Failed" in page and "Passed" in page
    assert page.count("<h1>") == 1


def test_the_data_folder_keeps_the_newest_card_for_the_app(ran, tmp_path):
    assert newest(tmp_path / "data") == card_of(ran[0])
    assert newest(tmp_path / "none") is None
    (tmp_path / "data" / FOLDER / FILE).write_text("{}")
    with pytest.raises(ScorecardDamaged, match="run `safeguard eval run` again"):
        newest(tmp_path / "data")


def test_a_run_is_scored_again_from_its_folder_alone(ran, gates_file):
    out, _ = ran
    before = card_of(out)
    assert rescore(out, gates_file) == 1
    after = card_of(out)
    assert [suite.rows for suite in after.suites] == [suite.rows for suite in before.suites]
    with pytest.raises(RunDamaged, match="There is no run in"):
        rescore(out / "nowhere", gates_file)


def test_a_run_is_made_again_from_its_own_folder(ran, tmp_path, gates_file, good_assistant, monkeypatch, capsys):
    from evals import commands
    from evals.kinds import Assistant

    again = Assistant(good_assistant.ask, good_assistant.search, settings={"generation": "g2"})
    monkeypatch.setattr(commands, "open_assistant", lambda data_dir: again)
    out, _ = ran
    asked = len(good_assistant.asked)
    assert run_again(out, tmp_path / "second", tmp_path / "data", gates_file) == 1
    assert len(good_assistant.asked) == asked + 2 * (4 + 1)  # every case of both, and a warm-up each
    first, second = card_of(out), card_of(tmp_path / "second")
    assert [row.value for row in first.suites[1].rows if row.measure == "MRR"] == [
        row.value for row in second.suites[1].rows if row.measure == "MRR"
    ]
    assert "tiny: not as then: generation was None, is g2" in capsys.readouterr().out
    with pytest.raises(BadRequest, match="is the run itself"):
        run_again(out, out, tmp_path / "data", gates_file)
    with pytest.raises(RunDamaged, match="There is no run in"):
        run_again(tmp_path / "nowhere", tmp_path / "third", tmp_path / "data", gates_file)


def test_the_refusal_curve_counts_every_question_that_is_no_emergency():
    from evals.scorecard import _trade_off
    from evals.suite import Case

    def case(name, answerable):
        return Case.model_validate(
            {
                "id": name,
                "kind": "answerable" if answerable else "unanswerable",
                "style": "made",
                "question": "q",
                "expect": ["answered"] if answerable else ["no_evidence"],
                "emergency": False,
                "facts": [{"id": "f", "text": "f", "vital": True, "any": [["x"]]}] if answerable else [],
                "gold": [{"source_id": "s", "pinpoint": "p"}] if answerable else [],
            }
        )

    points = [(case("a", True), 0.9), (case("b", True), 0.3), (case("c", False), 0.2), (case("d", False), 0.6)]
    curve = {round(point.threshold, 2): point for point in _trade_off(points)}
    # below .5: b and c are refused; one of two is right, one of two that should be
    assert (curve[0.5].precision, curve[0.5].recall, curve[0.5].refused) == (0.5, 0.5, 2)
    assert (curve[1.0].precision, curve[1.0].recall) == (0.5, 1.0)
    assert (curve[0.25].precision, curve[0.25].recall) == (1.0, 0.5)

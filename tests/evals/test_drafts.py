"""Drafts from feedback: what they suggest, how they are written, and that none is taken for a case."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from eval_stand_ins import FOUR_CASES

from assistant.answer.value import Outcome
from assistant.cli import main
from assistant.feedback import Cited, Feedback, FeedbackStore, Verdict, load_reasons
from evals.drafts import DraftCase, draft
from evals.suite import SUITES, Case, SuiteInvalid, load

ANSWERED, NO_EVIDENCE = Outcome.ANSWERED, Outcome.NO_EVIDENCE
S68 = Cited(source_id="care-act-2014", pinpoint="s.68")


def word(number: int = 1, **more: object) -> Feedback:
    given = {
        "id": f"{number:012x}", "said_on": date.today(), "question": "Who gets an advocate?", "verdict": "helpful",
        "outcome": "answered", "cited": (S68, Cited(source_id="own-0a1b2c", pinpoint="para 1")), "generation": "g1",
    }  # fmt: skip
    return Feedback.model_validate({**given, **more})


def no(*reasons: str, outcome: Outcome = ANSWERED) -> Feedback:
    return word(verdict="not_helpful", reasons=reasons, outcome=outcome, correction="s.67 comes first")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for number, said in enumerate((word(), no("incomplete")), start=1):
        FeedbackStore(tmp_path / "data").save(said.model_copy(update={"id": f"{number:012x}"}))
    return tmp_path / "data"


def export(data: Path, out: Path, *more: str) -> int:
    return main(["eval", "feedback", "--out", str(out), "--data-dir", str(data), *more])


@pytest.mark.parametrize(
    ("said", "kind", "expect"),
    [
        (word(), "answerable", [ANSWERED]),
        (word(outcome="out_of_scope", cited=()), "unanswerable", [Outcome.OUT_OF_SCOPE]),
        (no("incomplete"), "answerable", [ANSWERED]),
        (no(), "answerable", [ANSWERED]),
        (no("wrong-place", "should-have-refused"), "unanswerable", [NO_EVIDENCE, Outcome.OUT_OF_SCOPE]),
        (no("should-have-answered", outcome=NO_EVIDENCE), "answerable", [ANSWERED]),
        (no("a-reason-of-another-version"), "answerable", [ANSWERED]),
    ],
)
def test_verdict_and_reasons_suggest_what_is_right(said, kind, expect):
    made = draft(said)
    assert (made.kind, list(made.expect), made.status, made.facts) == (kind, expect, "draft", ())


def test_gold_is_what_a_helpful_answer_cited_in_sources_every_library_has():
    assert [(gold.source_id, gold.pinpoint) for gold in draft(word()).gold] == [("care-act-2014", "s.68")]
    assert draft(no("incomplete")).gold == () and draft(no("incomplete")).cited == word().cited
    assert draft(no("incomplete")).notes == "s.67 comes first"


def test_every_reason_suggests_a_kind_of_its_own_data_file():
    for reason in load_reasons():
        assert draft(no(reason.id)).kind == reason.suggests


def test_drafts_are_written_one_a_line_in_the_order_they_were_said(data, tmp_path, capsys):
    out = tmp_path / "new" / "drafts.jsonl"
    assert export(data, out) == 0
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["feedback-000000000001", "feedback-000000000002"]
    assert [DraftCase.model_validate(line).status for line in lines] == ["draft"] * 2
    assert out.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in out.parent.iterdir()] == ["drafts.jsonl"]
    printed = capsys.readouterr()
    assert printed.out == "" and "2 draft cases written to" in printed.err


def test_nobody_said_anything_gives_an_empty_file_and_makes_no_data_folder(tmp_path, capsys):
    assert export(tmp_path / "none", tmp_path / "drafts.jsonl") == 0
    assert (tmp_path / "drafts.jsonl").read_text() == "" and not (tmp_path / "none").exists()
    assert "0 draft cases" in capsys.readouterr().err


def test_since_leaves_out_what_was_said_before(data, tmp_path):
    assert export(data, tmp_path / "a.jsonl", "--since", f"{date.today():%Y-%m-%d}") == 0
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) == 2
    assert export(data, tmp_path / "b.jsonl", "--since", "2999-01-01") == 0
    assert (tmp_path / "b.jsonl").read_text() == ""


def test_a_file_that_is_there_is_left_alone_without_force(data, tmp_path, capsys):
    out = tmp_path / "drafts.jsonl"
    out.write_text("somebody's work")
    assert export(data, out) == 2
    assert out.read_text() == "somebody's work"
    assert one_sentence(capsys) == f"error: {out} is there already; choose another name, or add --force to replace it."
    assert export(data, out, "--force") == 0
    assert len(out.read_text().splitlines()) == 2


@pytest.mark.parametrize("more", [("--since", "yesterday"), ("--since", "2026-13-01")])
def test_a_day_that_is_none_is_refused_in_one_sentence(data, tmp_path, capsys, more):
    assert export(data, tmp_path / "drafts.jsonl", *more) == 2
    assert "--since" in one_sentence(capsys) and not (tmp_path / "drafts.jsonl").exists()


def test_out_is_needed_and_must_be_a_file_that_can_be_written(data, tmp_path, capsys):
    assert main(["eval", "feedback", "--data-dir", str(data)]) == 2
    assert "--out" in one_sentence(capsys)
    assert export(data, tmp_path, "--force") == 2
    assert "is there already" in one_sentence(capsys)
    (tmp_path / "file").write_text("")
    assert export(data, tmp_path / "file" / "drafts.jsonl") == 2
    assert "cannot be written" in one_sentence(capsys)


def test_damaged_feedback_is_named_and_nothing_is_written(tmp_path, capsys):
    (tmp_path / "feedback.db").write_bytes(b"not a database" * 100)
    assert export(tmp_path, tmp_path / "drafts.jsonl") == 2
    assert "feedback.db are damaged" in one_sentence(capsys) and not (tmp_path / "drafts.jsonl").exists()


def one_sentence(capsys) -> str:
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: ")
    return lines[0]


def test_the_loader_refuses_a_draft_and_says_what_to_do(data, tmp_path):
    out = tmp_path / "drafts.jsonl"
    export(data, out)
    with pytest.raises(SuiteInvalid, match=r"drafts\.jsonl line 1 is a draft .* complete its facts and gold"):
        load(out)
    out.write_text(json.dumps(FOUR_CASES[0]) + "\n" + json.dumps({**FOUR_CASES[1], "status": "draft"}) + "\n")
    with pytest.raises(SuiteInvalid, match="line 2 is a draft"):
        load(out)


def test_a_draft_without_its_own_fields_is_a_case_once_facts_and_gold_are_there(tmp_path):
    line = draft(word()).model_dump(mode="json")
    own = set(line) - set(Case.model_fields)
    completed = {name: value for name, value in line.items() if name not in own}
    with pytest.raises(ValueError, match="vital fact"):
        Case.model_validate(completed)
    facts = [{"id": "difficulty", "text": "substantial difficulty", "vital": True, "any": [["substantial difficulty"]]}]
    assert Case.model_validate({**completed, "facts": facts}).answerable
    readme = (SUITES / "README.md").read_text("utf-8")
    taken_out = re.search(r"takes out (.*?)\. Until", readme, re.DOTALL)
    assert taken_out and set(re.findall(r"`(\w+)`", taken_out[1])) == own


def test_the_table_of_the_suites_page_and_the_model_say_the_same():
    section = (SUITES / "README.md").read_text("utf-8").split("## Drafts from feedback\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(DraftCase.model_fields)


def test_every_verdict_is_known_to_the_page():
    section = (SUITES / "README.md").read_text("utf-8").split("## Drafts from feedback\n")[1].split("\n## ")[0]
    assert all(f"`{verdict}`" in section for verdict in Verdict)

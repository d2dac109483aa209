"""What a question asks for, and whether a text holds one."""

from __future__ import annotations

import pytest
import yaml

from assistant.answer.kinds import FILE, asked_kinds, load_kinds
from ingest.errors import RegisterInvalid


def asked(question: str) -> list[str]:
    return [kind.id for kind in asked_kinds(question)]


def held(kind: str, question: str, *lines: str) -> bool:
    return next(entry for entry in load_kinds() if entry.id == kind).held_by(lines, question)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How much does an advocate cost?", "money"),
        ("what was the SAR budget in 2019", "money"),
        ("What percentage of reviews found neglect?", "percentage"),
        ("How often does the board meet?", "frequency"),
        ("How many deaths involve self-neglect?", "count"),
        ("How many days do we have to reply?", "duration"),
        ("What is the deadline for the report?", "duration"),
        ("Who do I ring at night?", "telephone"),
        ("What is the email address of the team?", "email"),
        ("Who is the chair of the board?", "person"),
        ("When is the next meeting?", "date"),
        ("Which page is it on?", "inside_a_form"),
        ("Is the office open today?", "now"),
    ],
)
def test_a_question_asks_for_its_kind_and_no_other(question, kind):
    assert asked(question) == [kind]


@pytest.mark.parametrize("question", ["When must a SAR be carried out?", "What is self-neglect?", "Who can refer?", ""])
def test_a_question_about_a_rule_asks_for_no_kind(question):
    assert asked(question) == []


def test_in_a_story_only_the_sentences_that_ask_are_read():
    assert asked("I saw her today. She had a bruise. What should I do?") == []
    assert asked("She had a bruise. Is the office open today?") == ["now"]
    assert asked("She had a bruise. is the office open today") == ["now"]


@pytest.mark.parametrize(
    ("kind", "question", "line", "holds"),
    [
        ("money", "How much?", "The fee is £50 a day.", True),
        ("money", "How much?", "A fee is charged.", False),
        ("percentage", "What %?", "It was 45% of reviews.", True),
        ("percentage", "What %?", "It was 45 reviews.", False),
        ("duration", "How long?", "Reply within 10 working days.", True),
        ("duration", "How long?", "Reply to the chair.", False),
        ("telephone", "Who do I ring?", "Ring 01952 385385.", True),
        ("telephone", "Who do I ring?", "Ring the office.", False),
        ("frequency", "How often?", "The board meets every month.", True),
        ("frequency", "How often?", "The board meets.", False),
        ("count", "How many deaths were there?", "There were 12 deaths.", True),
        ("count", "How many deaths were there?", "There were 12 reviews and some deaths.", True),
        ("count", "How many deaths were there?", "There were 12 reviews.", False),
        ("count", "How many deaths were there?", "There were deaths.", False),
    ],
)
def test_a_line_holds_a_kind_only_with_what_is_counted(kind, question, line, holds):
    assert held(kind, question, "Nothing here.", line) is holds


def test_what_is_counted_has_to_stand_in_the_same_line_as_the_number():
    assert not held("count", "How many deaths were there?", "There were 12 reviews.", "There were deaths.")


@pytest.mark.parametrize("change", [{"asks": ["("]}, {"asked": []}, {"id": None}], ids=str)
def test_a_wrong_entry_of_the_file_is_refused_with_what_to_do(tmp_path, change):
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    data["types"][0].update(change)
    path = tmp_path / "answer-types.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(RegisterInvalid, match="answer-types.yaml cannot be used") as caught:
        load_kinds(path)
    assert "mend that entry" in str(caught.value)
    with pytest.raises(RegisterInvalid, match="missing.yaml cannot be used"):
        load_kinds(tmp_path / "missing.yaml")

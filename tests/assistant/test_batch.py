"""Batches: lines in, lines out, in order, and a bad line named by its number before any work is done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.jsonl import read_jsonl, write_jsonl
from ingest.errors import BadRequest

QUESTION = "Do only trained staff visit a hoarded home?"


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_answers_keep_the_order_and_one_unusable_question_stops_nothing(own_data, tmp_path, capsys):
    rows = [
        {"id": "b", "question": QUESTION},
        {"id": 2, "question": "x" * 10_000},
        {"id": "", "question": "\u202e"},
        {"id": "a\u2028", "question": "\ud800 " + QUESTION},
        {"id": 0, "question": "she is not breathing"},
    ]
    out = tmp_path / "new" / "out.jsonl"
    assert main(["ask", "--batch", str(write(tmp_path / "in.jsonl", *rows)), "--out", str(out), "--data-dir",
                 str(own_data)]) == 0  # fmt: skip
    answers = read(out)
    assert [answer["id"] for answer in answers] == ["b", 2, "", "a\u2028", 0]
    assert [answer["outcome"] for answer in answers] == ["answered", "refused", "refused", "answered", "urgent"]
    assert "10,000 characters" in answers[1]["answer"] and answers[1]["abstained"]
    assert "question is empty" in answers[2]["answer"]
    assert answers[3]["sentences"] == answers[0]["sentences"]
    printed = capsys.readouterr()
    assert printed.out == "" and "5 of 5 done." in printed.err


def test_history_is_read_with_its_question(own_data, tmp_path, enough_evidence):
    history = [{"role": "user", "content": "When does the ferry sail?"}, {"role": "assistant", "content": "At noon."}]
    rows = [{"id": 1, "question": "and who visits?", "history": history}, {"id": 2, "question": "and who visits?"}]
    out = tmp_path / "out.jsonl"
    assert main(["ask", "--batch", str(write(tmp_path / "in.jsonl", *rows)), "--out", str(out), "--data-dir",
                 str(own_data)]) == 0  # fmt: skip
    with_history, without = read(out)
    assert "2.1" in {citation["pinpoint"] for citation in with_history["citations"]}
    assert {citation["pinpoint"] for citation in without["citations"]} == {"1.1"}


def test_hits_keep_the_order_with_the_keys_of_the_contract(own_data, tmp_path):
    rows = [{"id": 2, "query": "ferry"}, {"id": 1, "query": ""}, "", {"id": 3, "query": "torch"}]
    out = tmp_path / "out.jsonl"
    assert main(["search", "--batch", str(write(tmp_path / "in.jsonl", *rows)), "--out", str(out), "--top-k", "1",
                 "--data-dir", str(own_data)]) == 0  # fmt: skip
    found = read(out)
    assert [row["id"] for row in found] == [2, 1, 3]
    assert [[hit["pinpoint"] for hit in row["hits"]] for row in found] == [["2.1"], [], ["s.9"]]
    assert all(set(row) == {"id", "hits", "took_ms"} for row in found)


GOOD = {"id": 1, "question": "x"}


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("{not json", "is not JSON; write one object a line"),
        ("[1, 2]", "has no 'id'; add it"),
        ({"question": "x"}, "has no 'id'; add it"),
        ({"id": 1}, "has no 'question'; add it"),
        ({"id": None, "question": "x"}, "'id' must be a text or a number"),
        ({"id": 1, "question": None}, "'question' must be a text"),
        ({"id": 1, "question": ["x"]}, "'question' must be a text"),
        ({"id": 1, "question": "x", "history": "before"}, "'history' must be a list"),
        ({"id": 1, "question": "x", "history": ["before"]}, "'history' must be a list"),
        ({"id": 1, "question": "x", "history": [{"role": "user"}]}, "'history' must be a list"),
    ],
    ids=str,
)
def test_a_bad_line_is_named_by_its_number_and_nothing_is_written(own_data, tmp_path, capsys, bad, says):
    out = tmp_path / "out.jsonl"
    source = write(tmp_path / "in.jsonl", {**GOOD, "question": "one\u2028line"}, "", bad, GOOD)
    assert main(["ask", "--batch", str(source), "--out", str(out), "--data-dir", str(own_data)]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.count("\n") == 1
    assert printed.err.startswith("error: ") and "in.jsonl, line 3" in printed.err and says in printed.err
    assert not out.exists()


def test_an_end_of_line_inside_a_text_does_not_end_the_row(tmp_path):
    rows = [{"id": 1, "question": "one\u2028two\u0085three"}]
    write_jsonl(tmp_path / "in.jsonl", rows, lambda done: None)
    assert read_jsonl(tmp_path / "in.jsonl", "question") == rows


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": 1, "question": "x"}\r\n{"id": 2, "question": "y"}\r\n')
    assert [row["id"] for row in read_jsonl(path, "question")] == [1, 2]


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.write_bytes(b"\xff\xfe"), lambda path: None])
def test_an_unreadable_batch_is_refused_in_one_sentence(tmp_path, make):
    path = tmp_path / "in.jsonl"
    make(path)
    with pytest.raises(BadRequest, match="cannot be read as UTF-8 text .*; check the name and the file"):
        read_jsonl(path, "question")


def test_an_output_that_cannot_be_written_is_refused_in_one_sentence(own_data, tmp_path, capsys):
    source = write(tmp_path / "in.jsonl", GOOD)
    for out in (tmp_path, source / "out.jsonl", Path("/dev/full")):
        assert main(["ask", "--batch", str(source), "--out", str(out), "--data-dir", str(own_data)]) == 2
        printed = capsys.readouterr()
        assert printed.out == "" and printed.err.count("\n") == 1
        assert f"error: {out} cannot be written" in printed.err

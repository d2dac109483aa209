"""`safeguard sar` from outside: its JSON, its batches, and one line for everything that cannot be used."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import select
import subprocess
import sys
import termios
from datetime import date
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.sar.interview import LONGEST, Case, answer
from assistant.sar.rules import State, load_criteria
from assistant.sar.store import Cases

HEAVY = ("torch", "chromadb", "llama_index", "streamlit", "onnxruntime", "transformers", "sentence_transformers",
         "docx", "sqlalchemy")  # fmt: skip
WALK = (sys.executable, "-m", "assistant.cli", "sar", "walk")
FACTS = load_criteria().rules[0].fact_ids
CONDITION_1 = {name: "yes" for name in FACTS if name != "serious_abuse_or_neglect_known_or_suspected"}
NARRATIVE = (
    "The adult was 74 and lived in Wellington, Telford. He died in hospital in March 2026 after weeks of self-neglect. "
    "The housing officer and the district nurse each thought the other had made a referral."
)
"""A case made up for these tests."""


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Runs one command in this process: its exit code, standard output and standard error."""
    monkeypatch.setenv("SAFEGUARD_DATA_DIR", str(tmp_path / "data"))

    def run_(*arguments: object, typed: bytes | str = b"") -> tuple[int, str, str]:
        data = typed.encode() if isinstance(typed, str) else typed
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        capsys.readouterr()
        code = main(["sar", *(str(argument) for argument in arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return run_


def one_error(result: tuple[int, str, str], code: int = 2) -> str:
    """The message of a command that failed as the contract says."""
    found, out, err = result
    assert (found, out) == (code, "")
    lines = err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: "), err
    return lines[0]


def write(path: Path, content: object) -> Path:
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def lines_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


# assess


def test_facts_give_the_json_of_the_contract(run, tmp_path):
    code, out, err = run("assess", "--facts", write(tmp_path / "facts.json", CONDITION_1), "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert {"outcome", "elements", "missing", "next_steps", "other_reviews", "statement"} <= set(found)
    assert (found["outcome"], found["missing"]) == ("mandatory_s44_condition1", [])
    assert [element["id"] for element in found["elements"]] == list(FACTS)
    for element in found["elements"]:
        assert {"id", "status", "reason", "citations"} <= set(element)
        assert all(citation["quote"] and citation["pinpoint"] for citation in element["citations"])
    assert all(isinstance(step, str) for step in found["next_steps"])
    assert all({"name", "why", "citations"} <= set(review) for review in found["other_reviews"])
    assert "not a decision" in found["statement"]
    assert "facts" not in found


@pytest.mark.parametrize("byte_order_mark", [b"", b"\xef\xbb\xbf"])
def test_facts_are_read_from_standard_input(run, byte_order_mark):
    code, out, err = run("assess", "--facts", "-", "--json", typed=byte_order_mark + b'{"adult_18_or_over": "no"}')
    assert (code, err, json.loads(out)["outcome"]) == (0, "", "child_route")


def test_no_facts_at_all_are_not_enough_to_say(run):
    _, out, _ = run("assess", "--facts", "-", "--json", typed="{}")
    found = json.loads(out)
    assert found["outcome"] == "insufficient_information" and found["missing"] == list(FACTS)


def test_a_narrative_gives_every_fact_with_its_words_or_without_any(run, tmp_path):
    code, out, err = run("assess", "--narrative", write(tmp_path / "case.txt", NARRATIVE), "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert list(found["facts"]) == list(FACTS)
    for fact in found["facts"].values():
        assert set(fact) == {"value", "quote", "confidence"}
        if fact["value"] == "unknown":
            assert fact["quote"] is None and fact["confidence"] is None
        else:
            assert fact["quote"] in NARRATIVE and 0 <= fact["confidence"] <= 1
    assert found["facts"]["died"]["value"] == "yes"
    states = {element["id"]: element["status"] for element in found["elements"]}
    assert states == {name: fact["value"] for name, fact in found["facts"].items()}


def test_a_fact_that_is_given_wins_over_what_the_words_suggest(run, tmp_path):
    case, facts = write(tmp_path / "case.txt", NARRATIVE), write(tmp_path / "facts.json", {"died": "unknown"})
    _, out, _ = run("assess", "--narrative", case, "--facts", facts, "--json")
    assert json.loads(out)["facts"]["died"] == {"value": "unknown", "quote": None, "confidence": None}


def test_quotes_are_exact_whatever_the_line_ends_of_the_file(run, tmp_path):
    raw = NARRATIVE.replace(". ", ".\r\n")
    _, out, _ = run("assess", "--narrative", write(tmp_path / "case.txt", raw.encode()), "--json")
    quotes = [fact["quote"] for fact in json.loads(out)["facts"].values() if fact["quote"]]
    assert quotes and all(quote in raw for quote in quotes)


def test_in_words_the_outcome_comes_first_and_the_sources_last(run, tmp_path):
    code, out, err = run("assess", "--facts", write(tmp_path / "facts.json", CONDITION_1))
    assert (code, err) == (0, "")
    assert out.startswith("On these answers, section 44 requires a review.\n")
    headings = ["How the test was applied", "Why", "What would change the outcome", "Other reviews to consider",
                "What happens next locally", "Whom to tell", "References"]  # fmt: skip
    places = [out.index(f"\n{heading}\n") for heading in headings]
    assert places == sorted(places)
    assert "This is not a decision." in out and "since 1 April 2015" in out
    assert "The adult died: yes (s.44(2)). The outcome rests on this." in out


def test_a_narrative_in_words_shows_what_was_read_and_that_nobody_confirmed_it(run, tmp_path):
    _, out, _ = run("assess", "--narrative", write(tmp_path / "case.txt", NARRATIVE))
    assert out.startswith("Suggested by the narrative, and confirmed by nobody yet\n")
    assert "  - The adult died: yes. Words: \u201c" in out
    _, out, _ = run("assess", "--narrative", "-", typed="The weather was fine.")
    assert out.startswith("The narrative suggests none of the facts.\n\nThere is not enough to say yet.")


def test_what_a_source_or_a_narrative_says_cannot_steer_the_terminal(run):
    _, out, _ = run("assess", "--narrative", "-", typed="\x1b[2J\u202eThe adult died\x1b]0;x\x07 in May 2026.")
    assert "\x1b" not in out and "\u202e" not in out and "\x07" not in out


def test_the_day_decides_which_rules_are_read(run):
    _, out, _ = run("assess", "--facts", "-", "--on", "2015-04-01", "--json", typed="{}")
    assert json.loads(out)["assessed_on"] == "2015-04-01"
    _, out, _ = run("assess", "--facts", "-", "--json", typed="{}")
    assert json.loads(out)["assessed_on"] == date.today().isoformat()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{not json", "is not JSON; write one object of facts"),
        ("", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "holds no JSON object"),
        ('"died"', "holds no JSON object"),
        ("null", "holds no JSON object"),
        ('{"deceased": "yes"}', "'deceased' is no fact of the test; use adult_18_or_over"),
        ('{"died": "Yes"}', 'say "yes", "no" or "unknown"'),
        ('{"died": true}', 'say "yes", "no" or "unknown"'),
        ('{"died": null}', 'say "yes", "no" or "unknown"'),
        ('{"died": ["yes"]}', 'say "yes", "no" or "unknown"'),
        ('{"died": "yes", "died": "no"}', "'died' is given twice; leave one of them"),
        (b"\xff\xfe", "cannot be read as UTF-8 text; save it as UTF-8"),
    ],
    ids=range(13),
)
def test_facts_that_cannot_be_used_get_one_line(run, tmp_path, content, says):
    assert says in one_error(run("assess", "--facts", write(tmp_path / "facts.json", content), "--json"))
    raw = content if isinstance(content, bytes) else content.encode()
    assert says in one_error(run("assess", "--facts", "-", typed=raw))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "narrative is empty; describe the case"),
        (" \n\t\n\u200b", "narrative is empty; describe the case"),
        ("a" * (LONGEST + 1), "20,001 characters; the limit is 20,000"),
        (b"caf\xe9", "cannot be read as UTF-8 text"),
    ],
    ids=["empty", "blank", "too long", "not UTF-8"],
)
@pytest.mark.parametrize("command", ["assess", "walk"])
def test_a_narrative_that_cannot_be_used_gets_one_line(run, tmp_path, command, content, says):
    file = write(tmp_path / "case.txt", content)
    assert says in one_error(run(command, "--narrative", file, typed="yes\n"))


def test_the_longest_narrative_is_read(run, tmp_path):
    file = write(tmp_path / "case.txt", (NARRATIVE + " ").ljust(LONGEST, "x"))
    code, out, _ = run("assess", "--narrative", file, "--json")
    assert code == 0 and json.loads(out)["facts"]["died"]["value"] == "yes"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing command"),
        (["decide"], "No such command 'decide'"),
        (["assess"], "Give --facts FILE or --narrative FILE"),
        (["assess", "--facts", "a", "--batch", "b", "--out", "c"], "Give --facts FILE or --narrative FILE"),
        (["assess", "--facts", "nowhere.json"], "nowhere.json cannot be read (No such file or directory)"),
        (["assess", "--facts", "a\0b"], "cannot be read"),
        (["assess", "--facts", "."], "cannot be read (Is a directory)"),
        (["assess", "--narrative", "nowhere.txt"], "nowhere.txt cannot be read"),
        (["assess", "--facts", "-", "--narrative", "-"], "Only one of --facts and --narrative"),
        (["assess", "--facts", "-", "--out", "o"], "A batch needs --batch FILE"),
        (["assess", "--batch", "b"], "A batch needs --batch FILE and --out FILE"),
        (["assess", "--batch", "nowhere.jsonl", "--out", "o"], "nowhere.jsonl cannot be read"),
        (["assess", "--facts", "-", "--on", "26/11/2026"], "'26/11/2026' is no day; write it like 2026-11-26"),
        (["assess", "--facts", "-", "--on", "2014-01-01"], "There are no rules for 1 January 2014"),
        (["walk", "--out", "record.odt"], "record.odt has no ending we can write; name a .docx, .pdf or .md file"),
        (["walk", "--out", "record"], "name a .docx, .pdf or .md file"),
        (["walk", "--resume", "7F3A-9K2M"], "There is no saved case 7F3A-9K2M here"),
        (["walk", "--resume", "mine"], "That is no case reference"),
        (["walk", "--resume", "7F3A-9K2M", "--narrative", "x"], "Give either --narrative FILE or --resume"),
        (["walk", "--narrative", "nowhere.txt"], "nowhere.txt cannot be read"),
        (["delete"], "reference"),
        (["delete", "7F3A-9K2M"], "There is no saved case 7F3A-9K2M here"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_a_wrong_request_gets_one_line_that_says_what_to_do(run, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    assert says.casefold() in one_error(run(*arguments, typed="{}")).casefold()
    assert list(tmp_path.iterdir()) == []


# batch


def test_a_batch_keeps_its_order_and_an_unusable_line_stops_nothing(run, tmp_path):
    rows = [
        {"id": "b", "facts": CONDITION_1},
        {"id": 2, "narrative": NARRATIVE, "expected": "is not read"},
        {"id": "both", "narrative": NARRATIVE, "facts": {"died": "no"}},
        {"id": "blank", "narrative": "", "facts": {}},
        "",
        "{not json",
        "[1]",
        {"facts": {}},
        {"id": None, "facts": {}},
        {"id": "neither"},
        {"id": "wrong", "facts": {"deceased": "yes"}},
        {"id": "list", "facts": []},
        {"id": "number", "narrative": 7},
        {"id": "empty", "narrative": " "},
        {"id": "long", "narrative": "a" * (LONGEST + 1)},
        '{"id": "twice", "facts": {"died": "yes", "died": "no"}}',
        {"id": "half", "narrative": "\ud800 The adult died in May 2026."},
        {"id": "last", "facts": {"adult_18_or_over": "no"}},
    ]
    text = "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)
    out = tmp_path / "new" / "out.jsonl"
    code, printed, err = run("assess", "--batch", write(tmp_path / "in.jsonl", text), "--out", out)
    assert (code, printed) == (1, "") and "17 of 17 done." in err
    found = lines_of(out)
    assert [row["id"] for row in found] == [
        "b", 2, "both", "blank", None, None, None, None, "neither", "wrong", "list", "number", "empty", "long", None,
        "half", "last",
    ]  # fmt: skip
    assert [set(row) == {"id", "error"} for row in found] == [False] * 4 + [True] * 11 + [False] * 2
    assert found[0]["outcome"] == "mandatory_s44_condition1" and "facts" not in found[0]
    assert found[1]["facts"]["died"]["value"] == "yes"
    assert found[2]["facts"]["died"] == {"value": "no", "quote": None, "confidence": None}
    assert found[3]["outcome"] == "insufficient_information"
    assert found[4]["error"] == "Line 6 is not JSON; write one object a line."
    assert "neither 'facts' nor a 'narrative'" in found[8]["error"]
    assert "'died' is given twice" in found[14]["error"]
    assert found[16]["outcome"] == "child_route"


def test_a_batch_line_is_the_same_as_the_command_alone(run, tmp_path):
    batch = write(tmp_path / "in.jsonl", json.dumps({"id": 1, "narrative": NARRATIVE}))
    assert run("assess", "--batch", batch, "--out", tmp_path / "out.jsonl")[0] == 0
    _, out, _ = run("assess", "--narrative", write(tmp_path / "case.txt", NARRATIVE), "--json")
    assert lines_of(tmp_path / "out.jsonl") == [{"id": 1, **json.loads(out)}]


def test_a_batch_for_a_day_without_rules_writes_nothing(run, tmp_path):
    batch = write(tmp_path / "in.jsonl", '{"id": 1, "facts": {}}')
    out = tmp_path / "out.jsonl"
    assert "no rules for" in one_error(run("assess", "--batch", batch, "--out", out, "--on", "2010-01-01"))
    assert not out.exists()


def test_results_that_cannot_be_written_are_said_to_be(run, tmp_path):
    batch = write(tmp_path / "in.jsonl", '{"id": 1, "facts": {}}')
    assert "cannot be written" in one_error(run("assess", "--batch", batch, "--out", tmp_path))


# walk


def test_another_program_can_type_the_answers(tmp_path):
    """As piped from another program, with bytes that are not UTF-8 among the answers."""
    done = subprocess.run(
        [*WALK, "--data-dir", str(tmp_path / "data")], input=b"\n\xff\nno\nresult\nfinish\n", capture_output=True,
        check=True,
    )  # fmt: skip
    assert "This person was under 18." in done.stdout.decode() and done.stderr == b""
    assert not (tmp_path / "data").exists()


def test_answers_that_end_too_soon_are_one_line_and_exit_code_one(tmp_path):
    done = subprocess.run([*WALK, "--data-dir", str(tmp_path)], input="\nyes\n", capture_output=True, text=True)
    assert done.returncode == 1 and "Question 2, at most 6 more." in done.stdout
    assert done.stderr == (
        "error: The walk-through was stopped before its result and nothing was saved; start again, and type save to "
        "keep a case.\n"
    )


def typed_in_a_terminal(data: Path, *steps: tuple[str, bytes], pressed_until_it_ends: bytes = b"") -> tuple[int, str]:
    """A person at a real terminal: once something has been said, type what follows. Exit code and what was seen.

    A key that interrupts is pressed again while nothing happens, as a person would: one pressed just before the
    terminal begins to wait for a line is seen only with the next.
    """
    main_, other = pty.openpty()
    process = subprocess.Popen(
        [*WALK, "--data-dir", str(data)], stdin=other, stdout=other, stderr=other, start_new_session=True,
        env={**os.environ, "TERM": "dumb"}, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(other)
    seen, since, typed = b"", 0, 0

    def read() -> bool:
        nonlocal seen
        for _ in range(60):
            if select.select([main_], [], [], 1)[0]:
                break
            if len(steps) == typed and pressed_until_it_ends:
                os.write(main_, pressed_until_it_ends)
        else:
            process.kill()  # it waits for something else than was expected
        try:
            seen += os.read(main_, 65536)
        except OSError:  # the terminal is closed: the process has ended
            return False
        return True

    for said, keys in steps:
        while said.encode() not in seen[since:] and read():
            pass
        # The next prompt may have come in the same piece: no more than this one is behind us.
        found = seen.find(said.encode(), since)
        since = found + len(said.encode()) if found >= 0 else len(seen)
        os.write(main_, keys)
        typed += 1
    while read():
        pass
    os.close(main_)
    return process.wait(), seen.decode(errors="replace")


def test_a_person_at_a_terminal_may_paste_a_line_longer_than_the_terminal_s_own(tmp_path):
    """A terminal that reads whole lines by itself cuts them at 4,096 bytes."""
    long = b"x" * 6_000 + b" the end was kept"
    code, seen = typed_in_a_terminal(
        tmp_path, ("describing it.", b""), ("> ", long + b"\n"), ("the end was kept", b".\n"), ("Question 1", b"no\n"),
        ("Type result", b"save\n"), ("Saved as case", b"result\n"), ("Type finish", b"finish\n"),
    )  # fmt: skip
    assert code == 0 and "This person was under 18." in seen
    saved = Cases(tmp_path).all()
    assert Cases(tmp_path).load(saved[0].reference).narrative.endswith("x the end was kept")


def test_ctrl_c_at_a_terminal_says_what_was_saved_and_exits_one(tmp_path):
    code, seen = typed_in_a_terminal(
        tmp_path, ("describing it.", b"\n"), ("Question 1", b"yes\n"), ("Question 2", b"\x03"),
        pressed_until_it_ends=b"\x03",
    )  # fmt: skip
    assert code == 1 and "Traceback" not in seen
    assert seen.rstrip().splitlines()[-1].startswith("error: The walk-through was stopped before its result")


@pytest.mark.parametrize(("ending", "starts"), [("md", b"#"), ("docx", b"PK"), ("pdf", b"%PDF"), ("PDF", b"%PDF")])
def test_the_record_is_written_in_the_format_its_name_says(run, tmp_path, ending, starts):
    file = tmp_path / "new" / f"record.{ending}"
    code, out, err = run("walk", "--out", file, typed="\nno\nresult\nfinish\n")
    assert (code, err) == (0, "") and f"Written to {file}." in out
    assert file.read_bytes().startswith(starts)


def test_a_record_that_cannot_be_written_is_said_to_be_with_exit_code_one(run, tmp_path, monkeypatch):
    (tmp_path / "record.md").mkdir()
    assert "record.md is a folder; name a file" in one_error(run("walk", "--out", tmp_path / "record.md"))
    (tmp_path / "file").write_text("")
    assert "cannot be written" in one_error(run("walk", "--out", tmp_path / "file" / "record.md"))
    (tmp_path / "broken.md").symlink_to(tmp_path / "nowhere" / "record.md")
    code, out, _ = run("walk", "--out", tmp_path / "broken.md", typed="\nno\nresult\nfinish\n")
    assert code == 1 and "The record was not written: " in out and "This person was under 18." in out


# saved cases


def test_saved_cases_are_listed_without_a_word_of_theirs_and_deleted(run, tmp_path):
    code, out, _ = run("cases")
    assert (code, out) == (0, "No cases are saved here.\n")
    case = answer(Case(started_on=date.today(), narrative=NARRATIVE), "died", State.YES, note="told by the warden")
    saved = Cases(tmp_path / "data", days=90).save(case)
    code, out, _ = run("cases")
    assert (code, out) == (0, f"{saved.reference}  saved {saved.saved_on}  kept until {saved.kept_until}\n")
    _, out, _ = run("cases", "--json")
    assert json.loads(out) == {"cases": [saved.model_dump(mode="json")]}
    assert run("delete", saved.reference.lower())[:2] == (0, f"Case {saved.reference} was deleted.\n")
    assert json.loads(run("cases", "--json")[1]) == {"cases": []}


def test_a_damaged_file_of_cases_gets_one_line(run, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cases.db").write_bytes(NARRATIVE.encode() * 9)
    for command in (["cases"], ["walk", "--resume", "7F3A-9K2M"], ["delete", "7F3A-9K2M"]):
        message = one_error(run(*command))
        assert "are damaged; restore that file, or remove it" in message and "Wellington" not in message


# the command line itself


@pytest.mark.parametrize("command", ["assess", "walk", "cases", "delete"])
def test_the_help_of_every_command_has_an_example(run, command):
    code, out, err = run(command, "--help")
    assert (code, err) == (0, "")
    assert f"Example: safeguard sar {command}" in " ".join(out.split())


def test_an_assessment_loads_no_heavy_library(tmp_path):
    case = write(tmp_path / "case.txt", NARRATIVE)
    code = (
        "import sys; from assistant.cli import main;"
        f"main(['sar', 'assess', '--narrative', {str(case)!r}, '--json']); main(['sar', '--help']);"
        f"print('loaded:', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded: []"
    assert '"died": {\n      "value": "yes"' in done.stdout

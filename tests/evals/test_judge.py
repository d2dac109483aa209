"""The optional judge, against a small server that speaks OpenAI's chat completions on this machine."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from eval_stand_ins import TinyAssistant

from evals.gates import GATES
from evals.generate import generate
from evals.intervals import interval
from evals.judge import CORRECTNESS, FAITHFULNESS, FILE, MEASURES, main
from evals.suite import load, suite_path

KEY = "sk-not-to-be-seen"
PASSAGES = {
    "elsewhere#1": "Write it down. Say what you have seen. Ask for help.",
    "council#2": "Ring 01952 385385 from 9am to 5pm. After hours ring 999.",
    "local#1": "Meals are planned with the kitchen.",  # not the line that the stand-in quotes from it
}


def opinion(messages: list[dict[str, str]]) -> str:
    """Faithful: yes where the passages hold every line. Right: 5 with the telephone number, else 2."""
    asked = messages[-1]["content"]
    if "## Generated Answer" in asked:
        answer = asked.split("## Generated Answer")[1]
        return "5.0\nIt has the number." if "01952 385385" in answer else "2\nNo number."
    said, _, passages = asked.rpartition("Information:")[2].partition("Context:")
    return "YES" if all(line.strip() in passages for line in said.strip().splitlines()) else "NO."


@dataclass
class Server:
    """A judge's server: `reply` makes the words, `status` what it answers with, `seen` what it was sent."""

    reply: Callable[[list[dict[str, str]]], str] = opinion
    statuses: list[int] = field(default_factory=list)
    body: bytes | None = None
    seen: list[tuple[str, str, dict]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    stand_in = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            stand_in.seen.append((self.path, self.headers.get("Authorization", ""), sent))
            text = stand_in.reply(sent["messages"])
            choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            whole = {"object": "chat.completion", "model": f"{sent['model']}-2026-11", "choices": [choice]}
            body = json.dumps(whole).encode() if stand_in.body is None else stand_in.body
            self.send_response(stand_in.statuses.pop(0) if stand_in.statuses else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    stand_in.url = f"http://127.0.0.1:{listening.server_address[1]}/v1"
    monkeypatch.setenv("SAFEGUARD_JUDGE_URL", stand_in.url)
    monkeypatch.setenv("SAFEGUARD_JUDGE_MODEL", "small-judge")
    monkeypatch.setenv("SAFEGUARD_JUDGE_KEY", KEY)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield stand_in
    listening.shutdown()
    listening.server_close()
    thread.join()


@pytest.fixture
def run_folder(tmp_path, suites_folder, good_assistant) -> Path:
    return made(tmp_path / "run", suites_folder, good_assistant)


def made(folder: Path, suites_folder: Path, assistant: TinyAssistant, **settings: str) -> Path:
    @dataclass
    class Text:
        text: str

    generate(
        "tiny",
        load(suite_path("tiny", suites_folder)),
        folder / "tiny",
        ask=assistant.ask,
        search=assistant.search,
        find=lambda passage_id: Text(PASSAGES[passage_id]) if passage_id in PASSAGES else None,
        settings=settings,
    )
    return folder


def judged(folder: Path) -> dict:
    return json.loads((folder / "tiny" / FILE).read_text("utf-8"))


def nothing_was_written(folder: Path) -> bool:
    return not list(folder.rglob(f"{FILE}*"))


def test_the_means_worked_by_hand(run_folder, server, capsys):
    assert main([str(run_folder)]) == 0
    kept = judged(run_folder)
    assert [case["id"] for case in kept["cases"]] == ["ring", "choking-policy"]
    assert [case["values"] for case in kept["cases"]] == [
        {FAITHFULNESS: 1.0, CORRECTNESS: 5.0},  # both lines are in what it cites; the number is there
        {FAITHFULNESS: 0.0, CORRECTNESS: 2.0},  # its line is not in the passage it cites
    ]
    assert kept["figures"] == {FAITHFULNESS: {"value": 0.5, "cases": 2}, CORRECTNESS: {"value": 3.5, "cases": 2}}
    assert kept["intervals"] == {
        FAITHFULNESS: list(interval([1.0, 0.0])),
        CORRECTNESS: list(interval([5.0, 2.0])),
    }
    assert (kept["answered"], kept["not_answered"]) == (2, 2)  # the refusal and the emergency are not judged
    assert kept["unjudged"] == dict.fromkeys(MEASURES, 0)
    assert len(server.seen) == 4
    printed = capsys.readouterr().out
    assert "judged faithfulness       0.500" in printed and "2 not answered" in printed


def test_the_record_says_what_the_judge_was(run_folder, server):
    main([str(run_folder)])
    kept = judged(run_folder)["judge"]
    assert kept["model"] == "small-judge" and kept["replied_as"] == ["small-judge-2026-11"]
    assert kept["host"] == server.url.removeprefix("http://").removesuffix("/v1")
    assert kept["temperature"] == 0 and len(kept["prompts"]) == 64
    assert kept["library"].startswith("llama-index-core 0.") and kept["made"]
    path, authorization, body = server.seen[0]
    assert (path, authorization) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert (body["model"], body["temperature"]) == ("small-judge", 0)


def test_correctness_is_asked_with_the_suites_facts_and_the_turns_before(run_folder, server):
    main([str(run_folder)])
    asked = next(sent["messages"] for _, _, sent in server.seen if len(sent["messages"]) == 2)
    assert asked[0]["role"] == "system"
    assert "- needed: the number\n- good to have: the hours" in asked[1]["content"]
    assert "user: worried about mum\nassistant: Say more.\nwho do i ring" in asked[1]["content"]


def test_the_key_is_in_no_file_and_not_printed_even_when_the_server_sends_it_back(run_folder, server, capsys):
    server.reply = lambda messages: f"{opinion(messages)}\nYour key is {KEY}."
    assert main([str(run_folder)]) == 0
    assert KEY not in "".join(capsys.readouterr())
    assert all(KEY not in file.read_text("utf-8") for file in run_folder.rglob("*.json*"))
    assert judged(run_folder)["figures"][FAITHFULNESS]["value"] == 0.5


@pytest.mark.parametrize("words", ["", "I would rather not say.", "There is no doubt about it.", "6", "yes no", "nan"])
def test_a_reply_that_cannot_be_read_is_counted_and_is_no_value(words, run_folder, server, capsys):
    server.reply = lambda messages: words if "01952" in messages[-1]["content"] else opinion(messages)
    assert main([str(run_folder)]) == 0
    kept = judged(run_folder)
    assert kept["cases"][0]["values"] == dict.fromkeys(MEASURES)
    assert kept["unjudged"] == dict.fromkeys(MEASURES, 1)
    assert kept["figures"] == {FAITHFULNESS: {"value": 0.0, "cases": 1}, CORRECTNESS: {"value": 2.0, "cases": 1}}
    assert "unjudged: ring (judged faithfulness: its reply could not be read)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "faithful", "right"),
    [("Yes, it is there.", 1.0, None), ("**NO**", 0.0, None), ("<think>no, 1</think>\nYES", 1.0, None)]
    + [("Score: 4/5", None, 4.0), ("3.5\nHalf of it.", None, 3.5), ("**4**\n\nGood.", None, 4.0)],
)
def test_what_can_be_read(words, faithful, right, run_folder, server):
    server.reply = lambda messages: words
    main([str(run_folder)])
    assert judged(run_folder)["cases"][0]["values"] == {FAITHFULNESS: faithful, CORRECTNESS: right}


def test_when_no_reply_can_be_read_there_is_no_mean(run_folder, server):
    server.reply = lambda messages: "?"
    assert main([str(run_folder)]) == 0
    kept = judged(run_folder)
    assert kept["figures"] == dict.fromkeys(MEASURES, {"value": None, "cases": 0}) and kept["intervals"] == {}


def test_an_answer_whose_passage_was_not_kept_is_not_judged_faithful_or_not(run_folder, server):
    (run_folder / "tiny" / "passages.jsonl").write_text("", encoding="utf-8")
    main([str(run_folder)])
    kept = judged(run_folder)
    assert kept["unjudged"] == {FAITHFULNESS: 2, CORRECTNESS: 0}
    assert kept["cases"][0]["unjudged"] == {FAITHFULNESS: "a passage it cites is not in the run"}


def test_long_passages_are_asked_about_in_parts(run_folder, server):
    row = {"id": "council#2", "source_id": "council", "pinpoint": "p. 2", "text": "Nothing of note is here. " * 9000}
    rows = (run_folder / "tiny" / "passages.jsonl").read_text("utf-8").splitlines()
    rows[1] = json.dumps(row)
    (run_folder / "tiny" / "passages.jsonl").write_text("\n".join(rows), encoding="utf-8")
    main([str(run_folder)])
    assert len(server.seen) > 4
    assert max(len(sent["messages"][-1]["content"].split()) for _, _, sent in server.seen) < 8_192


@pytest.mark.parametrize("missing", ["SAFEGUARD_JUDGE_URL", "SAFEGUARD_JUDGE_MODEL"])
def test_without_a_judge_it_refuses(missing, run_folder, server, monkeypatch, capsys):
    monkeypatch.delenv(missing)
    assert main([str(run_folder)]) == 2
    assert capsys.readouterr().err.startswith("error: No judge is configured; set SAFEGUARD_JUDGE_URL")
    assert nothing_was_written(run_folder) and not server.seen


@pytest.mark.parametrize("address", ["judge.example.org/v1", "file:///v1", "http://", "https://host:port/v1"])
def test_an_address_that_is_none_is_refused(address, run_folder, server, monkeypatch, capsys):
    monkeypatch.setenv("SAFEGUARD_JUDGE_URL", address)
    assert main([str(run_folder)]) == 2
    assert capsys.readouterr().err == "error: SAFEGUARD_JUDGE_URL is no address; it looks like https://host/v1.\n"


@pytest.mark.parametrize("key", [f"{KEY}\n{KEY}", f"{KEY}\u2026"])
def test_a_key_that_cannot_be_sent_is_refused_without_repeating_it(key, run_folder, server, monkeypatch, capsys):
    monkeypatch.setenv("SAFEGUARD_JUDGE_KEY", key)
    assert main([str(run_folder)]) == 2
    assert KEY not in (said := capsys.readouterr().err) and said.startswith("error: SAFEGUARD_JUDGE_KEY holds")


def test_a_server_that_is_down_is_one_sentence_and_nothing_is_written(run_folder, server, monkeypatch, capsys):
    monkeypatch.setenv("SAFEGUARD_JUDGE_URL", "http://name:word@127.0.0.1:9/v1")
    assert main([str(run_folder)]) == 2
    said = capsys.readouterr()
    assert said.err == (
        "error: The judge at 127.0.0.1:9 does not answer (ConnectError); start it or set another SAFEGUARD_JUDGE_URL.\n"
    )
    assert "word" not in said.out and nothing_was_written(run_folder)


@pytest.mark.parametrize("good_replies", [0, 3])
def test_a_server_that_refuses_leaves_nothing_behind(good_replies, run_folder, server, capsys):
    server.statuses = [200] * good_replies + [401]
    assert main([str(run_folder)]) == 2
    assert "refused with status 401" in capsys.readouterr().err
    assert nothing_was_written(run_folder)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"choices": []}', b'{"choices": [{"message": null}]}'])
def test_a_server_that_speaks_something_else_is_refused(body, run_folder, server, capsys):
    server.body = body
    assert main([str(run_folder)]) == 2
    assert "is no chat completion" in capsys.readouterr().err
    assert nothing_was_written(run_folder)


def test_a_busy_server_is_asked_again(run_folder, server):
    server.statuses = [429, 503, 200]
    assert main([str(run_folder)]) == 0
    assert len(server.seen) == 6
    server.statuses = [429] * 4
    assert main([str(run_folder)]) == 2


@pytest.mark.parametrize("name", ["small-judge", "someone/Small-Judge"])
def test_a_model_does_not_judge_its_own_answers(name, tmp_path, suites_folder, good_assistant, server, capsys):
    folder = made(tmp_path / "run", suites_folder, good_assistant, language_model=name)
    assert main([str(folder)]) == 2
    assert "small-judge worded the answers of tiny" in capsys.readouterr().err
    assert nothing_was_written(folder) and not server.seen


def test_suites_that_are_not_there_or_ask_no_questions_are_refused(run_folder, server, tmp_path, capsys):
    assert main([str(run_folder), "--suite", "tiny", "--suite", "tiny"]) == 0
    assert main([str(run_folder), "--suite", "starter"]) == 2
    assert "no question suite starter" in capsys.readouterr().err
    (run_folder / "tiny").rename(run_folder / "hostile")
    assert main([str(run_folder), "--suite", "hostile"]) == 2
    assert main([str(run_folder)]) == 2
    assert main([str(tmp_path / "none")]) == 2


def test_the_judge_is_in_no_gate():
    gates = yaml.safe_load(GATES.read_text(encoding="utf-8"))
    named = {measure for suite in gates.values() for measure in suite}
    assert named and not named & set(MEASURES)
    assert not [measure for measure in named if "judge" in measure.lower()]


def test_the_prompts_version_changes_with_a_word():
    from llama_index.core.prompts import PromptTemplate

    from evals.judge_model import CORRECT, FAITHFUL, version_of

    versions = {
        version_of(FAITHFUL),
        version_of(CORRECT),
        version_of(PromptTemplate("a {b}")),
        version_of(CORRECT, CORRECT),
    }
    assert len(versions) == 4
    assert version_of(PromptTemplate("a {b}")) == version_of(PromptTemplate("a {b}"))

"""The command line: exit codes, one line for every error, pure JSON, and no heavy library before it is needed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli import main
from ingest.index import current_generation

HEAVY = ("torch", "chromadb", "llama_index", "streamlit", "onnxruntime", "transformers", "sentence_transformers")
ASK = "Do only trained staff visit a hoarded home?"


@pytest.fixture
def run(capsys):
    """Runs one command in this process: its exit code, standard output and standard error."""

    def run_(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run_


def one_error(result: tuple[int, str, str], code: int = 2) -> str:
    """The message of a command that failed as the contract says: one line on standard error, nothing on the other."""
    found, out, err = result
    assert (found, out) == (code, "")
    lines = err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: "), err
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Missing command"),
        (["eval"], "Missing command"),
        (["answer"], "No such command 'answer'"),
        (["ask", "--loud", "x"], "--loud"),
        (["ask"], "Give either a question or --batch FILE"),
        (["ask", "x", "--batch", "y", "--out", "z"], "Give either a question or --batch FILE"),
        (["ask", "--batch", "y"], "needs --out FILE"),
        (["ask", ""], "question is empty; type what you want to know"),
        (["ask", "\x1b\x07\x00"], "question is empty"),
        (["ask", "\u202e\u2066"], "question is empty"),
        (["ask", "a" * 10_000], "10,000 characters"),
        (["ask", "x", "--audience", "joint"], "'joint' is no audience; choose adults or children"),
        (["ask", "x", "extra"], "extra"),
        (["search"], "Give either a query or --batch FILE"),
        (["search", "  "], "query is empty; type"),
        (["search", "x", "--kind", "gossip"], "'gossip' is no kind of source; choose from legislation"),
        (["search", "x", "--audience", "cats"], "'cats' is no audience; choose adults, children or joint"),
        (["search", "x", "--top-k", "0"], "--top-k"),
        (["search", "x", "--top-k", "many"], "--top-k"),
        (["search", "--batch", "nowhere.jsonl", "--out", "o"], "nowhere.jsonl cannot be read"),
        (["ingest", "nowhere"], "no file or folder 'nowhere'"),
        (["serve", "--port", "0"], "--port"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_a_wrong_request_gets_one_line_that_says_what_to_do(run, tmp_path, monkeypatch, arguments, says):
    monkeypatch.setenv("SAFEGUARD_DATA_DIR", str(tmp_path / "data"))
    assert says in one_error(run(*arguments))


@pytest.mark.parametrize("command", [["ask", "What is neglect?"], ["search", "neglect"]], ids=lambda c: c[0])
def test_without_an_index_the_reader_is_told_to_ingest(run, tmp_path, command):
    under_a_file = tmp_path / "file"
    under_a_file.write_text("")
    for folder in (tmp_path / "none", under_a_file / "data"):
        assert "run `safeguard ingest`" in one_error(run(*command, "--data-dir", folder))


@pytest.mark.parametrize("damaged", ["record.json", "passages.jsonl", "counts.json"])
def test_a_corrupt_index_is_named_and_the_reader_is_told_how_to_make_it_whole(run, own_data, tmp_path, damaged):
    data = tmp_path / "copy"
    shutil.copytree(own_data, data)
    (data / "index" / str(current_generation(data)) / damaged).write_text("{")
    message = one_error(run("ask", ASK, "--data-dir", data))
    assert "damaged" in message and "run `safeguard ingest` to build it again" in message


def test_ingest_into_a_folder_that_cannot_be_one_says_to_choose_another(run, tmp_path, own_documents):
    blocked = tmp_path / "file"
    blocked.write_text("")
    result = run("ingest", own_documents, "--no-starter", "--data-dir", blocked / "data")
    assert "choose a folder you can write with --data-dir" in one_error(result)


def test_ingest_reports_what_failed_in_its_json_with_exit_code_one(run, own_data, tmp_path):
    data, bad = tmp_path / "copy", tmp_path / "latin.md"
    shutil.copytree(own_data, data)
    bad.write_bytes(b"caf\xe9")
    code, out, err = run("ingest", bad, "--no-starter", "--json", "--data-dir", data)
    report = json.loads(out)
    assert code == 1 and "Comparing 3 documents" in err
    assert {"documents", "passages", "failures", "seconds"} <= set(report)
    assert report["documents"] == {"added": 0, "updated": 0, "unchanged": 2, "removed": 0, "failed": 1}
    assert report["failures"] == [{"path": str(bad), "error": report["failures"][0]["error"]}]
    assert "not UTF-8" in report["failures"][0]["error"]
    assert report["passages"] == 3


def test_search_as_json_has_the_keys_of_the_contract(run, own_data):
    code, out, err = run("search", "who may visit", "--top-k", "2", "--json", "--data-dir", own_data)
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert {"query", "hits", "took_ms"} <= set(found) and found["query"] == "who may visit"
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]
    hit = found["hits"][0]
    assert {"rank", "score", "passage_id", "source_id", "title", "publisher", "pinpoint", "page", "url", "path",
            "heading", "text"} <= set(hit)  # fmt: skip
    assert (hit["pinpoint"], hit["page"], Path(hit["path"]).name) == ("1.1", None, "visits.md")


def test_search_keeps_to_a_kind(run, own_data):
    for kind, count in (("own-document", 3), ("legislation", 0)):
        _, out, _ = run("search", "visit", "--kind", kind, "--json", "--data-dir", own_data)
        assert len(json.loads(out)["hits"]) == count


ANSWER_KEYS = {"question", "outcome", "answer", "sentences", "citations", "abstained", "emergency", "notices",
               "follow_ups", "unsure", "took_ms"}  # fmt: skip
CITATION_KEYS = {"n", "source_id", "passage_id", "title", "publisher", "pinpoint", "page", "url", "quote"}


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        ("What is self-neglect?", "answered"),
        ("What is the capital of France?", "out_of_scope"),
        ("what was the SAR budget in 2019", "no_evidence"),
        ("she is not breathing", "urgent"),
    ],
)
def test_ask_as_json_has_the_keys_of_the_contract_for_every_outcome(run, real_index, question, outcome):
    code, out, err = run("ask", question, "--json", "--data-dir", real_index)
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert set(answer) >= ANSWER_KEYS
    assert (answer["question"], answer["outcome"]) == (question, outcome)
    assert answer["abstained"] is (answer["sentences"] == [])
    assert answer["emergency"] is (outcome == "urgent")
    assert all(set(sentence) >= {"text", "citations"} for sentence in answer["sentences"])
    assert all(set(citation) >= CITATION_KEYS for citation in answer["citations"])
    assert bool(answer["citations"]) is (outcome == "answered")


def test_ask_in_words_prints_the_answer_its_references_and_nothing_that_steers_a_terminal(run, real_index):
    code, out, err = run("ask", "What is\x1b\x07 self-neglect\u202e?", "--data-dir", real_index)
    assert (code, err) == (0, "")
    assert "[1]" in out and "\x1b" not in out and "\u202e" not in out


def test_a_refusal_in_words_names_the_nearest_documents_and_whom_to_ask(run, real_index):
    _, out, _ = run("ask", "what was the SAR budget in 2019", "--data-dir", real_index)
    assert "Nearest documents (search results, not sources):" in out
    assert "01952" in out and "[1]" not in out


def test_an_unsure_answer_in_words_says_so_before_its_quotes_and_names_whom_to_ask(run, real_index):
    _, out, _ = run("ask", "does a suspended carer get full pay", "--data-dir", real_index)
    assert out.startswith("This may not answer your question.")
    assert out.index("[1]") < out.index("01952 385385")
    _, sure, _ = run("ask", "What is self-neglect?", "--data-dir", real_index)
    assert "may not answer" not in sure and "01952 385385" not in sure


@pytest.mark.parametrize("as_json", [True, False])
def test_an_emergency_is_answered_without_an_index_and_says_999_first(run, tmp_path, as_json):
    flags = ["--json"] if as_json else []
    code, out, err = run("ask", "she is not breathing", "--data-dir", tmp_path / "none", *flags)
    assert (code, err) == (0, "")
    message = json.loads(out)["emergency_message"] if as_json else out
    assert message.startswith("Call 999 now")
    assert out.count("Call 999 now") == 1 + as_json  # in the JSON also at the head of the whole reply


def test_doctor_says_what_is_missing_and_exits_one(run, own_data, tmp_path):
    code, out, _ = run("doctor", "--json", "--data-dir", own_data)
    checks = {check["name"]: check for check in json.loads(out)["checks"]}
    assert code == 0 and checks["Index"]["works"]
    code, out, _ = run("doctor", "--data-dir", tmp_path / "none")
    assert code == 1 and "missing  Index: No documents are indexed yet; run `safeguard ingest`" in out


@pytest.mark.parametrize("command", ["ingest", "search", "ask", "serve", "doctor", "eval run"])
def test_the_help_of_every_command_has_an_example(run, command):
    code, out, err = run(*command.split(), "--help")
    assert (code, err) == (0, "")
    assert f"Example: safeguard {command}" in " ".join(out.split())


def test_the_help_names_every_command(run):
    code, out, _ = run("--help")
    assert code == 0
    assert all(name in out for name in ("ingest", "search", "ask", "serve", "doctor", "eval"))


def test_importing_the_command_line_and_a_wrong_request_load_no_heavy_library():
    code = (
        "import sys; from assistant.cli import main; main(['ask', '']); main(['search', '']); main(['--help']);"
        f"print('loaded:', sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded: []"


def test_standard_output_is_pure_json_while_progress_goes_to_standard_error(own_documents, real_index, tmp_path):
    """As another program runs it, where libraries could print too."""
    data = tmp_path / "data"
    shutil.copytree(real_index / "encoders", data / "encoders")
    command = [sys.executable, "-m", "assistant.cli"]
    environment = {**os.environ, "SAFEGUARD_DATA_DIR": str(data)}

    def json_of(*arguments: str) -> tuple[dict, str]:
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, env=environment, check=True)
        return json.loads(done.stdout), done.stderr

    report, progress = json_of("ingest", str(own_documents), "--no-starter", "--json")
    assert report["documents"]["added"] == 2 and "Reading file 1 of 2: hoarding.md." in progress
    answer, _ = json_of("ask", "Are visits made in pairs?", "--json")
    assert answer["question"] == "Are visits made in pairs?"
    found, _ = json_of("search", "pairs", "--json")
    assert "pairs" in found["hits"][0]["text"]


def test_an_argument_that_is_not_utf8_is_searched_for_without_its_broken_bytes(own_data):
    command = [sys.executable, "-m", "assistant.cli", "search", b"\xff visit", "--json", "--data-dir", str(own_data)]
    done = subprocess.run(command, capture_output=True, check=True)
    assert json.loads(done.stdout)["hits"]

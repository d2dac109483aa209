"""`safeguard brief`: what it prints and writes, and how it refuses."""

from __future__ import annotations

import json

import pytest

from assistant.cli import main


@pytest.fixture
def run(capsys, real_index):
    def run_(*arguments: str):
        capsys.readouterr()
        code = main(["brief", *arguments, "--data-dir", str(real_index)])
        return (code, *capsys.readouterr())

    return run_


def test_as_json_it_has_seven_parts_and_every_line_its_citations(run):
    code, out, err = run("self-neglect", "--audience", "Police", "--json")
    value = json.loads(out)
    assert (code, value["title"], value["audience"]) == (0, "Self-neglect: a seven-minute briefing", "Police")
    assert len(value["parts"]) == 7 and all(line["citations"] for part in value["parts"] for line in part["lines"])
    assert [citation["n"] for citation in value["citations"]] == list(range(1, len(value["citations"]) + 1))
    assert "Gathering from " in err


@pytest.mark.parametrize("suffix", ["docx", "pptx", "pdf", "html", "md"])
def test_a_file_is_written_in_each_format(run, tmp_path, suffix):
    file = tmp_path / f"briefing.{suffix}"
    code, out, err = run("homelessness", "--out", str(file))
    assert (code, out) == (0, "") and file.stat().st_size > 2_000
    assert f"Written to {file}." in err


def test_without_a_file_the_text_is_printed(run):
    code, out, _ = run("homelessness")
    assert code == 0 and "Homelessness: a seven" in out and "What to do next" in out


def test_a_theme_that_is_not_covered_is_said_and_written_as_a_short_page(run, tmp_path):
    file = tmp_path / "b.md"
    code, _, err = run("volcano safety", "--out", str(file))
    assert code == 0 and "The library does not cover this theme." in err
    assert "The library does not cover this theme." in file.read_text("utf-8")


def test_a_theme_in_everyday_words_is_told_the_librarys_name_for_it(run):
    _, out, err = run("families take their money")
    assert "It may be under another name: financial abuse, economic abuse." in out
    _, out, err = run("staff shouting at residents")
    assert "It may be under another name: psychological abuse." in err and "another name" not in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["", "--json"], "Name a theme"), (["x" * 200], "200 characters"),
        (["self-neglect", "--out", "b.exe"], "does not end in"), (["self-neglect", "--audience", " "], "Say whom"),
        (["self-neglect", "--minutes", "90"], "--minutes"),
        (["self-neglect", "--out", "/nowhere/b.md"], "cannot be written"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_line_with_exit_code_two(run, arguments, says):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "") and says in err.splitlines()[-1] and err.splitlines()[-1].startswith("error: ")

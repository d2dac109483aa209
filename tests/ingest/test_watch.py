"""`safeguard ingest --watch`: changes are taken up when they have settled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from assistant.library import Library
from ingest.errors import IngestBusy
from ingest.pipeline import Report, ingest
from ingest.watch import look, watch


class Stop(Exception):
    """The test has seen enough."""


def watched(data, steps, run=None):
    """Runs made while `steps` happen, one a look; each step is a function, or None for nothing."""
    runs, said, coming = [], [], iter(steps)

    def sleep(seconds):
        step = next(coming, Stop)
        if step is Stop:
            raise Stop
        if step:
            step()

    def ran():
        runs.append(sorted(name.rsplit(os.sep, 1)[-1] for name, _, _ in look(data)))
        return run() if run else Report()

    with pytest.raises(Stop):
        watch(ran, data, sleep=sleep, progress=said.append)
    return runs, said


def test_a_change_is_taken_up_once_it_has_settled_and_nothing_else_runs(indexed, own_documents):
    data, _ = indexed
    new = own_documents / "ferries.md"
    runs, said = watched(
        data,
        [
            None,
            None,
            lambda: new.write_text("# Ferries"),
            lambda: new.write_text("# Ferries\n\nNoon."),
            None,
            None,
            None,
        ],
    )
    assert runs == [["hoarding.md", "visits.txt"], ["ferries.md", "hoarding.md", "visits.txt"]]
    assert said == ["Watching for changes. Press Ctrl and C to stop."] * 2
    runs, _ = watched(data, [new.unlink, None, None])
    assert [len(names) for names in runs] == [3, 2]


def test_while_another_ingest_runs_the_change_waits_for_the_next_look(indexed):
    data, _ = indexed
    answers = iter([IngestBusy("Another ingest is running."), None])

    def run():
        if error := next(answers):
            raise error
        return Report()

    runs, said = watched(data, [None, None, None], run)
    assert len(runs) == 2
    assert said == ["Another ingest is running.", "Watching for changes. Press Ctrl and C to stop."]


def test_a_folder_that_is_away_for_a_while_stops_nothing(indexed, own_documents, tmp_path, model):
    data, _ = indexed
    away = tmp_path / "away"
    runs, _ = watched(
        data, [lambda: own_documents.rename(away), None, lambda: away.rename(own_documents), None, None],
        lambda: ingest(data_dir=data, model=model, with_starter=False),
    )  # fmt: skip
    assert [len(names) for names in runs] == [2, 0, 2]
    assert len(Library.open(data).passages) == 3


def test_the_command_says_each_run_and_ends_with_ctrl_c(indexed, own_documents):
    data, _ = indexed
    command = [
        sys.executable, "-m", "assistant.cli", "ingest", "--watch", "--every", "0.1", "--no-starter", "--json",
        "--data-dir", str(data),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        first = _value(process.stdout)
        (own_documents / "ferries.md").write_text("# Ferries\n\nFerries sail at noon.\n", encoding="utf-8")
        second = _value(process.stdout)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (first["documents"]["unchanged"], second["documents"]["added"], process.returncode) == (2, 1, 0)
    assert errors.splitlines()[-1] == "No longer watching. What was published stays."


def _value(stream):
    lines = []
    for line in stream:
        lines.append(line)
        if line == "}\n":
            return json.loads("".join(lines))
    raise AssertionError("the command ended without a word")

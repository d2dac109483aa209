"""What `safeguard eval` calls: parse nothing, do the steps, print the table, return the exit code."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from evals import pooled, report, scorecard
from evals.gates import GATES, gates_of
from evals.generate import Ask, Evidence, Find, History, Search
from evals.kinds import Assistant, kind_of
from evals.measures import HITS_KEPT
from evals.record import RunDamaged, read_about
from evals.suite import REPORTED, SUITES, suite_path
from ingest.errors import BadRequest


def run(
    suites: Sequence[str],
    out: Path,
    data_dir: Path,
    *,
    ask: Ask | None = None,
    search: Search | None = None,
    find: Find = lambda passage_id: None,
    suites_folder: Path = SUITES,
    gates_file: Path = GATES,
) -> int:
    """Run each suite into `out`/NAME, score it, print its table and write the scorecard and the page of the run.

    Args:    suites: their names; all reported ones where none is given.
             ask, search, find: stand-ins for the assistant on `data_dir`, which is opened only when one is needed.
    Returns: 0; 1 when a gate fails.
    Raises:  SafeguardError (exit code 2) when a suite, the gates or the index cannot be used; before any case is asked.
    """
    paths = {name: suite_path(name, suites_folder) for name in suites or REPORTED}
    stand_in = Assistant(ask, search, find) if ask and search else None
    named = [word for name in suites for word in ("--suite", name)]
    return _run(paths, out, data_dir, stand_in, gates_file, shlex.join(["safeguard", "eval", "run", *named]))


def run_again(folder: Path, out: Path, data_dir: Path, gates_file: Path = GATES) -> int:
    """Run the cases kept in a run folder once more, into `out`, and say where the settings are not those of that run.

    Returns and raises as `run`; RunDamaged when `folder` is no run folder, BadRequest when `out` is the same one.
    """
    if out.resolve() == folder.resolve():
        raise BadRequest(f"{out} is the run itself; give another folder with --out.")
    paths = {path.parent.name: path for path in sorted(folder.glob("*/suite.jsonl"))}
    if not paths:
        raise RunDamaged(f"There is no run in {folder}; give the folder that `safeguard eval run --out` wrote.")
    before = {name: read_about(folder / name) for name in paths}
    stand_in = open_assistant(data_dir) if any(kind_of(name).needs_assistant for name in paths) else None
    for name, about in before.items():
        for line in _changed(about.get("settings", {}), dict(stand_in.settings) if stand_in else {}):
            print(f"{name}: not as then: {line}")
    return _run(paths, out, data_dir, stand_in, gates_file, f"safeguard eval run --again {folder.name}")


def rescore(folder: Path, gates_file: Path = GATES) -> int:
    """Score a run folder again without asking anything; prints and returns as `run`."""
    paths = {path.parent.name: path for path in sorted(folder.glob("*/suite.jsonl"))}
    if not paths:
        raise RunDamaged(f"There is no run in {folder}; give the folder that `safeguard eval run --out` wrote.")
    return _scored(list(paths), folder, None, gates_file, f"safeguard eval score {folder.name}", None)


def _run(
    paths: Mapping[str, Path],
    out: Path,
    data_dir: Path,
    assistant: Assistant | None,
    gates_file: Path,
    command: str,
) -> int:
    loaded = {name: kind_of(name).load(path) for name, path in paths.items()}
    for name in paths:
        gates_of(name, gates_file)
    if assistant is None and any(kind_of(name).needs_assistant for name in paths):
        assistant = open_assistant(data_dir)
    started = perf_counter()
    for name, cases in loaded.items():
        kind_of(name).run(name, cases, out / name, assistant, data_dir)
    return _scored(list(paths), out, data_dir, gates_file, command, perf_counter() - started)


def _scored(
    names: Sequence[str], out: Path, data_dir: Path | None, gates_file: Path, command: str, seconds: float | None
) -> int:
    passed = True
    for name in names:
        gates = gates_of(name, gates_file)
        scores = kind_of(name).score(out / name)
        print(kind_of(name).table(name, scores, gates))
        passed = passed and all(gate.holds(scores.figures) for gate in gates)
    if together := pooled.pool(out, names):
        gates = gates_of(pooled.NAME, gates_file)
        print(report.table(pooled.NAME, together, gates))
        passed = passed and all(gate.holds(together.figures) for gate in gates)
    card = scorecard.build(out, names, gates_file, command=command, seconds=seconds)
    scorecard.write(card, out, data_dir)
    return 0 if passed else 1


def open_assistant(data_dir: Path) -> Assistant:
    """The assistant on the index in `data_dir`, with the settings to keep beside the results.

    A follow-up is searched as the assistant understands it with its history, so that ranking and answer are of the
    same question.
    """
    from assistant.answer.ask import ask
    from assistant.answer.compose import compose
    from assistant.answer.evidence import features, probability
    from assistant.answer.question import understand
    from assistant.library import Library
    from assistant.retrieve import search
    from assistant.settings import answering, settings

    library = Library.open(data_dir)

    def ask_library(question: str, history: History) -> Any:
        return ask(question, library=library, history=history)

    def search_library(question: str, history: History, top_k: int) -> Any:
        return search(library, understand(question, history, library.vocabulary), top_k)

    def evidence_of(question: str, history: History) -> float | None:
        asked = understand(question, history, library.vocabulary)
        hits = search(library, asked, answering().retrieval.sections)
        quotes = compose(asked, hits, library)
        return probability(features(asked, hits, quotes, library)) if quotes else 0.0

    kept = {
        "generation": library.generation,
        "embedding_model": settings().embedding_model,
        "hits": HITS_KEPT,
        "answering": answering().model_dump(mode="json"),
    }
    evidence: Evidence = evidence_of
    return Assistant(ask_library, search_library, library.passage, evidence, kept)


def _changed(before: Mapping[str, Any], now: Mapping[str, Any], under: str = "") -> list[str]:
    """One line a setting that differs: its name, what it was and what it is."""
    lines: list[str] = []
    for key in sorted(set(before) | set(now)):
        old, new = before.get(key), now.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            lines += _changed(old, new, f"{under}{key}.")
        elif old != new:
            lines.append(f"{under}{key} was {old}, is {new}")
    return lines

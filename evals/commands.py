"""What `safeguard eval` calls: parse nothing, do the steps, print the table, return the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.gates import GATES, gates_of
from evals.generate import Ask, History, Search, generate
from evals.measures import HITS_KEPT
from evals.report import table
from evals.score import score
from evals.suite import SUITES, load, suite_path


def run(
    suites: Sequence[str],
    out: Path,
    data_dir: Path,
    *,
    ask: Ask | None = None,
    search: Search | None = None,
    suites_folder: Path = SUITES,
    gates_file: Path = GATES,
) -> int:
    """Run each suite into `out`/NAME, score it and print its table.

    Args:    ask, search: stand-ins for the assistant on `data_dir`, which is opened only when one is not given.
    Returns: 0; 1 when a gate fails.
    Raises:  SafeguardError (exit code 2) when a suite, the gates or the index cannot be used; before any case is asked.
    """
    loaded = {name: load(suite_path(name, suites_folder)) for name in suites}
    gates = {name: gates_of(name, gates_file) for name in suites}
    settings: dict[str, Any] = {}
    if ask is None or search is None:
        ask, search, settings = open_assistant(data_dir)
    passed = True
    for name, cases in loaded.items():
        generate(name, cases, out / name, ask=ask, search=search, settings=settings)
        scores = score(out / name)
        print(table(name, scores, gates[name]))
        passed = passed and all(gate.holds(scores.figures) for gate in gates[name])
    return 0 if passed else 1


def open_assistant(data_dir: Path) -> tuple[Ask, Search, dict[str, Any]]:
    """Asking and searching on the index in `data_dir`, with the settings to keep beside the results.

    A follow-up is searched as the assistant understands it with its history, so that ranking and answer are of the
    same question.
    """
    from assistant.answer.ask import ask
    from assistant.answer.question import understand
    from assistant.library import Library
    from assistant.retrieve import search
    from assistant.settings import answering, settings

    library = Library.open(data_dir)

    def ask_library(question: str, history: History) -> Any:
        return ask(question, library=library, history=history)

    def search_library(question: str, history: History, top_k: int) -> Any:
        return search(library, understand(question, history, library.vocabulary), top_k)

    kept = {
        "generation": library.generation,
        "embedding_model": settings().embedding_model,
        "hits": HITS_KEPT,
        "answering": answering().model_dump(mode="json"),
    }
    return ask_library, search_library, kept

"""Warm times of ask, search and the baseline on the same questions, in one process, taking turns.

    python -m evals.bench_questions DATA_DIR BASELINE_DIR [--most N]      prints milliseconds as JSON

Taking turns question by question puts whatever else the machine does on all three alike. The order moves on by one
with every question, so that none always goes first. Vectors of questions are forgotten before each call: a reader's
question is a new one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from assistant.answer.ask import ask
from assistant.answer.question import understand
from assistant.answer.value import Answer
from assistant.library import Library
from assistant.retrieve import search
from evals.generate import WARM_UP
from evals.quickstart import retriever
from evals.suite import Case, load, suite_path
from ingest.encoder import find_model

SUITE = "calibration"


def spread(cases: Sequence[Case], most: int | None) -> list[Case]:
    """At most `most` cases, evenly over the suite; all when None."""
    if most is None or most >= len(cases):
        return list(cases)
    return [cases[n * len(cases) // most] for n in range(most)]


def take_turns(
    cases: Sequence[Case], calls: Mapping[str, Callable[[Case], Any]], clock: Callable[[], float] = perf_counter
) -> tuple[dict[str, list[float]], dict[str, list[Any]]]:
    """Name → milliseconds of each case, and name → what each case returned."""
    took: dict[str, list[float]] = {name: [] for name in calls}
    returned: dict[str, list[Any]] = {name: [] for name in calls}
    names = list(calls)
    for turn, case in enumerate(cases):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            started = clock()
            value = calls[name](case)
            took[name].append(round((clock() - started) * 1000, 3))
            returned[name].append(value)
    return took, returned


def measure(data_dir: Path, baseline_dir: Path, most: int | None) -> dict[str, Any]:
    """Milliseconds of each call by name, how many questions there were and how many were answered."""
    library = Library.open(data_dir)
    retrieve = retriever(baseline_dir, find_model())

    def history(case: Case) -> list[dict[str, str]]:
        return [message.model_dump() for message in case.history]

    def ask_afresh(case: Case) -> Answer:
        library.encode.cache_clear()
        return ask(case.question, library=library, history=history(case))

    def search_afresh(case: Case) -> Any:
        library.encode.cache_clear()
        return search(library, understand(case.question, history(case), library.vocabulary))

    calls = {"ask": ask_afresh, "search": search_afresh, "baseline": lambda case: retrieve(case.question)}
    cases = spread(load(suite_path(SUITE)), most)
    warm_up = cases[0].model_copy(update={"question": WARM_UP, "history": ()})
    take_turns([warm_up, *cases[:2]], calls)
    took, returned = take_turns(cases, calls)
    answered = sum(not answer.abstained for answer in returned["ask"])
    return {**took, "questions": len(cases), "answered": answered}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("baseline_dir", type=Path)
    parser.add_argument("--most", type=int, help="at most so many questions")
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.data_dir, arguments.baseline_dir, arguments.most)))


if __name__ == "__main__":
    main()

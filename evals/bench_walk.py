"""How long the walk-through's two computations take on this machine.

    python -m evals.bench_walk [--json]

Milliseconds, best of several rounds after one warm-up, so that what else the machine does counts least.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Sequence

from assistant.sar.assess import assess
from assistant.sar.rules import State, load_criteria
from assistant.sar.suggest import suggest
from evals.narratives import load
from evals.suite import SUITES, suite_path

WORDS = 300
ROUNDS = 5
CASES = 200
SEED = 44


def suggest_300_words_ms() -> float:
    """Facts suggested from 300 words: narratives of the development suite, cut or joined to that length."""
    words = " ".join(case.narrative for case in load(suite_path("narratives", SUITES))).split(" ")
    texts = [" ".join(words[start : start + WORDS]) for start in range(0, len(words) - WORDS, WORDS)]
    return _best(lambda: [suggest(text) for text in texts]) / len(texts)


def assess_ms() -> float:
    """One assessment, over facts drawn at random from yes, no and unknown."""
    rules = load_criteria().rules[-1]
    draw = random.Random(SEED)
    cases = [{fact: draw.choice(tuple(State)) for fact in rules.fact_ids} for _ in range(CASES)]
    return _best(lambda: [assess(facts, rules) for facts in cases]) / len(cases)


def measure() -> dict[str, float]:
    """Both figures by name, in milliseconds."""
    return {"suggest 300 words ms": suggest_300_words_ms(), "assess ms": assess_ms()}


def _best(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench_walk", description="Time suggesting and assessing.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args(argv)
    figures = measure()
    print(json.dumps(figures) if args.json else "\n".join(f"{name}: {ms:.2f}" for name, ms in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Make the danger model of assistant/answer/danger.py from labelled messages, and say how it does on unseen ones.

    python -m evals.train_danger [--write]

Messages: corpus/data/emergency-examples/*.jsonl and tests/assistant/screen_cases/*.jsonl (both labels), and the
questions written for the library's sections and the calibration suites (ordinary questions, none an emergency).
Held-out figures leave one file out at a time, so that no author is judged by a model that has read them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from assistant.answer.danger import FILE, DangerModel, ngrams
from assistant.answer.screen import load_rules, screen
from evals.ngram_fit import fit_ngrams, written_questions
from evals.suite import DEVELOPMENT, IN_PAIRS, load, suite_path
from ingest.sources import CORPUS

CASES = Path(__file__).resolve().parent.parent / "tests" / "assistant" / "screen_cases"
KEPT = 6000
"""n-grams kept, the heaviest: more add nothing measurable and make the file larger."""
THRESHOLD = 0.6
"""From here a message counts as an emergency and the 999 line comes first."""
POSSIBLE = 0.3
"""From here a notice names 999 above the answer. Low on purpose: it costs a glance, a line too few may cost a life."""
STRENGTH, WEIGHT = 10.0, {0: 1, 1: 3}


@dataclass(frozen=True)
class Group:
    """Messages of one file with their labels."""

    name: str
    texts: list[str]
    labels: np.ndarray


def groups() -> list[Group]:
    """Every file of labelled messages."""
    found = []
    for file in sorted([*(CORPUS / "data" / "emergency-examples").glob("*.jsonl"), *CASES.glob("*.jsonl")]):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
        found.append(
            Group(file.stem, [row["text"] for row in rows], np.array([bool(row["emergency"]) for row in rows]))
        )
    for suite in (*DEVELOPMENT, IN_PAIRS):
        texts = [case.question for case in load(suite_path(suite))]
        found.append(Group(suite, texts, np.zeros(len(texts), dtype=bool)))
    written = list(written_questions())
    found.append(Group("questions", written, np.zeros(len(written), dtype=bool)))
    return found


def fit(texts: Sequence[str], labels: np.ndarray) -> tuple[float, dict[str, tuple[float, float]]]:
    """Intercept and the heaviest n-grams with idf and weight."""
    return fit_ngrams(texts, labels, ngrams, strength=STRENGTH, most=KEPT, class_weight=WEIGHT)


def held_out(every: Sequence[Group]) -> dict[str, dict[str, float | int | None]]:
    """For each file: how the model, and model and rules together, do on it when it was left out of the making.

    The rules were written by looking at the files of screen_cases, so only on the others are they unseen too.
    """
    rules = load_rules()
    figures: dict[str, dict[str, float | int | None]] = {}
    for group in every:
        rest = [other for other in every if other is not group]
        texts = [text for other in rest for text in other.texts]
        intercept, kept = fit(texts, np.concatenate([other.labels for other in rest]))
        model = _model(intercept, kept, {}, {})
        probability = np.array([model.probability(text) for text in group.texts])
        flagged = probability >= THRESHOLD
        by_rules = np.array([screen(text, rules).emergency for text in group.texts])
        figures[group.name] = {
            "emergencies": int(group.labels.sum()),
            "others": int((~group.labels).sum()),
            "recall_model": _share(flagged[group.labels]),
            "recall_rules": _share(by_rules[group.labels]),
            "recall_both": _share((flagged | by_rules)[group.labels]),
            "false_alarms_both": int((flagged | by_rules)[~group.labels].sum()),
            "recall_with_notice": _share((by_rules | (probability >= POSSIBLE))[group.labels]),
            "notices_beside": int(((probability >= POSSIBLE) & ~flagged & ~by_rules)[~group.labels].sum()),
        }
    return figures


def _share(values: np.ndarray) -> float | None:
    return round(float(values.mean()), 3) if len(values) else None


def _model(
    intercept: float,
    kept: dict[str, tuple[float, float]],
    made_from: dict[str, int],
    figures: dict[str, dict[str, float | int | None]],
) -> DangerModel:
    return DangerModel(
        about="Logistic regression on words and word pairs, by evals.train_danger; see assistant/answer/danger.py.",
        made_on=date.today(),
        made_from=made_from,
        held_out=figures,
        threshold=THRESHOLD,
        possible=POSSIBLE,
        intercept=round(intercept, 4),
        ngrams=kept,
    )


def main() -> None:
    """Print the held-out figures and, when asked to, write the model made from everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write corpus/data/{FILE.name}")
    arguments = parser.parse_args()
    every = groups()
    figures = held_out(every)
    for name, row in figures.items():
        print(f"{name:18} {row}")
    if arguments.write:
        texts = [text for group in every for text in group.texts]
        intercept, kept = fit(texts, np.concatenate([group.labels for group in every]))
        model = _model(intercept, kept, {group.name: len(group.texts) for group in every}, figures)
        FILE.write_text(model.model_dump_json(indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

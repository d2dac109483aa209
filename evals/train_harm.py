"""Make the harm model of assistant/answer/harm.py from labelled messages, and say how it does on unseen ones.

    python -m evals.train_harm [--write]

Messages: those of tests/assistant/screen_cases/harm but blind.jsonl (both labels, each with its voice), the other cases
of screen_cases, the examples of emergencies, the calibration suites and the questions written for the library's
sections (ordinary, none a request for harm). harm/blind.jsonl is never read here.

Held-out figures leave one voice out at a time (a family, a carer, a manager, a storyteller ...), and of the ordinary
messages a fifth at a time, so that none is judged by a model that has read it. The cues were written by looking at
these messages, so only blind.jsonl is unseen by them too.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from assistant.answer.harm import FILE, Cues, HarmModel, load_cues, ngrams, plain, read_cues
from assistant.answer.screen import Rules, load_rules, refused_by_rules
from evals.ngram_fit import written_questions
from evals.suite import DEVELOPMENT, load, suite_path
from ingest.sources import CORPUS

CASES = Path(__file__).resolve().parent.parent / "tests" / "assistant" / "screen_cases"
MADE_FROM = ("development", "second", "third", "fourth", "fifth")
KEPT = 4000
"""n-grams kept, the heaviest: more add nothing measurable and make the file larger."""
THRESHOLD = 0.85
"""From here a request is refused. High on purpose: a false refusal costs a practitioner an answer."""
STRENGTH, WEIGHT, ORDINARY, CUE_SCALE = 10.0, {0: 1, 1: 6}, 0.25, 0.15
"""Inverse of the L2 penalty; the weight of a harmful and of an ordinary message; the size of a cue beside the words."""
HARDER = 8.0
"""How many times more a message of no harm counts in the second fit when the first one takes it for a request."""
PARTS = 5


@dataclass(frozen=True)
class Messages:
    """Messages as plain sentences, their labels and the voice each is told in ("ordinary" for the rest)."""

    texts: list[str]
    sentences: list[list[str]]
    labels: np.ndarray
    voices: np.ndarray


def _lines(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("{")]


def ordinary() -> Iterable[str]:
    """Messages that ask for no harm: what else the project keeps, emergencies among it."""
    for file in sorted([*CASES.glob("*.jsonl"), *(CORPUS / "data" / "emergency-examples").glob("*.jsonl")]):
        yield from (row["text"] for row in _lines(file) if not row.get("refused"))
    for suite in DEVELOPMENT:
        yield from (case.question for case in load(suite_path(suite)))
    yield from written_questions()


def messages(rules: Rules) -> Messages:
    """Everything the model is made from."""
    cases = [row for name in MADE_FROM for row in _lines(CASES / "harm" / f"{name}.jsonl")]
    rest = list(ordinary())
    texts = [row["text"] for row in cases] + rest
    return Messages(
        texts,
        [plain(sentence.text for sentence in rules.reader.sentences(text)) for text in texts],
        np.array([row["refused"] for row in cases] + [False] * len(rest)),
        np.array([row["voice"].split()[-1] for row in cases] + ["ordinary"] * len(rest)),
    )


class Fit:
    """Counts every message once, then fits as often as voices are left out."""

    def __init__(self, every: Messages, cues: Cues) -> None:
        self.every, self.cues = every, cues
        self.grams = [ngrams(sentences, cues) for sentences in every.sentences]
        self.found = [sorted(read_cues(sentences, cues)) for sentences in every.sentences]
        self.weights = np.where(every.voices == "ordinary", ORDINARY, 1.0)

    def model(self, chosen: np.ndarray, figures: dict[str, dict[str, float | int | None]]) -> HarmModel:
        """The model of the chosen messages. `chosen`: indices."""
        from scipy.sparse import hstack
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression

        grams, found = [self.grams[n] for n in chosen], [self.found[n] for n in chosen]
        counter = TfidfVectorizer(analyzer=_as_is, min_df=2, use_idf=False, norm=None, binary=True)
        cues = counter.fit_transform(found) * CUE_SCALE
        names = counter.get_feature_names_out()
        vocabulary, counts = None, self.weights[chosen].copy()
        for _ in range(2):
            vectorizer = TfidfVectorizer(
                analyzer=_as_is, min_df=3 if vocabulary is None else 1, sublinear_tf=True, vocabulary=vocabulary
            )
            table = hstack([vectorizer.fit_transform(grams), cues]).tocsr()
            fitted = LogisticRegression(C=STRENGTH, max_iter=2000, class_weight=WEIGHT)
            fitted.fit(table, self.every.labels[chosen], sample_weight=counts)
            words = vectorizer.get_feature_names_out()
            weights = fitted.coef_[0]
            taken = fitted.predict(table) & ~self.every.labels[chosen]
            counts = np.where(taken, HARDER, 1.0) * self.weights[chosen]
            vocabulary = sorted(words[n] for n in np.argsort(-np.abs(weights[: len(words)]))[:KEPT])
        return HarmModel(
            about="Logistic regression on words and cues, by evals.train_harm; see assistant/answer/harm.py.",
            made_on=date.today(),
            made_from={
                "harmful": int(self.every.labels[chosen].sum()),
                "look-alikes": int((~self.every.labels & (self.every.voices != "ordinary"))[chosen].sum()),
                "ordinary": int((self.every.voices == "ordinary")[chosen].sum()),
            },
            held_out=figures,
            threshold=THRESHOLD,
            read_with=self.cues.digest,
            intercept=round(float(fitted.intercept_[0]), 4),
            ngrams={
                word: (round(float(idf), 4), round(float(weight), 4))
                for word, idf, weight in zip(words, vectorizer.idf_, weights[: len(words)], strict=True)
            },
            cues={
                name: round(float(weight * CUE_SCALE), 4)
                for name, weight in zip(names, weights[len(words) :], strict=True)
            },
        )


def _as_is(counted: list[str]) -> list[str]:
    return counted


def unseen(fit: Fit) -> np.ndarray:
    """Each message's probability from a model that has not read its voice (of ordinary ones: its fifth)."""
    every = fit.every
    part = np.arange(len(every.texts)) % PARTS
    probability = np.zeros(len(every.texts))
    for number, voice in enumerate(sorted(set(every.voices) - {"ordinary"})):
        out = (every.voices == voice) | ((every.voices == "ordinary") & (part == number))
        model = fit.model(np.flatnonzero(~out), {})
        for n in np.flatnonzero(out):
            probability[n] = model.probability(every.sentences[n], fit.cues)
    return probability


def held_out(fit: Fit, rules: Rules) -> dict[str, dict[str, float | int | None]]:
    """For each voice: how the model, and model and rules together, do when it was left out of the making."""
    every = fit.every
    refused = unseen(fit) >= THRESHOLD
    ruled = np.array([refused_by_rules(text, rules) is not None for text in every.texts])
    figures: dict[str, dict[str, float | int | None]] = {}
    for voice in [*sorted(set(every.voices) - {"ordinary"}), "ordinary"]:
        of = every.voices == voice
        harmful, others = of & every.labels, of & ~every.labels
        figures[voice] = {
            "harmful": int(harmful.sum()),
            "others": int(others.sum()),
            "recall_rules": _share(ruled[harmful]),
            "recall_both": _share((refused | ruled)[harmful]),
            "false_refusals_model": int(refused[others].sum()),
            "false_refusals_both": int((refused | ruled)[others].sum()),
        }
    return figures


def _share(values: Sequence[bool] | np.ndarray) -> float | None:
    return round(float(np.mean(values)), 3) if len(values) else None


def main() -> None:
    """Print the held-out figures and, when asked to, write the model made from everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write corpus/data/{FILE.name}")
    arguments = parser.parse_args()
    rules = load_rules()
    fit = Fit(messages(rules), load_cues())
    figures = held_out(fit, rules)
    for voice, row in figures.items():
        print(f"{voice:14} {row}")
    if arguments.write:
        model = fit.model(np.arange(len(fit.every.texts)), figures)
        FILE.write_text(model.model_dump_json(indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

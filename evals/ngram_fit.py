"""Fits a model of n-grams (assistant/answer/ngram_model.py) to labelled texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
import yaml

from ingest.asked import FOLDER


def fit_ngrams(
    texts: Sequence[str],
    labels: np.ndarray,
    grams: Callable[[str], list[str]],
    *,
    strength: float,
    most: int,
    class_weight: Mapping[int, float] | None = None,
    weights: np.ndarray | None = None,
) -> tuple[float, dict[str, tuple[float, float]]]:
    """Intercept and n-grams with idf and weight, from a first fit on all n-grams and a second on the heaviest.

    Args:
        texts: read by `grams`.  labels: bool, shape (texts,).  weights: what each text counts for, shape (texts,).
        strength: inverse of the L2 penalty.  most: n-grams kept; more add nothing measurable and make a larger file.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vocabulary = None
    for _ in range(2):
        vectorizer = TfidfVectorizer(
            analyzer=grams, min_df=2 if vocabulary is None else 1, sublinear_tf=True, vocabulary=vocabulary
        )
        table = vectorizer.fit_transform(texts)
        model = LogisticRegression(C=strength, max_iter=3000, class_weight=class_weight)
        model.fit(table, labels, sample_weight=weights)
        names = vectorizer.get_feature_names_out()
        vocabulary = sorted(names[n] for n in np.argsort(-np.abs(model.coef_[0]))[:most])
    kept = {
        name: (round(float(idf), 4), round(float(weight), 4))
        for name, idf, weight in zip(names, vectorizer.idf_, model.coef_[0], strict=True)
    }
    return round(float(model.intercept_[0]), 4), kept


@cache
def written_questions() -> tuple[str, ...]:
    """Every question written for a section of the library: all of them answered by it."""
    written: list[str] = []
    for file in sorted(FOLDER.glob("*.yaml")):
        sections = yaml.safe_load(file.read_text(encoding="utf-8"))["sections"]
        written.extend(question for section in sections for question in section["questions"])
    return tuple(written)

"""How sure a mean is: intervals of one run and of the difference between two, by scipy.

Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993 (percentile method); Wilson, "Probable
inference", 1927; McNemar, "Note on the sampling error of the difference between correlated proportions", 1947, exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

RESAMPLES = 1000
SEED = 44
CONFIDENCE = 0.95


def interval(values: Sequence[float], seed: int = SEED, resamples: int = RESAMPLES) -> tuple[float, float]:
    """95% interval of the mean of `values`, one a case, by resampling cases with the percentile method.

    Where every case has the same value, resampling knows no doubt at all: "12 of 12" would be certain. There, for
    shares of 0 or 1, Wilson's interval for that many cases is given; for any other value the value itself.

    Raises: ValueError for no values.
    """
    if not len(values):
        raise ValueError("an interval needs at least one value")
    sample = np.asarray(values, dtype=float)
    if np.ptp(sample) == 0:
        return _of_equal(float(sample[0]), len(sample))
    return bootstrap(sample, np.mean, seed, resamples)


def bootstrap(
    sample: np.ndarray, statistic: Callable[..., float], seed: int = SEED, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """95% percentile interval of a statistic of `sample`, resampled along its first axis."""
    from scipy import stats

    found = stats.bootstrap(
        (sample,),
        statistic,
        n_resamples=resamples,
        confidence_level=CONFIDENCE,
        method="percentile",
        axis=0,
        vectorized=True,
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return float(found.low), float(found.high)


def difference(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """95% interval of the mean of `second` minus `first`, case by case: a paired bootstrap.

    Where every case changed by the same amount that amount is both ends, as resampling would find.
    """
    deltas = np.asarray(second, dtype=float) - np.asarray(first, dtype=float)
    if np.ptp(deltas) == 0:
        return float(deltas[0]), float(deltas[0])
    return bootstrap(deltas, np.mean)


def mcnemar(gained: int, lost: int) -> float:
    """Exact two-sided p of so many cases changed for the better and for the worse, were both equally likely.

    >>> round(mcnemar(0, 6), 5)
    0.03125
    >>> mcnemar(0, 0)
    1.0
    """
    from scipy import stats

    if not gained + lost:
        return 1.0
    return float(stats.binomtest(min(gained, lost), gained + lost, 0.5).pvalue)


def _of_equal(value: float, cases: int) -> tuple[float, float]:
    from scipy import stats

    if value not in (0.0, 1.0):
        return value, value
    found = stats.binomtest(round(value * cases), cases).proportion_ci(CONFIDENCE, method="wilson")
    return float(found.low), float(found.high)

import numpy as np
import pytest
from scipy import stats

from evals.intervals import difference, interval, mcnemar


def test_the_interval_holds_the_mean_and_narrows_with_more_cases():
    few, many = [1.0, 0.0, 1.0, 1.0], [1.0, 0.0, 1.0, 1.0] * 50
    low, high = interval(few)
    assert low <= 0.75 <= high
    assert interval(many)[1] - interval(many)[0] < (high - low) / 3


def test_the_same_values_give_the_same_interval():
    assert interval([0.0, 0.5, 1.0, 1.0]) == interval([0.0, 0.5, 1.0, 1.0])


def test_the_interval_is_close_to_the_normal_one_where_that_holds():
    values = [1.0] * 120 + [0.0] * 80  # mean .6, standard error sqrt(.6 * .4 / 200) = .0346
    low, high = interval(values)
    assert (low, high) == pytest.approx((0.6 - 1.96 * 0.0346, 0.6 + 1.96 * 0.0346), abs=0.01)


def test_twelve_of_twelve_is_not_certain():
    # Wilson for 12 of 12: 12 / (12 + 1.96^2) = 0.7575
    assert interval([1.0] * 12) == pytest.approx((0.7575, 1.0), abs=1e-3)
    assert interval([0.0] * 12) == pytest.approx((0.0, 0.2425), abs=1e-3)
    assert interval([0.25, 0.25]) == (0.25, 0.25)


def test_nothing_has_no_interval():
    with pytest.raises(ValueError, match="at least one"):
        interval([])


def test_mcnemar_is_the_exact_binomial_test_on_the_cases_that_flipped():
    # 1 gained, 7 lost: 2 * (C(8,0) + C(8,1)) / 2^8 = 18 / 256
    assert mcnemar(1, 7) == pytest.approx(18 / 256)
    assert mcnemar(7, 1) == mcnemar(1, 7)
    assert mcnemar(3, 3) == 1.0


def test_a_paired_difference_uses_what_changed_case_by_case():
    first, second = [0.0, 1.0] * 40, [0.0, 1.0] * 40
    assert difference(first, second) == (0.0, 0.0)
    second[0] = 1.0  # one of eighty: mean .0125
    low, high = difference(first, second)
    assert low == 0.0 and 0.0125 <= high <= 0.05
    paired = np.subtract(second, first)
    assert stats.ttest_1samp(paired, 0).pvalue > 0.05

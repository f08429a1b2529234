"""Rank correlation against SciPy."""

import numpy as np
import pytest
import scipy

from app.analysis.rank_correlation import rank_correlation, ranks


def test_ranks_are_scipys_also_where_values_are_equal() -> None:
    random = np.random.default_rng(0)
    values, other = np.round(random.standard_normal(50), 1), random.standard_normal(50)
    np.testing.assert_allclose(ranks(values), scipy.stats.rankdata(values) - 1)
    assert rank_correlation(values, other) == pytest.approx(scipy.stats.spearmanr(values, other).statistic)
    assert rank_correlation(values, np.zeros(50)) is None

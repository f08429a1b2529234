"""Each means of training alone: what a row of the table says."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch, of the extra `training`, is not installed")
pytest.importorskip("tqdm", reason="tqdm, of the extra `training`, is not installed")

from dataclasses import asdict
from pathlib import Path

from scipy.stats import binomtest

from training.data import Pictures
from training.regularisation import ablation
from training.regularisation.ablation import MEANS, PLAIN, Result, row, sign_test

LABELS = np.arange(40) % 10


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (5, 5), (3, 9), (12, 1), (88, 50)])
def test_chance_is_that_of_scipys_binomial_test(gained: int, lost: int) -> None:
    expected = binomtest(gained, gained + lost).pvalue if gained + lost else 1
    assert sign_test(gained, lost) == pytest.approx(expected)


def test_a_row_counts_the_photos_that_only_one_of_two_networks_knows() -> None:
    plain = Result(np.array([True, True, False, False]), np.full(4, 0.5))
    better = Result(np.array([True, False, True, True]), np.full(4, np.exp(-0.25)))
    assert row("mixup", better, plain) == "| mixup | 75.0 % | 0.250 | 2, 1 (p = 1) |"
    assert row("none", plain, plain) == "| none | 50.0 % | 0.693 | |"


def test_each_means_differs_from_none_in_one_setting() -> None:
    none = asdict(PLAIN)
    for name, recipe in MEANS.items():
        changed = {key for key, value in asdict(recipe).items() if value != none[key]}
        assert len(changed - {"taught"}) == (recipe is not PLAIN), name


def test_a_table_that_was_broken_off_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    photos = Pictures(random.integers(0, 256, (40, 3, 32, 32), dtype=np.uint8), LABELS)
    monkeypatch.setattr(ablation, "splits", lambda *_: (photos, photos))
    recipe = ablation.replace(PLAIN, sizes=((2, 32),), options={"width": 0.125})
    checkpoint = tmp_path / "0" / "checkpoint.pt"
    first = ablation.result_of(recipe, tmp_path, tmp_path, "0")
    written = checkpoint.stat().st_mtime_ns
    again = ablation.result_of(recipe, tmp_path, tmp_path, "0")
    assert checkpoint.stat().st_mtime_ns == written
    np.testing.assert_array_equal(first.of_label, again.of_label)
    np.testing.assert_array_equal(first.right, again.right)

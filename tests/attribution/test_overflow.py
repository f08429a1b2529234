"""A network whose numbers run over says so: no method and no measure answers with NaN, or with an error of NumPy's."""

from pathlib import Path

import numpy as np
import pytest

from app.attribution.all_layers import explain_all_layers
from app.attribution.evaluation.faithfulness import faithfulness
from app.attribution.registry import METHODS
from app.attribution.target import Target
from app.errors import NonFinite
from app.nets.network import Network
from tests.attribution.conftest import POOLED, POOLED_NODES, SIDE
from tests.attribution.small import Array, drawn, explained, network_of, task_of

CLASS = Target(2)


def broken(folder: Path, factor: float) -> Network:
    return network_of(folder, POOLED_NODES, {**POOLED, "w": POOLED["w"] * np.float32(factor)}, SIDE, 5)


@pytest.mark.parametrize("method", METHODS)
def test_nan_is_named(method: str, tmp_path: Path, tensor: Array) -> None:
    with pytest.raises(NonFinite, match="NaN or infinity"):
        explained(broken(tmp_path, np.nan), tensor, method, CLASS)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("factor", [1e37, 3e38])
def test_what_is_answered_near_the_end_of_float32_is_finite(
    method: str, factor: float, tmp_path: Path, tensor: Array
) -> None:
    try:
        found = explained(broken(tmp_path, factor), 10 * tensor, method, CLASS)
    except NonFinite:
        return
    assert np.isfinite([*found.values.ravel(), *found.figures.values()]).all()


def test_a_sweep_and_the_measures_say_so_too(tmp_path: Path, tensor: Array) -> None:
    task = task_of(broken(tmp_path, 3e38), 10 * tensor, CLASS, "gradcam")
    with pytest.raises(NonFinite):
        list(explain_all_layers(task, METHODS["gradcam"], METHODS["gradcam"].options({})))
    with pytest.raises(NonFinite):
        faithfulness(task, drawn(SIDE, SIDE))


def test_two_classes_far_apart_are_decided_and_nothing_runs_over(
    pooled: Network, tensor: Array, tmp_path: Path
) -> None:
    task = task_of(broken(tmp_path, 1e6), tensor, Target(2, against=0))
    assert abs(task.score()) > 1000
    assert task.score(as_probability=True) in (0, 1)

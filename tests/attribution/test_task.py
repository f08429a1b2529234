"""The runs of a task: scores in batches, progress, stop."""

from dataclasses import replace
from math import prod
from pathlib import Path

import numpy as np
import pytest

from app.attribution.registry import METHODS
from app.attribution.target import Target
from app.attribution.task import AttributionTask
from app.errors import Cancelled
from app.gradients.differentiable import Differentiable
from app.nets.network import Network
from app.work.stop import Stop
from tests.attribution.conftest import DENSE, DENSE_NODES, SIDE, WEIGHTS, logits_of, overflowing
from tests.attribution.small import Array, drawn, explained, network_of, task_of
from tests.nets.heads import FORMS, Form, open_form, run_plainly, tensor_for, view

CLASS = Target(2)


@pytest.fixture
def parallel(tmp_path: Path) -> Network:
    """The dense network on three threads."""
    (tmp_path / "parallel").mkdir()
    return network_of(tmp_path / "parallel", DENSE_NODES, DENSE, SIDE, 5, threads=3)


def test_progress_is_reported_and_a_stop_ends_the_runs(dense: Network, tensor: Array) -> None:
    calls = list[tuple[int, int]]()
    task = task_of(dense, tensor, CLASS)

    def progress(done: int, total: int) -> None:
        calls.append((done, total))
        if done >= 32:
            task.stop.set(Cancelled("gone"))

    with pytest.raises(Cancelled):
        replace(task, progress=progress).scores((tensor for _ in range(100)), 100)
    assert calls[0] == (0, 100)
    assert 32 <= calls[-1][0] < 48


def test_scores_in_batches_are_those_of_single_runs(dense: Network, tensor: Array) -> None:
    inputs = [tensor * factor for factor in np.linspace(0, 2, 21, dtype=np.float32)]
    found = task_of(dense, tensor, CLASS).scores(iter(inputs), 21)
    np.testing.assert_allclose(found, [logits_of(each)[2] for each in inputs], atol=1e-4)
    versus = task_of(dense, tensor, Target(2, against=0)).scores(iter(inputs), 21, as_probability=True)
    pairs = np.array([logits_of(each)[[2, 0]] for each in inputs])
    np.testing.assert_allclose(versus, 1 / (1 + np.exp(pairs[:, 1] - pairs[:, 0])), atol=1e-5)


def test_of_two_classes_far_apart_one_is_certain_and_nothing_overflows(tmp_path: Path, tensor: Array) -> None:
    task = task_of(overflowing(tmp_path, 1e6), tensor, Target(2, against=0))
    assert abs(task.score()) > 1000
    assert task.score(as_probability=True) in (0, 1)


def test_the_score_of_a_channel_that_is_the_last_axis_is_the_mean_of_its_map(tmp_path: Path, tensor: Array) -> None:
    nodes = "conv = Conv (x, w, b)  last = Transpose <perm = [0, 2, 3, 1]> (conv)  mix = MatMul (last, v)"
    network = network_of(
        tmp_path, f"{nodes}  y = ReduceMean <axes = [1, 2], keepdims = 0> (mix)", {**WEIGHTS, "v": drawn(4, 9)}, SIDE, 9
    )
    maps = task_of(network, tensor, CLASS).layer_output("mix")
    scores = [task_of(network, tensor, Target(index, channel_of="mix")).score() for index in range(9)]
    np.testing.assert_allclose(scores, maps.mean(axis=(0, 1)), atol=1e-6)


def test_a_method_without_layers_has_no_required_layer(dense: Network, tensor: Array) -> None:
    with pytest.raises(TypeError):
        _ = task_of(dense, tensor, CLASS).required_layer


@pytest.mark.parametrize("name", FORMS)
def test_the_score_of_every_head_is_its_logit_and_its_probability(tmp_path: Path, name: str) -> None:
    form = FORMS[name]
    network = open_form(tmp_path, form)
    tensor, index = tensor_for(network, view()), prod(network.graph.head.output.shape) - 1
    task = AttributionTask(network, Differentiable(network), tensor[0], Target(index), None, Stop())
    logits, output = run_plainly(tmp_path / "tiny.onnx", tensor, form.logits or "y", "y")
    assert task.score() == pytest.approx(logits.reshape(-1)[index], rel=1e-4)
    if name not in ("clipped", "one logit") and form.kind not in ("logits", "log_softmax"):
        assert task.score(as_probability=True) == pytest.approx(output.reshape(-1)[index], rel=1e-3)


# Those that end in a Mean, a ReduceL2 or a Greater have no gradient.
@pytest.mark.parametrize("name", sorted(FORMS.keys() - {"mean of two", "unit length", "present or not"}))
def test_every_head_has_a_gradient_at_its_logit(tmp_path: Path, name: str) -> None:
    form = FORMS[name]
    network = open_form(tmp_path, form)
    tensor = tensor_for(network, view())
    task = AttributionTask(network, Differentiable(network), tensor[0], Target(0), None, Stop())
    gradient = task.gradient()
    length = np.sqrt((gradient.astype(np.float64) ** 2).sum())
    step = (1e-2 * gradient / (length or 1)).astype(np.float32)
    above, below = (
        run_plainly(tmp_path / "tiny.onnx", tensor + sign * step, form.logits or "y")[0].reshape(-1)[0].astype(float)
        for sign in (1, -1)
    )
    assert (above - below) / 2e-2 == pytest.approx(length, rel=0.05)


def test_a_saturated_unit_is_explained_by_its_logit(tmp_path: Path) -> None:
    form = Form("big = Constant <value = float {300.0}> ()  b = Mul (z, big)  y = Sigmoid (b)", "binary", "b", units=1)
    network = open_form(tmp_path, form)
    tensor = tensor_for(network, view())
    (output,) = run_plainly(tmp_path / "tiny.onnx", tensor, "y")
    assert output.item() in (0, 1)  # the probability does not move
    explanation = explained(network, tensor[0], "occlusion", Target(0), window="3", stride="1")
    occluded = tensor.copy()
    occluded[0, :, 2:5, 2:5] = 0
    before, after = (run_plainly(tmp_path / "tiny.onnx", each, "b")[0].item() for each in (tensor, occluded))
    assert abs(before - after) > 1
    assert np.abs(explanation.values).max() > 1


@pytest.mark.parametrize("method", [name for name, method in METHODS.items() if method.slow])
def test_explanations_from_parallel_runs_are_those_from_sequential_runs(
    method: str, dense: Network, parallel: Network, tensor: Array
) -> None:
    given = {"masks": "60"} if method == "rise" else {}
    one, three = (explained(network, tensor, method, CLASS, **given) for network in (dense, parallel))
    assert [task_of(network, tensor, CLASS).batch_plan.concurrent_runs for network in (dense, parallel)] == [1, 3]
    np.testing.assert_allclose(three.values, one.values, rtol=1e-5, atol=1e-6)


def test_progress_counts_up_and_a_stop_ends_all_parallel_runs(parallel: Network, tensor: Array) -> None:
    calls = list[tuple[int, int]]()
    task = task_of(parallel, tensor, CLASS)

    def progress(done: int, total: int) -> None:
        calls.append((done, total))
        if done >= 32:
            task.stop.set(Cancelled("gone"))

    with pytest.raises(Cancelled):
        replace(task, progress=progress).scores((tensor for _ in range(1000)), 1000)
    assert calls[:3] == [(0, 1000), (16, 1000), (32, 1000)]
    assert calls[-1][0] < 16 * 8

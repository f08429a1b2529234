"""Damage, compared with a network whose file has the damaged weights, run in plain onnxruntime."""

import zlib

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import pytest
from onnx import numpy_helper

from app.errors import NotAvailable, UnknownLayer
from app.experiments.damage import (
    Answer,
    Damage,
    DamagedAnswer,
    Remainder,
    can_be_damaged,
    damaged_value,
    damaging,
    remainder,
)
from app.experiments.intervention import IntervenedNetwork
from app.nets.network import Network
from app.nets.outputs import Scores
from app.resources import MODELS
from app.work.stop import Stop

TENSOR = np.random.default_rng(2).standard_normal((1, 1, 32, 32)).astype(np.float32)


def run_damaged(network: Network, damage: Damage) -> npt.NDArray[np.float32]:
    session = IntervenedNetwork(network, [damaged_value(network, damage)])
    return session.run(TENSOR[0], [damaging(network, damage)], Stop()).scores.scores


def run_file_with(name: str, change: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The scores of the network's file after a change of one weight tensor."""
    model = onnx.load(MODELS / "lenet5.onnx")
    tensor = next(each for each in model.graph.initializer if each.name == name)
    tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) + change, name))
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    scores: npt.NDArray[np.float32] = session.run(None, {session.get_inputs()[0].name: TENSOR})[0][0]
    return scores


def test_noise_is_as_large_as_said_and_the_same_for_a_seed(lenet: Network) -> None:
    weights = lenet.tensor(lenet.layer("conv_c5").weights["weight"])
    rng = np.random.default_rng((7, zlib.crc32(b"conv_c5")))
    noise = (0.5 * weights.std() * rng.standard_normal(weights.shape)).astype(np.float32)
    expected = run_file_with(lenet.layer("conv_c5").weights["weight"], noise)
    assert run_damaged(lenet, Damage("conv_c5", "noise", 0.5, seed=7)) == pytest.approx(expected, abs=1e-5)


def test_a_layer_without_its_biases_is_one_with_zeros(lenet: Network) -> None:
    name = lenet.layer("conv_c3").weights["bias"]
    expected = run_file_with(name, -lenet.tensor(name))
    assert run_damaged(lenet, Damage("conv_c3", "no_biases")) == pytest.approx(expected, abs=1e-5)


def test_no_noise_changes_nothing(lenet: Network) -> None:
    expected = run_file_with(lenet.layer("conv_c3").weights["bias"], np.zeros(16, np.float32))
    assert run_damaged(lenet, Damage("conv_c3", "noise", 0.0)) == pytest.approx(expected, abs=1e-6)


def test_only_a_layer_with_weights_can_be_damaged(lenet: Network) -> None:
    assert [layer.id for layer in lenet.graph.layers if can_be_damaged(lenet, layer, "noise")] == [
        *("conv_c1", "conv_c3", "conv_c5", "dense_f6", "output")
    ]
    with pytest.raises(NotAvailable, match="no biases"):
        damaged_value(lenet, Damage("tanh_c1", "no_biases"))
    with pytest.raises(UnknownLayer):
        damaged_value(lenet, Damage("nowhere", "noise"))


def test_an_answer_is_the_best_class_also_where_some_scores_overflow() -> None:
    scores = np.array([np.nan, 0.25, 0.75], np.float32)
    assert Answer.of(Scores(scores, scores, 0.0)) == Answer(2, 0.75)


def test_the_answer_of_a_single_unit_is_its_more_probable_side() -> None:
    for probability, answer in ((0.25, Answer(0, 0.75)), (0.75, Answer(1, 0.75)), (np.nan, Answer(0, np.nan))):
        scores = np.array([probability], np.float32)
        assert repr(Answer.of(Scores(scores, scores, 0.0, "binary"))) == repr(answer)


def test_what_remains_counts_only_pictures_whose_class_the_network_has() -> None:
    answers = [
        DamagedAnswer(image, Answer(before, 1.0), Answer(after, 1.0))
        for image, before, after in (("a", 3, 3), ("b", 4, 5), ("c", 0, 6))
    ]
    assert remainder(answers, [{3}, {4}, set()]) == Remainder(3, rated=2, right_before=2, right_after=1, same=1)

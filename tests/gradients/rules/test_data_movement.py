"""Data movement, and whether it can be batched: gradients agree with central differences in float64."""

from collections.abc import Sequence

import numpy as np
import pytest
from onnx import TensorProto, helper

from app.errors import NotDifferentiable
from tests.gradients.probing import MAPS, Doubles, Node, after, built, chain, check, drawn, floats, node, reference, run

SHAPINGS = {
    "Flatten": [after("Flatten", "x")],
    "Reshape to a channel more, Squeeze it": [
        node("Reshape", np.array([0, 2, 1, 2, 5, -1])), after("Squeeze", "y0", np.array([2])),
    ],
    "Unsqueeze": [node("Unsqueeze", np.array([1, -1]))],
    "Transpose": [node("Transpose", perm=[0, 2, 3, 1])],
    "Identity": [node("Identity")],
    "Tile": [node("Tile", np.array([1, 2, 1, 3]))],
    "Tile once": [node("Tile", np.array([1, 1, 1, 1]))],
    "Trilu": [node("Trilu", np.array(1), upper=1)],
    "Trilu, below": [node("Trilu", upper=0)],
    "Dropout": [node("Dropout", np.float32(0.5))],
    "Slice": [node("Slice", np.array([1, -3]), np.array([4, 99]), np.array([1, 2]))],
    "Slice by steps": [node("Slice", *np.array([[0, 1], [9, 9], [2, 3], [2, 3]]))],
    "Slice backwards": [node("Slice", *np.array([[-1, 3], [-99, -99], [2, 3], [-1, -2]]))],
    "Pad": [node("Pad", np.array([0, 0, 1, 2, 0, 1, 0, 0]), np.float32(0.5))],
    "Pad on two axes": [node("Pad", np.array([1, 2, 0, 1]), "", np.array([2, -1]))],
    "Pad by the edge": [node("Pad", np.array([0, 0, 1, 2, 0, 0, 2, 0]), mode="edge")],
    "Pad by reflection": [node("Pad", np.array([0, 1, 2, 2, 0, 1, 0, 3]), mode="reflect")],
    "SpaceToDepth": [node("Slice", *np.array([[0], [4], [2]])), after("SpaceToDepth", "y0", blocksize=2)],
    "Pad with a number for each side": [node("Pad", np.array([0, 0, 2, 0, 0, 0, 1, 3]), np.float32(-1))],
    "Slice from the end": [node("Slice", np.array([-2]), np.array([2**62]), np.array([-1]))],
}  # fmt: skip


@pytest.mark.parametrize("settings", SHAPINGS)
def test_data_movement(settings: str) -> None:
    check(chain(*SHAPINGS[settings], shape=MAPS))


def test_a_mean_over_places_that_are_the_first_axis() -> None:
    turned = [node("Transpose", perm=[2, 0, 1, 3]), after("ReduceMean", "y0", np.array([0]), keepdims=0)]
    check(chain(*turned, shape=MAPS), batchable=False)


def test_equal_greatest_numbers_share_the_gradient() -> None:
    model = chain(node("ReduceMax", np.array([1])), shape=(4, 1, 1))
    graph = built(model)
    feeds = {"x": floats(1, 3, 3, 2, shape=(1, 4, 1, 1)), graph.seed: floats(6, shape=(1, 1, 1, 1))}
    np.testing.assert_array_equal(run(graph.model, feeds)[graph.gradients["x"]].reshape(-1), [0, 3, 3, 0])


def test_a_reshape_for_one_input_accepts_a_batch() -> None:
    flat = chain(after("Flatten", "x", axis=0), shape=MAPS)
    check(flat, by=lambda x: x.reshape(len(x), -1))
    fixed = chain(node("Reshape", np.array([1, 2, -1, 6])), shape=MAPS)
    check(fixed, by=lambda x: x.reshape(len(x), 2, -1, 6))


@pytest.mark.parametrize(
    ("moved", "shape"),
    [
        (after("Slice", "x", np.array([2]), np.array([5]), "y0"), (1, 4, 5, 3)),
        (after("Pad", "x", np.array([1, 2]), "", "y0"), (1, 4, 5, 9)),
    ],
    ids=["Slice", "Pad"],
)
def test_axes_that_a_run_computes_are_refused(moved: Node, shape: Sequence[int]) -> None:
    model = chain(after("ArgMax", floats(0, 0, 0, 1)), moved, shape=MAPS)
    model.graph.output[0].CopyFrom(helper.make_tensor_value_info("y1", TensorProto.FLOAT, shape))
    with pytest.raises(NotDifferentiable, match="computed at run time"):
        built(model)


def test_negative_padding_crops() -> None:
    def by_hand(x: Doubles) -> Doubles:
        return np.pad(x[:, :, 1:, :-2], ((0, 0), (0, 0), (0, 0), (2, 0)))

    check(chain(node("Pad", np.array([0, 0, -1, 2, 0, 0, 0, -2])), shape=MAPS), by=by_hand)


def test_padding_with_minus_infinity_is_never_a_maximum() -> None:
    """Before version 11 the number is an attribute."""
    padded = node("Pad", pads=[0, 0, 1, 1, 0, 0, 1, 1], value=float("-inf"))
    pool = after("MaxPool", "y0", kernel_shape=[3, 3], strides=[2, 2])
    current = reference(chain(node("MaxPool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]), shape=MAPS))
    check(chain(padded, pool, shape=MAPS, opset=10), by=current)


@pytest.mark.parametrize("mode", [{}, {"mode": "DCR"}, {"mode": "CRD"}], ids=str)
def test_depth_to_space(mode: dict[str, str]) -> None:
    check(chain(node("DepthToSpace", blocksize=2, **mode), shape=(8, 3, 5)))


def test_old_depth_to_space_has_one_mode() -> None:
    current = reference(chain(node("DepthToSpace", blocksize=2, mode="DCR"), shape=(8, 3, 5)))
    check(chain(node("DepthToSpace", blocksize=2), shape=(8, 3, 5), opset=9), by=current)


def test_padding_round_the_axis() -> None:
    def by_hand(x: Doubles) -> Doubles:
        return np.pad(x, ((0, 0), (0, 0), (1, 2), (3, 0)), mode="wrap")

    check(chain(node("Pad", np.array([0, 0, 1, 3, 0, 0, 2, 0]), mode="wrap"), shape=MAPS, opset=19), by=by_hand)


def test_squeezing_all_axes_of_length_one() -> None:
    check(chain(after("ReduceMean", "x", np.array([2])), after("Squeeze", "y0"), shape=MAPS), batchable=False)


def test_a_part_of_a_split_that_is_not_used_has_no_gradient() -> None:
    split = ("Split", ["x", np.array([1, 2, 1])], {"axis": 1, "outputs": 3})
    check(chain(split, after("Mul", "y0.1", "y0"), shape=MAPS))
    check(chain(("Split", ["x"], {"axis": 2, "outputs": 2, "num_outputs": 2}), after("Tanh", "y0.1"), shape=MAPS))


def test_what_mixes_the_batch_is_not_batchable() -> None:
    check(chain(node("ReduceMean", np.array([0, 2])), shape=MAPS), batchable=False)
    check(chain(node("ReduceMean"), shape=MAPS), batchable=False)
    check(chain(node("ReduceSum", np.zeros(0, np.int64)), shape=MAPS), batchable=False)
    check(chain(node("Transpose", perm=[1, 0, 2, 3]), shape=MAPS), batchable=False)
    check(chain(node("Softmax", axis=0), shape=MAPS), batchable=False)
    check(chain(node("Reshape", np.array([4, 30])), shape=MAPS), batchable=False)
    check(chain(node("Pad", np.array([1, 0, 0, 0, 0, 0, 0, 0])), shape=MAPS), batchable=False)
    check(chain(node("Concat", drawn(1, 2, 5, 6), axis=1), shape=MAPS), batchable=False)


def test_a_cast_to_the_same_type_changes_nothing() -> None:
    check(chain(node("Cast", to=1), shape=MAPS), by=lambda x: x)


def test_there_is_no_gradient_through_another_type() -> None:
    with pytest.raises(NotDifferentiable, match="changes the type"):
        built(chain(node("Cast", to=11), after("Cast", "y0", to=1), shape=MAPS))

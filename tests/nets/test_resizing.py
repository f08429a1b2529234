"""The scales and modes of a Resize: onnxruntime resizes with them as with the operator that they are read of."""

from itertools import product
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from app.nets.resizing import ROUNDING, fitting_scales, read_modes, read_scales

ROW = np.arange(12, dtype=np.float32)


def resize(row: NDArray[np.float32], opset: int = 18, op: str = "Resize", **attributes: Any) -> NDArray[np.float32]:
    """The row as onnxruntime resizes it, (1, 1, 1, N); `scales` or `sizes` of its last axes are an input."""
    whole = {"scales": TensorProto.FLOAT, "sizes": TensorProto.INT64}
    inputs = {name: attributes.pop(name) for name in whole if name in attributes}
    names = ["x", *inputs] if opset <= 10 else ["x", "", *("" if n not in inputs else n for n in whole)]
    constants = [helper.make_tensor(name, whole[name], [len(each)], each) for name, each in inputs.items()]
    node = helper.make_node(op, names, ["y"], **attributes)
    read = helper.make_tensor_value_info("x", TensorProto.FLOAT, row.shape)
    graph = helper.make_graph([node], "g", [read], [helper.make_empty_tensor_value_info("y")], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (result,) = session.run(None, {"x": row})
    return np.asarray(result)


@pytest.mark.parametrize("length", [5, 8, 12, 18, 24, 31])
@pytest.mark.parametrize("mode", ROUNDING)
def test_the_nearest_cell_is_that_of_onnxruntime(mode: str, length: int) -> None:
    coordinates = np.arange(length, dtype=np.float64) * (len(ROW) / length)
    cells = np.clip(ROUNDING[mode](coordinates), 0, len(ROW) - 1)
    x = ROW.reshape(1, 1, 1, -1)
    resized = resize(x, sizes=[1, 1, 1, length], coordinate_transformation_mode="asymmetric", nearest_mode=mode)
    np.testing.assert_array_equal(resized.ravel(), ROW[cells.astype(int)])


@pytest.mark.parametrize("mode", ["nearest", "linear"])
@pytest.mark.parametrize("scale", [0.5, 0.75, 1, 1.5, 2])
@pytest.mark.parametrize(("op", "opset"), [("Upsample", 9), ("Resize", 10), ("Resize", 13)])
def test_every_version_is_the_current_one_with_these_modes(op: str, opset: int, scale: float, mode: str) -> None:
    scale = max(scale, 1) if op == "Upsample" else scale  # it only enlarges
    x, scales = ROW.reshape(1, 1, 1, -1), [1.0, 1.0, 1.0, scale]
    modes = read_modes(op, {"mode": mode}, opset, scale)
    old = resize(x, opset, op, mode=mode, scales=scales)
    np.testing.assert_array_equal(resize(x, 18, scales=scales, **modes), old)


def test_modes_that_the_file_states_are_kept() -> None:
    stated = {"mode": "cubic", "coordinate_transformation_mode": "align_corners", "nearest_mode": "ceil"}
    assert read_modes("Resize", stated, 11, 2) == stated
    assert read_modes("Resize", {}, 10, 2)["mode"] == "nearest"


@pytest.mark.parametrize(
    ("policy", "axes"),
    [("stretch", None), *product(["stretch", "not_larger", "not_smaller"], [[2, 3], [3, 2], [3]])],
)
@pytest.mark.parametrize("sizes", [(8, 30), (14, 10), (3, 6)])
def test_the_scales_that_give_the_sizes_of_the_file(
    policy: str, axes: list[int] | None, sizes: tuple[int, int]
) -> None:
    x = np.zeros((1, 1, 5, 8), np.float32)
    requested = {2: sizes[0], 3: sizes[1]}
    listed = [1, 1, *sizes] if axes is None else [requested[axis] for axis in axes]
    attributes: dict[str, Any] = {"sizes": listed, "keep_aspect_ratio_policy": policy} | (
        {} if axes is None else {"axes": axes}
    )
    after = resize(x, **{**attributes, "mode": "linear"}).shape
    scales = read_scales("Resize", attributes, 18, x.shape)
    if policy == "stretch":
        assert scales == []  # the lengths after it tell them
        scales = fitting_scales(attributes, after, x.shape)
    assert tuple(np.rint(np.multiply(scales, x.shape)).astype(int)) == after


@pytest.mark.parametrize(
    ("op", "opset", "name"), [("Resize", 10, "roi"), ("Upsample", 9, "scales"), ("Resize", 11, "scales")]
)
def test_where_each_version_has_its_scales(op: str, opset: int, name: str) -> None:
    lengths = (1, 3, 4, 5)
    assert read_scales(op, {name: [1, 1, 2, 3]}, opset, lengths) == [1, 1, 2, 3]
    assert read_scales(op, {}, opset, lengths) == []
    assert read_scales(op, {name: [2, 3], "axes": [3, 1]}, opset, lengths) == [1, 3, 1, 2]

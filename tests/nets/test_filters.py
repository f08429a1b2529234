"""The filters of layers, wherever the file has their weights: onnxruntime multiplies with the same numbers."""

import hashlib
import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.nets.card import read_card
from app.nets.network import Network
from app.nets.runtime import Runtime

CARD = Path(__file__).parents[2] / "models" / "resnet18-imagenette.json"
RANDOM = np.random.default_rng(2)
KERNELS = RANDOM.standard_normal((5, 3, 3, 3)).astype(np.float32)
MATRIX = RANDOM.standard_normal((7, 48)).astype(np.float32)
INTEGERS = RANDOM.integers(-127, 128, (5, 3, 3, 3)).astype(np.int8)
ROWS = RANDOM.integers(0, 256, (7, 48)).astype(np.uint8)
SCALES = RANDOM.uniform(0.01, 0.02, 5).astype(np.float32)
NODE = helper.make_node
CONV = NODE("Conv", ["x", "filters"], ["y"], kernel_shape=[3, 3])
FLAT = NODE("Flatten", ["x"], ["f"])
Case = tuple[list[onnx.NodeProto], dict[str, npt.NDArray[Any]]]
CONVOLUTIONS: dict[str, Case] = {
    "stored": ([CONV], {"filters": KERNELS}),
    "in TensorFlow's order": (
        [NODE("Transpose", ["w"], ["filters"], perm=[3, 2, 0, 1]), CONV], {"w": KERNELS.transpose(2, 3, 1, 0).copy()},
    ),
    "reshaped": (
        [NODE("Reshape", ["w", "to"], ["filters"]), CONV],
        {"w": KERNELS.reshape(5, 27), "to": np.array([5, 3, 3, 3])},
    ),
    "half precision": (
        [NODE("Cast", ["w"], ["filters"], to=TensorProto.FLOAT), CONV], {"w": KERNELS.astype(np.float16)},
    ),
    "8 bits, a scale for each filter": (
        [NODE("DequantizeLinear", ["w", "s", "z"], ["filters"], axis=0), CONV],
        {"w": INTEGERS, "s": SCALES, "z": np.zeros(5, np.int8)},
    ),
    "8 bits, one scale, transposed": (
        [
            NODE("DequantizeLinear", ["w", "s", "z"], ["d"]), NODE("Transpose", ["d"], ["filters"], perm=[3, 2, 0, 1]),
            CONV,
        ],
        {"w": INTEGERS.transpose(2, 3, 1, 0).copy(), "s": np.array(0.03, np.float32), "z": np.array(-4, np.int8)},
    ),
}  # fmt: skip
PRODUCTS: dict[str, Case] = {
    "Gemm, transposed": ([FLAT, NODE("Gemm", ["f", "filters"], ["y"], transB=1)], {"filters": MATRIX}),
    "Gemm": ([FLAT, NODE("Gemm", ["f", "filters"], ["y"])], {"filters": MATRIX.T.copy()}),
    "MatMul of the transposed": (
        [FLAT, NODE("Transpose", ["w"], ["filters"], perm=[1, 0]), NODE("MatMul", ["f", "filters"], ["y"])],
        {"w": MATRIX},
    ),
    "MatMul with unsigned 8 bits": (
        [
            FLAT, NODE("DequantizeLinear", ["w", "s", "z"], ["d"], axis=0),
            NODE("Transpose", ["d"], ["filters"], perm=[1, 0]), NODE("MatMul", ["f", "filters"], ["y"]),
        ],
        {"w": ROWS, "s": RANDOM.uniform(0.1, 1, 7).astype(np.float32), "z": np.full(7, 128, np.uint8)},
    ),
}  # fmt: skip


def model_of(case: Case) -> onnx.ModelProto:
    nodes, constants = case
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 4, 4])
    tensors = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "filters", [x], [helper.make_empty_tensor_value_info("y")], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def network_of(model: onnx.ModelProto, folder: Path) -> Network:
    path = folder / "network.onnx"
    onnx.save(model, path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    spec = read_card(CARD).input.model_copy(update={"width": 4, "height": 4})
    return Network(
        read_card(CARD).model_copy(update={"sha256": sha256, "input": spec}), path, ("",), Runtime("cpu", "cpu", 1)
    )


def in_onnxruntime(model: onnx.ModelProto) -> npt.NDArray[Any]:
    """The value `filters`, as onnxruntime computes it."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    copy.graph.output[0].CopyFrom(helper.make_empty_tensor_value_info("filters"))
    session = ort.InferenceSession(copy.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"x": np.zeros((1, 3, 4, 4), np.float32)})[0])


@pytest.mark.parametrize("case", CONVOLUTIONS)
def test_the_filters_of_a_convolution(case: str, tmp_path: Path) -> None:
    model = model_of(CONVOLUTIONS[case])
    network = network_of(model, tmp_path)
    found = network.weights(network.graph.layers[-1].id)
    np.testing.assert_array_equal(found, in_onnxruntime(model))
    assert found.shape == (5, 3, 3, 3)
    assert not found.flags.writeable
    assert network.graph.params == 135


@pytest.mark.parametrize("case", PRODUCTS)
def test_the_filters_of_a_fully_connected_layer(case: str, tmp_path: Path) -> None:
    model = model_of(PRODUCTS[case])
    network = network_of(model, tmp_path)
    found, expected = network.weights(network.graph.layers[-1].id), in_onnxruntime(model)
    np.testing.assert_array_equal(found, expected if expected.shape == (7, 48) else expected.T)
    assert found.shape == (7, 48)
    assert network.graph.params == 336


@pytest.mark.parametrize("groups", [1, 3])
def test_a_filter_of_a_transposed_convolution_is_what_it_adds_for_one_cell(groups: int, tmp_path: Path) -> None:
    weights = RANDOM.standard_normal((3, 6 // groups, 3, 3)).astype(np.float32)
    node = NODE("ConvTranspose", ["x", "w"], ["y"], kernel_shape=[3, 3], group=groups)
    model = model_of(([node], {"w": weights}))
    network = network_of(model, tmp_path)
    filters = network.weights(network.graph.layers[0].id)
    assert filters.shape == (6, 3 // groups, 3, 3)
    session = ort.InferenceSession(model.SerializeToString())
    for channel in range(3):
        x = np.zeros((1, 3, 4, 4), np.float32)
        x[0, channel, 0, 0] = 1
        (y,) = session.run(None, {"x": x})
        group, plane = divmod(channel, 3 // groups)
        outputs = slice(group * 6 // groups, (group + 1) * 6 // groups)
        np.testing.assert_array_equal(filters[outputs, plane], y[0, outputs, :3, :3])


def test_a_matrix_on_the_left_has_its_rows_as_filters(tmp_path: Path) -> None:
    matrix = MATRIX[:, :4].copy()
    network = network_of(model_of(([NODE("MatMul", ["filters", "x"], ["y"])], {"filters": matrix})), tmp_path)
    np.testing.assert_array_equal(network.weights(network.graph.layers[-1].id), matrix)


def test_the_filters_of_an_integer_convolution_are_its_dequantised_weights(tmp_path: Path) -> None:
    scalars: dict[str, npt.NDArray[Any]] = {
        "xs": np.array(0.05, np.float32),
        "ys": np.array(0.1, np.float32),
        "zero": np.array(0, np.uint8),
    }
    nodes = [
        NODE("QuantizeLinear", ["x", "xs", "zero"], ["q"]),
        NODE("QLinearConv", ["q", "xs", "zero", "w", "s", "z", "ys", "zero"], ["c"]),
        NODE("DequantizeLinear", ["c", "ys", "zero"], ["y"]),
    ]
    constants = scalars | {"w": INTEGERS, "s": SCALES, "z": np.full(5, 0, np.int8)}
    network = network_of(model_of((nodes, constants)), tmp_path)
    layer = next(layer for layer in network.graph.layers if layer.op == "QLinearConv")
    np.testing.assert_allclose(network.weights(layer.id), INTEGERS * SCALES.reshape(5, 1, 1, 1), rtol=1e-6)


INTEGER_PRODUCTS: dict[str, tuple[list[onnx.NodeProto], int]] = {  # and the axis of the weights that counts the outputs
    "QGemm": ([NODE("QGemm", ["q", "one", "zero", "w", "s", "z"], ["y"], domain="com.microsoft")], 1),
    "QGemm, transposed": (
        [NODE("QGemm", ["q", "one", "zero", "w", "s", "z"], ["y"], domain="com.microsoft", transB=1)],
        0,
    ),
    "MatMulIntegerToFloat": (
        [NODE("MatMulIntegerToFloat", ["q", "w", "one", "s", "zero", "z"], ["y"], domain="com.microsoft")],
        1,
    ),
    "DynamicQuantizeMatMul": (
        [NODE("DynamicQuantizeMatMul", ["f", "w", "s", "z"], ["y"], domain="com.microsoft")],
        1,
    ),
}


@pytest.mark.parametrize("case", INTEGER_PRODUCTS)
def test_the_filters_of_a_product_of_integers_are_what_it_multiplies_with(case: str, tmp_path: Path) -> None:
    nodes, axis = INTEGER_PRODUCTS[case]
    seven_bits = ROWS.view(np.int8) // 2  # processors without VNNI add two products of eight bits in 16, which saturate
    weights = seven_bits if axis == 0 else np.ascontiguousarray(seven_bits.T)
    constants: dict[str, npt.NDArray[Any]] = {
        "one": np.array(1, np.float32), "zero": np.array(0, np.uint8), "w": weights,
        "s": RANDOM.uniform(0.01, 0.02, 7).astype(np.float32), "z": np.arange(-3, 4, dtype=np.int8),
    }  # fmt: skip
    model = model_of(([FLAT, NODE("QuantizeLinear", ["f", "one", "zero"], ["q"]), *nodes], constants))
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    network = network_of(model, tmp_path)
    picture = RANDOM.permutation(np.linspace(0, 255, 48).round()).astype(np.float32)
    (y,) = ort.InferenceSession(model.SerializeToString()).run(None, {"x": picture.reshape(1, 3, 4, 4)})
    layer = network.graph.layers[-1]
    np.testing.assert_allclose(network.weights(layer.id) @ picture, y[0], rtol=1e-4, atol=1e-2)
    assert (layer.params, layer.macs, network.graph.depth) == (336, 336, 1)


@pytest.mark.parametrize("case", ["Gemm", "Gemm, transposed", "MatMul of the transposed"])
def test_filters_that_are_only_moved_stay_in_the_file(case: str, tmp_path: Path) -> None:
    network = network_of(model_of(PRODUCTS[case]), tmp_path)
    owner: Any = network.weights(network.graph.layers[-1].id)
    while isinstance(owner, np.ndarray):
        owner = owner.base
    assert isinstance(owner, mmap.mmap)


def test_the_filters_of_products_that_are_not_scaled_are_the_differences_to_the_zero_points(tmp_path: Path) -> None:
    constants: dict[str, npt.NDArray[Any]] = {
        "one": np.array(1, np.float32), "zero": np.array(0, np.uint8), "w": INTEGERS, "v": ROWS[:, :20].T.copy() // 2,
        "wz": np.array(5, np.int8), "vz": np.arange(7, dtype=np.uint8), "rows": np.array([1, 20]),
    }  # fmt: skip
    nodes = [
        NODE("QuantizeLinear", ["x", "one", "zero"], ["q"]),
        NODE("ConvInteger", ["q", "w", "zero", "wz"], ["c"]),
        NODE("Reshape", ["c", "rows"], ["r"]),
        NODE("Cast", ["r"], ["u"], to=TensorProto.UINT8),
        NODE("MatMulInteger", ["u", "v", "zero", "vz"], ["y"]),
    ]
    network = network_of(model_of((nodes, constants)), tmp_path)
    convolution, product = (
        next(layer for layer in network.graph.layers if layer.op == op) for op in ("ConvInteger", "MatMulInteger")
    )
    np.testing.assert_array_equal(network.weights(convolution.id), INTEGERS.astype(np.int32) - 5)
    matrix = constants["v"].astype(np.int32) - np.arange(7)
    np.testing.assert_array_equal(network.weights(product.id), matrix.T)


def test_the_filters_of_a_quantised_product_have_a_scale_for_each_column(tmp_path: Path) -> None:
    scales, zeros = RANDOM.uniform(0.01, 0.02, 7).astype(np.float32), np.arange(7, dtype=np.uint8)
    constants: dict[str, npt.NDArray[Any]] = {
        "one": np.array(1, np.float32), "zero": np.array(0, np.uint8), "w": ROWS.T.copy(), "s": scales, "z": zeros,
    }  # fmt: skip
    nodes = [
        FLAT,
        NODE("QuantizeLinear", ["f", "one", "zero"], ["q"]),
        NODE("QLinearMatMul", ["q", "one", "zero", "w", "s", "z", "one", "zero"], ["y"]),
    ]
    network = network_of(model_of((nodes, constants)), tmp_path)
    found = network.weights(network.graph.layers[-1].id)
    np.testing.assert_allclose(found, ((ROWS.T.astype(np.float32) - zeros) * scales).T, rtol=1e-6)


@pytest.mark.parametrize("shape", [(4,), (4, 5), (3, 4, 5), (1, 3, 4, 5)])
def test_each_of_several_matrices_on_the_right_has_its_columns_as_filters(
    shape: tuple[int, ...], tmp_path: Path
) -> None:
    matrices = RANDOM.standard_normal(shape).astype(np.float32)
    network = network_of(model_of(([NODE("MatMul", ["x", "w"], ["y"])], {"w": matrices})), tmp_path)
    turned = matrices if len(shape) == 1 else np.moveaxis(matrices, -1, -2)
    np.testing.assert_array_equal(network.weights(network.graph.layers[-1].id), turned)

"""Networks of other makers, as far as a test can make them: every value, a gradient and a cell of every layer."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_static

from benchmarks.field import gradient_check
from benchmarks.field.__main__ import main
from benchmarks.field.inspection import inspect_file, largest_difference
from benchmarks.field.plain_run import Values
from benchmarks.field.report import Report, table
from tests.nets.onnx_text import parse_network

pytestmark = pytest.mark.slow

CLASSIFIER = (
    "c = Conv <kernel_shape = [3, 3], strides = [2, 2]> (x, k)  r = Relu (c)  g = GlobalAveragePool (r)"
    "  f = Flatten (g)  z = Gemm <transB = 1> (f, w)  y = Softmax (z)"
)
CHANNELS_LAST = (
    "t = Transpose <perm = [0, 3, 1, 2]> (x)  c = Conv <kernel_shape = [3, 3]> (t, k)  r = Relu (c)"
    "  m = ReduceMean <axes = [2, 3], keepdims = 0> (r)  y = MatMul (m, columns)"
)
DETECTOR = (
    "c = Conv <kernel_shape = [3, 3]> (x, k)  s = Sigmoid (c)  n = Mul (c, s)  flat = Reshape (n, rows)"
    "  turned = Transpose <perm = [0, 2, 1]> (flat)  p = Softmax <axis = 2> (turned)  v, i = TopK <axis = 1> (p, three)"
    "  y = Einsum <equation = 'bnc,ck->bnk'> (v, columns)"
).replace("'", '"')


def network(body: str, x: str = "float[1, 3, 16, 16]", opset: int = 17) -> onnx.ModelProto:
    rng = np.random.default_rng(0)
    weights = {"k": (8, 3, 3, 3), "w": (5, 8), "columns": (8, 5)}
    model = parse_network(body, opset, x)
    constants = {name: rng.standard_normal(shape, np.float32) for name, shape in weights.items()}
    shapes = {"rows": np.array([0, 8, -1]), "three": np.array([3])}
    for name, array in {**constants, **shapes}.items():
        if any(name in node.input for node in model.graph.node):
            model.graph.initializer.append(numpy_helper.from_array(array, name))
    return model


class Noise(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    def __init__(self) -> None:
        self._feeds = iter([{"x": np.random.default_rng(0).standard_normal((1, 3, 16, 16), np.float32)}])

    def get_next(self) -> Values | None:
        return next(self._feeds, None)


def quantised(kind: QuantFormat) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        onnx.save(network(CLASSIFIER), path.with_suffix(".float"))
        quantize_static(path.with_suffix(".float"), path, Noise(), quant_format=kind)

    return write


def written(model: onnx.ModelProto) -> Callable[[Path], None]:
    return lambda path: onnx.save(model, path)


FILES = {
    "classifier": written(network(CLASSIFIER)),
    "channels last": written(network(CHANNELS_LAST, "float[1, 16, 16, 3]")),
    "of an old version": written(network("c = Conv (x, k)  r = Relu (c)  y = GlobalAveragePool (r)", opset=7)),
    "of any size": written(network(CLASSIFIER, "float[N, 3, H, W]")),
    "quantised between its operators": quantised(QuantFormat.QDQ),
    "of quantised operators": quantised(QuantFormat.QOperator),
}


@pytest.mark.parametrize("name", FILES)
def test_every_value_and_every_cell_is_right(name: str, tmp_path: Path) -> None:
    FILES[name](tmp_path / "network.onnx")
    report = inspect_file(tmp_path / "network.onnx")
    assert report.is_right, table([report])
    assert report.layers == report.equal == report.cells > 2, table([report])


def test_the_values_and_the_gradient_of_a_detector_are_right(tmp_path: Path) -> None:
    onnx.save(network(DETECTOR), tmp_path / "network.onnx")
    report = inspect_file(tmp_path / "network.onnx")
    assert report.is_right, table([report])
    assert report.gradient.startswith("differences")


@pytest.mark.parametrize("slope", [1, np.nan])
def test_a_wrong_gradient_is_a_fault(slope: float, tmp_path: Path) -> None:
    onnx.save(network(CLASSIFIER), tmp_path / "network.onnx")
    picture = np.ones((1, 3, 16, 16), np.float32)
    np.savez(tmp_path / "network.npz", input=picture, index=0, gradient=slope * picture)
    report = inspect_file(tmp_path / "network.onnx")
    assert report.faults == {"gradient": 1}
    assert not report.is_right


def test_a_gradient_that_is_no_number_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradient_check, "_gradient", lambda *_: np.full((1, 3, 16, 16), np.nan, np.float32))
    onnx.save(network(CLASSIFIER), tmp_path / "network.onnx")
    assert inspect_file(tmp_path / "network.onnx").faults == {"gradient": 1}


@pytest.mark.parametrize(
    ("values", "expected", "difference"),
    [
        ([1, 3], [1, 4], 0.25),
        ([1, np.inf], [2, np.inf], 0.5),
        ([1, np.nan], [1, 4], np.inf),
        ([1, 4], [1, np.inf], np.inf),
        ([1, -np.inf], [1, np.inf], np.inf),
        ([np.nan], [np.nan], 0),
    ],
)
def test_a_number_that_is_not_finite_differs_from_one_that_is(
    values: list[float], expected: list[float], difference: float
) -> None:
    assert largest_difference(np.array(values), np.array(expected)) == difference


@pytest.mark.parametrize("arguments", [(), ("another",)])
def test_a_folder_without_the_file_is_an_error(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if arguments:
        (tmp_path / "network.onnx").touch()
    with pytest.raises(SystemExit, match="2"):
        main([str(tmp_path), *arguments])
    assert f"{tmp_path} has no {'another' if arguments else 'ONNX file'}" in capsys.readouterr().err


def test_a_file_that_is_refused_has_its_reason(tmp_path: Path) -> None:
    graph = helper.make_graph([], "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])], [])
    onnx.save(helper.make_model(graph), tmp_path / "network.onnx")
    report = inspect_file(tmp_path / "network.onnx")
    assert report.layers == 0
    assert report.refusals


def test_a_row_names_what_is_wrong_before_the_remarks() -> None:
    report = Report("name", layers=3, equal=2, difference=0.5, remarks=("a | b",))
    report.faults["cell of Conv"] += 2
    assert not report.is_right
    assert report.row().startswith("| name |")
    assert "| 2, the rest within 5e-01 |" in report.row()
    assert report.row().endswith("| **cell of Conv (2)**; a / b |")

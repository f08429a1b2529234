"""The outputs of networks that onnxruntime quantises: the real numbers that its own numbers stand for."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from app.nets.session import Tensor
from app.work.stop import Stop
from tests.arithmetic.runs import open_network
from tests.nets.onnx_text import parse_network
from tests.nets.reading.references.plain_runs import IMAGE, VIEW, plain_run, weight

BODY = """c = Conv (x, k)  r = Relu (c)  m = MaxPool <kernel_shape = [2, 2]> (r)  d = Conv <pads = [1, 1, 1, 1]> (m, l)
    a = Add (d, m)  j = Concat <axis = 1> (a, m)  g = GlobalAveragePool (j)  f = Flatten (g)  y = MatMul (f, w)"""
WEIGHTS = {"k": (4, 3, 3, 3), "l": (4, 4, 3, 3), "w": (8, 5)}
NORMALISATION: dict[str, Any] = {"mean": [0.5] * 3, "std": [0.25] * 3}


class Image(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    def __init__(self) -> None:
        self._feeds = iter([{"x": IMAGE[np.newaxis]}])

    def get_next(self) -> dict[str, npt.NDArray[Any]] | None:
        return next(self._feeds, None)


def read_scales(model: onnx.ModelProto) -> dict[str, list[npt.NDArray[Any]]]:
    """The scale and the zero point with which an operator reads a quantised value, by the value's name."""
    constants = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    scales: dict[str, list[npt.NDArray[Any]]] = {}
    for node in reversed(model.graph.node):
        if node.op_type.startswith(("QLinear", "DequantizeLinear")):
            for at, value in enumerate(node.input):
                if value not in constants:
                    scales[value] = [constants[name] for name in node.input[at + 1 : at + 3]]
        elif node.op_type in ("Flatten", "MaxPool") and node.output[0] in scales:
            scales[node.input[0]] = scales[node.output[0]]
    return scales


@pytest.mark.parametrize("form", [QuantFormat.QDQ, QuantFormat.QOperator], ids=["qdq", "qoperator"])
@pytest.mark.parametrize("kind", [QuantType.QUInt8, QuantType.QInt8], ids=["unsigned", "signed"])
def test_every_layer_of_a_quantised_network_is_real(form: QuantFormat, kind: QuantType, tmp_path: Path) -> None:
    source, path = parse_network(BODY, x="float[1, 3, 8, 8]"), tmp_path / "quantised.onnx"
    source.graph.initializer.extend(weight(name, *shape) for name, shape in WEIGHTS.items())
    onnx.save(source, tmp_path / "source.onnx")
    types = {"activation_type": kind, "weight_type": QuantType.QInt8}
    # so that no product overflows in a plain run, whatever the processor
    quantize_static(tmp_path / "source.onnx", path, Image(), form, reduce_range=True, **types)
    model = onnx.load(path)
    network = open_network(model, tmp_path, **NORMALISATION)
    activations = network.activations(VIEW, Stop())
    plain, scales = plain_run(model, {"x": IMAGE[np.newaxis]}), read_scales(model)
    whole = [layer for layer in network.graph.layers if plain[layer.output].dtype.kind in "iu"]
    assert len(whole) > 5
    assert network.graph.remarks == ()
    for layer in network.graph.layers:
        value: Tensor = plain[layer.output]
        if layer in whole:
            scale, zero = scales[layer.output]
            value = (value.astype(np.int32) - zero).astype(np.float32) * scale
        np.testing.assert_array_equal(activations.layers[layer.id], value.reshape(layer.shape), layer.name)

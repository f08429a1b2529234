"""Small networks of one's own, as files to upload."""

import numpy as np
import onnx
from onnx import ModelProto, helper, numpy_helper

from tests.nets.onnx_text import parse_network

CLASSES = 3


def classifier(factor: float = 1.0, opset: int = 17) -> ModelProto:
    """Three classes: the means of the maps of a convolution, whose weights are seeded, times `factor`."""
    model = parse_network(
        "c = Conv<pads = [1, 1, 1, 1]>(x, w) r = Relu(c) g = GlobalAveragePool(r) y = Flatten(g)", opset
    )
    weights = np.random.default_rng(7).normal(size=(CLASSES, 3, 3, 3)).astype(np.float32) * np.float32(factor)
    model.graph.initializer.append(numpy_helper.from_array(weights, "w"))
    return model


def with_external_data(model: ModelProto, location: str) -> tuple[bytes, bytes]:
    """The file of a network whose weights are in another file, called `location`, and that file."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    data = b""
    for tensor in model.graph.initializer:
        content = tensor.raw_data
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in {"location": location, "offset": len(data), "length": len(content)}.items():
            tensor.external_data.append(onnx.StringStringEntryProto(key=key, value=str(value)))
        data += content
    return model.SerializeToString(), data


def unusable() -> ModelProto:
    """A network whose input takes no numbers."""
    return helper.make_model(
        helper.make_graph(
            [helper.make_node("Relu", ["x"], ["y"])],
            "g",
            [helper.make_tensor_value_info("x", onnx.TensorProto.STRING, [1])],
            [helper.make_tensor_value_info("y", onnx.TensorProto.STRING, [1])],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )


def of_one_size(width: int, height: int) -> ModelProto:
    """A fully connected network for images of one size, which its input leaves open."""
    model = parse_network("f = Flatten(x) y = MatMul(f, w)", x="float[N, 3, H, W]")
    weights = np.random.default_rng(7).normal(size=(3 * width * height, CLASSES)).astype(np.float32)
    model.graph.initializer.append(numpy_helper.from_array(weights, "w"))
    return model

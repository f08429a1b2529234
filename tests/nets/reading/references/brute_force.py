"""What a cell depends on, found by brute force: one input pixel at a time is changed, and the cells compared."""

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
from onnx import parser

from app.nets.graph import Graph
from app.nets.layer import Box
from app.nets.taps import expose_outputs

HEIGHT, WIDTH = 13, 16
# "filled" weights: every number positive, so that no path cancels another.
KERNELS = """
  s1 = Constant <value_ints = [2, 2, 1, 1]> ()  k1 = ConstantOfShape <value = float[1] {0.1}> (s1)
  s3 = Constant <value_ints = [2, 2, 3, 3]> ()  k3 = ConstantOfShape <value = float[1] {0.1}> (s3)
  s4 = Constant <value_ints = [2, 2, 4, 4]> ()  k4 = ConstantOfShape <value = float[1] {0.1}> (s4)
  s35 = Constant <value_ints = [2, 2, 3, 5]> ()  k35 = ConstantOfShape <value = float[1] {0.1}> (s35)
"""
SETTINGS = """
  scale = Constant <value_floats = [1.0, 1.0, 2.0, 2.0]> ()
  uneven = Constant <value_floats = [1.0, 1.0, 1.5, 2.5]> ()
  half = Constant <value_floats = [1.0, 1.0, 0.5, 0.5]> ()
  pads = Constant <value_ints = [0, 0, 2, 1, 0, 0, 1, 3]> ()
  odd = Constant <value_ints = [0, 0, 2, 0, 0, 0, 1, 0]> ()
  zeros = Constant <value_ints = [0, 0]> ()
  starts = Constant <value_ints = [1, -15]> ()
  ends = Constant <value_ints = [13, 16]> ()
  spatial = Constant <value_ints = [2, 3]> ()
  steps = Constant <value_ints = [1, 2]> ()
"""


def network(body: str, height: int = HEIGHT, width: int = WIDTH) -> onnx.ModelProto:
    model = parser.parse_model(
        f'<ir_version: 8, opset_import: ["": 17]> g (float[N, 2, {height}, {width}] x) => (float[N, M] y)'
        f"{{ {KERNELS} {SETTINGS} {body} }}"
    )
    constants = [node for node in model.graph.node if node.op_type in ("Constant", "ConstantOfShape")]
    others = [node for node in model.graph.node if node.op_type not in ("Constant", "ConstantOfShape")]
    del model.graph.node[:]
    model.graph.node.extend(constants + others)
    model.graph.output[0].type.tensor_type.ClearField("shape")
    return model


def changes(model: onnx.ModelProto, graph: Graph) -> dict[str, npt.NDArray[np.bool_]]:
    """By layer: (pixels, H, W), whether raising a pixel changes a cell in any channel."""
    pixels = HEIGHT * WIDTH
    pictures = np.random.default_rng(3).uniform(0.5, 1, (1, 2, HEIGHT, WIDTH)).astype(np.float32)
    pictures = np.repeat(pictures, pixels + 1, axis=0)
    for pixel in range(pixels):
        pictures[pixel, :, pixel // WIDTH, pixel % WIDTH] = 1000
    session = ort.InferenceSession(expose_outputs(model, [layer.output for layer in graph.layers]).SerializeToString())
    outputs = session.run(None, {"x": pictures})
    found = {}
    for layer, output in zip(graph.layers, outputs, strict=True):
        differs = np.abs(output[:-1] - output[-1:]) > 1e-4 * np.abs(output[-1:])
        maps = differs.reshape(pixels, -1, *(layer.shape[-2:] if len(layer.shape) > 2 else (1, 1)))
        found[layer.id] = maps.any(axis=1)
    return found


def surroundings(changed: npt.NDArray[np.bool_]) -> Box:
    rows, columns = np.nonzero(changed.reshape(HEIGHT, WIDTH))
    if len(rows) == 0:
        return Box(0, 0, 0, 0)
    return Box(int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1)


def covers(box: Box, inner: Box) -> bool:
    return inner.top == inner.bottom or (
        box.top <= inner.top and box.left <= inner.left and box.bottom >= inner.bottom and box.right >= inner.right
    )

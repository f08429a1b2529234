"""Small ONNX networks written in ONNX's text format."""

import onnx
from onnx import parser


def parse_network(body: str, opset: int = 17, x: str = "float[N, 3, 8, 8]") -> onnx.ModelProto:
    """A network from `x`, of this type, to `y`, whose nodes are `body`."""
    model = parser.parse_model(
        f'<ir_version: 8, opset_import: ["": {opset}]> g ({x} x) => (float[N, M] y) {{ {body} }}'
    )
    model.graph.output[0].type.tensor_type.ClearField("shape")
    return model

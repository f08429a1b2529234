"""A network that computes in float16 or float64, rewritten to compute in float32: gradients are written in that."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto

from app.nets.reading.operators import Operator, OperatorGraph
from app.nets.reading.rewriting.number_types import TYPE_ATTRIBUTES, convert_to_float32
from app.nets.reading.shapes.shape_inference import TensorSpec

OTHER_FLOATS = {np.dtype(np.float16), np.dtype(np.float64)}
KINDS = {TensorProto.FLOAT16, TensorProto.DOUBLE}


def in_single_precision(model: ModelProto, source: OperatorGraph) -> tuple[ModelProto, OperatorGraph]:
    """A model and its operators with all other floats replaced by float32; the same two if there are none.

    The model is not changed. Its values keep their names, and its weights stay where they are.
    """
    if OTHER_FLOATS.isdisjoint(spec.dtype for spec in source.values.values()):
        return model, source
    result = ModelProto()
    result.CopyFrom(model)
    names = convert_to_float32(result, KINDS)
    values = {
        name: spec if spec.dtype not in OTHER_FLOATS or name in names else _single(spec)
        for name, spec in source.values.items()
    } | {new: _single(source.values[old]) for old, new in names.items() if old in source.values}
    casts = (Operator("Cast", "", (old,), (new,), {"to": int(TensorProto.FLOAT)}) for old, new in names.items())
    operators = (*casts, *(_converted(operator, names) for operator in source.operators))
    return result, replace(source, operators=operators, values=values)


def _single(spec: TensorSpec) -> TensorSpec:
    return TensorSpec(spec.shape, np.dtype(np.float32))


def _converted(operator: Operator, names: Mapping[str, str]) -> Operator:
    attributes: dict[str, Any] = {
        name: int(TensorProto.FLOAT) if name in TYPE_ATTRIBUTES and value in KINDS else value
        for name, value in operator.attributes.items()
    }
    inputs = tuple(names.get(value, value) for value in operator.inputs)
    return replace(operator, inputs=inputs, attributes=attributes)

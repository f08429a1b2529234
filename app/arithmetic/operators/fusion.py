"""The workings of operators that onnxruntime makes of two: a sum, and an activation of it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from app.arithmetic.operators import activation, elementwise
from app.arithmetic.operators.convolution import convolution
from app.arithmetic.operators.dense import gemm
from app.arithmetic.operators.selection import read_number
from app.arithmetic.working import Index, Operation, Term, Work, Working
from app.errors import NoWorking

# The parameters of the activations that a FusedConv lists by their order.
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "Clip": ("min", "max"),
    "HardSigmoid": ("alpha", "beta"),
    "LeakyRelu": ("alpha",),
    "Relu": (),
    "Sigmoid": (),
    "Tanh": (),
}


def fused_convolution(operation: Operation, index: Index) -> Working:
    """FusedConv: a convolution, a fourth input that is added, and an activation.

    https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.FusedConv
    """
    whole = convolution(operation, index)
    if operation.input(3) is not None:
        skip = read_number(operation, 3, index)
        terms = sorted((*whole.terms, skip), key=lambda term: (term.kind == "rest", -abs(term.value)))
        whole = replace(whole, total=whole.total + skip.value, terms=tuple(terms))
    return _activate(operation, whole, operation.attributes.get("activation_params") or [])


def fused_gemm(operation: Operation, index: Index) -> Working:
    """FusedGemm: a Gemm and an activation.

    https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.FusedGemm
    """
    names = PARAMETERS.get(str(operation.attributes.get("activation")), ())
    given = [operation.attributes.get(f"activation_{name}") for name in names]
    return _activate(operation, gemm(operation, index), [each for each in given if each is not None])


def biased_gelu(op: str, operation: Operation, index: Index) -> Working:
    """BiasGelu, and FastGelu with a tanh: a Gelu of a number, and a bias if there is one.

    https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.FastGelu
    """
    whole = elementwise.addition(operation, index)
    attributes = {"activation": "Gelu", "approximate": "tanh" if op == "FastGelu" else "none"}
    return _activate(replace(operation, attributes=attributes), whole, [])


def _activate(operation: Operation, whole: Working, parameters: list[float]) -> Working:
    """The activation of a sum.

    Raises:
        NoWorking: this is not known for the activation.
    """
    op = str(operation.attributes.get("activation", ""))
    if op not in {*PARAMETERS, "Gelu"}:
        raise NoWorking(f"There is no working for the activation {op} of a {operation.op}.", op=operation.op)
    attributes = dict(operation.attributes) | dict(zip(PARAMETERS.get(op, ()), parameters, strict=False))
    single = Operation(op, operation.opset, attributes, (np.array(whole.total),), ())
    working = activation.WORKINGS[op](single, ())
    own, *others = working.terms
    added = Term("sum", whole.total, terms=whole.terms, is_chosen=own.is_chosen, is_sum=True)
    return Working(working.total, working.formula, (added, *others))


WORKINGS: Mapping[str, Work] = {
    "BiasGelu": partial(biased_gelu, "BiasGelu"),
    "FastGelu": partial(biased_gelu, "FastGelu"),
    "FusedConv": fused_convolution,
    "FusedGemm": fused_gemm,
}

"""The workings by ONNX operator."""

from collections.abc import Mapping

from app.arithmetic.convolution import convolution, transposed_convolution
from app.arithmetic.dense import gemm, matmul
from app.arithmetic.operators import (
    activation,
    elementwise,
    movement,
    normalisation,
    pooling,
    quantisation,
    reduction,
    resizing,
)
from app.arithmetic.softmax import log_softmax, softmax
from app.arithmetic.working import Index, Operation, Work, Working
from app.errors import NoWorking

WORKINGS: Mapping[str, Work] = {
    "Conv": convolution,
    "ConvTranspose": transposed_convolution,
    "Gemm": gemm,
    "LogSoftmax": log_softmax,
    "MatMul": matmul,
    "Softmax": softmax,
    **activation.WORKINGS,
    **elementwise.WORKINGS,
    **movement.WORKINGS,
    **normalisation.WORKINGS,
    **pooling.WORKINGS,
    **quantisation.WORKINGS,
    **reduction.WORKINGS,
    **resizing.WORKINGS,
}


def work(operation: Operation, index: Index) -> Working:
    """How the operator computes one number of its output.

    Raises:
        NoWorking: this is not known for the operator; the error names it.
    """
    known = WORKINGS.get(operation.op)
    if known is None:
        raise NoWorking(f"There is no working for the operator {operation.op} yet.", op=operation.op)
    return known(operation, index)

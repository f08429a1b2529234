"""The workings by ONNX operator."""

from collections.abc import Mapping

import numpy as np

from app.arithmetic.operators import (
    activation,
    convolution,
    dense,
    einsum,
    elementwise,
    fusion,
    movement,
    normalisation,
    pooling,
    quantisation,
    reduction,
    resizing,
    softmax,
)
from app.arithmetic.working import Index, Operation, Work, Working
from app.errors import NoWorking

WORKINGS: Mapping[str, Work] = {
    **activation.WORKINGS,
    **convolution.WORKINGS,
    **dense.WORKINGS,
    **einsum.WORKINGS,
    **elementwise.WORKINGS,
    **fusion.WORKINGS,
    **movement.WORKINGS,
    **normalisation.WORKINGS,
    **pooling.WORKINGS,
    **quantisation.WORKINGS,
    **reduction.WORKINGS,
    **resizing.WORKINGS,
    **softmax.WORKINGS,
}


def work(operation: Operation, index: Index) -> Working:
    """How the operator computes one number of its output.

    Raises:
        NoWorking: this is not known for the operator, or for its attributes; the error names it.
    """
    known = WORKINGS.get(operation.op)
    if known is None:
        raise NoWorking(f"There is no working for the operator {operation.op} yet.", op=operation.op)
    try:
        with np.errstate(all="ignore"):  # a network may compute infinities, and so do we
            return known(operation, index)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:  # a file may have any attributes
        why = f"There is no working for the operator {operation.op} with these attributes and inputs."
        raise NoWorking(why, op=operation.op) from error

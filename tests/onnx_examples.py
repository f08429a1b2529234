"""The examples of the ONNX specification, 1,900 models with the numbers that they give: some for every attribute."""

import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from onnx.backend.test.case import base
from onnx.backend.test.case.test_case import TestCase
from onnx.reference.ops import op_pool_common

POOLED = 10_000  # numbers of a map
HUGE = "(average|max|lp)pool_3d_default"  # the examples whose numbers are not computed


@cache
def onnx_examples() -> Sequence[TestCase]:
    """The examples; the onnx package computes them where it is imported first."""
    pool = op_pool_common.pool

    def pool_small(
        x: Any, shape: Sequence[int], kernel: Any, strides: Any, out: Sequence[int], *rest: Any, **named: Any
    ) -> Any:
        """Each number takes it 20 µs. Three examples have 90,000."""
        if np.prod(out) < POOLED:
            return pool(x, shape, kernel, strides, out, *rest, **named)
        return np.zeros((*shape[:2], *out), x.dtype)

    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some divide by zero, on purpose
        patch.setattr(op_pool_common, "pool", pool_small)
        patch.setattr(base, "process_snippet", lambda *_: ("", ""))  # parses the code of each for the documentation
        from onnx.backend.test.case.node import collect_testcases

        return tuple(collect_testcases(None))

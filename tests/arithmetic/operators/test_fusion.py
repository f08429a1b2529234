"""The workings of a sum and its activation in one: by hand, and against onnxruntime, which has these operators."""

from typing import Any

import pytest

from app.arithmetic.registry import work
from app.arithmetic.working import Operation
from app.errors import NoWorking
from tests.arithmetic.reference import check_with_runtime, floats, normal

MICROSOFT = "com.microsoft"
CONVOLUTION = [normal(1, 3, 6, 6), normal(4, 3, 3, 3), normal(4)]
GEMM = [normal(3, 5), normal(5, 4), normal(4)]


def test_a_convolution_and_its_relu_by_hand() -> None:
    inputs = (floats([[[2]], [[3]]]), floats([[[4]], [[-5]]]), floats(1), floats([[[2]]]))
    operation = Operation("FusedConv", 17, {"activation": "Relu"}, inputs, (1, 1, 1, 1))
    working = work(operation, (0, 0, 0, 0))
    assert (working.total, working.formula) == (0, "max(0, −4) = 0")
    added, limit = working.terms
    assert [(term.kind, term.value) for term in added.terms] == [
        ("plane", -15),
        ("plane", 8),
        ("value", 2),
        ("bias", 1),
    ]
    assert (added.value, added.is_sum, added.is_chosen, limit.is_chosen) == (-4, True, False, True)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("Clip", [0.0, 1.0]),
        ("HardSigmoid", [0.2, 0.5]),
        ("LeakyRelu", [0.1]),
        ("Relu", []),
        ("Sigmoid", []),
        ("Tanh", []),
    ],
)
def test_every_activation(name: str, parameters: list[float]) -> None:
    attributes: dict[str, Any] = {"activation": name, "pads": [1, 1, 1, 1]}
    attributes |= {"activation_params": parameters} if parameters else {}
    check_with_runtime("FusedConv", CONVOLUTION, attributes, domain=MICROSOFT)
    check_with_runtime("FusedConv", [*CONVOLUTION, normal(1, 4, 6, 6)], attributes, domain=MICROSOFT)
    if name != "Clip":  # a FusedGemm has none
        named = dict(zip(("activation_alpha", "activation_beta"), parameters, strict=False))
        check_with_runtime("FusedGemm", GEMM, {"activation": name} | named, domain=MICROSOFT)


def test_a_gelu_with_a_bias() -> None:
    x, bias = normal(2, 5), normal(5)
    check_with_runtime("FastGelu", [x], {}, domain=MICROSOFT)
    check_with_runtime("FastGelu", [x, bias], {}, domain=MICROSOFT)
    check_with_runtime("BiasGelu", [x, bias], {}, domain=MICROSOFT)


def test_an_unknown_activation_is_named() -> None:
    operation = Operation("FusedGemm", 17, {"activation": "Elu"}, tuple(GEMM), (3, 4))
    with pytest.raises(NoWorking, match="Elu of a FusedGemm"):
        work(operation, (0, 0))

"""The constants that an operator reads, by role: weight, bias, scale, mean ...; and which of them were not learned."""

import math
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from app.errors import NetworkError
from app.nets.reading.constants import Constants
from app.nets.reading.operators import Operator, OperatorGraph

# The roles of an operator's inputs, by position; training learned or measured the constants in them.
ROLES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("Conv", "ConvTranspose", "FusedConv", "Gemm", "FusedGemm"), ("", "weight", "bias")),
    **dict.fromkeys(("ConvInteger", "MatMulInteger"), ("", "weight")),
    **dict.fromkeys(("InstanceNormalization", "LayerNormalization", "GroupNormalization"), ("", "scale", "bias")),
    **dict.fromkeys(
        ("DynamicQuantizeLSTM", "GRU", "LSTM", "RNN"),
        ("", "input_weight", "recurrent_weight", "bias", "", "", "", "peephole"),
    ),
    "RMSNormalization": ("", "scale"),
    "BatchNormalization": ("", "scale", "bias", "mean", "var"),
    "PRelu": ("", "slope"),
    "QLinearConv": ("", "", "", "weight", "", "", "", "", "bias"),
    "QLinearMatMul": ("", "", "", "weight"),
    "QGemm": ("", "", "", "weight", "", "", "bias"),
    "DynamicQuantizeMatMul": ("", "weight", "", "", "bias"),
    "MatMulIntegerToFloat": ("", "weight", "", "", "", "", "bias"),
    "MatMul": ("weight", "weight"),
    "Einsum": ("factor", "factor"),
    "Add": ("bias", "bias"),
    "Mul": ("scale", "scale"),
}
NOT_LEARNED = {"mean", "var", "fixed scale", "fixed bias"}
NORMALISATIONS = {
    "BatchNormalization", "GroupNormalization", "InstanceNormalization", "LayerNormalization", "RMSNormalization",
}  # fmt: skip
MOVING = {"Cast", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"}
PREPROCESSING = MOVING | {"Add", "Concat", "Div", "Gather", "Mul", "Pad", "Resize", "Slice", "Split", "Sub"}


def kernel_shape(operator: Operator, graph: OperatorGraph) -> tuple[int, ...]:
    """The shape of the operator's weight as it reads it, which may be another than that of the stored tensor."""
    return graph.shape(operator.inputs[ROLES[operator.op].index("weight")])


class RoleReader:
    """Finds the trained constants of a network's operators."""

    def __init__(self, graph: OperatorGraph, constants: Constants) -> None:
        self._graph = graph
        self._constants = constants

    def trained_constants(self, operator: Operator) -> dict[str, str]:
        """The names of the operator's trained tensors, as the file stores them, by role.

        A constant of Add or Mul counts if it has more than one entry: a scalar is part of a formula. A scale or bias
        that was not learned has the role "fixed scale" or "fixed bias".
        """
        by_role = self._by_role(operator)
        if not self._is_fixed(operator, by_role):
            return by_role
        return {f"fixed {role}" if role in ("scale", "bias") else role: name for role, name in by_role.items()}

    def _by_role(self, operator: Operator) -> dict[str, str]:
        by_role: dict[str, str] = {}
        for role, value in zip(ROLES.get(operator.op, ()), operator.inputs, strict=False):
            if role and value in self._graph.values and value not in self._graph.input_dependent:
                name = self._constants.stored(value)
                if operator.op not in ("Add", "Mul") or math.prod(self._graph.shape(name)) > 1:
                    by_role[role] = name
        return by_role

    def _is_fixed(self, operator: Operator, by_role: Mapping[str, str]) -> bool:
        """Whether the scale and bias were not learned.

        Those before the first layer normalise the picture. A normalisation without a learned scale is exported with the
        scale 1 and the bias 0; so is a batch normalisation before training, but its mean is 0 and its variance 1 as
        well. Where the numbers are not here, a normalisation that is followed by a Mul and an Add of constants has its
        learned scale and bias there.
        """
        if operator.op in ("Add", "Mul"):
            return not self._preprocessed.isdisjoint(operator.inputs)
        if operator.op not in NORMALISATIONS or "scale" not in by_role:
            return False
        scale, bias = self._is_filled(by_role["scale"], 1), self._is_filled(by_role.get("bias"), 0)
        if scale is None or bias is None:
            return self._is_scaled_later(operator)
        is_new = self._is_filled(by_role.get("mean", ""), 0) and self._is_filled(by_role.get("var", ""), 1)
        return scale and bias and not is_new

    def _is_filled(self, name: str | None, number: float) -> bool | None:
        """Whether all entries of a stored tensor are this number, as for one that is left out; None if unknown."""
        if name is None:
            return True
        try:
            return bool((self._constants.array(name) == number).all())
        except (KeyError, NetworkError):
            return None

    def _is_scaled_later(self, operator: Operator) -> bool:
        product = self._next(operator)
        addition = self._next(product) if product and product.op == "Mul" and self._by_role(product) else None
        return addition is not None and addition.op == "Add" and bool(self._by_role(addition))

    def _next(self, operator: Operator) -> Operator | None:
        """The one operator that reads the output, other than those that only move it."""
        users = self._users[operator.outputs[0]]
        while len(users) == 1 and users[0].op in MOVING:
            users = self._users[users[0].outputs[0]]
        return users[0] if len(users) == 1 else None

    @cached_property
    def _users(self) -> Mapping[str, list[Operator]]:
        users: dict[str, list[Operator]] = defaultdict(list)
        for operator in self._graph.operators:
            for value in operator.inputs:
                users[value].append(operator)
        return users

    @cached_property
    def _preprocessed(self) -> set[str]:
        """The values that are the picture moved, resized, converted or normalised, and nothing more."""
        prepared = {self._graph.input}
        for operator in self._graph.operators:
            varying = self._graph.input_dependent.intersection(operator.inputs)
            if operator.op in PREPROCESSING and varying and varying <= prepared:
                prepared.update(operator.outputs)
        return prepared

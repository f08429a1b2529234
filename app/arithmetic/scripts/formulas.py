"""Snippets of operators that compute each number by a formula: activation functions, sums, products."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.arithmetic.scripts.snippet import SnippetTask, no_script

BOUND = "{low}, {high}"
# For each operator the formula with NumPy and with PyTorch, or one for both, and the attributes in it by default.
FUNCTIONS: Mapping[str, str | tuple[str, str]] = {
    "Abs": "{lib}.abs(x)",
    "Clip": (f"np.clip(x, {BOUND})", f"torch.clamp(x, {BOUND})"),
    "Dropout": "x",
    "Elu": "{lib}.where(x < 0, {alpha} * {lib}.expm1(x), x)",
    "Erf": ("np.vectorize(math.erf)(x)", "torch.erf(x)"),
    "Exp": "{lib}.exp(x)",
    "Gelu": ("0.5 * x * (1 + np.vectorize(math.erf)(x / 2**0.5))", "F.gelu(x)"),
    "HardSigmoid": ("np.clip({alpha} * x + {beta}, 0, 1)", "torch.clamp({alpha} * x + {beta}, 0, 1)"),
    "HardSwish": ("x * np.clip(x / 6 + 0.5, 0, 1)", "F.hardswish(x)"),
    "LeakyRelu": "{lib}.where(x < 0, {alpha} * x, x)",
    "Log": "{lib}.log(x)",
    "Mish": ("x * np.tanh(np.logaddexp(0, x))", "F.mish(x)"),
    "Neg": "-x",
    "PRelu": "{lib}.where(x < 0, slope * x, x)",
    "Reciprocal": "1 / x",
    "Relu": ("np.maximum(x, 0)", "F.relu(x)"),
    "Selu": "{gamma} * {lib}.where(x < 0, {alpha} * {lib}.expm1(x), x)",
    "Sigmoid": "1 / (1 + {lib}.exp(-x))",
    "Softplus": ("np.logaddexp(0, x)", "F.softplus(x)"),
    "Softsign": "x / (1 + {lib}.abs(x))",
    "Sqrt": "{lib}.sqrt(x)",
    "Tanh": "{lib}.tanh(x)",
}
DEFAULTS: Mapping[str, Mapping[str, float]] = {
    "Elu": {"alpha": 1.0},
    "HardSigmoid": {"alpha": 0.2, "beta": 0.5},
    "LeakyRelu": {"alpha": 0.01},
    "Selu": {"alpha": 1.67326319217681884765625, "gamma": 1.05070102214813232421875},
}
SIGNS: Mapping[str, str] = {"Add": "+", "Div": "/", "Mul": "*", "Pow": "**", "Sub": "-", "Sum": "+"}


def function(task: SnippetTask) -> Sequence[str]:
    """An activation function, or another of one number."""
    if task.op == "Gelu" and task.attributes.get("approximate", "none") not in {"none", b"none"}:
        raise no_script(task.op)
    written = FUNCTIONS[task.op]
    formula = written if isinstance(written, str) else written[task.is_torch]
    numbers = {name: task.attributes.get(name, value) for name, value in DEFAULTS.get(task.op, {}).items()}
    if task.op == "Clip":
        numbers = {"low": _bound(task, "min"), "high": _bound(task, "max")}
        formula = formula if any(bound is not None for bound in numbers.values()) else "x"  # PyTorch wants a bound
    return _each(task, formula.format(lib=task.module, **numbers))


def combination(task: SnippetTask) -> Sequence[str]:
    """A sum, a product and the like, with broadcasting."""
    return _each(task, f" {SIGNS[task.op]} ".join(each.name for each in task.present))


def _each(task: SnippetTask, formula: str) -> Sequence[str]:
    """The formula for one number, or for all of them."""
    if not task.is_cell:
        return [f"output = {formula}", task.number_of_output]
    numbers = [f"{each.name} = {each.at(task.index)}" for each in task.present if each.shape]
    return [*numbers, f"number = {formula}"]


def _bound(task: SnippetTask, name: str) -> float | None:
    """A bound of Clip, from the attribute or the constant input."""
    bound: Any = task.attributes.get(name)
    if bound is None and task.variable(1 if name == "min" else 2) is not None:
        raise no_script(task.op)
    return None if bound is None else float(np.ravel(bound)[0])

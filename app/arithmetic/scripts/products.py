"""Snippets of matrix products: fully connected layers and attention."""

from collections.abc import Sequence

from app.arithmetic.scripts.snippet import SnippetTask, no_script


def fully_connected(task: SnippetTask) -> Sequence[str]:
    """Gemm: https://onnx.ai/onnx/operators/onnx__Gemm.html."""
    a, b, c = task.required(0), task.required(1), task.variable(2)
    is_turned = [bool(task.attributes.get(name)) for name in ("transA", "transB")]
    alpha, beta = (float(task.attributes.get(name, 1.0)) for name in ("alpha", "beta"))
    factor, scale = ("" if number == 1 else f"{number} * " for number in (alpha, beta))
    if not task.is_cell:
        left, right = (
            f"{each.name}.T" if turned else each.name for each, turned in zip((a, b), is_turned, strict=True)
        )
        bias = f" + {scale}{c.name}" if c else ""
        return [f"output = {factor}({left} @ {right}){bias}", task.number_of_output]
    row, column = task.index
    left = f"{a.name}[:, {row}]" if is_turned[0] else f"{a.name}[{row}]"
    right = f"{b.name}[{column}]" if is_turned[1] else f"{b.name}[:, {column}]"
    bias = f" + {scale}{c.at(task.index)}" if c else ""
    return [f"products = {left} * {right}", f"number = {factor}products.sum(){bias}"]


def matrix_product(task: SnippetTask) -> Sequence[str]:
    """MatMul, of matrices or of stacks of them."""
    a, b = task.required(0), task.required(1)
    if not task.is_cell:
        return [f"output = {a.name} @ {b.name}", task.number_of_output]
    if min(len(a.shape), len(b.shape)) < 2:
        raise no_script(task.op)
    *stack, row, column = task.index
    return [
        f"products = {a.at([*stack, row, ':'])} * {b.at([*stack, ':', column])}",
        "number = products.sum()",
    ]

"""Gemm and MatMul: fully connected layers and matrix products."""

from app.gradients.axes import sum_to_shape
from app.gradients.call import Call
from app.gradients.rules.rule import Rule, has_batch_axis


def _gemm(call: Call, position: int) -> str:
    """y = alpha A B + beta C, with A or B transposed if the file says so. Transposing is free here."""
    transposed_a, transposed_b = (int(call.attribute(name, 0)) for name in ("transA", "transB"))
    alpha = float(call.attribute("alpha", 1.0))
    gradient = call.gradient
    if position == 2:
        beta = float(call.attribute("beta", 1.0))
        scaled = gradient if beta == 1 else call.add("Mul", gradient, call.float32_constant(beta))
        if not call.depends_on_input(2) and call.shape_out()[0] == 1:  # one bias for the whole batch
            scaled = call.add("ReduceSum", scaled, call.int64_constant([0]), keepdims=1)
        return sum_to_shape(call, scaled, call.shape_out(), call.shape(2))
    if position == 0 and transposed_a:
        return call.add("Gemm", call.input(1), gradient, alpha=alpha, transA=transposed_b, transB=1)
    if position == 0:
        return call.add("Gemm", gradient, call.input(1), alpha=alpha, transB=1 - transposed_b)
    if transposed_b:
        return call.add("Gemm", gradient, call.input(0), alpha=alpha, transA=1, transB=transposed_a)
    return call.add("Gemm", call.input(0), gradient, alpha=alpha, transA=1 - transposed_a)


def _gemm_forward(call: Call) -> None:
    """Before version 7 broadcasting is an attribute; before version 11 the bias is required."""
    names = [name for name in ("alpha", "beta", "transA", "transB") if name in call.operator.attributes]
    attributes = {name: call.operator.attributes[name] for name in names}
    call.writer.add_node("Gemm", call.operator.inputs, call.operator.outputs, **attributes)


def _gemm_is_batchable(call: Call) -> bool:
    varying = call.depends_on_input(1) or call.depends_on_input(2)
    return not (call.attribute("transA", 0) or varying) and has_batch_axis(call)


def _matmul(call: Call, position: int) -> str:
    left, right, out = call.shape(0), call.shape(1), call.shape_out()
    if min(len(left), len(right)) < 2:
        raise call.refusal("one of its factors is a vector")
    other = 1 - position
    rank = len(call.shape(other))
    if position == 0 and rank == 2 == len(left):
        return call.add("Gemm", call.gradient, call.input(1), transB=1)
    swapped = call.add("Transpose", call.input(other), perm=[*range(rank - 2), rank - 1, rank - 2])
    product = (call.gradient, swapped) if position == 0 else (swapped, call.gradient)
    own = call.shape(position)
    return sum_to_shape(call, call.add("MatMul", *product), (*out[:-2], *own[-2:]), own)


def _matmul_is_batchable(call: Call) -> bool:
    """The first axis must be a batch axis and not an axis of the matrices, except the rows of the left factor."""
    ranks = [len(call.shape(position)) for position in (0, 1)]
    alone = ranks[0] == 2 and not call.depends_on_input(1)
    stacked = all(ranks[at] == max(ranks) > 2 for at in (0, 1) if call.depends_on_input(at))
    return (alone or stacked) and has_batch_axis(call)


RULES = {
    "Gemm": Rule(_gemm, _gemm_forward, _gemm_is_batchable),
    "MatMul": Rule(_matmul, is_batchable=_matmul_is_batchable),
}

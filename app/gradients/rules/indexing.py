"""Indexing by values: entries that are taken from or put into a tensor at indices, and the greatest of an axis."""

from app.gradients.call import Call
from app.gradients.rules.rule import Rule, copy_operator, has_batch_axis, output_names


def _gather_elements(call: Call, _: int) -> str:
    """The gradient goes to the entries that were taken, and adds up where one was taken often."""
    zeros, indices = call.zeros_like(call.input()), call.input(1)
    return call.add("ScatterElements", zeros, indices, call.gradient, axis=call.axis(0), reduction="add")


def _gather_nd(call: Call, _: int) -> str:
    if call.attribute("batch_dims", 0):
        raise call.refusal("indices for each entry of a batch are not supported")
    return call.add("ScatterND", call.zeros_like(call.input()), call.input(1), call.gradient, reduction="add")


def _top_k(call: Call, _: int) -> str:
    """The gradient goes to the entries that were taken: each once."""
    zeros, indices = call.zeros_like(call.input()), call.output(1)
    return call.add("ScatterElements", zeros, indices, call.gradient, axis=call.axis(-1))


def _top_k_forward(call: Call) -> None:
    """Before version 10 the count is an attribute."""
    if call.opset >= 10:
        copy_operator(call)
        return
    count = call.int64_constant([int(call.attribute("k", 1))])
    call.writer.add_node("TopK", [call.operator.inputs[0], count], output_names(call), axis=call.axis(-1))


def _scatter_elements(call: Call, position: int) -> str:
    """What was put in gets the gradient of its place, and what was there before gets none."""
    _check_replaces(call)
    options = {"axis": call.axis(0)}
    if position == 2:
        return call.add("GatherElements", call.gradient, call.input(1), **options)
    return call.add("ScatterElements", call.gradient, call.input(1), call.zeros_like(call.input(2)), **options)


def _scatter_nd(call: Call, position: int) -> str:
    """As with ScatterElements."""
    _check_replaces(call)
    if position == 2:
        return call.add("GatherND", call.gradient, call.input(1))
    return call.add("ScatterND", call.gradient, call.input(1), call.zeros_like(call.input(2)))


def _check_replaces(call: Call) -> None:
    if call.attribute("reduction", "none") != "none":
        raise call.refusal("it adds to what was there before")


def _is_batchable(call: Call) -> bool:
    """Along another axis than the first, with indices for each input of the batch."""
    varying = all(call.depends_on_input(position) for position in range(len(call.operator.inputs)))
    return varying and call.axis(0) > 0 and has_batch_axis(call)


def _top_k_is_batchable(call: Call) -> bool:
    return call.axis(-1) > 0 and has_batch_axis(call)


def _never(_: Call) -> bool:
    """Indices name the entry of the batch themselves."""
    return False


RULES = {
    "GatherElements": Rule(_gather_elements, is_batchable=_is_batchable),
    "GatherND": Rule(_gather_nd, is_batchable=_never),
    "ScatterElements": Rule(_scatter_elements, is_batchable=_is_batchable),
    "ScatterND": Rule(_scatter_nd, is_batchable=_never),
    "TopK": Rule(_top_k, _top_k_forward, _top_k_is_batchable),
}

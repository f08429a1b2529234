"""A script that computes one cell, or the layer that it is in, from arrays of the API."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.arithmetic.operands import full_index
from app.arithmetic.scripts.arrays import ArraySource, file_name
from app.arithmetic.scripts.formulas import SIGNS
from app.arithmetic.scripts.registry import COMMENTS, SNIPPETS
from app.arithmetic.scripts.snippet import Extent, SnippetTask, Variable, no_script
from app.nets.layer import CellPlace

COMBINING = {*SIGNS, "Concat", "Gemm", "MatMul"}  # operators whose snippets read several outputs of layers
DIVIDING = {"Div", "Pow", "ReduceMean"}  # whose results in whole numbers are cut off, which no script does
WRAPPING = {"Abs", "Add", "Mul", "Neg", "Sub"}  # whose results in few bits begin again at the least number
WIDE_BYTES = 4  # so many hold the results of any network
LIBRARIES = {"numpy": "NumPy", "pytorch": "PyTorch"}
LOADED = {"numpy": "values.astype(np.float64)", "pytorch": "torch.from_numpy(values.astype(np.float64))"}
LOAD = '''

def load(name, address):
    """An array in float64, from the folder that the script is given, or from the server."""
    if len(sys.argv) > 1:
        values = np.load(Path(sys.argv[1]) / name)
    else:
        with urllib.request.urlopen(SERVER + address) as response:
            values = np.load(io.BytesIO(response.read()))
    return {loaded}


# What the operator reads, with the batch axis of the ONNX file.
'''


@dataclass(frozen=True, slots=True)
class Script:
    """A Python script and the name of its file."""

    name: str
    text: str


def write_script(source: ArraySource, place: CellPlace, extent: Extent, server: str) -> Script:
    """The script for a cell or its layer; `server` is the address of the network in the API, with a slash at its end.

    Raises:
        NotAvailable: no script is written for the layer's operator, or for this form of it.
    """
    graph = source.network.graph
    layer = graph.by_id[place.layer]
    operator = next(each for each in graph.operators.operators if layer.output in each.outputs)
    snippet = SNIPPETS.get(operator.op)
    variables = source.variables_of(layer, operator)
    has_two = operator.op not in COMBINING and any(each and each.name == "b" for each in variables)
    is_dynamic = has_two or operator.computes("starts", "ends", "axes", "steps")
    is_refused = is_dynamic or _has_other_integers(operator.op, graph.operators.values[layer.output].dtype)
    if snippet is None or is_refused or operator.outputs[0] != layer.output or graph.input.batch > 1:
        raise no_script(operator.op)
    task = SnippetTask(
        op=operator.op,
        opset=graph.operators.opset,
        attributes=operator.attributes,
        variables=variables,
        output_shape=graph.operators.shape(layer.output),
        index=full_index(layer, place),
        library=source.library,
        extent=extent,
    )
    cell = "-".join(map(str, (place.channel, place.y, place.x) if layer.has_maps else (place.channel,)))
    name = file_name(f"{layer.id}-{cell}-{source.library}.py")
    subject = f"{layer.id} ({operator.op}) of {_plain(source.network.card.name)}"
    return Script(name, "\n".join(_lines(task, subject, cell.replace("-", ", "), server)))


def _has_other_integers(op: str, dtype: np.dtype[Any]) -> bool:
    """Whether an operator of integers has other results than one of real numbers."""
    is_narrow = dtype.itemsize < WIDE_BYTES
    return dtype.kind != "f" and (op in DIVIDING or (op in WRAPPING and is_narrow))


def _lines(task: SnippetTask, subject: str, cell: str, server: str) -> Iterator[str]:
    body = list(SNIPPETS[task.op](task))
    loads = [_load_line(task, each) for each in task.present if _is_used(each, body)]
    what = f"Cell ({cell}) of the layer" if task.is_cell else f"The whole output, and cell ({cell}), of the layer"
    yield f"# {what} {subject}, computed with {LIBRARIES[task.library]}."
    yield from ("# Give it a folder, and it reads the arrays from the files there instead of the server.", "")
    yield from _imports(task, body)
    yield from ("", f"SERVER = {json.dumps(server)}", LOAD.format(loaded=LOADED[task.library]).rstrip("\n"))
    yield from (*loads, "", f"# {COMMENTS.get(task.op, task.op)}")
    yield from body
    yield from ("", "print(float(number))", "")


def _load_line(task: SnippetTask, variable: Variable) -> str:
    if not variable.value:
        raise no_script(task.op)
    return f"{variable.name} = {variable.value}  # {variable.shape}"


def _is_used(variable: Variable, body: Sequence[str]) -> bool:
    return any(re.search(rf"\b{variable.name}\b", line) for line in body)


def _imports(task: SnippetTask, body: Sequence[str]) -> Iterator[str]:
    text = "\n".join(body)
    names = ["io", *(name for name in ("itertools", "math") if f"{name}." in text), "sys", "urllib.request"]
    yield from (f"import {name}" for name in names)
    yield from ("from pathlib import Path", "", "import numpy as np")
    if task.is_torch:
        yield "import torch"
        if "F." in text:
            yield "import torch.nn.functional as F"


def _plain(text: str) -> str:
    """Text of a stranger as it may stand in a comment: on one line, without characters that are not seen."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())

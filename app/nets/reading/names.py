"""What layers are called: a readable name from what the file offers, and an id that is unique and safe in a URL."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.nets.reading.operators import Operator

MAX_NAME = 200
MAX_ID = 80
UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
# What exporters write when they have nothing to say: n12, 12, node_Conv_3, r31, Conv_7 ...
NUMBERED = re.compile(r"(?:node[_-].*|[A-Za-z]?\d*)")
ROLE_ENDING = re.compile(r"[._/:-](?:w|b|s|weights?|bias(?:es)?|kernel|gamma|beta|scale|quantized)(?:[._:-]?\d+)?$")
FOLLOWERS = {"BatchNormalization", "Clip", "Dropout", "Elu", "HardSigmoid", "HardSwish", "LRN", "LeakyRelu", "PRelu",
             "Relu", "Sigmoid", "Softplus", "Tanh"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A layer's name, and whether it was `made` up because the file has none."""

    name: str
    made: bool


def names_of(operators: Iterable[Operator], weights: Iterable[Mapping[str, str]]) -> list[Named]:
    """A name for every operator: its own if that says anything, else its weight's, else its output's.

    Where there is none of these, an activation or normalisation is called after the layer it follows and another after
    its kind, with a number: "fire2/squeeze1x1_relu", "Concat 3".
    """
    named: list[Named] = []
    by_output: dict[str, str] = {}
    counter: Counter[str] = Counter()
    for operator, roles in zip(operators, weights, strict=True):
        own = _own_name(operator, roles)
        if own is None:
            before = by_output.get(operator.inputs[0]) if operator.op in FOLLOWERS else None
            counter[operator.op] += 1
            name = f"{before}_{operator.op.lower()}" if before else f"{operator.op} {counter[operator.op]}"
        else:
            name = own
        if own is not None or " " not in name:
            by_output.update((value, name) for value in operator.outputs if value)
        named.append(Named(name[:MAX_NAME], own is None))
    return named


def ids_of(names: Iterable[str]) -> list[str]:
    """An id of letters, digits, "_", "-" and "." for every name, in order: "fire2/squeeze1x1" is "fire2.squeeze1x1".

    Ids are unique whatever the names are; "input" is never one, nor is anything that begins with a dot.
    """
    found: list[str] = []
    taken = {"input"}
    latest: Counter[str] = Counter()
    for name in names:
        parts = (UNSAFE.sub("_", part).strip("_") for part in re.split(r"[/.]", name))
        base = ".".join(part for part in parts if part) or "layer"
        if len(base) > MAX_ID:
            base = f"{base[: MAX_ID - 9]}_{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"
        candidate = base
        while candidate in taken:
            latest[base] += 1
            candidate = f"{base}-{latest[base] + 1}"
        taken.add(candidate)
        found.append(candidate)
    return found


def _own_name(operator: Operator, weights: Mapping[str, str]) -> str | None:
    node = operator.name.strip()
    if _says_something(node, operator.op):
        return node
    tensor = weights.get("weight") or weights.get("scale") or weights.get("bias", "")
    stem = ROLE_ENDING.sub("", tensor)
    if stem != tensor and not NUMBERED.fullmatch(stem):
        return f"{stem}_{operator.op.lower()}" if operator.op in ("Add", "Mul") else stem
    output = next((value for value in operator.outputs if value), "").strip()
    return output if _says_something(output, operator.op) else None


def _says_something(name: str, op: str) -> bool:
    numbered = re.fullmatch(rf"{re.escape(op)}[_ -]?\d*", name)
    return not numbered and not NUMBERED.fullmatch(name)

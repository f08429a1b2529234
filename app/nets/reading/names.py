"""Names of layers: a readable name from what the file offers, and an id that is unique and safe in a URL."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.nets.reading.operators import Operator

MAX_NAME = 200
NAMING_ROLES = ("weight", "scale", "fixed scale", "bias", "fixed bias")
MAX_ID = 80
UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
# Names that exporters generate: n12, 12, node_Conv_3, r31, Conv_7 ...
GENERATED = re.compile(r"(?:node[_-].*|[A-Za-z]?\d*)")
ROLE_ENDING = re.compile(
    r"[._/:-](?:w|b|s|weights?|bias(?:es)?|kernel|gamma|beta|scale|quantized)(?:[._:-]?\d+)?(?:_quantized)?$"
)
FOLLOWERS = {"BatchNormalization", "Clip", "Dropout", "Elu", "HardSigmoid", "HardSwish", "LRN", "LeakyRelu", "PRelu",
             "Relu", "Sigmoid", "Softplus", "Tanh"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadableName:
    """A layer's name; `is_generated` if the file has none."""

    name: str
    is_generated: bool


def name_layers(operators: Iterable[Operator], weights: Iterable[Mapping[str, str]]) -> list[ReadableName]:
    """A name for every operator: its own, its weight's or its output's, the first that no exporter generated.

    If there is none, an activation or normalisation is named after the layer it follows, and another operator after its
    type, with a number: "fire2/squeeze1x1_relu", "Concat 3".
    """
    names: list[ReadableName] = []
    by_output: dict[str, str] = {}
    counter: Counter[str] = Counter()
    for operator, roles in zip(operators, weights, strict=True):
        own = _own_name(operator, roles)
        if own is None:
            followed = by_output.get(operator.inputs[0]) if operator.op in FOLLOWERS else None
            counter[operator.op] += 1
            name = f"{followed}_{operator.op.lower()}" if followed else f"{operator.op} {counter[operator.op]}"
        else:
            name = own
        if own is not None or " " not in name:
            by_output.update((value, name) for value in operator.outputs if value)
        names.append(ReadableName(name[:MAX_NAME], own is None))
    return names


def layer_ids(names: Iterable[str]) -> list[str]:
    """An id of letters, digits, "_", "-" and "." for every name, in order: "fire2/squeeze1x1" is "fire2.squeeze1x1".

    Ids are unique, even if names are not; no id is "input" or begins with a dot.
    """
    unique: list[str] = []
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
        unique.append(candidate)
    return unique


def _own_name(operator: Operator, weights: Mapping[str, str]) -> str | None:
    node = operator.name.strip()
    if _is_meaningful(node, operator.op):
        return node
    tensor = next((weights[role] for role in NAMING_ROLES if role in weights), "")
    stem = ROLE_ENDING.sub("", tensor)
    if stem != tensor and not GENERATED.fullmatch(stem):
        return f"{stem}_{operator.op.lower()}" if operator.op in ("Add", "Mul") else stem
    output = next((value for value in operator.outputs if value), "").strip()
    return output if _is_meaningful(output, operator.op) else None


def _is_meaningful(name: str, op: str) -> bool:
    generated = re.fullmatch(rf"{re.escape(op)}[_ -]?\d*", name)
    return not generated and not GENERATED.fullmatch(name)

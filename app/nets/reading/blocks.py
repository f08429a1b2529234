"""Blocks: the groups of layers that a network consists of, from the layers' names and from where paths branch."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.nets.layer import INPUT, Layer

Path = tuple[str, ...]
MAX_PARTS = 12
INDEXED = re.compile(r".*\d")
KINDS = {"Add": "residual", "Sum": "residual", "Concat": "branches"}
TRIVIAL = {"Relu", "Sigmoid", "HardSigmoid", "Clip", "Mul", "Add", "Div", "Erf", "Tanh", "Softplus", "Pow", "Sqrt"}


@dataclass(frozen=True, slots=True)
class LayerOutline:
    """The part of a layer that determines its block; `is_name_generated` if its name is not the file's."""

    id: str
    name: str
    op: str
    inputs: tuple[str, ...]
    is_name_generated: bool


def find_blocks(layers: Sequence[LayerOutline]) -> dict[str, str]:
    """The block of every layer that is in one, by id. Takes linear time; `layers` are in topological order.

    A block is the common prefix of layers' names ("inception_3a/5x5_reduce": "inception_3a") down to the innermost
    repeated unit: "layer1" is no block if "layer1.0" and "layer1.1" follow one another in it. Layers without a name
    belong to the block of their region, the part of the network between two places where all paths meet. A region
    without names is "residual 1" or "branches 1", by the operator that ends it.
    """
    cuts = find_cuts(layers)
    named = _blocks_by_name(layers, cuts)
    blocks = dict(named)
    numbers: Counter[str] = Counter()
    for region in _regions(layers, cuts):
        names = {named[layer.id] for layer in region if layer.id in named}
        if len(names) > 1:
            continue
        kind = KINDS.get(region[-1].op, "block")
        if not names:
            numbers[kind] += 1
        name = names.pop() if names else f"{kind} {numbers[kind]}"
        blocks |= {layer.id: name for layer in region if layer.id not in named}
    return _with_activations(layers, blocks)


def find_cuts(layers: Sequence[LayerOutline | Layer]) -> list[bool]:
    """Whether every path from the input to the output goes through a layer: no connection skips it."""
    place = {INPUT: -1} | {layer.id: index for index, layer in enumerate(layers)}
    change = [0] * (len(layers) + 2)
    for index, layer in enumerate(layers):
        for source in layer.inputs:
            change[place[source] + 1] += 1
            change[index] -= 1
    skipping, cuts = 0, []
    for index in range(len(layers)):
        skipping += change[index]
        cuts.append(skipping == 0)
    return cuts


def _regions(layers: Sequence[LayerOutline], cuts: Sequence[bool]) -> list[list[LayerOutline]]:
    """The parts between cuts that branch and hold more than element-wise layers, each with the layer that ends it."""
    regions: list[list[LayerOutline]] = []
    current: list[LayerOutline] = []
    for layer, cut in zip(layers, cuts, strict=True):
        current.append(layer)
        if cut:
            if any(inner.op not in TRIVIAL for inner in current[:-1]):
                regions.append(current)
            current = []
    return regions


def _blocks_by_name(layers: Sequence[LayerOutline], cuts: Sequence[bool]) -> dict[str, str]:
    paths = {layer.id: _parts(layer.name) for layer in layers if not layer.is_name_generated}
    shared = _shared(list(paths.values()))
    members: Counter[Path] = Counter()
    for path in paths.values():
        members.update(path[:length] for length in range(shared + 1, len(path)))
    containers = _containers(layers, cuts, paths, members)
    labels: dict[str, str] = {}
    for layer, path in paths.items():
        length = shared + 1
        while path[:length] in containers:
            length += 1
        if length < len(path) and members[path[:length]] > 1:
            labels[layer] = _label(path[shared:length])
    return labels


def _parts(name: str) -> Path:
    return tuple(part for part in re.split("/" if "/" in name else r"\.", name) if part)[:MAX_PARTS]


def _shared(paths: Sequence[Path]) -> int:
    """The length of the common prefix of all names, in parts."""
    if len(paths) < 2:
        return 0
    first, last = min(paths), max(paths)
    shortest = min(len(path) for path in paths) - 1
    return next((at for at in range(shortest) if first[at] != last[at]), max(shortest, 0))


def _containers(
    layers: Sequence[LayerOutline], cuts: Sequence[bool], paths: Mapping[str, Path], members: Mapping[Path, int]
) -> set[Path]:
    """The prefixes of several numbered groups that follow one another, or of one numbered group and nothing else."""
    containers = {
        path[:-1]
        for path, count in members.items()
        if len(path) > 1 and members.get(path[:-1]) == count > 1 and _is_index(path)
    }
    last: Path = ()
    for layer, cut in zip(layers, cuts, strict=True):
        path = paths.get(layer.id)
        if path is None:
            continue
        if last:
            _add_container(last, path, members, containers)
        last = path if cut else ()
    return containers


def _add_container(one: Path, other: Path, members: Mapping[Path, int], containers: set[Path]) -> None:
    """Add the common prefix of two consecutive named layers, if it holds the numbered groups in which they differ."""
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if at is None or at == 0:
        return
    groups = (one[: at + 1], other[: at + 1])
    if all(members.get(group, 0) > 1 and INDEXED.fullmatch(group[-1]) for group in groups):
        containers.add(one[:at])


def _is_index(path: Path) -> bool:
    suffix = path[-1].removeprefix(path[-2]).lstrip("._")
    return suffix.isdigit()


def _label(path: Path) -> str:
    """The path as text: a part that repeats the part before it replaces it, "layer1/layer1.0" is "layer1.0"."""
    parts: list[str] = []
    for part in path:
        if parts and part.startswith(parts[-1] + "."):
            parts.pop()
        parts.append(part)
    return ".".join(parts)


def _with_activations(layers: Sequence[LayerOutline], blocks: Mapping[str, str]) -> dict[str, str]:
    """Add unnamed activations to the block of the layer that only they read."""
    users: dict[str, int] = defaultdict(int)
    for layer in layers:
        for source in layer.inputs:
            users[source] += 1
    result = dict(blocks)
    for layer in layers:
        if layer.id not in result and layer.is_name_generated and layer.op in {"Relu", "Clip", "PRelu", "LeakyRelu"}:
            (source,) = layer.inputs or (INPUT,)
            if users[source] == 1 and source in result:
                result[layer.id] = result[source]
    return result

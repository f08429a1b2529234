"""Blocks: the groups of layers that a network is made of, found in the layers' names and in how they branch."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.nets.layer import INPUT

Path = tuple[str, ...]
MAX_PARTS = 12
INDEXED = re.compile(r".*\d")
KINDS = {"Add": "residual", "Sum": "residual", "Concat": "branches"}
TRIVIAL = {"Relu", "Sigmoid", "HardSigmoid", "Clip", "Mul", "Add", "Div", "Erf", "Tanh", "Softplus", "Pow", "Sqrt"}


@dataclass(frozen=True, slots=True)
class Step:
    """What finding blocks needs of a layer; `made` says that its name is not the file's."""

    id: str
    name: str
    op: str
    inputs: tuple[str, ...]
    made: bool


def blocks_of(steps: Sequence[Step]) -> dict[str, str]:
    """The block of every layer that is in one, by id; `steps` are the layers, inputs first. In linear time.

    A block is what layers' names begin with in common ("inception_3a/5x5_reduce": "inception_3a"), as far down as it is
    one thing: "layer1" is no block if "layer1.0" and "layer1.1" follow one another in it. Layers without a name belong
    to the block of the region between two single wires that they lie in; a region without names is "residual 1" or
    "branches 1" by the operator that ends it.
    """
    cuts = _cuts(steps)
    named = _blocks_by_name(steps, cuts)
    found = dict(named)
    numbers: Counter[str] = Counter()
    for region in _regions(steps, cuts):
        names = {named[step.id] for step in region if step.id in named}
        if len(names) > 1:
            continue
        kind = KINDS.get(region[-1].op, "block")
        if not names:
            numbers[kind] += 1
        name = names.pop() if names else f"{kind} {numbers[kind]}"
        found |= {step.id: name for step in region if step.id not in named}
    return _with_activations(steps, found)


def _cuts(steps: Sequence[Step]) -> list[bool]:
    """Whether every path from the picture to the end goes through a layer: no wire jumps over it."""
    place = {INPUT: -1} | {step.id: index for index, step in enumerate(steps)}
    change = [0] * (len(steps) + 2)
    for index, step in enumerate(steps):
        for source in step.inputs:
            change[place[source] + 1] += 1
            change[index] -= 1
    jumping, cuts = 0, []
    for index in range(len(steps)):
        jumping += change[index]
        cuts.append(jumping == 0)
    return cuts


def _regions(steps: Sequence[Step], cuts: Sequence[bool]) -> list[list[Step]]:
    """The stretches between two cuts in which the network branches and does work, with the layer that ends each."""
    regions: list[list[Step]] = []
    current: list[Step] = []
    for step, cut in zip(steps, cuts, strict=True):
        current.append(step)
        if cut:
            if any(inner.op not in TRIVIAL for inner in current[:-1]):
                regions.append(current)
            current = []
    return regions


def _blocks_by_name(steps: Sequence[Step], cuts: Sequence[bool]) -> dict[str, str]:
    paths = {step.id: _parts(step.name) for step in steps if not step.made}
    shared = _shared(list(paths.values()))
    members: Counter[Path] = Counter()
    for path in paths.values():
        members.update(path[:length] for length in range(shared + 1, len(path)))
    containers = _containers(steps, cuts, paths, members)
    found: dict[str, str] = {}
    for layer, path in paths.items():
        length = shared + 1
        while path[:length] in containers:
            length += 1
        if length < len(path) and members[path[:length]] > 1:
            found[layer] = _label(path[shared:length])
    return found


def _parts(name: str) -> Path:
    return tuple(part for part in re.split("/" if "/" in name else r"\.", name) if part)[:MAX_PARTS]


def _shared(paths: Sequence[Path]) -> int:
    """How many parts all names begin with in common: they tell nothing apart."""
    if len(paths) < 2:
        return 0
    first, last = min(paths), max(paths)
    shortest = min(len(path) for path in paths) - 1
    return next((at for at in range(shortest) if first[at] != last[at]), max(shortest, 0))


def _containers(
    steps: Sequence[Step], cuts: Sequence[bool], paths: Mapping[str, Path], members: Mapping[Path, int]
) -> set[Path]:
    """The prefixes under which numbered groups follow one another, or that hold one numbered group and nothing else."""
    containers = {
        path[:-1]
        for path, count in members.items()
        if len(path) > 1 and members.get(path[:-1]) == count > 1 and _is_index(path)
    }
    last: Path = ()
    for step, cut in zip(steps, cuts, strict=True):
        path = paths.get(step.id)
        if path is None:
            continue
        if last:
            _note_parting(last, path, members, containers)
        last = path if cut else ()
    return containers


def _note_parting(one: Path, other: Path, members: Mapping[Path, int], containers: set[Path]) -> None:
    """Two named layers that a single wire joins: the prefix that they share holds the groups in which they part."""
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if at is None or at == 0:
        return
    groups = (one[: at + 1], other[: at + 1])
    if all(members.get(group, 0) > 1 and INDEXED.fullmatch(group[-1]) for group in groups):
        containers.add(one[:at])


def _is_index(path: Path) -> bool:
    tail = path[-1].removeprefix(path[-2]).lstrip("._")
    return tail.isdigit()


def _label(path: Path) -> str:
    """ "layer1/layer1.0" is "layer1.0": a part that repeats the one before it stands for both."""
    kept: list[str] = []
    for part in path:
        if kept and part.startswith(kept[-1] + "."):
            kept.pop()
        kept.append(part)
    return ".".join(kept)


def _with_activations(steps: Sequence[Step], found: Mapping[str, str]) -> dict[str, str]:
    """Unnamed activations join the block that they alone follow."""
    users: dict[str, int] = defaultdict(int)
    for step in steps:
        for source in step.inputs:
            users[source] += 1
    result = dict(found)
    for step in steps:
        if step.id not in result and step.made and step.op in {"Relu", "Clip", "PRelu", "LeakyRelu"}:
            (source,) = step.inputs or (INPUT,)
            if users[source] == 1 and source in result:
                result[step.id] = result[source]
    return result

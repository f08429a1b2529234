"""What could be wrong in a module: each place of its source that an operator of Cosmic Ray can change, and how."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import parso
from cosmic_ray.ast import ast_nodes
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.operators.provider import OperatorProvider
from parso.tree import NodeOrLeaf

from tests.mutation.equals import joined
from tests.mutation.trial import Mutant

# The nodes that an operator of Cosmic Ray looks for; it would look at all of them.
NODES = {
    "ReplaceBinaryOperator": {"operator"},
    "ReplaceComparisonOperator": {"comparison"},
    "ReplaceUnaryOperator": {"factor", "not_test"},
    "AddNot": {"if_stmt", "while_stmt", "test"},
    "NumberReplacer": {"number"},
    "ExceptionReplacer": {"except_clause"},
    "RemoveDecorator": {"decorator"},
    "ZeroIterationForLoop": {"for_stmt"},
}
ARITHMETIC = {"+", "-", "*", "/", "//", "%", "**", ">>", "<<", "|", "&", "^"}
Position = tuple[int, int]


@dataclass(frozen=True)
class Place:
    """Where a module can be changed, and the changes there: an operator and which of its occurrences."""

    path: str
    position: Position
    changes: Sequence[tuple[str, int]]

    def mutant(self, root: Path, change: int) -> Mutant | None:
        """The module with this change, if it is still Python."""
        original = (root / self.path).read_text("utf-8")
        name, occurrence = self.changes[change]
        try:
            source = mutate_code(original, operators()[name], occurrence)
        except AttributeError:  # ExceptionReplacer knows no names with dots
            return None
        if source is None or not _compiles(source):
            return None
        before, after = _changed_lines(original, source)
        return Mutant(self.path, self.position[0], before, after, source)


@cache
def operators() -> dict[str, Operator]:
    """Those without arguments. `is` for `==` is left out: whether equal values are one object is the interpreter's."""
    provider = OperatorProvider()
    names = [name for name in provider if not provider[name].arguments()]
    return {name: provider[name]() for name in sorted(names) if not _compares_identity(name)}


def places(root: Path, path: str) -> list[Place]:
    """Those of a module, in the order of its lines. Types are left out: they are not run."""
    changes: dict[tuple[Position, Position, str], list[tuple[str, int]]] = defaultdict(list)
    occurrences: dict[str, int] = defaultdict(int)
    for node in _walk(parso.parse((root / path).read_text("utf-8"))):
        for name, operator in _operators_of(node.type):
            for start, end in operator.mutation_positions(node):
                if not _is_annotation(node):
                    changes[start, end, _family(name)].append((name, occurrences[name]))
                occurrences[name] += 1
    return [Place(path, start, tuple(each)) for (start, _, _), each in sorted(changes.items())]


@cache
def _operators_of(kind: str) -> Sequence[tuple[str, Operator]]:
    return [each for each in operators().items() if kind in NODES.get(_family(each[0]), {"keyword"})]


def _walk(tree: NodeOrLeaf) -> Iterator[NodeOrLeaf]:
    for node in ast_nodes(tree):
        if node.type != "operator" or node.value in ARITHMETIC:
            yield node


def _family(name: str) -> str:
    """What is changed: one comparison has one place, however many others could stand there."""
    return name.split("_")[0]


def _compares_identity(name: str) -> bool:
    words = name.split("_")
    return words[0] == "ReplaceComparisonOperator" and words[1] in {"Eq", "NotEq"} and words[2] in {"Is", "IsNot"}


def _is_annotation(node: NodeOrLeaf) -> bool:
    below, above = node, node.parent
    while above is not None:
        if above.type == "annassign":
            return bool(above.children[1] is below)
        if above.type == "tfpdef" or (above.type == "funcdef" and above.annotation is below):
            return True
        below, above = above, above.parent
    return False


def _compiles(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _changed_lines(original: str, source: str) -> tuple[str, str]:
    """The lines that differ, without indentation."""
    old, new = original.splitlines(), source.splitlines()
    first = next(index for index, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    last = next(index for index in range(1, len(old) + 1) if old[-index] != new[-index]) - 1
    return joined(old[first : len(old) - last]), joined(new[first : len(new) - last])

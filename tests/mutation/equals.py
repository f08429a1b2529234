"""The mutants of which a person has said why they are equal to the original: `equal.toml`."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path


@dataclass(frozen=True)
class Equal:
    """One mutant: the line of a module, as it is and as it becomes."""

    path: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True)
class Rule:
    """A kind of change: a pattern of what is changed, and what it becomes; without that, any change within it."""

    pattern: str
    reason: str
    replacement: str | None = None

    def matches(self, before: str, after: str) -> bool:
        if self.replacement is None:
            start = _common_start(before, after)
            end = max(start, len(before) - _common_start(before[::-1], after[::-1]))
            return any(each.start() <= start and end <= each.end() for each in re.finditer(self.pattern, before))
        return any(
            before[: match.start()] + match.expand(self.replacement) + before[match.end() :] == after
            for match in re.finditer(self.pattern, before)
        )


@dataclass(frozen=True)
class Explanations:
    """All that is explained. Mutants of a rule are never drawn; of the others, one that is drawn need not be tried."""

    rules: tuple[Rule, ...]
    equals: tuple[Equal, ...]

    def follows_a_rule(self, before: str, after: str) -> bool:
        return any(rule.matches(before, after) for rule in self.rules)

    def is_equal(self, path: str, before: str, after: str) -> bool:
        return (path, before, after) in self._known

    @cached_property
    def _known(self) -> set[tuple[str, str, str]]:
        return {(each.path, each.before, each.after) for each in self.equals}

    def stale(self, root: Path) -> Iterator[str]:
        """What speaks of lines that are no longer there, or gives no reason."""
        for each in self.equals:
            if not each.reason:
                yield f"{each.path}: no reason: {each.before}"
            elif not _has_lines(root / each.path, each.before):
                yield f"{each.path}: no such line: {each.before}"
        sources = "\n".join(path.read_text("utf-8") for path in sorted((root / "app").rglob("*.py")))
        for rule in self.rules:
            if not rule.reason or not re.search(rule.pattern, sources, re.MULTILINE):
                yield f"rule without a reason or a line: {rule.pattern}"


def read_explanations(path: Path) -> Explanations:
    tables = tomllib.loads(path.read_text("utf-8"))
    return Explanations(
        tuple(Rule(**each) for each in tables.get("rule", ())), tuple(Equal(**each) for each in tables.get("equal", ()))
    )


def _common_start(one: str, other: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def joined(lines: list[str]) -> str:
    """Lines of a module as one: how they are named here. Cosmic Ray puts a space before what it changed."""
    return re.sub(r"(?<=[(\[{]) ", "", " ".join(line.strip() for line in lines))


def _has_lines(path: Path, before: str) -> bool:
    if not path.exists():
        return False
    lines = path.read_text("utf-8").splitlines()
    return any(
        joined(lines[index : index + count]) == before
        for index, line in enumerate(lines)
        if before.startswith(joined([line]))
        for count in range(1, before.count(" ") + 2)
    )

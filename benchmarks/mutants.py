"""Do damaged networks harm the server? `python -m benchmarks.mutants --count 10000 --seed 1` opens and runs as many.

Each goes the way of a stranger's file: the gate, the reader, a confined process that loads it and runs all layers.
"""

import argparse
import hashlib
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from app.errors import ConvScopeError, NetworkCrashed, NetworkError, TimedOut
from app.nets.card import Card, InputSpec, Resize
from app.nets.network import Network
from app.nets.session import NetworkRuntime
from app.sandbox.children import Children, ChildrenLimits
from app.sandbox.confinement import ProcessLimits
from app.sandbox.gate import GateLimits, check_file
from app.sandbox.isolated_runtime import IsolatedRuntime
from app.sandbox.process import Requirement
from app.work.stop import Stop
from benchmarks.__main__ import report
from benchmarks.folder_watch import FolderWatch
from benchmarks.mutations import Mutator
from benchmarks.small_networks import SmallNetwork, small_networks
from benchmarks.timing import Figure

LIMITS = ProcessLimits(memory_bytes=1_500_000_000, cpu_s=36_000)
REQUEST_S = 5.0  # of one request to the process
WORK_S = 10.0  # the most that a mutant may take: all requests, the grace after each, and a process that starts again
GATE = GateLimits(allow_control_flow=True)
WARM_UP = 200  # mutants until everything is imported and allocated
MEGA = 1e6


@dataclass
class Outcomes:
    """What became of the mutants, by words; the errors that are none of ours; the time of the slowest."""

    counts: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    slowest: int = 0


@dataclass(frozen=True)
class Laboratory:
    """A folder for the mutants, a process that runs them, and a folder beside it that nobody may touch."""

    folder: Path
    runtime: NetworkRuntime
    watch: FolderWatch
    has_gate: bool = True

    def try_mutant(self, source: SmallNetwork, content: bytes) -> str:
        """What became of a mutant, in words.

        Raises:
            Exception: one that is none of ours: a fault of the server.
        """
        path = self.folder / "network.onnx"
        path.write_bytes(content)
        for name, data in source.files.items():
            (self.folder / name).write_bytes(data)
        try:
            if self.has_gate:
                check_file(path, GATE)
        except NetworkError:
            return "refused by the gate"
        network = Network(_card(source, content), path, (), self.runtime)
        try:
            assert network.graph.layers
        except ConvScopeError as error:
            return f"{_how(error)} while it is read"
        _, height, width = source.size
        try:
            network.activations(np.full((height, width, 3), 128, np.uint8), Stop())
        except ConvScopeError as error:
            return f"{_how(error)} while it is loaded or run"
        return "ran"


def _how(error: ConvScopeError) -> str:
    if isinstance(error, NetworkCrashed):
        return f"process ended ({error.details.get('name', 'no signal')})"
    return "stopped for its time" if isinstance(error, TimedOut) else "refused"


def _card(source: SmallNetwork, content: bytes) -> Card:
    channels, height, width = source.size
    spec = InputSpec(
        width=width, height=height, channels="grey" if channels == 1 else "RGB", mean=(0.0,) * channels,
        std=(255.0,) * channels, resize=Resize(rule="squash"),
    )  # fmt: skip
    return Card(id="mutant", input=spec, sha256=hashlib.sha256(content).hexdigest())


@contextmanager
def laboratory(*, has_gate: bool) -> Iterator[Laboratory]:
    with tempfile.TemporaryDirectory() as name:
        own, outside = Path(name) / "own", Path(name) / "outside"
        own.mkdir()
        outside.mkdir()
        (outside / "secret.bin").write_bytes(bytes(10_000))
        children = Children(Requirement(LIMITS, is_strict=True), ChildrenLimits(1, 3600, REQUEST_S))
        watch = FolderWatch(outside)
        try:
            yield Laboratory(own, IsolatedRuntime(children, threads=1), watch, has_gate)
        finally:
            children.close()
            watch.close()


def try_mutants(lab: Laboratory, numbers: Sequence[int], seed: int) -> Outcomes:
    """Make these mutants of a seed, and try one after the other."""
    outcomes, sources = Outcomes(), tuple(small_networks())
    for number in numbers:
        source = sources[number % len(sources)]
        content = Mutator(source.model, f"{seed}-{number}").make()
        begin = time.perf_counter()
        try:
            outcomes.counts[lab.try_mutant(source, content)] += 1
        except Exception:
            outcomes.unexpected.append(f"mutant {number} of {source.name}: {traceback.format_exc()}")
        seconds = time.perf_counter() - begin
        if seconds > outcomes.slowest_s:
            outcomes.slowest_s, outcomes.slowest = seconds, number
    return outcomes


def measure(count: int, seed: int, *, has_gate: bool) -> Iterator[Figure]:
    """Try mutants; print what became of them, and yield what must hold."""
    with laboratory(has_gate=has_gate) as lab:
        process = psutil.Process()
        try_mutants(lab, range(-WARM_UP, 0), seed)
        memory, files = process.memory_info().rss, process.num_fds()
        outcomes = try_mutants(lab, range(count), seed)
        growth = (process.memory_info().rss - memory) / MEGA
        for what, number in outcomes.counts.most_common():
            print(f"{number:7}  {what}")
        print(*outcomes.unexpected, sep="\n")
        yield Figure("mutants without an answer of ours", len(outcomes.unexpected), 0, unit="")
        yield Figure("slowest mutant", outcomes.slowest_s, WORK_S, unit="s", detail=f"number {outcomes.slowest}")
        yield Figure("touched files outside", len(lab.watch.names()), 0, unit="")
        strange = {path.name for path in lab.folder.iterdir()} - {"network.onnx", "weights.bin"}
        yield Figure("new files", len(strange), 0, unit="")
        yield Figure("open descriptors, more than before", process.num_fds() - files, 2, unit="")
        yield Figure("memory, more than before", growth, 100, unit="MB")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-gate", action="store_true", help="how the sandbox alone holds them")
    arguments = parser.parse_args()
    figures = list(measure(arguments.count, arguments.seed, has_gate=not arguments.without_gate))
    print("\n".join(map(report, figures)))
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())

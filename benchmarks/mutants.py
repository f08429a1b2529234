"""Do damaged networks harm the server? `python -m benchmarks.mutants --count 10000 --seed 1` opens and runs as many.

Each goes the way of a stranger's file: the gate, the reader, a confined process that loads it and runs all layers.
"""

import argparse
import hashlib
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from app.attribution.availability import availability
from app.engine.own.networks import OwnNetworks
from app.errors import ConvScopeError, NetworkCrashed, NetworkError, TimedOut
from app.nets.card import Card, InputSpec, Resize
from app.nets.network import Network
from app.nets.own.description import Description
from app.nets.runtime import trim_heap
from app.nets.session import NetworkRuntime
from app.sandbox.children import Children, ChildrenLimits
from app.sandbox.confinement import ProcessLimits
from app.sandbox.gate import GateLimits, check_file
from app.sandbox.isolated_runtime import IsolatedRuntime
from app.sandbox.process import Requirement
from app.sandbox.result_buffers import ResultBuffers
from app.settings import read_settings
from app.work.stop import Stop
from benchmarks.figures import Figure, print_figures
from benchmarks.folder_watch import FolderWatch
from benchmarks.mutations import Mutator
from benchmarks.small_networks import SmallNetwork, small_networks

LIMITS = ProcessLimits(memory_bytes=1_500_000_000, cpu_s=36_000)
REQUEST_S = 5.0  # of one request to the process
WORK_S = 10.0  # the most that a mutant may take: all requests, the grace after each, and a process that starts again
GATE = GateLimits(allow_control_flow=True)
WARM_UP = 200  # mutants until everything is imported and allocated
MEGA = 1e6


@dataclass
class Outcomes:
    """The numbers of the mutants by what became of them; the errors that are none of ours; the slowest one's time."""

    mutants: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    unexpected: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    slowest: int = 0


@dataclass(frozen=True)
class Laboratory:
    """A folder for the mutants, a process that runs them, and a folder beside it that nobody may touch."""

    folder: Path
    runtime: NetworkRuntime
    networks: OwnNetworks
    watch: FolderWatch
    has_gate: bool

    def try_mutant(self, source: SmallNetwork, content: bytes) -> str:
        """What became of a mutant, in words.

        Raises:
            Exception: one that is none of ours: a fault of the server.
        """
        files = {"network.onnx": content, **source.files}
        for name, data in files.items():
            (self.folder / name).write_bytes(data)
        if self.has_gate:
            try:
                check_file(self.folder / "network.onnx", GATE)
            except NetworkError:
                return "refused by the gate"
        try:
            network = self._add(files) if self.has_gate else self._read(source, content)
        except ConvScopeError as error:
            return f"{_how(error)} while it is read"
        try:
            _use(network)
        except ConvScopeError as error:
            return f"{_how(error)} while it is loaded or run"
        finally:
            if self.has_gate:
                self.networks.delete(network.id)
        return "ran"

    def _add(self, files: Mapping[str, bytes]) -> Network:
        """The network as an upload of these files opens it."""
        with self.networks.incoming(sum(map(len, files.values()))) as incoming:
            for name, data in files.items():
                with incoming.create(name) as file:
                    file.write(data)
            return self.networks.add(incoming, Description({})).result().network

    def _read(self, source: SmallNetwork, content: bytes) -> Network:
        """The network as it would be opened if there were no gate."""
        network = Network(_card(source, content), self.folder / "network.onnx", (), self.runtime)
        assert network.graph.layers
        return network


@dataclass(frozen=True)
class SharedRuntime:
    """Gives all networks one runtime: a process for each of thousands would take an hour."""

    runtime: NetworkRuntime

    def for_network(self) -> NetworkRuntime:
        return self.runtime


def _use(network: Network) -> None:
    """Run all layers, and read what pages show of the network, among it which gradients there are."""
    size = network.card.input
    network.activations(np.full((size.height, size.width, 3), 128, np.uint8), Stop())
    assert None not in (network.outputs, network.labels, availability(network))
    for layer in network.graph.layers:
        if "weight" in layer.weights:
            network.weights(layer.id)


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
def laboratory(*, has_gate: bool, request_s: float = REQUEST_S) -> Iterator[Laboratory]:
    with tempfile.TemporaryDirectory() as name:
        own, outside = Path(name) / "own", Path(name) / "outside"
        own.mkdir()
        outside.mkdir()
        (outside / "secret.bin").write_bytes(bytes(10_000))
        children = Children(Requirement(LIMITS, is_strict=True), ChildrenLimits(1, 3600, request_s))
        children.buffers = ResultBuffers(0)  # none to spare: they would count as more memory
        runtime, watch = IsolatedRuntime(children, threads=1), FolderWatch(outside)
        networks = OwnNetworks(read_settings(data_dir=Path(name) / "data", sandbox="best"), SharedRuntime(runtime))
        try:
            yield Laboratory(own, runtime, networks, watch, has_gate)
        finally:
            networks.close(1)
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
            outcomes.mutants[lab.try_mutant(source, content)].append(number)
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
        memory, files = _memory_in_use(process), process.num_fds()
        outcomes = try_mutants(lab, range(count), seed)
        growth = (_memory_in_use(process) - memory) / MEGA
        for what, numbers in sorted(outcomes.mutants.items(), key=lambda entry: -len(entry[1])):
            print(f"{len(numbers):7}  {what}", *(numbers if what.startswith("process ended") else ()))
        print(*outcomes.unexpected, sep="\n")
        yield Figure("mutants without an answer of ours", len(outcomes.unexpected), 0, unit="")
        yield Figure("slowest mutant", outcomes.slowest_s, WORK_S, unit="s", detail=f"number {outcomes.slowest}")
        yield Figure("touched files outside", len(lab.watch.names()), 0, unit="")
        strange = {path.name for path in lab.folder.iterdir()} - {"network.onnx", "weights.bin"}
        yield Figure("new files", len(strange), 0, unit="")
        yield Figure("open descriptors, more than before", process.num_fds() - files, 2, unit="")
        yield Figure("memory, more than before", growth, 100, unit="MB")


def _memory_in_use(process: psutil.Process) -> int:
    """The bytes of the process that hold something."""
    trim_heap()
    return int(process.memory_info().rss)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-gate", action="store_true", help="how the sandbox alone holds them")
    arguments = parser.parse_args()
    return print_figures(measure(arguments.count, arguments.seed, has_gate=not arguments.without_gate))


if __name__ == "__main__":
    sys.exit(main())

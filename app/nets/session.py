"""What runs a network's graphs: a loaded graph, the runtime that loads it, and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from onnx import ModelProto

from app.work.stop import Stop

Tensor = npt.NDArray[np.float32]
Feeds = Mapping[str, npt.NDArray[Any]]  # what the inputs of a graph are given, by name
HEAVY = 64_000_000  # bytes of weights


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How a graph is loaded and run. `release_memory` and `save_memory` matter only for heavy networks.

    `weight_bytes`: the size of its weights; from 64 MB on, weights are used in place, where the file is mapped, and
    below that copied into the layout that runs fastest. `threads`: of one run; 0 for the most. `release_memory`: frees
    the memory of a run after it; the next run allocates it again. `save_memory`: keeps no second copy of weights or
    results in another layout; 10 % slower. `pool_memory`: holds the memory of a run for the next one. `profile`: the
    prefix of the file that receives the time of each node.
    """

    weight_bytes: int = 0
    threads: int = 0
    release_memory: bool = False
    save_memory: bool = False
    pool_memory: bool = True
    profile: Path | None = None

    @property
    def is_heavy(self) -> bool:
        return self.weight_bytes > HEAVY


DEFAULT_OPTIONS = SessionOptions()


class Session(Protocol):
    """A loaded graph. Safe to run from several threads; keeps no results between runs."""

    def run(self, feeds: Mapping[str, Tensor], stop: Stop) -> dict[str, Tensor]:
        """Run the graph and return every output by name.

        Raises:
            ConvScopeError: the reason of `stop`, if it is set before the end (between two nodes of the graph).
            NetworkError: the graph can't be run on these inputs.
        """

    def end_profile(self) -> Path:
        """Write the time of each node in all runs so far to a file; the session must be opened with a profile.

        Raises:
            NotAvailable: this runtime measures no times.
        """


class RuntimeSource(Protocol):
    """Gives networks their runtimes."""

    def for_network(self) -> "NetworkRuntime":
        """The runtime for one more network."""


class NetworkRuntime(Protocol):
    """Where a network's graphs are loaded and its shapes are inferred: in this process, or in one that is confined."""

    @property
    def threads(self) -> int:
        """The most threads of one run."""

    @property
    def max_concurrent_runs(self) -> int:
        """How many concurrent runs pay off."""

    def threads_per_run(self, concurrent_runs: int) -> int:
        """The threads of a session that is run concurrently: each caller's own thread computes, too."""

    def open(
        self, model: ModelProto, folder: Path, options: SessionOptions = DEFAULT_OPTIONS, stop: Stop | None = None
    ) -> Session:
        """Load a model whose external weights are in `folder`; `stop` ends that where loading can be ended.

        Raises:
            ConvScopeError: the reason of `stop`.
            UnsupportedNetwork: onnxruntime refuses the model.
            NetworkError: loading fails for another reason, such as too little memory.
        """

    def unload(self) -> None:
        """Free what only the runtime holds for its network; the next use loads it again."""

    def infer_shapes(self, model: ModelProto) -> ModelProto:
        """The model with the shapes that onnx infers, in `value_info`. Errors of several unrelated types are raised."""

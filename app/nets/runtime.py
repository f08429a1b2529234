"""The one place that knows onnxruntime: sessions, execution providers, running and stopping."""

import ctypes
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from onnx import TensorProto, helper

from app.errors import NetworkError, ProviderUnavailable
from app.work.stop import Stop

Provider = Literal["auto", "cpu", "cuda"]
Tensor = npt.NDArray[np.float32]
NAMES = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
HEAVY = 64_000_000  # bytes
AS_REQUESTED = 1
M_ARENA_MAX = -8
QUIET = 4  # onnxruntime writes paths and addresses to stderr; what a user must know is in our errors


class Session:
    """A loaded graph. Safe to run from several threads; keeps nothing between runs."""

    def __init__(self, session: ort.InferenceSession, *, gives_back: bool = False) -> None:
        self._session = session
        self._gives_back = gives_back

    def run(self, feeds: Mapping[str, Tensor], stop: Stop) -> dict[str, Tensor]:
        """Run the graph and return every output by name.

        Raises:
            ConvScopeError: the reason of `stop`, if it is set before the end (between two nodes of the graph).
            NetworkError: the graph can't be run on these feeds.
        """
        options = ort.RunOptions()
        options.log_severity_level = QUIET
        if self._gives_back:
            options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        stop.on_set(lambda: setattr(options, "terminate", True))
        stop.check()
        try:
            outputs: Sequence[Tensor] = self._session.run(None, dict(feeds), options)
        except Exception as error:  # onnxruntime's own exceptions share no public base class
            stop.check()
            raise NetworkError("The network could not be run: its layers do not fit this input.") from error
        names = (output.name for output in self._session.get_outputs())
        return dict(zip(names, outputs, strict=True))

    def end_profile(self) -> Path:
        """Write down how long each node took in all runs so far; the session must have been opened with a profile."""
        return Path(self._session.end_profiling())


@dataclass(frozen=True, slots=True)
class Runtime:
    """Where networks run: the provider `asked` for, the one `in_use`, and the most threads of one run."""

    asked: Provider
    in_use: Literal["cpu", "cuda"]
    threads: int

    @property
    def version(self) -> str:
        return str(ort.__version__)

    @property
    def most_abreast(self) -> int:
        """How many runs pay off at the same time: one on each core needs no waiting for one another; a GPU is full."""
        return self.threads if self.in_use == "cpu" else 1

    def share(self, abreast: int) -> int:
        """The threads of a session that so many callers run at the same time: each of them works, too."""
        return max(1, self.threads - abreast + 1)

    def open(
        self,
        model: bytes,
        folder: Path,
        *,
        weight_bytes: int = 0,
        threads: int = 0,
        gives_back: bool = False,
        sparing: bool = False,
        profile: Path | None = None,
    ) -> Session:
        """Load a serialised ONNX model whose external weights lie in `folder`.

        Heavy weights are used where the file is mapped; light ones are copied in the order that runs fastest.

        Args:
            model: the graph.
            folder: where its weights are.
            weight_bytes: what they take.
            threads: of one run; 0 for the most.
            gives_back: after a run of a heavy network, its memory, which the next one must take anew.
            sparing: with memory, where the network is heavy; it runs a tenth slower.
            profile: what the name of a file begins with that takes down how long each node takes.

        Raises:
            NetworkError: onnxruntime refuses the model.
        """
        options = _options(threads or self.threads, profile)
        heavy = weight_bytes > HEAVY
        if heavy:
            _spare_memory(options, sparing=sparing)
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(folder))
        try:
            session = ort.InferenceSession(model, options, providers=_providers(self.in_use))
        except Exception as error:  # as above
            why = "This network can't be loaded: an operator or its attributes are not supported."
            raise NetworkError(why) from error
        if heavy:
            _trim()
        return Session(session, gives_back=heavy and gives_back)


def start_runtime(asked: Provider, threads: int) -> Runtime:
    """Find out by trying which provider really runs: onnxruntime falls back in silence where CUDA's libraries lack.

    Args:
        asked: the provider.
        threads: the most of one run; 0 for every core.

    Raises:
        ProviderUnavailable: CUDA was asked for by name and is not there.
    """
    threads = threads or len(os.sched_getaffinity(0))
    _share_heaps()
    _share_memory()
    if asked != "cpu" and _runs_on_cuda():
        return Runtime(asked, "cuda", threads)
    if asked == "cuda":
        raise ProviderUnavailable(
            "CUDA was asked for, but onnxruntime can't use it here. Install onnxruntime-gpu and its CUDA libraries, or "
            "ask for `auto` or `cpu`.",
            available=[name for name, provider in NAMES.items() if provider in ort.get_available_providers()],
        )
    return Runtime(asked, "cpu", threads)


def _share_memory() -> None:
    """One pool of memory for the sessions that are opened from now on, which grows by what is asked for.

    Left to itself each session keeps the most that its results ever took, whoever's turn it is to fill the cache, and
    doubles its pool each time: four light networks took ten times a cache of 200 MB.
    """
    place = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    ort.create_and_register_allocator(place, ort.OrtArenaCfg({"arena_extend_strategy": AS_REQUESTED}))


def _share_heaps() -> None:
    """Have all threads share two heaps (mallopt(3)): glibc gives each its own, and keeps in each what was freed there.

    In a server that draws for many that is some 80 MB, and it grows.
    """
    with suppress(AttributeError, OSError):  # other C libraries have no such function
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def _spare_memory(options: Any, *, sparing: bool) -> None:
    """`sparing`: the layout that convolutions run fastest in takes a copy of weights, and of results read elsewhere."""
    options.add_session_config_entry("session.disable_prepacking", "1")
    options.enable_mem_pattern = False  # its plan is held beside what the first run has taken
    if sparing:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED


def _trim() -> None:
    """Give back what loading took and freed: glibc keeps it otherwise (malloc_trim(3)), some 50 MB for VGG-16."""
    with suppress(AttributeError, OSError):  # other C libraries have no such function
        ctypes.CDLL(None).malloc_trim(0)


def _runs_on_cuda() -> bool:
    if NAMES["cuda"] not in ort.get_available_providers():
        return False
    ort.preload_dlls()
    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "probe", value[:1], value[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    try:
        session = ort.InferenceSession(model.SerializeToString(), _options(1), providers=_providers("cuda"))
    except Exception:  # as above; why it failed does not matter here: it does not run
        return False
    return bool(session.get_providers()[0] == NAMES["cuda"])


def _providers(name: Literal["cpu", "cuda"]) -> list[str]:
    return [NAMES["cuda"], NAMES["cpu"]] if name == "cuda" else [NAMES["cpu"]]


def _options(threads: int, profile: Path | None = None) -> Any:
    options = ort.SessionOptions()
    options.enable_profiling = profile is not None
    options.profile_file_prefix = str(profile)
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = QUIET
    options.add_session_config_entry("session.use_env_allocators", "1")
    options.add_session_config_entry("session.force_spinning_stop", "1")  # idle, it leaves the cores to others
    return options

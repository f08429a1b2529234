"""The runtime: the one module that uses onnxruntime. Execution providers, sessions, running and stopping."""

import ctypes
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import onnxruntime as ort
from onnx import ModelProto, TensorProto, helper
from typing_extensions import Buffer

from app.errors import NetworkError, ProviderUnavailable, UnsupportedNetwork
from app.nets.reading.shapes.shape_inference import infer_shapes
from app.nets.session import DEFAULT_OPTIONS, SessionOptions, Tensor
from app.work.stop import Stop

T = TypeVar("T")
Provider = Literal["auto", "cpu", "cuda"]
WeightFiles = Path | Mapping[str, Buffer]  # the files with external weights: their folder, or their content by name
PROVIDER_NAMES = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
# onnxruntime's exceptions, which share no public base class, for a model that it never loads.
REFUSALS = {"Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NotImplemented"}
EXACT_PRODUCTS = "session.x64quantprecision"
AS_REQUESTED = 1  # onnxruntime's kSameAsRequested
M_ARENA_MAX = -8  # mallopt's number for it
FATAL = 4  # log level; onnxruntime logs paths and addresses to stderr, and our errors say what a user must know


class LocalSession:
    """A graph loaded in this process."""

    def __init__(self, session: ort.InferenceSession, *, release_memory: bool = False) -> None:
        self._session = session
        self._release_memory = release_memory

    def run(self, feeds: Mapping[str, Tensor], stop: Stop) -> dict[str, Tensor]:
        """Run the graph and return every output by name; raises as `Session.run` does."""
        outputs: Sequence[Tensor] = self._run(lambda options: self._session.run(None, dict(feeds), options), stop)
        names = (output.name for output in self._session.get_outputs())
        return dict(zip(names, outputs, strict=True))

    def run_into(self, feeds: Mapping[str, Tensor], outputs: Mapping[str, Tensor], stop: Stop) -> None:
        """Run the graph and write every output into the array of its name, which has its shape and dtype.

        Raises as `Session.run` does, also where an array does not fit.
        """
        binding = self._session.io_binding()
        for name, array in feeds.items():
            binding.bind_cpu_input(name, array)
        for name, array in outputs.items():
            binding.bind_output(name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data)
        self._run(lambda options: self._session.run_with_iobinding(binding, options), stop)

    def end_profile(self) -> Path:
        """Write the time of each node in all runs so far to a file; the session must be opened with a profile."""
        return Path(self._session.end_profiling())

    def _run(self, run: Callable[[Any], T], stop: Stop) -> T:
        options = ort.RunOptions()
        options.log_severity_level = FATAL
        if self._release_memory:
            options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        with stop.calling(lambda: setattr(options, "terminate", True)):
            stop.check()
            try:
                return run(options)
            except Exception as error:  # onnxruntime's own exceptions share no public base class
                stop.check()
                raise NetworkError("The network could not be run: its layers do not fit this input.") from error


@dataclass(frozen=True, slots=True)
class Runtime:
    """Where networks run: the provider `requested`, the one `in_use`, and the most threads of one run."""

    requested: Provider
    in_use: Literal["cpu", "cuda"]
    threads: int

    @property
    def version(self) -> str:
        return str(ort.__version__)

    @property
    def max_concurrent_runs(self) -> int:
        """How many concurrent runs pay off: one per core, as they need no synchronisation; one on a GPU."""
        return self.threads if self.in_use == "cpu" else 1

    def threads_per_run(self, concurrent_runs: int) -> int:
        """The threads of a session that is run concurrently: each caller's own thread computes, too."""
        return max(1, self.threads - concurrent_runs + 1)

    def for_network(self) -> "Runtime":
        """This runtime, which all networks share."""
        return self

    def unload(self) -> None:
        """Nothing: sessions are freed with their last user."""

    def open(
        self, model: ModelProto, folder: Path, options: SessionOptions = DEFAULT_OPTIONS, stop: Stop | None = None
    ) -> LocalSession:
        """Load a model whose external weights are in `folder`; raises as `NetworkRuntime.open` does."""
        return self.load(model.SerializeToString(), folder, options)

    def infer_shapes(self, model: ModelProto) -> ModelProto:
        """The model with the shapes that onnx infers, in this process."""
        return infer_shapes(model)

    def load(self, model: bytes, weights: WeightFiles, options: SessionOptions = DEFAULT_OPTIONS) -> LocalSession:
        """Load a serialised model; raises as `NetworkRuntime.open` does."""
        settings = _settings(options.threads or self.threads, options.profile)
        settings.enable_cpu_mem_arena = options.pool_memory
        if options.is_heavy:
            _limit_memory(settings, save_memory=options.save_memory)
        if isinstance(weights, Path):
            settings.add_session_config_entry("session.model_external_initializers_file_folder_path", str(weights))
        else:
            content = [memoryview(each) for each in weights.values()]
            settings.add_external_initializers_from_files_in_memory([*weights], content, [*map(len, content)])
        try:
            session = _create_session(model, settings, self.in_use)
        except Exception as error:  # as above
            if type(error).__name__ in REFUSALS:
                why = "This network can't be loaded: an operator, its attributes or its types are not supported."
                raise UnsupportedNetwork(why) from error
            raise NetworkError("This network could not be loaded.") from error
        if options.is_heavy:
            trim_heap()
        releases = options.is_heavy and options.release_memory and options.pool_memory
        return LocalSession(session, release_memory=releases)


def start_runtime(requested: Provider, threads: int) -> Runtime:
    """Choose the provider by a trial run: onnxruntime falls back silently if CUDA's libraries are missing.

    Args:
        requested: the provider.
        threads: the most of one run; 0 for every core.

    Raises:
        ProviderUnavailable: "cuda" is requested and does not run.
    """
    threads = threads or len(os.sched_getaffinity(0))
    _limit_heaps()
    _share_memory_pool()
    if requested != "cpu" and _runs_on_cuda():
        return Runtime(requested, "cuda", threads)
    if requested == "cuda":
        raise ProviderUnavailable(
            "CUDA was requested, but onnxruntime can't use it here. Install onnxruntime-gpu and its CUDA libraries, or "
            "choose `auto` or `cpu`.",
            available=[name for name, provider in PROVIDER_NAMES.items() if provider in ort.get_available_providers()],
        )
    return Runtime(requested, "cpu", threads)


def _share_memory_pool() -> None:
    """Give all sessions opened from now on one memory pool, which grows by the requested size.

    By default each session has its own pool, keeps its peak size and doubles it as it grows: four light networks took
    ten times the size of a 200 MB cache of their results.
    """
    place = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    ort.create_and_register_allocator(place, ort.OrtArenaCfg({"arena_extend_strategy": AS_REQUESTED}))


def _limit_heaps() -> None:
    """Let all threads share two heaps (mallopt(3)): glibc gives each thread its own and keeps freed memory in it.

    In a server with many drawing threads that is some 80 MB, and growing.
    """
    with suppress(AttributeError, OSError):  # other C libraries have no such function
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def _limit_memory(settings: Any, *, save_memory: bool) -> None:
    """With `save_memory`, skip the fastest layout of convolutions: it needs a copy of weights and of shown results."""
    settings.add_session_config_entry("session.disable_prepacking", "1")
    settings.enable_mem_pattern = False  # the pattern's memory is allocated on top of that of the first run
    if save_memory:
        settings.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED


def trim_heap() -> None:
    """Return memory that loading allocated and freed to the system (malloc_trim(3)): some 50 MB for VGG-16."""
    with suppress(AttributeError, OSError):  # other C libraries have no such function
        ctypes.CDLL(None).malloc_trim(0)


def _runs_on_cuda() -> bool:
    if PROVIDER_NAMES["cuda"] not in ort.get_available_providers():
        return False
    ort.preload_dlls()
    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "probe", value[:1], value[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    try:
        session = ort.InferenceSession(model.SerializeToString(), _settings(1), providers=_providers("cuda"))
    except Exception:  # as above; any failure means that CUDA does not run
        return False
    return bool(session.get_providers()[0] == PROVIDER_NAMES["cuda"])


def _providers(name: Literal["cpu", "cuda"]) -> list[str]:
    return [PROVIDER_NAMES["cuda"], PROVIDER_NAMES["cpu"]] if name == "cuda" else [PROVIDER_NAMES["cpu"]]


def _create_session(model: bytes, settings: Any, provider: Literal["cpu", "cuda"]) -> ort.InferenceSession:
    """A session in which products of uint8 and int8 do not overflow, if onnxruntime can rewrite the network for that.

    Else processors with AVX2 but without VNNI add them up in 16 bits. onnxruntime rewrites int8 weights as uint8, and
    refuses networks that multiply int8 by int8, which do not overflow, and a few others: their arithmetic is checked.
    """
    try:
        settings.add_session_config_entry(EXACT_PRODUCTS, "1")
        return ort.InferenceSession(model, settings, providers=_providers(provider))
    except Exception:  # any other reason shows again
        settings.add_session_config_entry(EXACT_PRODUCTS, "0")
        return ort.InferenceSession(model, settings, providers=_providers(provider))


def _settings(threads: int, profile: Path | None = None) -> Any:
    settings = ort.SessionOptions()
    settings.enable_profiling = profile is not None
    settings.profile_file_prefix = str(profile)
    settings.intra_op_num_threads = threads
    settings.inter_op_num_threads = 1
    settings.log_severity_level = FATAL
    settings.add_session_config_entry("session.use_env_allocators", "1")
    settings.add_session_config_entry("session.force_spinning_stop", "1")  # an idle session does not spin
    return settings

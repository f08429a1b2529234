"""A runtime whose graphs are loaded and run in a confined process; arrays come back through shared memory."""

import threading
import weakref
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, TensorProto

from app.errors import ConvScopeError, NetworkError, NotAvailable
from app.nets.session import DEFAULT_OPTIONS, SessionOptions, Tensor
from app.sandbox.channel import Message
from app.sandbox.children import Children
from app.sandbox.process import ConfinedProcess, UnknownFailure
from app.sandbox.shared_memory import ArrayPlaces, ArraySpec, SharedMemory, lay_out
from app.work.stop import Stop

Specs = Mapping[str, ArraySpec]
BYTE = np.dtype(np.uint8)
TICK_S = 0.05
MAX_AXES, MAX_LENGTH = 32, 1 << 40


class IsolatedRuntime:
    """The runtime of one network: its process is started when needed, and started again after it has ended.

    One thing runs at a time. The process writes results into memory that it shares with the server, which copies them:
    what the process does afterwards changes nothing that the server holds.
    """

    def __init__(self, children: Children, threads: int) -> None:
        self.threads = threads
        self._children = children
        self._turn = threading.Lock()
        self._process: ConfinedProcess | None = None
        self._memory: SharedMemory | None = None
        self._buffers = children.buffers
        self._numbers = count(1)
        self._released: deque[int] = deque()  # sessions that nobody uses any more

    @property
    def max_concurrent_runs(self) -> int:
        """One: a run has all threads."""
        return 1

    def threads_per_run(self, concurrent_runs: int) -> int:
        return self.threads

    def open(self, model: ModelProto, folder: Path, options: SessionOptions = DEFAULT_OPTIONS) -> "IsolatedSession":
        """Load a model in the process.

        Raises:
            UnsupportedNetwork, NetworkError: as `NetworkRuntime.open` does.
            NotAvailable: a profile is asked for, which would need a file.
            NetworkCrashed: the process ended.
            TimedOut: loading took too long.
        """
        if options.profile is not None:
            raise NotAvailable("The times of layers are measured only for networks that run in the server itself.")
        session = IsolatedSession(self, next(self._numbers), model, folder, options)
        weakref.finalize(session, self._released.append, session.number)
        with self.turn(Stop()) as process:
            session.load(process, Stop())
        return session

    def infer_shapes(self, model: ModelProto) -> ModelProto:
        """The model with the shapes that onnx infers in the process; raises as `open` does, and ValueError."""
        stop, serialised = Stop(), model.SerializeToString()
        with self.turn(stop) as process:
            self.write(process, [np.frombuffer(serialised, np.uint8)], stop)
            try:
                answer = self.ask(process, {"do": "infer", "model": len(serialised)}, stop)
            except UnknownFailure as error:
                raise ValueError(str(error)) from error
            (result,) = self.fetch(process, read_specs(answer), stop)
        inferred: ModelProto = ModelProto.FromString(result.tobytes())
        return inferred

    def ask(self, process: ConfinedProcess, request: Message, stop: Stop, descriptors: Sequence[int] = ()) -> Message:
        """The answer to a request, which also says which sessions are released."""
        released = [self._released.popleft() for _ in range(len(self._released))]
        limit = self._children.request_limit_s
        return process.ask({**request, "close": released}, stop, limit, descriptors)

    @contextmanager
    def turn(self, stop: Stop) -> Iterator[ConfinedProcess]:
        """The process, which is this thread's alone; raises the reason of `stop` if it is set before that."""
        while not self._turn.acquire(timeout=TICK_S):
            stop.check()
        try:
            stop.check()
            with self._children.in_use(self):
                if self._process is None or not self._process.is_alive:
                    self._forget_memory()
                    self._process = self._children.start(self)
                yield self._process
        finally:
            self._turn.release()

    @property
    def process_id(self) -> int | None:
        """That of the process; None before the first use."""
        return self._process.pid if self._process is not None else None

    def room_for(self, process: ConfinedProcess, size: int, stop: Stop) -> SharedMemory:
        """Shared memory of at least `size` bytes, which the process has mapped."""
        if self._memory is None or self._memory.size < size:
            if size > self._children.memory_bytes:
                raise NetworkError("The network needs more memory than it may have.", limit=self._children.memory_bytes)
            self._forget_memory()
            memory = SharedMemory.create(size)
            self.ask(process, {"do": "memory", "size": memory.size}, stop, [memory.descriptor])
            self._memory = memory
        return self._memory

    def write(self, process: ConfinedProcess, arrays: Sequence[npt.NDArray[Any]], stop: Stop) -> ArrayPlaces:
        """Write arrays into the shared memory, from its beginning on."""
        specs = [ArraySpec(array.dtype, array.shape) for array in arrays]
        layout = lay_out(specs)
        memory = self.room_for(process, layout.end, stop)
        for array, spec, offset in zip(arrays, specs, layout.offsets, strict=True):
            memory.array(spec, offset)[...] = array
        return layout

    def fetch(self, process: ConfinedProcess, specs: Sequence[ArraySpec], stop: Stop) -> list[Tensor]:
        """Copies of the results that the process holds."""
        layout = lay_out(specs)
        memory = self.room_for(process, layout.end, stop)
        self.ask(process, {"do": "fetch", "offsets": layout.offsets}, stop)
        return self.copies(memory, specs, layout)

    def copies(self, memory: SharedMemory, specs: Sequence[ArraySpec], layout: ArrayPlaces) -> list[Tensor]:
        """Copies of the arrays in the shared memory."""
        buffer = self._buffers.take(layout.end)
        return [memory.copy(spec, offset, buffer) for spec, offset in zip(specs, layout.offsets, strict=True)]

    def release_memory(self) -> None:
        """Give back the memory of former runs, the shared memory as well, if nothing runs."""
        if self._turn.acquire(blocking=False):
            try:
                if self._memory is not None:
                    self._memory.release_pages()
                if self._process is not None and self._process.is_alive:
                    with suppress(ConvScopeError):  # of a process that ends: the next use starts another one
                        self.ask(self._process, {"do": "trim"}, Stop())
            finally:
                self._turn.release()

    def close(self) -> None:
        """End the process, when nothing runs in it, and give back its memory. The next use starts another one."""
        if self._process is not None:
            self._process.close()
        if self._turn.acquire(blocking=False):  # else somebody has just come, who finds that the process has ended
            try:
                self._forget_memory()
            finally:
                self._turn.release()

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        if self._process is not None:
            self._process.kill()

    def _forget_memory(self) -> None:
        if self._memory is not None:
            self._memory.close()
        self._memory = None


class IsolatedSession:
    """A graph that is loaded in the process of its runtime, and again in the one that follows it."""

    def __init__(
        self, runtime: IsolatedRuntime, number: int, model: ModelProto, folder: Path, options: SessionOptions
    ) -> None:
        self.number = number
        self._runtime = runtime
        self._names = [output.name for output in model.graph.output]
        self._model = np.frombuffer(model.SerializeToString(), np.uint8)
        self._files = external_files(model, folder)
        self._options = options
        self._loaded_in: ConfinedProcess | None = None
        self._outputs: dict[tuple[Any, ...], Specs] = {}  # by the shapes of the inputs

    def run(self, feeds: Mapping[str, Tensor], stop: Stop) -> dict[str, Tensor]:
        """Run the graph and return every output by name.

        Raises:
            ConvScopeError: the reason of `stop`.
            NetworkError: the graph can't be run on these inputs.
            NetworkCrashed: the process ended.
        """
        with self._runtime.turn(stop) as process:
            if self._loaded_in is not process:
                self.load(process, stop)
            arrays = {name: np.ascontiguousarray(array) for name, array in feeds.items()}
            key = tuple((name, array.shape, array.dtype.str) for name, array in arrays.items())
            known = self._outputs.get(key)
            if known is not None:
                try:
                    return self._run_into(process, arrays, known, stop)
                except NetworkError:  # the shapes depend on more than those of the inputs
                    stop.check()
                    del self._outputs[key]
            outputs = self._run(process, arrays, stop)
            self._outputs[key] = {name: ArraySpec(array.dtype, array.shape) for name, array in outputs.items()}
            return outputs

    def end_profile(self) -> Path:
        raise NotAvailable("The times of layers are measured only for networks that run in the server itself.")

    def load(self, process: ConfinedProcess, stop: Stop) -> None:
        """Load the graph in this process; raises as `NetworkRuntime.open` does."""
        self._runtime.write(process, [self._model], stop)
        options = {
            name: value for name, value in asdict(self._options).items() if name not in ("profile", "pool_memory")
        }
        options["threads"] = options["threads"] or self._runtime.threads
        request = {"do": "open", "session": self.number, "model": len(self._model), "options": options}
        with ExitStack() as stack:
            files = [stack.enter_context(path.open("rb")) for path in self._files]
            descriptors = [file.fileno() for file in files]
            names = [[path.name, path.stat().st_size] for path in self._files]
            try:
                self._runtime.ask(process, {**request, "files": names}, stop, descriptors)
            except UnknownFailure as error:
                raise NetworkError("This network could not be loaded.") from error
        self._loaded_in = process

    def _run(self, process: ConfinedProcess, feeds: Mapping[str, Tensor], stop: Stop) -> dict[str, Tensor]:
        """A run whose outputs have shapes that are not known before."""
        answer = self._ask(process, feeds, None, stop)
        specs = read_specs(answer)
        if len(specs) != len(self._names):
            raise NetworkError("The outputs of the network can't be read.")
        return dict(zip(self._names, self._runtime.fetch(process, specs, stop), strict=True))

    def _run_into(
        self, process: ConfinedProcess, feeds: Mapping[str, Tensor], outputs: Specs, stop: Stop
    ) -> dict[str, Tensor]:
        """A run that writes its outputs, of known shapes, where they are copied from: behind the feeds."""
        inputs = lay_out(ArraySpec(array.dtype, array.shape) for array in feeds.values())
        layout = lay_out(outputs.values(), inputs.end)
        memory = self._runtime.room_for(process, layout.end, stop)
        places = dict(zip(outputs, layout.offsets, strict=True))
        request = [[name, spec.dtype.str, spec.shape, places[name]] for name, spec in outputs.items()]
        self._ask(process, feeds, request, stop)
        return dict(zip(outputs, self._runtime.copies(memory, [*outputs.values()], layout), strict=True))

    def _ask(
        self, process: ConfinedProcess, feeds: Mapping[str, Tensor], outputs: list[Any] | None, stop: Stop
    ) -> Message:
        layout = self._runtime.write(process, [*feeds.values()], stop)
        inputs = [
            [name, array.dtype.str, array.shape, offset]
            for (name, array), offset in zip(feeds.items(), layout.offsets, strict=True)
        ]
        request = {"do": "run", "session": self.number, "feeds": inputs, "outputs": outputs}
        try:
            return self._runtime.ask(process, request, stop)
        except UnknownFailure as error:
            raise NetworkError("The network could not be run.") from error


def external_files(model: ModelProto, folder: Path) -> list[Path]:
    """The files in `folder` that the model's initializers are stored in."""
    external = (tensor for tensor in model.graph.initializer if tensor.data_location == TensorProto.EXTERNAL)
    entries = (entry for tensor in external for entry in tensor.external_data if entry.key == "location")
    return [folder / Path(name).name for name in dict.fromkeys(entry.value for entry in entries)]


def read_specs(answer: Message) -> list[ArraySpec]:
    """The dtypes and shapes of the results that an answer offers.

    Raises:
        NetworkError: they are none.
    """
    try:
        specs = [ArraySpec(np.dtype(str(dtype)), tuple(map(int, shape))) for dtype, shape in answer["results"]]
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise NetworkError("The outputs of the network can't be read.") from error
    for spec in specs:
        if spec.dtype.kind not in "biufc" or len(spec.shape) > MAX_AXES:
            raise NetworkError("The outputs of the network can't be read.")
        if not all(0 <= length <= MAX_LENGTH for length in spec.shape):
            raise NetworkError("The outputs of the network can't be read.")
    return specs

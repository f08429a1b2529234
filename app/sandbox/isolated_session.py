"""A graph that is loaded and run in a confined process."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import ModelProto, TensorProto

from app.errors import NetworkError, NotAvailable
from app.nets.session import SessionOptions, Tensor
from app.sandbox.channel import MAX_DESCRIPTORS, Message
from app.sandbox.process import ConfinedProcess, UnknownFailure
from app.sandbox.shared_memory import ArraySpec, lay_out, read_specs
from app.work.stop import Stop

if TYPE_CHECKING:
    from app.sandbox.isolated_runtime import IsolatedRuntime

Specs = Mapping[str, ArraySpec]


class IsolatedSession:
    """A graph that is loaded in the process of its runtime, and again in the one that follows it."""

    def __init__(
        self, runtime: "IsolatedRuntime", number: int, model: ModelProto, folder: Path, options: SessionOptions
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
        try:
            for begin in range(0, len(self._files), MAX_DESCRIPTORS):
                self._send_files(process, self._files[begin : begin + MAX_DESCRIPTORS], stop)
            self._runtime.ask(process, request, stop)
        except UnknownFailure as error:
            raise NetworkError("This network could not be loaded.") from error
        self._loaded_in = process

    def _send_files(self, process: ConfinedProcess, paths: Sequence[Path], stop: Stop) -> None:
        """Let the process map some of the files: neither side has all of a thousand open for the other."""
        with ExitStack() as stack:
            files = [stack.enter_context(path.open("rb")) for path in paths]
            names = [[path.name, path.stat().st_size] for path in paths]
            self._runtime.ask(process, {"do": "map", "files": names}, stop, [file.fileno() for file in files])

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

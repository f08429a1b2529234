"""The confined process: it loads and runs the graphs of one network, and infers shapes, as the server asks."""

import json
import mmap
import os
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto

from app.errors import Cancelled, ConvScopeError, NetworkError
from app.nets.reading.shapes.shape_inference import infer_shapes
from app.nets.runtime import LocalSession, Runtime, trim_heap
from app.nets.session import SessionOptions
from app.sandbox.channel import STOP, Channel, ChannelClosed, Message
from app.sandbox.confinement import Confinement, ProcessLimits, confine
from app.sandbox.shared_memory import ArraySpec, SharedMemory
from app.work.stop import Stop

Arrays = list[npt.NDArray[Any]]


class CurrentRequest:
    """The request that is being answered: one thread begins it, another one may stop it, and never the next one."""

    def __init__(self) -> None:
        self._current = 0, Stop()  # its number and its stop are replaced as one

    @property
    def stop(self) -> Stop:
        return self._current[1]

    def begin(self, number: int) -> None:
        self._current = number, Stop()

    def end(self, number: int) -> None:
        """Stop the request if it has this number."""
        current, stop = self._current
        if number == current:
            stop.set(Cancelled("stopped"))


class Child:
    """Answers one request after the other. The number of the one that is to stop comes through a socket of its own."""

    def __init__(self, channel: Channel, stops: socket.socket) -> None:
        self._channel = channel
        self._stops = stops
        self._memory: SharedMemory | None = None
        self._sessions: dict[int, LocalSession] = {}
        self._files: dict[str, mmap.mmap] = {}  # with weights of the graph that is opened next
        self._results: Arrays = []  # of the last request, until the server fetches them
        self._request = CurrentRequest()
        self._answers: Mapping[str, Callable[[Message, Sequence[int]], Message]] = {
            "memory": self._use_memory,
            "infer": self._infer,
            "map": self._map,
            "open": self._open,
            "run": self._run,
            "fetch": self._fetch,
            "trim": self._trim,
        }

    def serve(self) -> None:
        """Answer until the server has gone."""
        threading.Thread(target=self._watch_stops, daemon=True).start()
        with suppress(ChannelClosed):
            while True:
                message, descriptors = self._channel.receive_with_descriptors()
                self._request.begin(message["number"])
                self._channel.send(self._answer(message, descriptors))

    def _watch_stops(self) -> None:
        while number := self._stops.recvmsg(STOP.size)[0]:
            self._request.end(STOP.unpack(number)[0])
        os._exit(0)  # the server has gone

    def _answer(self, message: Message, descriptors: Sequence[int]) -> Message:
        try:
            for number in message["close"]:
                self._sessions.pop(number, None)
            return self._answers[message["do"]](message, descriptors)
        except ConvScopeError as error:
            return {"error": type(error).__name__, "message": error.message}
        except MemoryError:
            return {"error": "NetworkError", "message": "The network needs more memory than it may have."}
        except Exception as error:  # whatever a stranger's file makes the libraries raise
            return {"error": type(error).__name__, "message": ""}

    def _use_memory(self, message: Message, descriptors: Sequence[int]) -> Message:
        if self._memory is not None:
            self._memory.close()
            self._memory = None
        try:
            self._memory = SharedMemory(descriptors[0], message["size"])
        except OSError as error:  # of the addresses that it may have, the results themselves take up too many
            raise MemoryError from error
        return {}

    def _infer(self, message: Message, descriptors: Sequence[int]) -> Message:
        model = ModelProto.FromString(self._bytes(message["model"]))
        return self._offer([np.frombuffer(infer_shapes(model).SerializeToString(), np.uint8)])

    def _map(self, message: Message, descriptors: Sequence[int]) -> Message:
        for (name, size), descriptor in zip(message["files"], descriptors, strict=True):
            self._files[name] = mmap.mmap(descriptor, size, prot=mmap.PROT_READ)
            os.close(descriptor)
        return {}

    def _open(self, message: Message, descriptors: Sequence[int]) -> Message:
        files, self._files = self._files, {}
        options = SessionOptions(**message["options"], pool_memory=False)
        runtime = Runtime("cpu", "cpu", options.threads)
        self._sessions[message["session"]] = runtime.load(self._bytes(message["model"]), files, options)
        return {}

    def _run(self, message: Message, descriptors: Sequence[int]) -> Message:
        session = self._sessions[message["session"]]
        feeds = {name: self._array(*place) for name, *place in message["feeds"]}
        if message["outputs"] is not None:
            session.run_into(
                feeds, {name: self._array(*place) for name, *place in message["outputs"]}, self._request.stop
            )
            return {}
        outputs = session.run(feeds, self._request.stop)
        if not all(isinstance(array, np.ndarray) and array.dtype != object for array in outputs.values()):
            raise NetworkError("An output of the network is no array of numbers.")
        return self._offer([np.ascontiguousarray(array) for array in outputs.values()])

    def _fetch(self, message: Message, descriptors: Sequence[int]) -> Message:
        for array, offset in zip(self._results, message["offsets"], strict=True):
            self._array(array.dtype.str, array.shape, offset)[...] = array
        self._results = []
        return {}

    def _trim(self, message: Message, descriptors: Sequence[int]) -> Message:
        trim_heap()
        return {}

    def _offer(self, results: Arrays) -> dict[str, Any]:
        """Hold results until the server has made room for them; their dtypes and shapes."""
        self._results = results
        return {"results": [[array.dtype.str, array.shape] for array in results]}

    def _bytes(self, count: int) -> bytes:
        return self._array("|u1", (count,), 0).tobytes()

    def _array(self, dtype: str, shape: Sequence[int], offset: int) -> npt.NDArray[Any]:
        if self._memory is None:
            raise NetworkError("There is no shared memory yet.")
        return self._memory.array(ArraySpec(np.dtype(dtype), tuple(shape)), offset)


def main(descriptor: str, stops: str, limits: str) -> None:
    """Confine this process, say what holds, and serve the socket behind `descriptor`."""
    channel, stopping = Channel(socket.socket(fileno=int(descriptor))), socket.socket(fileno=int(stops))
    confinement: Confinement = confine(ProcessLimits(**json.loads(limits)))
    channel.send({"landlock": confinement.landlock, "filters_calls": confinement.filters_calls})
    Child(channel, stopping).serve()
    os._exit(0)  # what still runs is not waited for

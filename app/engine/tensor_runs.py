"""Runs on input tensors that clients bring: what the network gives for one, without a picture and preprocessing."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from app.engine.results import Key
from app.engine.runs import Runs
from app.errors import TooLarge
from app.nets.network import Network
from app.nets.serving.signature import NamedArrays, Signature, SignatureKind
from app.work.byte_budget import ByteBudget
from app.work.job import JobHandle
from app.work.stop import Stop


@dataclass(frozen=True, slots=True)
class TensorRunKey(Key[NamedArrays]):
    """What a network gives for an input tensor, by the hash of its bytes; its type and shape are the network's."""

    network: str
    tensor: str
    kind: SignatureKind

    def size_of(self, result: NamedArrays) -> int:
        return sum(array.nbytes for array in result.values())


class TensorRuns:
    """Runs on tensors, once for all who bring the same one; what is on its way in and out is bounded in bytes."""

    def __init__(self, runs: Runs, max_bytes: int) -> None:
        self._runs = runs
        self._max_bytes = max_bytes
        self._budget = ByteBudget(max_bytes)

    @contextmanager
    def hold(self, count: int) -> Iterator[None]:
        """Hold so many bytes of tensors for the `with` block.

        Raises:
            TooLarge: more than can ever be held.
            Overloaded: too many others are on their way.
        """
        if count > self._max_bytes:
            raise TooLarge(
                f"These tensors take {count:,} bytes; at most {self._max_bytes:,} are possible. Ask for fewer outputs.",
                max_bytes=self._max_bytes,
            )
        with self._budget.reserve(count):
            yield

    def run(self, network: Network, signature: Signature, tensor: npt.NDArray[Any]) -> JobHandle[NamedArrays]:
        """The outputs of the signature by name for a tensor that its input fits, read-only.

        Raises:
            NotAvailable: the network's weights are not here.
            NetworkError, TimedOut: through the handle.
        """
        tensor_hash = hashlib.sha256(tensor.data).hexdigest()
        key = TensorRunKey(network.fingerprint, tensor_hash, signature.kind)

        def work(stop: Stop) -> NamedArrays:
            values = self._runs.values(network, signature.kind, {signature.input.name: tensor}, stop)
            outputs = signature.read(network.graph, values)
            for array in outputs.values():
                array.flags.writeable = False
            return outputs

        return self._runs.compute(key, network, work)

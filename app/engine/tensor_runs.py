"""Runs on input tensors that clients bring: what the network gives for one, without a picture and preprocessing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy.typing as npt

from app.engine.runs import Runs
from app.errors import TooLarge
from app.nets.network import Network
from app.nets.serving.signature import NamedArrays, Signature
from app.work.byte_budget import ByteBudget
from app.work.job import JobHandle
from app.work.stop import Stop


class TensorRuns:
    """Runs on tensors, one for each; what is on its way in and out is bounded in bytes.

    Nothing is cached: clients bring new numbers each time, and a hash of them takes as long as reading them.
    """

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
        """The outputs of the signature by name for a tensor that its input fits.

        Raises:
            NotAvailable: the network's weights are not here.
            NetworkError, TimedOut: through the handle.
        """

        def work(stop: Stop) -> NamedArrays:
            values = self._runs.values(network, signature.kind, {signature.input.name: tensor}, stop)
            return signature.read(network.graph, values)

        return self._runs.submit_alone(network, work)

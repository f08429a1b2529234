"""Pulling: a published network's weights from the first mirror that has them, checked before they are installed."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass

from app.errors import NotAvailable, PullFailed
from app.nets.published_networks import PublishedNetwork, Weights
from app.nets.weights.client import EgressClient
from app.nets.weights.download import DownloadProgress, FileDownload, ProgressReport, TransferInterrupted
from app.nets.weights.store import PartialFile, WeightStore, WrongBytes
from app.work.job import JobHandle
from app.work.runner import Runner, RunnerLimits
from app.work.stop import Stop

TRIES = 3  # in a row that each bring less than MIN_GAIN_BYTES
MIN_GAIN_BYTES = 1_000_000
SLOTS, QUEUE, TIME_LIMIT_S = 2, 16, 86_400


@dataclass(frozen=True, slots=True)
class DownloadPolicy:
    """Where weights are downloaded from, and the limits.

    Args:
        mirrors: addresses with the placeholders `{repository}`, `{file}` and `{path}`, tried in this order.
        lab_hosts: `name:port` of the hosts that may have private addresses and no TLS.
        stall_s: how long a mirror may send next to nothing, in seconds.
        offline: connect to nothing.
        pause_s: before a mirror that closed the connection is tried again, in seconds.
    """

    mirrors: Sequence[str]
    lab_hosts: Collection[str]
    stall_s: float
    offline: bool
    pause_s: float = 1.0


def pull(
    network: PublishedNetwork, store: WeightStore, policy: DownloadPolicy, report: ProgressReport, stop: Stop
) -> None:
    """Download a network's weights to the store, unless they are there. Concurrent calls download them once.

    What has arrived when a download ends early is kept, and the next one resumes from there.

    Raises:
        NotAvailable: no weights are known, or the settings say offline.
        StorageFull: the disk has no room for them.
        PullFailed: no mirror has what was published; the error says why, mirror by mirror.
        ConvScopeError: the reason of `stop`.
    """
    weights = _require_download(network, policy)

    def report_waiting() -> None:
        report(DownloadProgress("waiting", 0, weights.bytes))

    with store.partial_file(network.id, weights, stop, report_waiting) as part:
        if store.is_intact(network.id, weights):
            return
        store.require_space(weights, part)
        asyncio.run(_run_until(stop, _Pull(network, weights, store, policy, report).run(part)))


def _require_download(network: PublishedNetwork, policy: DownloadPolicy) -> Weights:
    """The weights to download; raises NotAvailable if none are known, or the settings say offline."""
    weights = network.require_weights()
    if policy.offline:
        raise NotAvailable("ConvScope is set to be offline. Read the weights from a bundle: `convscope pull --from`.")
    return weights


async def _run_until(stop: Stop, work: Coroutine[None, None, None]) -> None:
    """Run `work` to its end, or until `stop` is set, whose reason is then raised."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)

    def cancel() -> None:
        with suppress(RuntimeError):  # the work has ended and its loop is closed
            loop.call_soon_threadsafe(task.cancel)

    stop.on_set(cancel)
    try:
        await task
    except asyncio.CancelledError:
        stop.check()
        raise


@dataclass(frozen=True, slots=True)
class _Pull:
    """The download of one network's weights, mirror by mirror."""

    network: PublishedNetwork
    weights: Weights
    store: WeightStore
    policy: DownloadPolicy
    report: ProgressReport

    async def run(self, part: PartialFile) -> None:
        failures = []
        async with EgressClient(self.policy.lab_hosts, self.policy.stall_s) as client:
            for mirror in self.policy.mirrors:
                places = {name: getattr(self.weights, name) for name in ("repository", "file", "path")}
                file = FileDownload(mirror.format(**places), part, self.weights.bytes, self.policy.stall_s)
                try:
                    return await self._pull_from(client, file)
                except PullFailed as failure:
                    failures.append(failure.message)
        raise PullFailed(
            f"The weights of {self.network.name} could not be downloaded: {'; '.join(failures)}.", mirrors=failures
        )

    async def _pull_from(self, client: EgressClient, file: FileDownload) -> None:
        """Download and install the file. If one that was pieced together is wrong, download it once more as a whole."""
        is_one_piece = file.part.size < self.weights.bytes and await self._complete(client, file)
        try:
            self._install(file.part)
        except WrongBytes:
            if is_one_piece:
                raise
            await self._complete(client, file)
            self._install(file.part)

    def _install(self, part: PartialFile) -> None:
        self.report(DownloadProgress("checking", self.weights.bytes, self.weights.bytes))
        self.store.install(self.network.id, self.weights, part)

    async def _complete(self, client: EgressClient, file: FileDownload) -> bool:
        """Download until the file is complete, as long as there is progress; gives whether it came in one piece."""
        fruitless = 0
        while True:
            before = file.part.size
            try:
                return await file.run(client, self.report)
            except TransferInterrupted:
                fruitless = 0 if file.part.size >= before + MIN_GAIN_BYTES else fruitless + 1
                if fruitless == TRIES:
                    raise
            await asyncio.sleep(self.policy.pause_s)


@dataclass(frozen=True, slots=True)
class DownloadJob:
    """One caller's hold on a download and its progress. The last caller to release the handle stops it."""

    handle: JobHandle[None]
    progress: Callable[[], DownloadProgress]


class DownloadJobs:
    """Downloads of published networks' weights to a store: a few at a time, and each network once."""

    def __init__(self, store: WeightStore, policy: DownloadPolicy) -> None:
        self._store = store
        self._policy = policy
        self._runner = Runner("pull", RunnerLimits(SLOTS, QUEUE, TIME_LIMIT_S))
        self._progress: dict[str, DownloadProgress] = {}

    def start(self, network: PublishedNetwork) -> DownloadJob:
        """Start a network's download, or join the one that is under way; `pull` says what it raises.

        Raises:
            NotAvailable: no weights are known, or the settings say offline.
            Overloaded: too many downloads are waiting.
        """
        start = DownloadProgress("waiting", 0, _require_download(network, self._policy).bytes)

        def work(stop: Stop) -> None:
            try:
                pull(network, self._store, self._policy, lambda now: self._progress.update({network.id: now}), stop)
            finally:
                self._progress.pop(network.id, None)

        return DownloadJob(self._runner.submit(network.id, work), lambda: self._progress.get(network.id, start))

    def close(self) -> None:
        """Stop the downloads, which can be resumed, and accept no more."""
        self._runner.close(0)

"""Pulling: an original's weights from the first mirror that has them, whole, checked, and only then put in place."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from app.errors import NotAvailable, PullFailed
from app.nets.published_networks import PublishedNetwork, Weights
from app.nets.weights.download import Downloader, DownloadProgress, ProgressReport, TransferInterrupted
from app.nets.weights.store import PartialFile, WeightStore, WrongBytes
from app.work.job import JobHandle
from app.work.runner import Runner, RunnerLimits
from app.work.stop import Stop

TRIES = 3  # in a row that bring less than GAIN_BYTES
GAIN_BYTES = 1_000_000
SLOTS, WAITING, TIME_LIMIT_S = 2, 16, 86_400


@dataclass(frozen=True, slots=True)
class DownloadPolicy:
    """How weights come in.

    Args:
        mirrors: addresses with `{repository}`, `{file}` and `{path}` in them, asked in turn.
        lab_hosts: `name:port` of those that may be private and without TLS.
        stall_s: how long nothing may come, in seconds.
        offline: nothing is ever connected to.
        pause_s: before a mirror that broke off is asked again, in seconds.
    """

    mirrors: Sequence[str]
    lab_hosts: Collection[str]
    stall_s: float
    offline: bool
    pause_s: float = 1.0


def check(original: PublishedNetwork, policy: DownloadPolicy) -> Weights:
    """The weights that may be pulled; raises NotAvailable if none are known, or the settings say offline."""
    weights = original.require_weights()
    if policy.offline:
        raise NotAvailable("ConvScope is set to be offline. Take the weights from a bundle: `convscope pull --from`.")
    return weights


def pull(
    original: PublishedNetwork, store: WeightStore, policy: DownloadPolicy, report: ProgressReport, stop: Stop
) -> None:
    """Bring an original's weights to the store, unless they are there. Several at once bring them once.

    What has come when a transfer ends early stays, for the next to go on from; nothing else ever sees it.

    Raises:
        NotAvailable: no weights are known, or the settings say offline.
        StorageFull: the disk has no room for them.
        PullFailed: no mirror gave what was published; the error says of each why.
        ConvScopeError: the reason of `stop`.
    """
    weights = check(original, policy)

    def waits() -> None:
        report(DownloadProgress("waiting", 0, weights.bytes))

    with store.partial_file(original.id, weights, stop, waits) as part:
        if store.is_intact(original.id, weights):
            return
        store.require_space(weights, part)
        with Downloader(policy.lab_hosts, policy.stall_s) as fetcher:
            _Pull(original, weights, store, policy, fetcher, report, stop).run(part)


@dataclass(frozen=True, slots=True)
class _Pull:
    """One pull under way."""

    original: PublishedNetwork
    weights: Weights
    store: WeightStore
    policy: DownloadPolicy
    fetcher: Downloader
    report: ProgressReport
    stop: Stop

    def run(self, part: PartialFile) -> None:
        failures = []
        for mirror in self.policy.mirrors:
            address = mirror.format(repository=self.weights.repository, file=self.weights.file, path=self.weights.path)
            try:
                return self._from(address, part)
            except PullFailed as failure:
                failures.append(failure.message)
        raise PullFailed(
            f"The weights of {self.original.name} could not be pulled: {'; '.join(failures)}.", mirrors=failures
        )

    def _from(self, address: str, part: PartialFile) -> None:
        """Bring and place the file; if one that was pieced together is wrong, once more from its beginning."""
        in_one_piece = part.size < self.weights.bytes and self._fetched(address, part)
        try:
            self._place(part)
        except WrongBytes:
            if in_one_piece:
                raise
            self._fetched(address, part)
            self._place(part)

    def _place(self, part: PartialFile) -> None:
        self.report(DownloadProgress("checking", self.weights.bytes, self.weights.bytes))
        self.store.install(self.original.id, self.weights, part)

    def _fetched(self, address: str, part: PartialFile) -> bool:
        """Complete the part, going on for as long as that gets on; whether it came in one piece."""
        fruitless = 0
        while True:
            before = part.size
            try:
                return self.fetcher.download(address, part, self.weights.bytes, self.report, self.stop)
            except TransferInterrupted:
                fruitless = 0 if part.size >= before + GAIN_BYTES else fruitless + 1
                if fruitless == TRIES:
                    raise
            self.stop.check()
            time.sleep(self.policy.pause_s)


@dataclass(frozen=True, slots=True)
class DownloadJob:
    """One asker's hold on a pull under way, and how far it is: the last one to release the ticket stops it."""

    ticket: JobHandle[None]
    progress: Callable[[], DownloadProgress]


class DownloadJobs:
    """Brings the weights of originals to a store, a few networks at a time and each once."""

    def __init__(self, store: WeightStore, policy: DownloadPolicy) -> None:
        self._store = store
        self._policy = policy
        self._runner = Runner("pull", RunnerLimits(SLOTS, WAITING, TIME_LIMIT_S))
        self._progress: dict[str, DownloadProgress] = {}

    def start(self, original: PublishedNetwork) -> DownloadJob:
        """Bring an original's weights, as `app.nets.weights.pull.pull` does, or join who does already.

        Raises:
            NotAvailable: no weights are known, or the settings say offline.
            Overloaded: too many pulls are waiting.
        """
        start = DownloadProgress("waiting", 0, check(original, self._policy).bytes)

        def work(stop: Stop) -> None:
            try:
                pull(original, self._store, self._policy, lambda now: self._progress.update({original.id: now}), stop)
            finally:
                self._progress.pop(original.id, None)

        return DownloadJob(self._runner.submit(original.id, work), lambda: self._progress.get(original.id, start))

    def close(self) -> None:
        """Stop what runs, which can be taken up again, and take nothing new."""
        self._runner.close(0)

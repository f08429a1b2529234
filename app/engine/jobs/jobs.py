"""Jobs over data sets: asked for, looked up, cancelled, and their results."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from app.engine.experiments.sweeps import answer_labels
from app.engine.jobs.data_sets import DataSets
from app.engine.jobs.photo_views import PhotoViews
from app.engine.jobs.process import JobProcess
from app.engine.jobs.runner import JobRunner
from app.engine.jobs.store import LISTED, JobStore
from app.engine.results import Key, Results
from app.errors import ConvScopeError, NotAvailable
from app.experiments.accuracy.evaluation import Evaluation
from app.images.data_sets import DataSetPhoto
from app.jobs.patch import PhotoPatch, cut_patch, field_window
from app.jobs.record import STRONGEST, JobRecord, JobRequest
from app.jobs.result import JobResult, StrongCell
from app.nets.catalog import Catalog
from app.nets.layer import check_channel
from app.nets.network import Network
from app.nets.preprocessing.fit import RGB, margin_colour
from app.sandbox.sandbox import Sandbox
from app.settings import Settings
from app.storage.expiry import Expiry
from app.work.job import JobHandle
from app.work.runner import Load
from app.work.stop import Stop


@dataclass(frozen=True, slots=True)
class StrongPatch:
    """One of the strongest cells of a channel, its photo, and its patch; None where that can't be read any more."""

    cell: StrongCell
    photo: DataSetPhoto
    patch: PhotoPatch | None


@dataclass(frozen=True, slots=True)
class PhotoViewKey(Key[RGB]):
    """A photo of a data set as a network receives it: the same photos are the strongest of many channels."""

    network: str
    data_set: str
    photo: int


@dataclass(frozen=True, slots=True)
class JobResultKey(Key[JobResult]):
    """The result of a complete job."""

    job: str


class Jobs:
    """Jobs by their ids. One at a time runs, in a process of its own with the least priority; the others wait."""

    def __init__(
        self, settings: Settings, catalog: Catalog, data_sets: DataSets, results: Results, sandbox: Sandbox
    ) -> None:
        self._settings = settings
        self._catalog = catalog
        self._data_sets = data_sets
        self._results = results
        self._sandbox = sandbox
        self._store = JobStore(settings.data_dir / "jobs", settings.jobs_bytes, settings.store_ttl_s)
        self._runner = JobRunner(self._store, self._launch, settings.explain_time_limit_s)
        self._expiry = Expiry("job", settings.store_ttl_s, self._store.expire)

    @property
    def load(self) -> Load:
        """How many jobs wait and run on all servers that share the folder, and were started and refused on this one."""
        states = [each.state for each in self._store.list()] if self._store.has_unfinished() else []
        return Load(states.count("waiting"), states.count("running"), self._runner.started, self._store.refused)

    def watch(self) -> None:
        """Run what waits, also what another server has left, until `close`."""
        self._runner.wake()

    def start(self, network: Network, data_set: str, strongest: int = STRONGEST) -> JobRecord:
        """Let a job wait for its turn. One that is there is that one; one that failed or was cancelled goes on.

        Raises:
            NotAvailable: the network's weights are not here.
            InvalidRequest: too many photos of a channel are asked for.
            UnknownDataSet: there is no such data set.
            Overloaded: too many jobs wait.
            StorageFull: there is no room.
        """
        network.require_weights()
        request = JobRequest(network.id, network.fingerprint, data_set, strongest)
        with self._data_sets.open(data_set) as photos:
            record = JobRecord.new(request, len(photos.photos))
        known = self._store.result(request.id)
        if known is not None:
            record = replace(record, done=len(known.predictions))
        record = self._store.add(record)
        self._runner.wake()
        return record

    def get(self, job: str) -> JobRecord:
        """A job as it is now, which reads one small file; raises UnknownJob."""
        return self._store.get(job)

    def list(self) -> tuple[JobRecord, ...]:
        """The latest jobs, the latest first."""
        return self._store.list()[:LISTED]

    def cancel(self, job: str) -> JobRecord:
        """Let a job neither wait nor run. What is done stays; `start` goes on with it. Raises UnknownJob."""
        return self._store.change(job, JobRecord.cancelled)

    def delete(self, job: str) -> None:
        """Delete a job and its result, if it is there."""
        self._store.delete(job)

    def result(self, job: str) -> JobResult:
        """What is known of the photos so far.

        Raises:
            UnknownJob: there is no such job.
            NotAvailable: nothing is known yet.
        """
        record, key = self._store.get(job), JobResultKey(job)
        result = self._results.cached(key) if record.state == "complete" else None
        if result is not None:
            self._store.use(job)
            return result
        result = self._store.result(job)
        if result is None:
            raise _no_result(record)
        if record.state == "complete":
            self._results.put(key, result)
        return result

    def result_file(self, job: str) -> bytes:
        """The file of `result`, whole: a job that runs replaces it again and again. Raises as `result` does."""
        self.result(job)
        try:
            return self._store.result_path(job).read_bytes()
        except FileNotFoundError:  # a result stays in memory for longer
            raise _no_result(self._store.get(job)) from None

    def evaluation(self, job: str) -> JobHandle[Evaluation]:
        """Accuracy, confusion and calibration, so far; raises as `result` does, and UnknownDataSet, by the handle."""

        def work(stop: Stop) -> Evaluation:
            record, result = self.get(job), self.result(job)
            network = self._catalog.get(record.request.network)
            with self._data_sets.open(record.request.data_set) as photos:
                folders = [each.folder for each in photos.photos]
            return evaluate_result(network, result, folders)

        return self._results.drawing.submit(object(), work)

    def patches(self, job: str, layer: str, channels: range) -> JobHandle[tuple[tuple[StrongPatch, ...], ...]]:
        """The strongest cells of each of these channels with their patches, the strongest first.

        Their photos are read again, unless they are in memory. Channels beyond the last are left out.

        Raises through the handle as `result` does, and:
            UnknownLayer, UnknownChannel: there is none.
            UnknownDataSet: the photos have expired.
        """
        return self._results.drawing.submit(object(), lambda stop: self._patches(job, layer, channels, stop))

    def close(self, timeout_s: float) -> None:
        """Run no more jobs, and let none expire. One that runs goes on when a server is there again."""
        self._expiry.close()
        self._runner.close(timeout_s)

    def _patches(self, job: str, layer_id: str, channels: range, stop: Stop) -> tuple[tuple[StrongPatch, ...], ...]:
        record, result = self.get(job), self.result(job)
        network = self._catalog.get(record.request.network)
        layer = network.layer(layer_id)
        check_channel(layer, channels.start, layer.channels)
        spec = network.card.input
        with self._data_sets.open(record.request.data_set) as data_set:
            views = PhotoViews(data_set, network, self._settings, self._sandbox)

            def strong_patch(cell: StrongCell) -> StrongPatch:
                photo = data_set.photos[cell.photo]
                key = PhotoViewKey(network.fingerprint, record.request.data_set, cell.photo)
                try:
                    view = self._view(key, views, stop)
                except ConvScopeError:
                    stop.check()
                    return StrongPatch(cell, photo, None)
                window = field_window(layer, cell.y, cell.x, view.shape[:2])
                return StrongPatch(cell, photo, cut_patch(view, window, margin_colour(spec)))

            rows = (result.strongest(layer, channel) for channel in channels if channel < layer.channels)
            return tuple(tuple(map(strong_patch, row)) for row in rows)

    def _view(self, key: PhotoViewKey, views: PhotoViews, stop: Stop) -> RGB:
        view = self._results.cached(key)
        if view is None:
            view = views.view(key.photo, stop)
            self._results.put(key, view)
        return view

    def _launch(self, record: JobRecord, descriptor: int) -> JobProcess:
        """Start the process of a job; raises UnknownDataSet."""
        source = self._data_sets.source(record.request.data_set)
        policy = self._sandbox.policy
        patient = replace(policy.children, request_s=self._settings.explain_time_limit_s)  # while others go first
        order = {
            "request": asdict(record.request),
            "settings": self._settings.model_dump(mode="json", exclude={"admin_token", "store_url"}),
            "sandbox": asdict(replace(policy, children=patient)),
            "photos": str(source.path),
            "limits": asdict(source.limits),
        }
        return JobProcess(order, descriptor)


def _no_result(record: JobRecord) -> NotAvailable:
    return NotAvailable(f"The job has no result{'. Start it again' if record.is_ended else ' yet'}.")


def evaluate_result(network: Network, result: JobResult, folders: Sequence[str]) -> Evaluation:
    """Accuracy, confusion and calibration of a network on photos that lie in these folders."""
    labels = answer_labels(network) if network.classes else ()
    return result.evaluation(labels, folders, network.graph.head.is_exclusive)

"""The engine: networks, pictures and the questions about them, wired from the settings. Arrays out, no HTTP.

Whatever takes time is answered with a `JobHandle`: wait for it with `.result()`, or await its future, and release it
when the one who asked has gone.
"""

from dataclasses import dataclass

from app.engine.activations import LayerOutputs
from app.engine.cells import CellWorkings
from app.engine.digit_training import DigitTraining
from app.engine.exercises import NetworkExercises
from app.engine.experiments.ablations import Ablations
from app.engine.experiments.attacks import Attacks
from app.engine.experiments.batched_scores import BatchedScores
from app.engine.experiments.collections import Collections
from app.engine.experiments.depth import Depth
from app.engine.experiments.differences import Differences
from app.engine.experiments.evaluations import Evaluations
from app.engine.experiments.folder_effects import FolderAblations
from app.engine.experiments.layer_reading import LayerReading
from app.engine.experiments.live_frames import LiveFrames
from app.engine.experiments.many_runs import ManyRuns
from app.engine.experiments.sweeps import Sweeps
from app.engine.explanations import Explanations
from app.engine.gradient_depth import GradientDepth
from app.engine.jobs.data_sets import DataSets
from app.engine.jobs.jobs import Jobs
from app.engine.network_outputs import NetworkOutputs
from app.engine.own.networks import OwnNetworks
from app.engine.own.watched_folder import WatchedFolder
from app.engine.photo_kernels import PhotoKernels
from app.engine.pictures import Pictures
from app.engine.predictions import Predictions
from app.engine.preprocessings import Preprocessings
from app.engine.results import Results
from app.engine.runs import Runs
from app.engine.tensor_runs import TensorRuns
from app.engine.timings import Timings
from app.errors import InvalidRequest
from app.experiments.probe_file import ProbeFolder
from app.gradients.backward_graphs import BackwardGraphs
from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.runtime import start_runtime
from app.nets.weights.pull import DownloadJob, DownloadJobs, DownloadPolicy
from app.nets.weights.store import WeightStore
from app.sandbox.children import ChildrenLimits
from app.sandbox.confinement import ProcessLimits
from app.sandbox.sandbox import Sandbox, SandboxPolicy
from app.settings import Settings
from app.storage.bucket import Bucket
from app.work.cache import Use
from app.work.deadline import Deadline
from app.work.runner import Load

PROCESS_CPU_S = 3600  # of one process with a stranger's network in its life: it ends, and the next one starts


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What the engine is doing, for health checks and metrics."""

    provider_asked: str
    provider_in_use: str
    runtime_version: str
    models_ready: int
    models_broken: int
    runs: int
    queues: dict[str, Load]
    queue_limit: int
    caches: dict[str, Use]
    sandbox_processes: int


class Engine:
    """Networks and pictures, and in front of them one part for each kind of question."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        bucket = Bucket(settings.store_url) if settings.store_url else None
        self._runtime = start_runtime(settings.provider, settings.threads)
        weight_store = WeightStore(settings.networks_dir)
        self.sandbox = Sandbox(sandbox_policy(settings), self._runtime)
        self.own_networks = OwnNetworks(settings, self.sandbox, bucket)
        runtimes = self.sandbox if settings.isolate == "all" else self._runtime
        self.catalog = Catalog(settings.models_dir, runtimes, settings.open_networks, weight_store, self.own_networks)
        self._downloads = DownloadJobs(weight_store, download_policy(settings))
        self._watched = WatchedFolder(settings.watch_dir, self.own_networks) if settings.watch_dir else None
        self.results = Results(settings)
        self._runs = runs = Runs(self.catalog, self._runtime, settings, self.results)
        self.pictures = Pictures(settings, self.results, self.sandbox, bucket)
        self.photo_kernels = PhotoKernels(self.pictures, self.results)
        self.live_frames = LiveFrames(runs)
        self.predictions = Predictions(runs, self.pictures, self.results)
        self.preprocessings = Preprocessings(runs, self.pictures)
        self.layers = LayerOutputs(runs, self.pictures, self.results)
        self.tensor_runs = TensorRuns(runs, settings.cache_bytes // 2)
        self.differences = Differences(self.layers)
        self.outputs = NetworkOutputs(self.layers)
        self.cells = CellWorkings(self.layers, self.pictures)
        graphs = BackwardGraphs()
        self.explanations = Explanations(runs, self.pictures, self.results, graphs)
        many_runs, scores = ManyRuns(runs, self.results), BatchedScores(graphs)
        self.ablations = Ablations(many_runs, self.layers, self.pictures, self.results)
        self.depth = Depth(self.layers)
        self.sweeps = Sweeps(many_runs, scores, self.pictures, self.results)
        self.attacks = Attacks(runs, many_runs, self.pictures, self.results, graphs)
        self.layer_reading = LayerReading(runs, many_runs, self.layers, self.pictures, ProbeFolder(settings.models_dir))
        self.collections = Collections(settings, self.pictures, self.results, bucket)
        self.evaluations = Evaluations(many_runs, scores, self.pictures, self.collections, self.results)
        self.data_sets = DataSets(settings, self.results, bucket)
        self.folder_ablations = FolderAblations(runs, many_runs, self.pictures, self.collections)
        self.jobs = Jobs(settings, self.catalog, self.data_sets, self.results, self.sandbox)
        self.exercises = NetworkExercises(self.layers, self.pictures)
        self.timings = Timings(runs)
        self.gradient_depth = GradientDepth(self._runtime, self.results)
        self.training = DigitTraining(self._runtime, self.results)

    def close(self, timeout_s: float) -> None:
        """Accept nothing more, and let what runs finish within `timeout_s` seconds. A download can be resumed."""
        deadline = Deadline(timeout_s)
        self._downloads.close()
        self.jobs.close(deadline.left_s)
        for stored in (self.pictures, self.collections, self.data_sets):
            stored.close()
        if self._watched is not None:
            self._watched.close(deadline.left_s)
        self.own_networks.close(deadline.left_s)
        self.results.close(deadline.left_s)
        self.sandbox.close()

    def status(self) -> EngineStatus:
        results = self.results.status
        return EngineStatus(
            provider_asked=self._runtime.requested,
            provider_in_use=self._runtime.in_use,
            runtime_version=self._runtime.version,
            models_ready=sum(network.has_weights for network in self.catalog),
            models_broken=len(self.catalog.broken),
            runs=self._runs.made,
            queues={
                "runs": results.runs,
                "explaining": results.slow,
                "drawing": results.drawing,
                "opening": self.own_networks.load,
                "jobs": self.jobs.load,
            },
            queue_limit=self._settings.queue,
            caches={"activations": results.computed, "pictures": results.drawn},
            sandbox_processes=self.sandbox.processes,
        )

    def network(self, model: str) -> Network:
        """The network with this id; raises UnknownModel, or NetworkError if it can't be used."""
        return self.catalog.get(model)

    def default_network(self) -> Network:
        """The network for those who name none: of those that can run, the one with the most classes.

        Raises:
            InvalidRequest: none can run.
        """
        runnable = [network for network in self.catalog if network.has_weights]
        if not runnable:
            raise InvalidRequest("There are no networks here. Put an ONNX file and its card into the models folder.")
        return max(runnable, key=lambda network: network.classes)

    def pull(self, model: str) -> DownloadJob:
        """Download the weights of an original; raises as `DownloadJobs.start` does, and for an unknown id."""
        return self._downloads.start(self.catalog.published_network(model))


def sandbox_policy(settings: Settings) -> SandboxPolicy:
    """How strangers' networks are confined."""
    return SandboxPolicy(
        settings.sandbox_mode,
        ProcessLimits(settings.sandbox_memory_bytes, PROCESS_CPU_S),
        ChildrenLimits(settings.sandbox_processes, settings.sandbox_idle_s, settings.run_time_limit_s),
    )


def download_policy(settings: Settings) -> DownloadPolicy:
    """Where weights come from."""
    return DownloadPolicy(settings.mirrors, settings.lab_hosts, settings.pull_stall_s, settings.offline)

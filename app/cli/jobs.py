"""The commands of jobs: run one here, without a server; list, show and cancel those of the servers."""

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import AsJson, fail, print_json, print_message, print_table
from app.settings import read_settings
from app.work.stop import Stop

# onnxruntime and NumPy are imported where they are needed, so that `convscope --help` answers at once.
if TYPE_CHECKING:
    from app.engine.jobs.store import JobStore
    from app.jobs.photo_runs import PhotoRuns
    from app.jobs.record import JobRecord, JobRequest
    from app.jobs.result import JobResult

job = typer.Typer(help="A network on thousands of photos.", no_args_is_help=True)
ORDER, RESULT, FIGURES, TABLE = "job.json", "result.npz", "evaluation.json", "predictions.csv"
INTERRUPTED = 130  # the exit code after Ctrl-C
REPORT_S = 1.0
JobId = Annotated[str, typer.Argument(metavar="JOB", help="The id of a job.")]


@job.command()
def run(
    photos: Annotated[
        Path, typer.Argument(metavar="PHOTOS", exists=True, help="A folder of photos, or a ZIP of them.")
    ],
    network: Annotated[str, typer.Option(help="A network's id.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Folder for the result.")],
    strongest: Annotated[int, typer.Option("-k", help="How many of the strongest photos each channel keeps.")] = 9,
) -> None:
    """Run a network on all photos of a folder or ZIP, without a server. After Ctrl-C the same command goes on."""
    from app.engine.engine import Engine
    from app.engine.jobs.data_sets import MAX_PHOTOS, data_set_limits
    from app.engine.jobs.photo_views import PhotoViews
    from app.images.data_sets import data_set_id, open_data_set
    from app.jobs.photo_runs import PhotoRuns
    from app.jobs.record import JobRequest

    settings = read_settings()
    engine = Engine(settings)
    try:
        model = engine.network(network)
        model.require_weights()
        with open_data_set(photos, data_set_limits(settings, MAX_PHOTOS, sys.maxsize)) as data_set:
            request = JobRequest(model.id, model.fingerprint, data_set_id(photos), strongest)
            runs = PhotoRuns(model, PhotoViews(data_set, model, settings, engine.sandbox).view)
            result = _read(output, request) or _begin(output, request, runs)
            _go_on(runs, result, len(data_set), output, settings.job_memory_bytes)
            _write_figures(output, runs, result, [(photo.folder, photo.name) for photo in data_set.photos])
    finally:
        engine.close(0)


@job.command("list")
def list_jobs(as_json: AsJson = False) -> None:
    """List the jobs of the servers that share the data folder."""
    records = _store().list()
    if as_json:
        print_json([_fields(record) for record in records])
        return
    rows = [(each.id, each.request.network, each.state, each.done, each.photos) for each in records]
    print_table(("id", "network", "state", "done", "photos"), rows)


@job.command()
def show(identity: JobId) -> None:
    """Show a job as JSON."""
    print_json(_fields(_store().get(identity)))


@job.command()
def cancel(identity: JobId) -> None:
    """Cancel a job. What is done stays: started again, it goes on."""
    from app.jobs.record import JobRecord

    print_message(f"{identity} is {_store().change(identity, JobRecord.cancelled).state}.")


def _store() -> "JobStore":
    from app.engine.jobs.store import JobStore

    settings = read_settings()
    return JobStore(settings.data_dir / "jobs", settings.jobs_bytes, settings.store_ttl_s)


def _fields(record: "JobRecord") -> dict[str, object]:
    return {"id": record.id, **asdict(record)}


def _read(output: Path, request: "JobRequest") -> "JobResult | None":
    """What an interrupted command has left in the folder; None without one."""
    from app.jobs.result_file import DamagedResult, decode_result

    if not (output / ORDER).exists():
        return None
    if json.loads((output / ORDER).read_text("utf-8")) != asdict(request):
        fail(f"{output} has the result of another network, other photos or another -k. Choose another folder.")
    try:
        return decode_result((output / RESULT).read_bytes())
    except DamagedResult:
        fail(f"{output / RESULT} is damaged. Delete it to begin again.")


def _begin(output: Path, request: "JobRequest", runs: "PhotoRuns") -> "JobResult":
    from app.jobs.result import JobResult

    output.mkdir(parents=True, exist_ok=True)
    result = JobResult.empty(runs.network.graph, request.strongest)
    _write(output, result)
    (output / ORDER).write_text(json.dumps(asdict(request)), "utf-8")
    return result


def _go_on(runs: "PhotoRuns", result: "JobResult", photos: int, output: Path, memory_bytes: int) -> None:
    """Run the photos that the result does not have; each block of them is written down."""
    from app.jobs.photo_runs import BLOCK, concurrent_photos

    progress, concurrent = JobLine(photos), concurrent_photos(runs.network, memory_bytes)
    with _noted_interrupts() as interrupts, closing(runs.run(result.left(photos), result, Stop(), concurrent)) as done:
        for _ in done:
            if len(result.predictions) % BLOCK == 0:
                _write(output, result)
            progress.show(len(result.predictions))
            if interrupts:
                break
    _write(output, result)
    if len(result.predictions) < photos:
        fail(f"Stopped after {len(result.predictions):,} photos. The same command goes on.", INTERRUPTED)


@contextmanager
def _noted_interrupts() -> Iterator[list[int]]:
    """The signals of Ctrl-C in the `with` block, where they end nothing: a photo's numbers are added as a whole."""
    noted: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: noted.append(number))
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


class JobLine:
    """A line on stderr each second: how many photos are done, and how many a second."""

    def __init__(self, photos: int) -> None:
        self._photos = photos
        self._begin = self._shown = time.monotonic()
        self._first: int | None = None

    def show(self, done: int) -> None:
        now = time.monotonic()
        self._first = done if self._first is None else self._first
        if now - self._shown > REPORT_S or done == self._photos:
            self._shown = now
            rate = (done - self._first) / (now - self._begin)
            print_message(f"{done:,} of {self._photos:,} photos, {rate:.0f} a second")


def _write(output: Path, result: "JobResult") -> None:
    from app.jobs.result_file import encode_result

    incoming = output / f".{RESULT}"
    incoming.write_bytes(encode_result(result))
    incoming.replace(output / RESULT)


def _write_figures(output: Path, runs: "PhotoRuns", result: "JobResult", photos: list[tuple[str, str]]) -> None:
    """Write accuracy, confusion and calibration, and a table of the predictions; say the accuracy."""
    from app.engine.experiments.sweeps import answer_labels
    from app.engine.jobs.jobs import evaluate_result
    from app.experiments.accuracy.evaluation_figures import evaluation_figures
    from app.experiments.accuracy.evaluation_table import evaluation_table
    from app.images.collections import Collection, CollectionPicture

    network = runs.network
    if not network.classes:
        print_message(f"{output / RESULT} has the strongest values of each channel.")
        return
    evaluation = evaluate_result(network, result, [folder for folder, _ in photos])
    listed = Collection(tuple(CollectionPicture(None, name, folder) for folder, name in photos))
    labels = answer_labels(network)
    (output / TABLE).write_text(evaluation_table(listed, evaluation, labels), "utf-8")
    (output / FIGURES).write_text(evaluation_figures(evaluation, labels).model_dump_json(indent=1), "utf-8")
    right = "No folder is named after a class." if evaluation.top1 is None else f"{evaluation.top1:.1%} right."
    print_message(f"{right} {output} has {RESULT}, {FIGURES} and {TABLE}.")

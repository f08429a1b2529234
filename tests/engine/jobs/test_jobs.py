"""Jobs from the outside: run in a process of their own, shared by those who ask the same, cancelled and resumed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.engine.engine import Engine
from app.engine.jobs.store import JobStore, UnknownJob
from app.errors import InvalidRequest, NotAvailable
from app.images.data_sets import UnknownDataSet
from app.jobs.photo_runs import PhotoRuns
from app.jobs.record import JobRecord, JobRequest
from app.jobs.result import JobResult
from app.jobs.result_file import encode_result
from app.nets.own.description import Description
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.view import view_of
from app.resources import STATIC
from app.settings import read_settings
from app.work.stop import Stop
from tests.conftest import ROOT, wait_until
from tests.engine.jobs.conftest import PHOTOS, Start, add_photos
from tests.nets.own.networks import classifier

NETWORK = "resnet18-imagenette"
REPEATS = 32  # of each photo, in jobs that are ended on their way
MANY = 3 * REPEATS + 1  # photos, with the one that is none
LIMIT_S = 100  # a job waits while anything else computes


def wait_for(engine: Engine, job: str, state: str) -> JobRecord:
    wait_until(lambda: engine.jobs.get(job).state in (state, "failed"), f"the job is {state}", LIMIT_S)
    record = engine.jobs.get(job)
    assert (record.state, record.problem) == (state, None)
    return record


def wait_for_photos(engine: Engine, job: str, count: int) -> None:
    wait_until(lambda: engine.jobs.get(job).done >= count, f"{count} photos are done", LIMIT_S)


def open_files(process: Path) -> Iterator[int]:
    """The inodes that a process of `/proc` holds open; none if it has ended or is not ours."""
    with suppress(OSError):
        for each in (process / "fd").iterdir():
            with suppress(OSError):  # it has been closed since
                yield each.stat().st_ino


def children(folder: Path) -> list[int]:
    """The processes that hold the right to run a job open, other than this one."""
    turn = (folder / "jobs" / ".turn").stat().st_ino
    processes = [each for each in Path("/proc").iterdir() if each.name.isdigit() and int(each.name) != os.getpid()]
    return [int(each.name) for each in processes if turn in open_files(each)]


def test_a_job_gives_what_the_network_gives_for_each_photo(engine: Engine) -> None:
    network = engine.network(NETWORK)
    job = engine.jobs.start(network, add_photos(engine)).id
    record = wait_for(engine, job, "complete")
    assert (record.done, record.photos) == (4, 4)
    ended = engine.status().queues["jobs"]
    assert (ended.waiting, ended.running, ended.started, ended.refused) == (0, 0, 1, 0)

    def view(photo: int, stop: Stop) -> RGB:
        if photo == 3:
            raise InvalidRequest(engine.jobs.result(job).predictions[3].problem or "")
        sample = STATIC / "samples" / f"{[*PHOTOS.values()][photo]}.jpg"
        return view_of(np.asarray(Image.open(sample)), network.card.input)

    expected = encode_result(PhotoRuns(network, view).block(range(4), 9, Stop()))
    assert engine.jobs.result_file(job) == expected
    evaluation = engine.jobs.evaluation(job).result()
    assert (evaluation.judged, evaluation.top1) == (2, 1.0)
    first = network.graph.layers[0]
    (strong,) = engine.jobs.patches(job, first.id, range(3, 4)).result()
    patches = [each.patch for each in strong]
    for patch, cell in zip(patches, engine.jobs.result(job).strongest(first, 3), strict=True):
        assert patch is not None
        seen = patch.visible
        inside = view(cell.photo, Stop())[seen.top : seen.bottom, seen.left : seen.right]
        top, left = seen.top - patch.window.top, seen.left - patch.window.left
        assert np.array_equal(patch.rgb[top : top + len(inside), left : left + inside.shape[1]], inside)


def test_the_same_question_is_one_job(engine: Engine) -> None:
    network, data_set = engine.network(NETWORK), add_photos(engine)
    first, second = engine.jobs.start(network, data_set), engine.jobs.start(network, data_set)
    other = engine.jobs.start(network, data_set, 4)
    assert (first.id, len({first.id, other.id})) == (second.id, 2)
    wait_for(engine, first.id, "complete")
    assert engine.jobs.start(network, data_set).state == "complete"
    assert [each.id for each in engine.jobs.list()] == [other.id, first.id]


def test_a_cancelled_job_goes_on_where_it_was(engine: Engine) -> None:
    network, data_set = engine.network(NETWORK), add_photos(engine, REPEATS)
    job = engine.jobs.start(network, data_set).id
    wait_for_photos(engine, job, 25)
    assert engine.jobs.cancel(job).state == "cancelled"
    done = len(engine.jobs.result(job).predictions)
    assert 25 <= done < MANY
    assert engine.jobs.start(network, data_set).done >= done
    assert wait_for(engine, job, "complete").done == MANY


def test_a_process_that_is_killed_is_a_failed_job(engine: Engine, tmp_path: Path) -> None:
    network, data_set = engine.network(NETWORK), add_photos(engine, REPEATS)
    job = engine.jobs.start(network, data_set).id
    wait_for_photos(engine, job, 1)
    under_way = engine.jobs.load
    assert (under_way.waiting, under_way.running) == (0, 1)
    (process,) = children(tmp_path)
    assert os.getpriority(os.PRIO_PROCESS, process) == 19
    assert os.getsid(process) == os.getsid(0)  # else the kernel compares sessions
    os.kill(process, signal.SIGKILL)
    wait_until(lambda: engine.jobs.get(job).is_ended, "the job ends")
    record = engine.jobs.get(job)
    assert record.state == "failed"
    assert "SIGKILL" in str(record.problem)


def test_a_job_goes_on_in_another_server(start: Start, tmp_path: Path) -> None:
    engine = start()
    job = engine.jobs.start(engine.network(NETWORK), add_photos(engine, REPEATS)).id
    wait_for_photos(engine, job, 25)
    other = start()
    other.jobs.watch()
    assert len(children(tmp_path)) == 1
    engine.close(5)
    wait_for(other, job, "complete")


def test_a_job_goes_on_after_its_server_was_killed(start: Start, tmp_path: Path) -> None:
    """The server ends without a word: its job's process ends with it, and the next server goes on."""
    script = f"""
from app.engine.engine import Engine
from app.settings import read_settings
from tests.engine.jobs.conftest import add_photos
engine = Engine(read_settings(data_dir={str(tmp_path)!r}))
print(engine.jobs.start(engine.network({NETWORK!r}), add_photos(engine, {REPEATS})).id, flush=True)
input()
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        try:
            job = server.stdout.readline().strip()
            other = start()
            wait_for_photos(other, job, 25)
        finally:
            server.kill()
    wait_until(lambda: not children(tmp_path), "the process of the job ends")
    done = other.jobs.get(job).done
    assert other.jobs.get(job).state == "running"
    other.jobs.watch()
    assert wait_for(other, job, "complete").done == MANY > done


def test_a_job_expires_though_no_other_one_is_asked_for(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "jobs", 1_000, 1_000)
    job = store.add(JobRecord.new(JobRequest(NETWORK, "0" * 64, "1" * 32), MANY)).id
    store.change(job, JobRecord.cancelled)
    engine = Engine(read_settings(data_dir=tmp_path, store_ttl_s=1))
    wait_until(lambda: engine.jobs.list() == (), "the job has expired", 30)
    engine.close(5)


def test_what_can_not_be_asked_is_refused(engine: Engine) -> None:
    with pytest.raises(UnknownDataSet):
        engine.jobs.start(engine.network(NETWORK), "0" * 32)
    with pytest.raises(NotAvailable):
        engine.jobs.start(engine.network("vgg16"), add_photos(engine))
    for job in ("0" * 32, "../" * 3):
        with pytest.raises(UnknownJob):
            engine.jobs.get(job)


def test_a_job_may_be_of_a_network_of_a_user(engine: Engine) -> None:
    with engine.own_networks.incoming(None) as incoming:
        with incoming.create("net.onnx") as file:
            file.write(classifier().SerializeToString())
        network = engine.own_networks.add(incoming, Description({})).result().network
    job = engine.jobs.start(network, add_photos(engine)).id
    wait_for(engine, job, "complete")
    first = network.graph.layers[0]
    assert len(engine.jobs.result(job).strongest(first, 0)) == 3


def completed_job(engine: Engine, folder: Path) -> tuple[JobStore, JobRecord]:
    """A job whose result, of no photo, the engine has read; and the store that it shares with the engine."""
    network, store = engine.network(NETWORK), JobStore(folder / "jobs", 1_000_000, 60)
    record = JobRecord.new(JobRequest(network.id, network.fingerprint, "0" * 32), 1)
    store.add(replace(record, state="complete", done=1))
    store.write_result(record.id, JobResult.empty(network.graph, 9))
    assert engine.jobs.result(record.id).predictions == {}
    return store, record


def test_a_job_that_waits_again_has_no_result_of_its_former_run(engine: Engine, tmp_path: Path) -> None:
    store, record = completed_job(engine, tmp_path)
    store.delete(record.id)
    store.add(record)
    for read in (engine.jobs.result, engine.jobs.result_file):
        with pytest.raises(NotAvailable, match="no result yet"):
            read(record.id)


def test_a_result_whose_file_has_gone_can_no_longer_be_taken_away(engine: Engine, tmp_path: Path) -> None:
    store, record = completed_job(engine, tmp_path)
    store.result_path(record.id).unlink()
    with pytest.raises(NotAvailable, match="Start it again"):
        engine.jobs.result_file(record.id)

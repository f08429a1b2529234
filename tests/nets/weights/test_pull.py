"""Pulling from a real server that closes, stalls or serves wrong bytes gives the right file or none."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.errors import Cancelled, NotAvailable, PullFailed, StorageFull
from app.nets.weights import pull as pull_module
from app.nets.weights.download import DownloadProgress
from app.nets.weights.pull import DownloadJobs, DownloadPolicy, pull
from app.work.stop import Stop
from tests.conftest import wait_until
from tests.mirrors import Request, cut, stalled, status, whole
from tests.nets.weights.conftest import CONTENT, ORIGINAL, STALL_S, Lab

HALF = len(CONTENT) // 2
WRONG = bytes(reversed(CONTENT))


def test_a_file_is_downloaded_and_its_progress_reported(lab: Lab) -> None:
    mirror = lab.mirror(whole())
    lab.pull()
    assert lab.has == CONTENT
    assert mirror.requests[0][0] == "/onnxmodelzoo/vgg16-7/vgg16-7.onnx"
    assert [path.name for path in lab.folder.iterdir() if path.suffix != ".lock"] == ["vgg16.onnx"]
    pulling = [report for report in lab.reports if report.state == "pulling"]
    assert pulling[-1] == DownloadProgress("pulling", len(CONTENT), len(CONTENT), mirror.host)
    assert lab.reports[-1].state == "checking"


def test_intact_weights_are_not_downloaded_again_and_damaged_ones_are(lab: Lab) -> None:
    mirror = lab.mirror(whole())
    lab.pull()
    lab.pull()
    assert len(mirror.requests) == 1
    lab.store.path(ORIGINAL.id).write_bytes(WRONG)
    lab.pull()
    assert (lab.has, len(mirror.requests)) == (CONTENT, 2)


def test_another_pull_resumes_a_failed_one(lab: Lab) -> None:
    mirror = lab.mirror(cut(), status(500))
    with pytest.raises(PullFailed, match="500"):
        lab.pull()
    assert (lab.has, lab.left) == (None, [HALF])
    mirror.answers = [whole()]
    lab.pull()
    assert (lab.has, mirror.ranges[-1], lab.left) == (CONTENT, f"bytes={HALF}-", [])


def test_the_next_mirror_resumes_where_one_fails(lab: Lab) -> None:
    lab.mirror(cut(), status(503))
    second = lab.mirror(whole(etag='"another"'))
    lab.pull()
    assert (lab.has, second.ranges) == (CONTENT, [f"bytes={HALF}-"])
    assert "If-Range" not in second.requests[0][1]


@pytest.mark.parametrize("code", [403, 404, 410, 500, 503])
def test_a_mirror_without_the_file_is_skipped(lab: Lab, code: int) -> None:
    refusing = lab.mirror(status(code))
    lab.mirror(whole())
    lab.pull()
    assert (lab.has, len(refusing.requests)) == (CONTENT, 1)


def test_a_wrong_rest_is_detected_and_the_whole_file_is_downloaded_again(lab: Lab) -> None:
    def wrong_rest(request: Request, content: bytes) -> None:
        request.head(206, Content_Length=HALF, Content_Range=f"bytes {HALF}-{len(content) - 1}/{len(content)}")
        request.wfile.write(WRONG[HALF:])

    mirror = lab.mirror(cut(), wrong_rest, whole())
    lab.pull()
    assert (lab.has, mirror.ranges[-1]) == (CONTENT, None)


def test_wrong_bytes_are_removed_and_the_next_mirror_is_tried(lab: Lab) -> None:
    def wrong(request: Request, content: bytes) -> None:
        whole()(request, WRONG)

    lying = lab.mirror(wrong)
    with pytest.raises(PullFailed, match="SHA-256"):
        lab.pull()
    assert (lab.has, lab.left, len(lying.requests)) == (None, [], 1)
    lab.mirror(whole())
    lab.pull()
    assert lab.has == CONTENT


def test_a_mirror_that_interrupts_and_sends_wrong_bytes_is_left_for_the_next(lab: Lab) -> None:
    """Each rest fits what was sent before, and the whole is never right."""

    def lying(request: Request, content: bytes) -> None:
        answer = whole() if request.headers.get("Range") else cut()
        answer(request, WRONG)

    first = lab.mirror(lying)
    lab.mirror(whole())
    lab.pull()
    assert (lab.has, first.ranges) == (CONTENT, [None, f"bytes={HALF}-"] * 2)


@pytest.mark.parametrize(("gain", "requests"), [(60_000, 5), (59_999, pull_module.TRIES + 1)])
def test_a_mirror_that_interrupts_is_asked_again_as_long_as_enough_arrives(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, gain: int, requests: int
) -> None:
    """The first try may bring less: what is in vain is counted from the last one that was not."""
    monkeypatch.setattr(pull_module, "MIN_GAIN_BYTES", 60_000)

    def some(request: Request, content: bytes) -> None:
        begin = int((request.headers.get("Range") or "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        end = len(content)
        code, place = (206, {"Content_Range": f"bytes {begin}-{end - 1}/{end}"}) if begin else (200, {})
        request.head(code, Content_Length=end - begin, **place)
        request.wfile.write(content[begin : begin + (60_000 if begin < 60_000 else gain)])
        request.hang_up()

    mirror = lab.mirror(some)
    if gain == 60_000:
        lab.pull()
        assert lab.has == CONTENT
    else:
        with pytest.raises(PullFailed, match="could not be downloaded"):
            lab.pull()
        assert lab.left == [60_000 + pull_module.TRIES * gain]
    assert len(mirror.requests) == requests


@pytest.mark.parametrize("content", [CONTENT, WRONG])
def test_a_part_that_is_complete_is_installed_and_only_a_wrong_one_downloaded_again(lab: Lab, content: bytes) -> None:
    """As a process leaves it that is killed before the file is moved to its place."""
    mirror = lab.mirror(whole())
    lab.folder.mkdir(parents=True)
    (lab.folder / f"vgg16.{ORIGINAL.require_weights().sha256[:16]}.part").write_bytes(content)
    lab.pull()
    assert (lab.has, mirror.ranges) == (CONTENT, [] if content == CONTENT else [None])
    assert (lab.reports[0].state, lab.reports[0].received) == ("checking", len(CONTENT))


def test_a_pull_can_be_stopped_while_it_waits_for_a_server(lab: Lab) -> None:
    stop, asked = Stop(), threading.Event()

    def silent(request: Request, content: bytes) -> None:
        asked.set()
        stop.set(Cancelled("Nobody waits."))
        time.sleep(STALL_S)

    lab.mirror(silent)
    with pytest.raises(Cancelled):
        lab.pull(stop)
    assert asked.is_set()


def test_a_pull_is_stopped_at_once_in_the_middle_of_a_body(lab: Lab) -> None:
    stop, released = Stop(), threading.Event()
    mirror = lab.mirror(stalled(released))
    policy = DownloadPolicy([mirror.pattern], [mirror.host], stall_s=30, offline=False)
    threading.Timer(0.3, lambda: stop.set(Cancelled("Nobody waits."))).start()
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        pull(ORIGINAL, lab.store, policy, lab.reports.append, stop)
    released.set()
    assert time.monotonic() - begin < 5
    assert lab.left == [HALF]


def test_a_disk_without_room_is_reported_before_a_request(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = lab.mirror(whole())
    usage = shutil.disk_usage("/")._replace(free=len(CONTENT))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(StorageFull, match="MB free"):
        lab.pull()
    assert (lab.has, mirror.requests) == (None, [])


def test_a_stopped_pull_installs_nothing(lab: Lab) -> None:
    lab.mirror(whole())
    stop = Stop()
    stop.set(Cancelled("Nobody waits."))
    with pytest.raises(Cancelled):
        lab.pull(stop)
    assert lab.has is None


def test_offline_connects_to_nothing(lab: Lab) -> None:
    with pytest.raises(NotAvailable, match="offline"):
        pull(ORIGINAL, lab.store, DownloadPolicy([], [], STALL_S, offline=True), lab.reports.append, Stop())


def test_a_network_without_known_weights_is_not_available(lab: Lab) -> None:
    with pytest.raises(NotAvailable, match="No weights of VGG-16"):
        pull(ORIGINAL.model_copy(update={"weights": None}), lab.store, DownloadPolicy([], [], 1, False), print, Stop())


@contextmanager
def download_jobs(lab: Lab, *, offline: bool = False) -> Iterator[DownloadJobs]:
    hosts = [mirror.host for mirror in lab.mirrors]
    jobs = DownloadJobs(lab.store, DownloadPolicy([each.pattern for each in lab.mirrors], hosts, 30, offline=offline))
    yield jobs
    jobs.close()


def test_those_who_ask_at_the_same_time_share_a_download(lab: Lab) -> None:
    mirror = lab.mirror(whole(pause_s=0.3))
    with download_jobs(lab) as jobs:
        for job in [jobs.start(ORIGINAL), jobs.start(ORIGINAL)]:
            job.handle.result()
    assert (lab.has, len(mirror.requests)) == (CONTENT, 1)


def test_the_progress_of_a_download_is_seen_while_it_runs_and_the_last_to_go_stops_it(lab: Lab) -> None:
    released = threading.Event()
    lab.mirror(stalled(released))
    with download_jobs(lab) as jobs:
        first, second = jobs.start(ORIGINAL), jobs.start(ORIGINAL)
        wait_until(lambda: first.progress().received == HALF, "half has arrived")
        assert first.progress() == second.progress()
        assert (first.progress().state, first.progress().total) == ("pulling", len(CONTENT))
        first.handle.release()
        time.sleep(0.2)
        assert second.progress().received == HALF
        second.handle.release()
        wait_until(lambda: second.progress() == DownloadProgress("waiting", 0, len(CONTENT)), "the download has ended")
    released.set()
    assert lab.left == [HALF]


def test_offline_no_download_starts(lab: Lab) -> None:
    with download_jobs(lab, offline=True) as jobs, pytest.raises(NotAvailable, match="offline"):
        jobs.start(ORIGINAL)

"""`convscope cluster` with a stand-in of Ray: what is started, said and undone, and with which exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import httpx
import pytest

from app.cli import cluster
from app.errors import NotAvailable
from app.experiments.accuracy.evaluation import PictureResult
from app.jobs.record import STRONGEST
from app.jobs.result import JobResult
from app.jobs.result_file import decode_result
from app.jobs.strongest_cells import StrongestCells
from tests.cli.conftest import Run
from tests.work.clock import Clock

ABSENT = "No cluster runs on this machine for this data folder."


class Ray:
    """What the commands ask of Ray, in their order, and whether a cluster runs."""

    def __init__(self) -> None:
        self.calls: list[Any] = []
        self.runs = True
        self.failure: NotAvailable | None = None
        self.states = SimpleNamespace(wanted=2, running=2, states={"RUNNING": 2})
        self.folder = "ray"

    def running(self, settings: Any) -> "Ray | None":
        return self if self.runs else None

    def start(self, settings: Any) -> "Ray":
        self.calls.append("start")
        return self

    def stop(self, settings: Any) -> None:
        self.calls.append("stop")

    def deploy(self, node: "Ray", settings: Any, make_app: Any, replicas: int) -> None:
        self.calls.append(replicas)
        if self.failure is not None:
            raise self.failure

    @contextmanager
    def connected(self) -> Iterator[None]:
        self.calls.append("connected")
        yield


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Ray:
    ray = Ray()

    def result_of(make_runs: Any, photos: int, strongest: int, actors: int) -> JobResult:
        ray.calls.append((make_runs.args[1:], photos, strongest, actors))
        predictions = {0: PictureResult((), ()), 1: PictureResult((), (), "It is cut off.")}
        return JobResult(predictions, StrongestCells.empty(1, strongest), {"conv": slice(0, 1)})

    modules: dict[str, dict[str, Any]] = {
        "app.cluster.node": {"RayNode": ray, "cores": lambda: 3},
        "app.cluster.replicas": {
            "deploy": ray.deploy,
            "states": lambda: ray.states,
            "shut_down": lambda: ray.calls.append("shut down"),
        },
        "app.cluster.photo_blocks": {
            "photo_count": lambda settings, photos: 2,
            "photo_runs": print,
            "result_of_blocks": result_of,
        },
        "app.main": {"create_app": None},  # it takes seconds to import
    }
    for name, content in modules.items():
        module = ModuleType(name)
        module.__dict__.update(content)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(cluster, "find_spec", lambda name: name)
    monkeypatch.setenv("CONVSCOPE_PORT", "8123")
    monkeypatch.setattr(httpx, "get", lambda address, **_: SimpleNamespace(is_success=True))
    return ray


@pytest.mark.parametrize("runs", [True, False])
def test_up_starts_what_does_not_run_yet(run: Run, ray: Ray, runs: bool) -> None:
    ray.runs = runs
    code, _, words = run("cluster", "up")
    assert (code, "ConvScope is at http://127.0.0.1:8123/, with 2 replicas." in words) == (0, True), words
    assert ray.calls == [*([] if runs else ["start"]), "connected", 2]


@pytest.mark.parametrize("runs", [True, False])
def test_a_cluster_that_was_started_in_vain_is_stopped_and_another_left(run: Run, ray: Ray, runs: bool) -> None:
    ray.runs, ray.failure = runs, NotAvailable("The replicas do not start.")
    code, _, words = run("cluster", "up", "--replicas", "5")
    assert (code, "The replicas do not start." in words) == (1, True)
    assert ray.calls == ["connected", 5] if runs else ["start", "connected", 5, "stop"]


@pytest.mark.parametrize("replicas", [0, 65])
def test_there_are_1_to_64_replicas(run: Run, ray: Ray, replicas: int) -> None:
    assert run("cluster", "up", "--replicas", str(replicas))[0] == 2
    assert ray.calls == []
    for most in (1, 64):
        assert run("cluster", "up", "--replicas", str(most))[0] == 0


@pytest.mark.parametrize(
    ("wanted", "states", "code"),
    [
        (2, {"RUNNING": 2}, 0),
        (2, {"STARTING": 1, "RUNNING": 1}, 1),
        (1, {"RUNNING": 2}, 1),
        (0, {}, 1),
    ],
)
def test_the_status_is_good_if_all_replicas_run(
    run: Run, ray: Ray, wanted: int, states: dict[str, int], code: int
) -> None:
    ray.states = SimpleNamespace(wanted=wanted, running=states.get("RUNNING", 0), states=states)
    ended, table, _ = run("cluster", "status")
    rows = [line.split() for line in table.splitlines()]
    assert (ended, rows) == (
        code,
        [["state", "replicas"], *([name.lower(), str(states[name])] for name in sorted(states))],
    )
    ended, text, _ = run("cluster", "status", "--json")
    assert (ended, '"processes_in": "ray"' in text, f'"replicas": {wanted}' in text) == (code, True, True)


def test_down_stops_what_runs(run: Run, ray: Ray) -> None:
    assert run("cluster", "down") == (0, "", "The cluster has stopped.\n")
    assert ray.calls == ["connected", "shut down", "stop"]
    ray.runs = False
    assert run("cluster", "down") == (0, "", f"{ABSENT}\n")
    for command in (["status"], ["job", "lenet5", ".", "-o", "x"]):
        code, _, words = run("cluster", *command)
        assert (code, words) == (1, f"{ABSENT} `convscope cluster up` starts one.\n")


def test_a_job_has_all_cores_and_counts_what_can_t_be_read(run: Run, ray: Ray, tmp_path: Path) -> None:
    output = tmp_path / "result.npz"
    code, _, words = run("cluster", "job", "lenet5", str(tmp_path), "-o", str(output))
    assert (code, words) == (0, f"{output} has the result of 2 photos, 1 of which can't be read.\n")
    assert ray.calls == ["connected", (("lenet5", tmp_path), 2, STRONGEST, 3)]
    assert decode_result(output.read_bytes()).predictions[1].problem == "It is cut off."


@pytest.mark.parametrize(("failures", "is_ready"), [(1, True), (3, False)])
def test_a_cluster_is_ready_when_it_answers_in_time(
    run: Run, ray: Ray, monkeypatch: pytest.MonkeyPatch, failures: int, is_ready: bool
) -> None:
    answers: list[Any] = [httpx.ConnectError("refused"), *[SimpleNamespace(is_success=False)] * (failures - 1)]

    def get(address: str, **_: object) -> Any:
        assert address == "http://localhost:8123/readyz"
        answer = answers.pop(0) if answers else SimpleNamespace(is_success=True)
        if isinstance(answer, Exception):
            raise answer
        return answer

    clock: Any = Clock()
    clock.sleep = lambda _: setattr(clock, "seconds", clock.seconds + cluster.READY_S / 3)
    monkeypatch.setattr(cluster, "time", clock)
    monkeypatch.setattr(httpx, "get", get)
    monkeypatch.setenv("CONVSCOPE_HOST", "0.0.0.0")
    code, _, words = run("cluster", "up")
    assert code == (0 if is_ready else 1)
    at = "http://localhost:8123/"
    assert (f"ConvScope is at {at}" if is_ready else f"{at} does not answer. Is its port taken?") in words

"""A cluster of two replicas on this machine, started by its command, for all tests of this folder."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import ROOT, free_port

collect_ignore_glob = [] if find_spec("ray") else ["test_replicas.py", "test_photo_blocks.py"]  # `make cluster` has it


@dataclass(frozen=True)
class Cluster:
    """A running cluster: where it answers, and what its commands are given."""

    address: str
    environment: dict[str, str]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `convscope cluster` with these arguments."""
        command = [sys.executable, "-m", "app.cli.main", "cluster", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300)

    @property
    def folder(self) -> str:
        """The private folder, which the commands of all its processes name."""
        state: str = (Path(self.environment["CONVSCOPE_DATA_DIR"]) / "cluster.json").read_text()
        return state.split('"')[3]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two replicas with one thread each."""
    port, data = free_port(), tmp_path_factory.mktemp("data")
    settings = {"CONVSCOPE_PORT": str(port), "CONVSCOPE_DATA_DIR": str(data), "CONVSCOPE_THREADS": "1"}
    running = Cluster(f"http://127.0.0.1:{port}", os.environ | settings | {"PYTHONPATH": str(ROOT)})
    try:
        started = running.command("up", "--replicas", "2")
        assert started.returncode == 0, started.stderr
        yield running
    finally:
        stopped = running.command("down")
    assert stopped.returncode == 0, stopped.stderr
    assert processes_of(data) == []


def processes_of(place: Path | str) -> list[str]:
    """The commands of running processes that name a place."""
    commands = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            commands.append(file.read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return [command for command in commands if str(place) in command]


@pytest.fixture
def replicas(cluster: Cluster) -> Callable[[], list[int]]:
    """The processes of the replicas, found by the title that Ray gives them."""

    def find() -> list[int]:
        files = [file for file in Path("/proc").glob("[0-9]*/cmdline") if is_replica(file, cluster.folder)]
        return [int(file.parent.name) for file in files]

    return find


def is_replica(command: Path, folder: str) -> bool:
    try:
        names_ray = f"{folder}/token".encode() in (command.parent / "environ").read_bytes()
        return names_ray and command.read_bytes().startswith(b"ray::ServeReplica")
    except OSError:
        return False

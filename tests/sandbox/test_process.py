"""A confined process that has been taken over: whatever it answers, the server raises an error of its own."""

import json
import threading
import time
from pathlib import Path

import pytest

from app.errors import Cancelled, ConvScopeError, NetworkCrashed, NetworkError, SandboxUnavailable
from app.sandbox.process import ConfinedProcess, Requirement, is_filtered, start_process
from app.sandbox.program import NETWORK
from app.work.stop import Stop
from tests.sandbox.processes import LIMITS, isolated_runtime, ramp, scaled

TAKEN_OVER = """
import sys; sys.path.insert(0, sys.argv[1])
import app.sandbox.child as child
honest = child.Child._answer
def lying(self, message, descriptors):
    answer = honest(self, message, descriptors)
    return {lie} if message["do"] == "{request}" else answer
child.Child._answer = lying
child.main(*sys.argv[2:])
"""


def take_over(monkeypatch: pytest.MonkeyPatch, lie: str, request: str = "run") -> None:
    """Start processes from now on that answer such a request with this expression."""
    program = TAKEN_OVER.replace("{lie}", lie).replace("{request}", request)
    monkeypatch.setattr("app.sandbox.process.COMMAND", program.replace("{", "{{").replace("}", "}}"))


@pytest.mark.parametrize(
    "lie",
    [
        {"results": [["<f4", [0, 1 << 70]]]},
        {"results": [["<f4", [1 << 20, 1 << 20]]]},
        {"results": [["<f4", [-1]]]},
        {"results": [["O", [2]]]},
        {"results": [["<f4", [2, 3]], ["<f4", [2, 3]]]},
        {"results": [["no type", [2]]]},
        {"results": 5},
        {"error": "SystemExit", "message": "x" * 100_000},
        {},
    ],
    ids=lambda lie: json.dumps(lie)[:40],
)
def test_an_answer_that_can_not_be_true_is_an_error(monkeypatch: pytest.MonkeyPatch, lie: dict[str, object]) -> None:
    take_over(monkeypatch, repr(lie))
    with isolated_runtime() as runtime:
        session = runtime.open(scaled(2.0), Path("/"))
        with pytest.raises(NetworkError) as caught:
            session.run({"x": ramp(2, 3)}, Stop())
    assert len(caught.value.message) < 1000


@pytest.mark.parametrize("lie", ["1 / 0", "[1]", "__import__('os')._exit(3)"])
def test_a_process_that_ends_or_talks_nonsense_counts_as_crashed(monkeypatch: pytest.MonkeyPatch, lie: str) -> None:
    take_over(monkeypatch, lie)
    with isolated_runtime() as runtime:
        session = runtime.open(scaled(2.0), Path("/"))
        with pytest.raises(NetworkCrashed):
            session.run({"x": ramp(2, 3)}, Stop())


def test_a_process_that_never_answers_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    take_over(monkeypatch, "__import__('time').sleep(60)")
    with isolated_runtime(request_s=0.5) as runtime:
        session = runtime.open(scaled(2.0), Path("/"))
        begin = time.monotonic()
        with pytest.raises(ConvScopeError, match="took longer"):
            session.run({"x": ramp(2, 3)}, Stop())
        assert time.monotonic() - begin < 5
        assert not Path(f"/proc/{runtime.process_id}").exists()


def test_loading_ends_with_the_one_who_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    take_over(monkeypatch, "__import__('time').sleep(60)", "open")
    stop = Stop()
    with isolated_runtime() as runtime:
        threading.Timer(1, stop.set, (Cancelled("gone"),)).start()
        with pytest.raises(Cancelled):
            runtime.open(scaled(2.0), Path("/"), stop=stop)
        assert not Path(f"/proc/{runtime.process_id}").exists()


def test_the_kernel_confirms_the_confinement() -> None:
    process = ConfinedProcess(NETWORK, Requirement(LIMITS, is_strict=True))
    assert process.confinement.is_complete
    assert is_filtered(process.pid)
    process.close()


def test_a_process_that_only_says_that_it_is_confined_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import app.sandbox.child as child\n"
        "child.confine = lambda limits: child.Confinement(7, True)\n"
        "child.main(*sys.argv[2:])"
    )
    monkeypatch.setattr("app.sandbox.process.COMMAND", program)
    with pytest.raises(SandboxUnavailable):
        ConfinedProcess(NETWORK, Requirement(LIMITS, is_strict=True))


def test_nothing_of_the_server_reaches_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = (
        "import os, socket, sys; sys.path.insert(0, sys.argv[1])\n"
        "from app.sandbox.channel import Channel\n"
        "channel = Channel(socket.socket(fileno=int(sys.argv[2])))\n"
        "links = [f'/proc/self/fd/{{number}}' for number in range(64)]\n"
        "files = [os.readlink(link) for link in links if os.path.lexists(link)]\n"
        "channel.send(dict(environment=dict(os.environ), files=files))"
    )
    monkeypatch.setattr("app.sandbox.process.COMMAND", program)
    monkeypatch.setenv("CONVSCOPE_ADMIN_TOKEN", "secret")
    with (tmp_path / "open").open("w"):
        process, channel, stops = start_process("child", {})
        answer = channel.receive(20)
    process.wait(20)
    channel.close()
    stops.close()
    assert answer is not None
    assert "CONVSCOPE_ADMIN_TOKEN" not in answer["environment"]
    assert not any(str(tmp_path) in target for target in answer["files"])

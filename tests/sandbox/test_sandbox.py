"""Whether the sandbox finds out what the system can't confine, and refuses networks then."""

import sys
from pathlib import Path

import pytest

from app.errors import SandboxUnavailable
from app.nets.runtime import Runtime
from app.sandbox.children import ChildrenLimits
from app.sandbox.isolated_runtime import IsolatedRuntime
from app.sandbox.sandbox import Sandbox, SandboxMode, SandboxPolicy
from tests.sandbox.processes import LIMITS, scaled

LOCAL = Runtime("cpu", "cpu", threads=1)


def sandbox(mode: SandboxMode) -> Sandbox:
    return Sandbox(SandboxPolicy(mode, LIMITS, ChildrenLimits(2, 60, 20)), LOCAL)


def test_the_confinement_of_this_machine_is_tried_and_complete() -> None:
    assert sandbox("required").gap is None


@pytest.mark.parametrize(
    ("function", "gap"),
    [("deny_files_and_network", "open files"), ("filter_system_calls", "open connections")],
    ids=["without landlock", "without seccomp"],
)
def test_where_the_kernel_lacks_a_part_networks_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, function: str, gap: str
) -> None:
    command = (
        "import sys, errno; sys.path.insert(0, sys.argv[1])\n"
        "import app.sandbox.confinement as confinement\n"
        "def missing(): raise OSError(errno.ENOSYS, 'missing')\n"
        f"confinement.{function} = missing\n"
        "from app.sandbox.{module} import main; main(*sys.argv[2:])"
    )
    monkeypatch.setattr("app.sandbox.process.COMMAND", command)
    required = sandbox("required")
    assert gap in str(required.problem)
    with pytest.raises(SandboxUnavailable, match=gap):
        required.for_network()
    assert isinstance(sandbox("best").for_network(), IsolatedRuntime)


def test_a_process_that_was_killed_as_it_tried_says_nothing_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where memory is short, the system ends these processes first."""
    monkeypatch.setattr("app.sandbox.sandbox.RETRY_S", 0.0)
    required = sandbox("required")
    with monkeypatch.context() as short_of_memory:
        short_of_memory.setattr("app.sandbox.process.COMMAND", "import os; os.abort()  # {module}")
        assert "not start" in str(required.problem)
    assert required.problem is None


def test_a_process_that_can_not_be_started_is_an_error_and_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    best, descriptors = sandbox("best"), Path("/proc/self/fd")
    before = len([*descriptors.iterdir()])
    monkeypatch.setattr(sys, "executable", "/nowhere")  # as where there are too many processes: an OSError
    assert "not start" in best.summary
    with pytest.raises(SandboxUnavailable, match="does not start"):
        best.for_network().open(scaled(1.0), Path("/"))
    assert len([*descriptors.iterdir()]) <= before


def test_without_a_sandbox_networks_run_in_the_server() -> None:
    assert sandbox("off").for_network() is LOCAL


def test_networks_have_processes_of_their_own() -> None:
    both = sandbox("best")
    runtimes = [both.for_network() for _ in range(2)]
    for runtime in runtimes:
        runtime.open(scaled(1.0), Path("/"))
    assert both.processes == 2
    both.close()
    assert both.processes == 0

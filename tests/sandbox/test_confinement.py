"""What a process can't do any more after it has confined itself, tried by a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.sandbox import confinement
from app.sandbox.confinement import Confinement, landlock_version

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys; sys.path.insert(0, sys.argv[1])
import ctypes, mmap, os, signal, socket, subprocess, threading
from pathlib import Path
from app.sandbox.confinement import ProcessLimits, confine, deny_files_and_network
parent, memory = int(sys.argv[2]), int(sys.argv[3])
{confine}
print("confined", flush=True)
try:
    {attempt}
except PermissionError:
    print("refused", flush=True)
    os._exit(0)
print("done", flush=True)
os._exit(0)
"""
CONFINE = "confine(ProcessLimits(1_000_000_000, 2))"
LANDLOCK = "ctypes.CDLL(None).prctl(38, 1, 0, 0, 0); deny_files_and_network()"


def attempt(code: str, confinement: str = CONFINE) -> tuple[str, int]:
    """What a confined process says that tries this, and how it ends."""
    memory = os.memfd_create("test", os.MFD_ALLOW_SEALING)
    os.ftruncate(memory, 4096)
    program = PROGRAM.format(confine=confinement, attempt=code)
    arguments = [sys.executable, "-I", "-c", program, str(ROOT), str(os.getpid()), str(memory)]
    ended = subprocess.run(arguments, capture_output=True, text=True, pass_fds=[memory], timeout=30, check=False)
    os.close(memory)
    said = ended.stdout.removeprefix("confined\n").strip()
    assert ended.stdout.startswith("confined"), ended.stderr
    return said, ended.returncode


@pytest.mark.parametrize(
    "code",
    [
        "Path('/etc/hostname').read_bytes()",
        "Path('/tmp/convscope-was-here').write_text('x')",
        "os.listdir('/')",
        "os.stat('/etc/hostname')",
        "os.sched_setaffinity(parent, {0})",
    ],
)
def test_files_are_refused(code: str) -> None:
    assert attempt(code) == ("refused", 0)


@pytest.mark.parametrize(
    "code",
    [
        "socket.socket()",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "os.kill(parent, signal.SIGTERM)",
        "ctypes.CDLL(None).syscall(234 if os.uname().machine == 'x86_64' else 131, parent, parent, 0)",
        "ctypes.CDLL(None).ptrace(16, parent, 0, 0)",
        "ctypes.CDLL(None).unshare(0x10000000)",
        "os.unlink('/tmp/x')",
        "os.ftruncate(memory, 0)",
        "os.setpriority(os.PRIO_PROCESS, parent, 5)",
    ],
)
def test_whatever_reaches_beyond_the_process_ends_it(code: str) -> None:
    assert attempt(code) == ("", -signal.SIGSYS)


@pytest.mark.parametrize(
    "code",
    [
        "bytearray(50_000_000)",
        "threading.Thread(target=print).start()",
        "mmap.mmap(memory, 4096)",
        "os.read(memory, 1)",
    ],
)
def test_memory_threads_and_open_files_are_allowed(code: str) -> None:
    said, code_of_exit = attempt(code)
    assert (said.splitlines()[-1], code_of_exit) == ("done", 0)


def test_more_memory_than_allowed_is_refused() -> None:
    assert attempt("\n    try: bytearray(2_000_000_000)\n    except MemoryError: raise PermissionError") == (
        "refused",
        0,
    )


def test_a_process_that_computes_for_ever_ends() -> None:
    assert attempt("\n    while True: pass") == ("", -signal.SIGXCPU)


@pytest.mark.parametrize("code", ["Path('/etc/hostname').read_bytes()", "os.execv('/bin/true', ['true'])"])
def test_landlock_alone_denies_files(code: str) -> None:
    if landlock_version() == 0:
        pytest.skip("the kernel has no landlock")
    assert attempt(code, LANDLOCK) == ("refused", 0)


def test_its_memory_is_dumped_nowhere_it_gets_no_rights_and_ends_with_its_parent() -> None:
    limits = "from app.sandbox.confinement import _set_limits; _set_limits(ProcessLimits(1_000_000_000, 2))"
    said, code = attempt(
        "get = ctypes.CDLL(None).prctl; number = ctypes.c_int(); get(2, ctypes.byref(number), 0, 0, 0); "
        "print(get(3, 0, 0, 0, 0), get(39, 0, 0, 0, 0), number.value)",
        limits,
    )
    assert (said, code) == (f"0 1 {int(signal.SIGKILL)}\ndone", 0)


def test_what_the_kernel_can_not_do_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "landlock_version", lambda: 0)
    assert confinement._try(confinement.deny_files_and_network) is None
    assert confinement._try(lambda: 5) == 5
    with pytest.raises(ZeroDivisionError):
        confinement._try(lambda: 1 // 0)
    assert [Confinement(*each).is_complete for each in ((0, True), (1, False), (1, True))] == [False, False, True]

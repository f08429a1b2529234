"""The filter, run by hand on descriptions of calls as the kernel runs it."""

import errno
import struct

import pytest

from app.sandbox.system_calls import ARCHITECTURES, CLONE3, CLONE_THREAD, Architecture, filter_program

ALLOWED, KILLED, NO_ACCESS, MISSING = 0x7FFF0000, 0x80000000, 0x50000 | errno.EACCES, 0x50000 | errno.ENOSYS
PROCESS = 4321
MACHINES = list(ARCHITECTURES.values())


def verdict(architecture: Architecture, number: int, argument: int = 0, audit: int | None = None) -> int:
    """What the program returns for a call: bpf(4) on struct seccomp_data."""
    audit = architecture.audit if audit is None else audit
    data = struct.pack("=IIQQ", number, audit, 0, argument)
    program, at, accumulator = filter_program(architecture, PROCESS), 0, 0
    while True:
        code, if_true, if_false, value = struct.unpack("=HBBI", program[at])
        at += 1
        match code:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, value)
            case 0x15:
                at += if_true if accumulator == value else if_false
            case 0x45:
                at += if_true if accumulator & value else if_false
            case _:
                return int(value)


@pytest.mark.parametrize("architecture", MACHINES, ids=ARCHITECTURES)
def test_calls_on_the_list_are_allowed(architecture: Architecture) -> None:
    assert {verdict(architecture, number) for number in architecture.allowed.values()} == {ALLOWED}


@pytest.mark.parametrize("architecture", MACHINES, ids=ARCHITECTURES)
def test_any_other_call_ends_the_process(architecture: Architecture) -> None:
    known = {
        *architecture.allowed.values(),
        *architecture.denied.values(),
        architecture.clone,
        architecture.tgkill,
        CLONE3,
    }
    assert {verdict(architecture, number) for number in set(range(500)) - known} == {KILLED}


@pytest.mark.parametrize("architecture", MACHINES, ids=ARCHITECTURES)
def test_files_can_not_be_opened(architecture: Architecture) -> None:
    assert {verdict(architecture, number) for number in architecture.denied.values()} == {NO_ACCESS}


@pytest.mark.parametrize("architecture", MACHINES, ids=ARCHITECTURES)
def test_threads_are_allowed_and_processes_are_not(architecture: Architecture) -> None:
    assert verdict(architecture, architecture.clone, CLONE_THREAD | 0x100) == ALLOWED
    assert verdict(architecture, architecture.clone, 0x11) == KILLED
    assert verdict(architecture, CLONE3) == MISSING


@pytest.mark.parametrize("architecture", MACHINES, ids=ARCHITECTURES)
def test_a_signal_reaches_the_process_alone(architecture: Architecture) -> None:
    assert verdict(architecture, architecture.tgkill, PROCESS) == ALLOWED
    assert verdict(architecture, architecture.tgkill, PROCESS - 1) == KILLED


@pytest.mark.parametrize("architecture", MACHINES, ids=ARCHITECTURES)
def test_calls_of_another_processor_end_the_process(architecture: Architecture) -> None:
    assert verdict(architecture, architecture.allowed["read"], audit=0x40000003) == KILLED


def test_the_numbers_are_those_of_the_system_headers() -> None:
    """x86_64 by the C library's own names, where its headers are installed."""
    from pathlib import Path

    headers = [*Path("/usr/include").rglob("unistd_64.h")]
    if not headers:
        pytest.skip("the headers of the C library are not installed")
    lines = (line.split() for line in headers[0].read_text().splitlines() if line.startswith("#define __NR_"))
    numbers = {name.removeprefix("__NR_"): int(number) for _, name, number, *_ in lines}
    x86 = ARCHITECTURES["x86_64"]
    expected = {
        **x86.allowed,
        **x86.denied,
        "seccomp": x86.seccomp,
        "clone": x86.clone,
        "tgkill": x86.tgkill,
        "clone3": CLONE3,
    }
    assert {name: numbers[name] for name in expected} == expected

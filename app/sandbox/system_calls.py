"""The system calls that a confined process may make, as a filter program for the kernel (seccomp(2), bpf(4)).

The list is what a run of onnxruntime needs once everything is imported and every file is open.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Architecture:
    """The numbers of system calls on one kind of processor; `audit` is the kernel's number for it.

    Those in `denied` fail with EACCES: libraries try them, and do without.
    """

    audit: int
    seccomp: int
    clone: int
    tgkill: int
    denied: Mapping[str, int]
    allowed: Mapping[str, int]


# asm/unistd_64.h, and asm-generic/unistd.h for aarch64.
X86_64 = Architecture(
    audit=0xC000003E, seccomp=317, clone=56, tgkill=234,
    denied={"sched_setaffinity": 203, "openat": 257, "newfstatat": 262},
    allowed={
        "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11,
        "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "ioctl": 16, "pread64": 17,
        "readv": 19, "writev": 20, "sched_yield": 24, "mremap": 25, "mincore": 27, "madvise": 28, "nanosleep": 35,
        "getpid": 39, "sendmsg": 46, "recvmsg": 47, "exit": 60, "uname": 63, "fcntl": 72, "gettimeofday": 96,
        "getrlimit": 97, "sysinfo": 99, "sigaltstack": 131, "gettid": 186, "futex": 202, "sched_getaffinity": 204,
        "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231,
        "ppoll": 271, "set_robust_list": 273, "getcpu": 309, "getrandom": 318, "membarrier": 324, "rseq": 334,
    },
)  # fmt: skip
AARCH64 = Architecture(
    audit=0xC00000B7, seccomp=277, clone=220, tgkill=131,
    denied={"openat": 56, "newfstatat": 79, "sched_setaffinity": 122},
    allowed={
        "fcntl": 25, "ioctl": 29, "close": 57, "lseek": 62, "read": 63, "write": 64, "readv": 65, "writev": 66,
        "pread64": 67, "ppoll": 73, "fstat": 80, "exit": 93, "exit_group": 94, "futex": 98, "set_robust_list": 99,
        "nanosleep": 101, "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115, "sched_getaffinity": 123,
        "sched_yield": 124, "restart_syscall": 128, "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135,
        "rt_sigreturn": 139, "uname": 160, "getrlimit": 163, "getcpu": 168, "gettimeofday": 169, "getpid": 172,
        "gettid": 178, "sysinfo": 179, "sendmsg": 211, "recvmsg": 212, "brk": 214, "munmap": 215, "mremap": 216,
        "mmap": 222, "mprotect": 226, "mincore": 232, "madvise": 233, "getrandom": 278, "membarrier": 283,
        "rseq": 293,
    },
)  # fmt: skip
ARCHITECTURES: Mapping[str, Architecture] = {"x86_64": X86_64, "aarch64": AARCH64}
CLONE3 = 435  # on every processor
CLONE_THREAD = 0x10000

# bpf(4): load a word of the description of the call, jump if equal, jump if a bit is set, return.
LOAD, JUMP_EQUAL, JUMP_SET, RETURN = 0x20, 0x15, 0x45, 0x06
NUMBER, PROCESSOR, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
KILL, ERROR, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
SET_MODE_FILTER, ALL_THREADS = 1, 1


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def filter_program(architecture: Architecture, process: int) -> list[bytes]:
    """The instructions: calls on the list and new threads are allowed, any other call ends the process (SIGSYS).

    Signals are allowed to `process`, which is this one: an abort is one.
    clone3 has its flags in memory, where a filter can't read them: it counts as missing, and the C library uses clone.
    """
    program = [
        _instruction(LOAD, PROCESSOR),
        _instruction(JUMP_EQUAL, architecture.audit, 1, 0),
        _instruction(RETURN, KILL),
        _instruction(LOAD, NUMBER),
    ]
    for number in sorted(architecture.allowed.values()):
        program += [_instruction(JUMP_EQUAL, number, 0, 1), _instruction(RETURN, ALLOW)]
    program += [_instruction(JUMP_EQUAL, CLONE3, 0, 1), _instruction(RETURN, ERROR | errno.ENOSYS)]
    for number in architecture.denied.values():
        program += [_instruction(JUMP_EQUAL, number, 0, 1), _instruction(RETURN, ERROR | errno.EACCES)]
    program += [
        _instruction(JUMP_EQUAL, architecture.clone, 0, 4),
        _instruction(LOAD, FIRST_ARGUMENT),
        _instruction(JUMP_SET, CLONE_THREAD, 0, 1),
        _instruction(RETURN, ALLOW),
        _instruction(RETURN, KILL),
    ]
    program += [
        _instruction(JUMP_EQUAL, architecture.tgkill, 0, 3),
        _instruction(LOAD, FIRST_ARGUMENT),
        _instruction(JUMP_EQUAL, process, 0, 1),
        _instruction(RETURN, ALLOW),
    ]
    return [*program, _instruction(RETURN, KILL)]


def filter_system_calls() -> None:
    """Install the filter in every thread of this process, for good. It needs no_new_privs.

    Raises:
        OSError: the kernel or the processor has no such filter.
    """
    architecture = ARCHITECTURES.get(platform.machine())
    if architecture is None:
        raise OSError(errno.ENOSYS, "no list of system calls for this processor")
    code = b"".join(filter_program(architecture, os.getpid()))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(buffer))
    library = ctypes.CDLL(None, use_errno=True)
    if library.syscall(architecture.seccomp, SET_MODE_FILTER, ALL_THREADS, ctypes.byref(program)) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)

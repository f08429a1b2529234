"""Confining this process for good: limits of memory and time, no files and no network, few system calls."""

import ctypes
import errno
import os
import resource
import signal
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.sandbox.system_calls import filter_system_calls

# prctl(2)
SET_PDEATHSIG, SET_DUMPABLE, SET_NO_NEW_PRIVS = 1, 4, 38
# landlock(7): the same numbers on every processor
CREATE_RULESET, RESTRICT_SELF, VERSION_FLAG = 444, 446, 1
# How many rights to files each version of landlock has; those from 4 on have TCP, those from 6 on scopes.
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
TCP_RIGHTS, SCOPES = 0b11, 0b11
DESCRIPTORS = 1_100  # the weights of a network may be in 1,000 files, which are open as it is loaded


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """What a confined process may use: bytes of address space, its mapped files included, and seconds of processor."""

    memory_bytes: int
    cpu_s: int


@dataclass(frozen=True, slots=True)
class Confinement:
    """What holds: the version of landlock, 0 without, and whether system calls are filtered."""

    landlock: int
    filters_calls: bool

    @property
    def is_complete(self) -> bool:
        return self.landlock > 0 and self.filters_calls


def confine(limits: ProcessLimits) -> Confinement:
    """Confine this process as far as the kernel can. There is no way back.

    The process ends with the one that started it. Everything that it needs must be imported and open.
    """
    _set_limits(limits)
    landlock = _try(deny_files_and_network) or 0
    return Confinement(landlock, _try(_filtered) is not None)


def landlock_version() -> int:
    """The version of landlock that the kernel has, 0 without."""
    return max(0, int(ctypes.CDLL(None, use_errno=True).syscall(CREATE_RULESET, None, 0, VERSION_FLAG)))


def deny_files_and_network() -> int:
    """Deny this process every file, TCP, and signals to others, as far as its landlock can; its version.

    Raises:
        OSError: the kernel has no landlock.
    """
    version = landlock_version()
    if version == 0:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    files = (1 << FILE_RIGHTS[min(version, max(FILE_RIGHTS))]) - 1
    rights = [files, *[TCP_RIGHTS] * (version >= 4), *[SCOPES] * (version >= 6)]
    attributes = struct.pack(f"={len(rights)}Q", *rights)
    library = ctypes.CDLL(None, use_errno=True)
    ruleset = library.syscall(CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0 or library.syscall(RESTRICT_SELF, ruleset, 0) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    os.close(ruleset)
    return version


def _set_limits(limits: ProcessLimits) -> None:
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # before SET_DUMPABLE, after which the file is root's
    library = ctypes.CDLL(None, use_errno=True)
    for option, value in ((SET_PDEATHSIG, signal.SIGKILL), (SET_DUMPABLE, 0), (SET_NO_NEW_PRIVS, 1)):
        library.prctl(option, int(value), 0, 0, 0)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]  # nobody may have more than that
    descriptors = DESCRIPTORS if most == resource.RLIM_INFINITY else min(DESCRIPTORS, most)
    bounds = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_NOFILE: (descriptors, descriptors),
        resource.RLIMIT_CPU: (limits.cpu_s, limits.cpu_s + 1),
        resource.RLIMIT_AS: (limits.memory_bytes, limits.memory_bytes),
    }
    for which, bound in bounds.items():
        resource.setrlimit(which, bound)


def _filtered() -> int:
    filter_system_calls()
    return 1


def _try(action: Callable[[], int]) -> int | None:
    """What the action returns; None where the kernel can't."""
    try:
        return action()
    except OSError:
        return None

"""The process of a job, as the system sees it: which one it is, and the most memory that it had."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MODULE = b"app.engine.jobs.child"
KILOBYTE = 1024


def job_processes() -> Iterator[int]:
    """The processes of jobs that this process has started."""
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            is_job = folder.name.isdigit() and MODULE in (folder / "cmdline").read_bytes()
            if is_job and int(status_of(int(folder.name))["PPid"]) == os.getpid():
                yield int(folder.name)


def peak_bytes(process: int) -> int:
    """The most memory that a process had, 0 for one that has ended."""
    with suppress(OSError, KeyError):
        return int(status_of(process)["VmHWM"].split()[0]) * KILOBYTE
    return 0


def status_of(process: int) -> dict[str, str]:
    """What the system says of a process, by name."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

"""The store of jobs on disk: a record and a result for each, in a folder that any number of servers may share."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from app.errors import NotFound, Overloaded, StorageFull
from app.jobs.record import JobRecord
from app.jobs.result import JobResult
from app.jobs.result_file import DamagedResult, decode_result, encode_result
from app.storage.content import ID
from app.storage.file_lock import locked_file

RECORD, RESULT = ".json", ".npz"
LOCK, TURN = ".lock", ".turn"
WAITING = 20  # jobs that may wait
RETRY_S = 60  # after which one may ask again
MAX_JOBS = 500
LISTED = 100
SETTLED_NS = 1_000_000_000


class UnknownJob(NotFound):
    """There is no such job, or it has expired."""

    code = "unknown_job"


class JobStore:
    """Jobs in one folder. A file appears complete, by renaming; what changes a record holds the folder's lock.

    A job that has ended expires `ttl_s` seconds after its last use; the least recently used ones make room.
    """

    def __init__(self, folder: Path, max_bytes: int, ttl_s: float) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._ttl_s = ttl_s
        self.refused = 0  # since the start of the server
        self._quiet_ns: int | None = None  # when the folder was last changed, if no job of it had to run

    def add(self, record: JobRecord) -> JobRecord:
        """Let a job wait; the one that there is now, if it need not run.

        It goes on if it has failed or was cancelled, or if less than all of its result can still be read: `record` says
        of how many photos something is known.

        Raises:
            Overloaded: too many wait.
            StorageFull: there is no room.
        """
        with self._lock():
            self._expire()
            known = self._read(record.id)
            if known is not None and not _must_go_on(known, record.done):
                return known
            if sum(not each.is_ended for each in self.list()) >= WAITING:
                self.refused += 1
                raise Overloaded(f"{WAITING} jobs wait already. Try again later.", retry_after_s=RETRY_S)
            record = record if known is None else replace(record, seconds=known.seconds)
            self._write(record)
            return record

    def get(self, job: str) -> JobRecord:
        """The record of a job; raises UnknownJob."""
        record = self._read(job)
        if record is None:
            raise UnknownJob("There is no such job: it was deleted or has expired.")
        return record

    def change(self, job: str, change: Callable[[JobRecord], JobRecord]) -> JobRecord:
        """Write what `change` makes of the record as it is now; raises UnknownJob and StorageFull."""
        with self._lock():
            record = change(self.get(job))
            self._write(record)
            return record

    def list(self) -> tuple[JobRecord, ...]:
        """The records of all jobs, the latest first."""
        records = (self._read(path.stem) for path in self._folder.glob(f"*{RECORD}"))
        return tuple(sorted((each for each in records if each is not None), key=lambda each: -each.created))

    def has_unfinished(self) -> bool:
        """Whether a job waits or runs. It costs next to nothing to ask again as long as the folder stays as it is."""
        try:
            changed_ns = self._folder.stat().st_mtime_ns
        except FileNotFoundError:
            return False
        if changed_ns == self._quiet_ns:
            return False
        is_unfinished = any(not each.is_ended for each in self.list())
        is_settled = time.time_ns() - changed_ns > SETTLED_NS  # two changes at once have one time
        self._quiet_ns = changed_ns if is_settled and not is_unfinished else None
        return is_unfinished

    def expire(self) -> None:
        """Delete what has expired, and the least recently used jobs where there are too many."""
        with self._lock():
            self._expire()

    def delete(self, job: str) -> None:
        """Delete a job and its result, if it is there."""
        with self._lock():
            self._delete(job)

    def result_path(self, job: str) -> Path:
        """The file of the result of a job whose id is known to be one."""
        return self._folder / f"{job}{RESULT}"

    def result(self, job: str) -> JobResult | None:
        """What is known of a job's photos so far; None if nothing is, or its file is damaged. Notes a use of it."""
        with suppress(OSError, DamagedResult):
            result = decode_result(self.result_path(job).read_bytes())
            self.use(job)
            return result
        return None

    def use(self, job: str) -> None:
        """Note a use of a job's result, if there is one."""
        with suppress(OSError):
            os.utime(self.result_path(job))

    def write_result(self, job: str, result: JobResult) -> None:
        """Store what is known of a job's photos so far; raises StorageFull."""
        content = encode_result(result)
        if len(content) > self._max_bytes:
            raise StorageFull("The result of this job would be larger than all jobs may be.", max_bytes=self._max_bytes)
        self._replace(self.result_path(job), content)

    @contextmanager
    def turn(self) -> Iterator[int | None]:
        """The right to run a job, which one process at a time has: an open file that whoever runs it holds open.

        None while somebody has it.
        """
        descriptor = os.open(self._folder / TURN, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
            else:
                yield descriptor
        finally:
            os.close(descriptor)

    def _read(self, job: str) -> JobRecord | None:
        if ID.fullmatch(job):
            with suppress(OSError, KeyError, TypeError, ValueError):
                return JobRecord.decode(self._path(job).read_bytes())
        return None

    def _write(self, record: JobRecord) -> None:
        self._replace(self._path(record.id), record.encode())

    def _replace(self, path: Path, content: bytes) -> None:
        incoming = self._folder / f".{uuid4().hex}"
        try:
            incoming.write_bytes(content)
            incoming.replace(path)
        except OSError as error:
            incoming.unlink(missing_ok=True)
            raise StorageFull("The server has no space left. Try again later.") from error

    def _expire(self) -> None:
        """Delete jobs that have expired, and the least recently used ones where there is no room for one more."""
        total = 0
        ended = [each for each in self.list() if each.is_ended]
        for place, (used_s, size, job) in enumerate(sorted(map(self._use, ended), reverse=True)):
            total += size
            if place >= MAX_JOBS or total > self._max_bytes or time.time() - used_s > self._ttl_s:
                self._delete(job)
        for left in self._left():
            with suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > RETRY_S:
                    left.unlink()

    def _left(self) -> Iterator[Path]:
        """Files of interrupted writing, and results that a job wrote as it was deleted."""
        yield from self._folder.glob(f".{'?' * 32}")
        for path in self._folder.glob(f"*{RESULT}"):
            if not path.with_suffix(RECORD).exists():
                yield path

    def _use(self, record: JobRecord) -> tuple[float, int, str]:
        """When a job was used last, the bytes of its files, and its id."""
        statuses = []
        for path in (self._path(record.id), self.result_path(record.id)):
            with suppress(FileNotFoundError):
                statuses.append(path.stat())
        return max((each.st_mtime for each in statuses), default=0.0), sum(each.st_size for each in statuses), record.id

    def _delete(self, job: str) -> None:
        if ID.fullmatch(job):
            self._path(job).unlink(missing_ok=True)
            self.result_path(job).unlink(missing_ok=True)

    def _path(self, job: str) -> Path:
        return self._folder / f"{job}{RECORD}"

    def _lock(self) -> AbstractContextManager[int]:
        return locked_file(self._folder / LOCK)


def _must_go_on(job: JobRecord, known: int) -> bool:
    """Whether a job has to run that is asked for again, where something is known of so many of its photos."""
    return job.state in ("failed", "cancelled") or (job.state == "complete" and known < job.photos)

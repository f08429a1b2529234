"""The runner of jobs: a thread that runs what waits, one job at a time over all servers that share the folder."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from app.engine.jobs.process import RESUME, JobProcess
from app.engine.jobs.store import JobStore, UnknownJob
from app.errors import ConvScopeError
from app.jobs.record import JobRecord, JobState

LOOK_S = 2.0  # between two looks for a job that another server has left, or was asked for
TICK_S = 0.3  # between two looks whether a running job was cancelled
ATTEMPTS = 3  # of a job whose server ends each time
ENDINGS = "The server ended {count} times while it ran this job. Start it again to go on."
NO_PROCESS = f"The process of this job could not be started. {RESUME}"
LATE = f"No photo was done within {{seconds:g}} s. {RESUME}"
Launch = Callable[[JobRecord, int], JobProcess]  # starts the process of a job, which holds the right to run it

log = logging.getLogger(__name__)


class JobRunner:
    """Runs jobs in processes that `launch` starts. Each must do a photo within `limit_s` seconds."""

    def __init__(self, store: JobStore, launch: Launch, limit_s: float) -> None:
        self._store = store
        self._launch = launch
        self._limit_s = limit_s
        self.started = 0  # since the start of the server
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._changed = threading.Event()
        self._closed = threading.Event()

    def wake(self) -> None:
        """Look for jobs now, and from now on."""
        with self._lock:
            if self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._watch, name="job-runner", daemon=True)
                self._thread.start()
        self._changed.set()

    def close(self, timeout_s: float) -> None:
        """Run no more jobs. One that runs waits for the next server."""
        self._closed.set()
        self._changed.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout_s)

    def _watch(self) -> None:
        problem = ""
        while not self._closed.is_set():
            self._changed.clear()
            try:
                while not self._closed.is_set() and self._run_next():
                    problem = ""
            except ConvScopeError as error:  # a full disk, most likely for a while
                if error.message != problem:
                    log.warning("Jobs have to wait. %s", error.message)
                problem = error.message
            except Exception:  # whatever a child does: the other jobs go on
                log.exception("jobs")
            self._changed.wait(LOOK_S)

    def _run_next(self) -> bool:
        """Run the job that waits for the longest; False if none does, or another server runs one."""
        if not self._store.has_unfinished():
            return False
        with self._store.turn() as descriptor:
            waiting = [each for each in self._store.list() if not each.is_ended]
            if descriptor is None or not waiting:
                return False
            record = self._store.change(waiting[-1].id, _begin)
            if record.state == "running":
                self._run(record, descriptor)
        return True

    def _run(self, record: JobRecord, descriptor: int) -> None:
        process = None
        try:
            process = self._launch(record, descriptor)
            self.started += 1
            self._follow(record, process)
        except UnknownJob:  # it was deleted
            return
        except ConvScopeError as error:
            self._end(record.id, "failed", error.message)
        except OSError:  # there are too many processes or open files, or no memory
            self._end(record.id, "failed", NO_PROCESS)
        finally:
            if process is not None:
                process.close()

    def _follow(self, record: JobRecord, process: JobProcess) -> None:
        """Write down how far the job is until it ends, is cancelled, or the server ends."""
        progress, begin = JobProgress(record), time.monotonic()
        while self._store.get(record.id).state == "running":
            if self._closed.is_set():
                self._store.change(record.id, _pause)
                return
            try:
                message = process.receive(TICK_S)
            except EOFError:
                problem = process.problem()
                self._end(record.id, "complete" if problem is None else "failed", problem)
                return
            if message is None and time.monotonic() - begin > self._limit_s:
                self._end(record.id, "failed", LATE.format(seconds=self._limit_s))
            elif message is not None and "problem" in message:
                self._end(record.id, "failed", str(message["problem"]))
            elif message is not None:
                begin = time.monotonic()
                self._store.change(record.id, progress.after(int(message["done"])))

    def _end(self, job: str, state: JobState, problem: str | None = None) -> None:
        self._store.change(job, lambda now: replace(now, state=state, problem=problem) if not now.is_ended else now)


class JobProgress:
    """How fast a job goes since its process has started."""

    def __init__(self, record: JobRecord) -> None:
        self._seconds = record.seconds
        self._begin: tuple[float, int] | None = None

    def after(self, done: int) -> Callable[[JobRecord], JobRecord]:
        """The change of its record when so many photos are done."""
        now = time.monotonic()
        begin, first = self._begin = self._begin or (now, done)
        seconds = now - begin
        rate = (done - first) / seconds if done > first and seconds else None

        def change(record: JobRecord) -> JobRecord:
            attempts = 0 if done > first else record.attempts
            time_s = self._seconds + seconds
            return replace(record, done=done, seconds=time_s, photos_per_s=rate, attempts=attempts)

        return change


def _begin(record: JobRecord) -> JobRecord:
    """The record of a job that starts to run; of one that was running, whose server has ended, as well."""
    if record.is_ended:
        return record
    if record.attempts >= ATTEMPTS:
        return replace(record, state="failed", problem=ENDINGS.format(count=ATTEMPTS))
    return replace(record, state="running", photos_per_s=None, attempts=record.attempts + 1)


def _pause(record: JobRecord) -> JobRecord:
    """The record of a job whose server is closed: it waits for the next one."""
    return record if record.is_ended else replace(record, state="waiting", photos_per_s=None, attempts=0)

"""The process that runs one job: with the least priority, within its memory, and as long as its server is alive."""

import json
import os
import resource
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.engine.jobs.job_network import open_network
from app.engine.jobs.photo_views import PhotoViews
from app.engine.jobs.store import JobStore
from app.engine.own.networks import is_own
from app.errors import ConvScopeError, NotAvailable
from app.images.archives import ArchiveLimits
from app.images.data_sets import DataSet, open_data_set
from app.jobs.photo_runs import BLOCK, WORKING_BYTES, PhotoRuns, concurrent_photos, photo_bytes
from app.jobs.record import JobRequest
from app.jobs.result import JobResult
from app.nets.network import Network
from app.nets.runtime import start_runtime, trim_heap
from app.sandbox.children import ChildrenLimits
from app.sandbox.confinement import ProcessLimits
from app.sandbox.sandbox import Sandbox, SandboxPolicy
from app.settings import Settings
from app.work.stop import Stop

NICE = 19  # interactive requests go first
REPORT_S = 0.5  # at most, between two messages about how far it is
COPIES = 3  # of a network's weights: in its file, loaded, and in the layout that runs fastest


def main() -> None:
    """Read the order from the input, run the job, and say how it goes in lines of JSON."""
    order = json.loads(sys.stdin.buffer.readline())
    sys.stdout = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the libraries below Python print is no message
    threading.Thread(target=_end_with_server, daemon=True).start()
    os.nice(NICE)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # where memory is short, the server goes on
    try:
        _run(JobRequest(**order["request"]), Settings(**order["settings"]), order)
    except ConvScopeError as error:
        _say(problem=error.message)
    except MemoryError:
        _say(problem="The job needs more memory than it may have (`CONVSCOPE_JOB_MEMORY_BYTES`).")
    os._exit(0)  # what still runs is not waited for


def _run(request: JobRequest, settings: Settings, order: Mapping[str, Any]) -> None:
    runtime = start_runtime(settings.provider, settings.threads)
    sandbox = Sandbox(_policy(order["sandbox"]), runtime)
    network = open_network(settings, request.network, runtime, sandbox)
    if network.fingerprint != request.fingerprint:
        raise NotAvailable("The network has been replaced since this job was started. Start it again.")
    is_confined = sandbox.mode != "off" and (settings.isolate == "all" or is_own(network.id))
    if not is_confined:  # the network's process, which has a limit of its own, would inherit this one
        limit = memory_limit(network, settings.job_memory_bytes)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    store = JobStore(settings.data_dir / "jobs", settings.jobs_bytes, settings.store_ttl_s)
    with open_data_set(Path(order["photos"]), ArchiveLimits(**order["limits"])) as data_set:
        views = PhotoViews(data_set, network, settings, sandbox)
        _go_on(store, request, data_set, PhotoRuns(network, views.view), settings.job_memory_bytes)


def _go_on(store: JobStore, request: JobRequest, data_set: DataSet, runs: PhotoRuns, memory_bytes: int) -> None:
    """Run the photos that the stored result does not have."""
    result = store.result(request.id) or JobResult.empty(runs.network.graph, request.strongest)
    left = result.left(len(data_set))
    _say(done=len(result.predictions))
    reported = time.monotonic()
    concurrent = concurrent_photos(runs.network, memory_bytes)
    for count, _ in enumerate(runs.run(left, result, Stop(), concurrent), 1):
        is_stored = count % BLOCK == 0 or count == len(left)
        if is_stored:
            store.write_result(request.id, result)
            trim_heap()
        if is_stored or time.monotonic() - reported > REPORT_S:
            reported = time.monotonic()
            _say(done=len(result.predictions))


def _policy(fields: Mapping[str, Any]) -> SandboxPolicy:
    return SandboxPolicy(fields["mode"], ProcessLimits(**fields["process"]), ChildrenLimits(**fields["children"]))


def memory_limit(network: Network, memory_bytes: int) -> int:
    """How many bytes this process may allocate; raises NotAvailable if one photo at a time needs more."""
    limit = memory_bytes + COPIES * network.graph.weight_bytes
    needed = WORKING_BYTES + photo_bytes(network)
    if needed > limit:
        raise NotAvailable(
            f"A job with {network.card.name} needs about {needed / 1e6:,.0f} MB of memory, and may have "
            f"{limit / 1e6:,.0f} MB. Whoever runs the server can raise `CONVSCOPE_JOB_MEMORY_BYTES`."
        )
    return limit


def _end_with_server() -> None:
    """End when the other end of the input closes: the server ends this process, or has ended in whatever way."""
    sys.stdin.buffer.read()
    os._exit(1)


def _say(**message: Any) -> None:
    print(json.dumps(message), flush=True)  # the output is the way to the server

"""The replicas of the server: an application of Ray Serve that makes the same app as `convscope serve`."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.cluster.body_deadline import BodyDeadline
from app.cluster.node import DRAIN_S, RayNode, cores
from app.errors import InvalidRequest, NotAvailable
from app.settings import Settings

NAME = "convscope"
MAX_ONGOING, MAX_QUEUED = 256, 64  # requests of a replica; more are answered with 503
HEALTH_PERIOD_S, HEALTH_TIMEOUT_S = 2, 30
SCALE_S = 180.0

AppMaker = Callable[[Settings], FastAPI]


@dataclass(frozen=True, slots=True)
class ReplicaStates:
    """How many replicas there should be, and how many are in each state, by Ray's names."""

    wanted: int
    states: dict[str, int]

    @property
    def running(self) -> int:
        return self.states.get("RUNNING", 0)


def deploy(node: RayNode, settings: Settings, make_app: AppMaker, count: int) -> None:
    """Have `count` replicas with these settings. Returns once all run.

    Where some run with the same settings, others are added or some end; with other settings, all are replaced.

    Raises:
        InvalidRequest: the machine has too few cores, or the settings don't fit a cluster.
        NotAvailable: new replicas don't start.
    """
    threads = settings.threads or 1
    if count * threads > cores():
        raise InvalidRequest(
            f"{count} replicas with {threads} threads each need more than this machine's {cores()} cores. "
            "Take fewer, or set CONVSCOPE_THREADS."
        )
    if settings.root_path or not settings.port:
        raise InvalidRequest("The replicas of a cluster need CONVSCOPE_PORT, and can't have CONVSCOPE_ROOT_PATH.")
    of_replica = settings.model_copy(update={"threads": threads})
    deployed, state = Path(node.folder, "deployed"), _fingerprint(of_replica)
    if deployed.exists() and deployed.read_text() == state:
        _scale(count)
    else:
        _replace(node, of_replica, make_app, count)
        deployed.write_text(state)


def _replace(node: RayNode, settings: Settings, make_app: AppMaker, count: int) -> None:
    """Start `count` replicas with these settings, each in place of one that runs, if there are some."""
    from ray import serve
    from ray.serve.config import BackpressureConfig, HTTPOptions, ProxyLocation

    serve.start(proxy_location=ProxyLocation.HeadOnly, http_options=HTTPOptions(host="127.0.0.1", port=node.serve_port))
    deployment = serve.deployment(
        name=NAME,
        num_replicas=count,
        max_ongoing_requests=MAX_ONGOING,
        max_queued_requests=MAX_QUEUED,
        backpressure_config=BackpressureConfig(status_code=503, retry_after_s=1),
        graceful_shutdown_timeout_s=DRAIN_S + settings.shutdown_s,
        health_check_period_s=HEALTH_PERIOD_S,
        health_check_timeout_s=HEALTH_TIMEOUT_S,
        ray_actor_options={"num_cpus": settings.threads},
    )
    application = deployment(serve.ingress(_builder(make_app, settings))()).bind()
    serve.run(application, name=NAME, route_prefix="/", external_scaler_enabled=True)


def _scale(count: int) -> None:
    """Have `count` replicas; those that stay go on undisturbed, which a new deployment would not let them."""
    import ray
    from ray.serve._private.common import DeploymentID  # Ray offers this call by its dashboard alone, which is off

    controller = ray.get_actor("SERVE_CONTROLLER_ACTOR", namespace="serve")
    ray.get(controller.update_deployment_replicas.remote(DeploymentID(NAME, NAME), count))
    deadline = time.monotonic() + SCALE_S
    while not (states().running == states().wanted == count):
        if time.monotonic() > deadline:
            raise NotAvailable(f"{count} replicas don't run after {SCALE_S:g} s: see `convscope cluster status`.")
        time.sleep(0.5)


def _fingerprint(settings: Settings) -> str:
    """What the settings are, the secret one too."""
    text = settings.model_dump_json() + settings.admin_token.get_secret_value()
    return hashlib.sha256(text.encode()).hexdigest()


def states() -> ReplicaStates:
    """The replicas of the Ray that this process is connected to."""
    from ray import serve

    application = serve.status().applications.get(NAME)
    if application is None or NAME not in application.deployments:
        return ReplicaStates(0, {})
    status = application.deployments[NAME]
    counts = {str(getattr(state, "value", state)): count for state, count in status.replica_states.items()}
    return ReplicaStates(sum(count for state, count in counts.items() if state != "STOPPING"), counts)


def shut_down() -> None:
    """End the replicas; each finishes its requests, for as long as it may."""
    from ray import serve

    serve.shutdown()


def _builder(make_app: AppMaker, settings: Settings) -> Callable[[], FastAPI]:
    """Makes the app inside a replica."""

    def build() -> FastAPI:
        _listen_on_loopback()
        app = make_app(settings)
        app.add_middleware(BodyDeadline, seconds=settings.body_timeout_s)
        # Only the balancer on this machine reaches a replica.
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=["127.0.0.1"])
        return app

    return build


def _listen_on_loopback() -> None:
    """Close the port of a replica for calls between deployments, of which there are none.

    Ray binds it to every address, without a setting, and whoever reaches it can run code.
    """
    from ray.serve._private import replica

    bind = replica.add_port_to_grpc_server
    replica.add_port_to_grpc_server = lambda server, address: bind(server, address.replace("[::]", "127.0.0.1"))

"""The commands cluster up, status and down: replicas of the server on Ray Serve; and cluster job, on Ray Data."""

import sys
import time
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import AsJson, print_json, print_message, print_table, warn_of_unknown_variables
from app.errors import NotAvailable
from app.jobs.record import MAX_STRONGEST, STRONGEST
from app.settings import Settings, read_settings

if TYPE_CHECKING:
    from app.cluster.node import RayNode

READY_S = 60.0

cluster = typer.Typer(help="Run replicas of the server on Ray Serve, behind HAProxy.", no_args_is_help=True)


@cluster.command()
def up(
    replicas: Annotated[int, typer.Option(min=1, max=64, help="Number of replicas, each with CONVSCOPE_THREADS.")] = 2,
) -> None:
    """Start the cluster, or give a running one another number of replicas."""
    from app.cluster.node import RayNode
    from app.cluster.replicas import deploy
    from app.main import create_app

    settings = _settings()
    warn_of_unknown_variables()
    with ExitStack() as undo:
        node = RayNode.running(settings)
        if node is None:
            node = RayNode.start(settings)
            undo.callback(node.stop, settings)
        with node.connected():
            deploy(node, settings, create_app, replicas)
        undo.pop_all()
    print_message(f"ConvScope is at {_wait_until_ready(settings)}, with {replicas} replicas.")


@cluster.command()
def status(as_json: AsJson = False) -> None:
    """Say how many replicas run. The exit code is 1 if it is not all of them."""
    from app.cluster.replicas import states

    settings = _settings()
    node = _running(settings)
    with node.connected():
        replicas = states()
    if as_json:
        print_json({"replicas": replicas.wanted, "states": replicas.states, "processes_in": node.folder})
    else:
        print_table(("state", "replicas"), [(state.lower(), count) for state, count in sorted(replicas.states.items())])
    raise typer.Exit(0 if replicas.running == replicas.wanted > 0 else 1)


@cluster.command()
def down() -> None:
    """Finish the requests in flight, and stop the cluster."""
    from app.cluster.node import RayNode
    from app.cluster.replicas import shut_down

    settings = _settings()
    node = RayNode.running(settings)
    if node is None:
        print_message("No cluster runs on this machine for this data folder.")
        return
    with node.connected():
        shut_down()
    node.stop(settings)
    print_message("The cluster has stopped.")


@cluster.command()
def job(
    network: Annotated[str, typer.Argument(metavar="ID", help="The network, as `convscope models` lists it.")],
    photos: Annotated[Path, typer.Argument(exists=True, help="A folder of photos, or a ZIP of them.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The result to write.")],
    strongest: Annotated[
        int, typer.Option(min=1, max=MAX_STRONGEST, help="Number of photos for each channel.")
    ] = STRONGEST,
) -> None:
    """Find the strongest cells of every channel over many photos, on all cores of the cluster."""
    from app.cluster.node import cores
    from app.cluster.photo_blocks import photo_count, photo_runs, result_of_blocks
    from app.jobs.result_file import encode_result

    settings, photos = _settings(), photos.absolute()
    count = photo_count(settings, photos)
    node = _running(settings)
    with node.connected():
        result = result_of_blocks(partial(photo_runs, settings, network, photos), count, strongest, cores())
    output.write_bytes(encode_result(result))
    failed = sum(1 for each in result.predictions.values() if each.problem)
    print_message(f"{output} has the result of {count} photos, {failed} of which can't be read.")


def _settings() -> Settings:
    """The settings.

    Raises:
        NotAvailable: Ray is not installed.
    """
    if find_spec("ray") is None:
        command = f"{sys.executable} -m pip install '.[cluster]'"
        raise NotAvailable(f"Replicas need Ray. Install it: {command}, in the folder of ConvScope's source code")
    return read_settings()


def _running(settings: Settings) -> "RayNode":
    from app.cluster.node import RayNode

    node = RayNode.running(settings)
    if node is None:
        raise NotAvailable("No cluster runs on this machine for this data folder. `convscope cluster up` starts one.")
    return node


def _wait_until_ready(settings: Settings) -> str:
    """The address of the balancer, once a replica has answered through it."""
    import httpx

    from app.cli.server import listens_everywhere

    host = "localhost" if listens_everywhere(settings.host) else settings.host
    address = f"http://{host}:{settings.port}/"
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}readyz", timeout=10, trust_env=False).is_success:
                return address
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise NotAvailable(f"The replicas run, but {address} does not answer. Is its port taken?")

"""The command check: whether the provider, the folders and the networks are in order."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.cli.networks import open_catalog
from app.cli.output import warn_of_unknown_variables
from app.errors import ConvScopeError
from app.settings import Settings, read_settings

if TYPE_CHECKING:
    from app.nets.network import Network
    from app.nets.runtime import Runtime

CheckResult = tuple[bool, str]  # whether this is in order, and what it is


def check() -> None:
    """Check the provider, the folders and the networks. The exit code is 1 if something is wrong."""
    settings = read_settings()
    warn_of_unknown_variables()
    findings = list(_check(settings))
    for ok, text in findings:
        typer.echo(f"{'ok  ' if ok else 'FAIL'}  {text}")
    raise typer.Exit(0 if all(ok for ok, _ in findings) else 1)


def _check(settings: Settings) -> Iterator[CheckResult]:
    from app.engine.engine import sandbox_policy
    from app.sandbox.sandbox import Sandbox
    from app.storage.bucket import Bucket

    runtime = _start_runtime(settings)
    if isinstance(runtime, str):
        yield False, runtime
        return
    yield True, f"provider: {runtime.requested} requested, {runtime.in_use} in use"
    yield True, f"onnxruntime {runtime.version}, threads of one run: {runtime.threads}"
    sandbox = Sandbox(sandbox_policy(settings), runtime)
    yield sandbox.problem is None, f"sandbox {sandbox.summary}"
    yield _try(f"pictures are stored in {settings.data_dir}", lambda: _write_in(settings.data_dir))
    if settings.store_url:
        yield _try("the shared store can be written, read and emptied", lambda: Bucket(settings.store_url).check())
    catalog = open_catalog(settings, runtime)
    networks = [network for network in catalog if network.has_weights]
    yield bool(networks), f"networks in {settings.models_dir}: {len(networks)}"
    for broken in catalog.broken:
        yield False, f"{broken.id} can be used: no. {broken.problem}"
    for network in networks:
        yield _try(f"{network.id} loads, runs, and has the checksum of its card", _run(network))


def _start_runtime(settings: Settings) -> "Runtime | str":
    """The runtime, or why it does not start."""
    from app.nets.runtime import start_runtime

    try:
        return start_runtime(settings.provider, settings.threads)
    except ConvScopeError as error:
        return f"provider: {error.message}"


def _run(network: "Network") -> Callable[[], object]:
    """A run of the network on a black input."""
    import numpy as np

    from app.work.stop import Stop

    size = network.card.input
    view = np.zeros((size.height, size.width, 1 if size.channels == "grey" else 3), np.uint8)
    return lambda: network.classify(view, Stop())


def _try(text: str, action: Callable[[], object]) -> CheckResult:
    try:
        action()
    except ConvScopeError as error:
        return False, f"{text}: no. {error.message}"
    except OSError as error:
        return False, f"{text}: no. {error.strerror}."
    return True, text


def _write_in(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"x")

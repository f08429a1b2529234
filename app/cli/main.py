"""The command line: serve, models, inspect, check, pull, bundle. Data goes to stdout, everything else to stderr."""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from app.cli.weights import add_pulling
from app.errors import ConvScopeError
from app.settings import BadSettings, Settings, read_settings, unknown_variables

# What needs onnxruntime or FastAPI is imported where it is used: `convscope --help` answers at once.
if TYPE_CHECKING:
    from app.nets.catalog import Catalog
    from app.nets.graph import Graph
    from app.nets.network import Network
    from app.nets.runtime import Runtime


cli = typer.Typer(
    help="See what a convolutional neural network sees.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (CONVSCOPE_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (CONVSCOPE_PORT).")] = None,
) -> None:
    """Serve the page and the API until SIGTERM or Ctrl-C."""
    settings = _settings(host=host, port=port)
    _warn_of_misspelt_variables()
    from app.main import create_app
    from app.web.edge.server import listen, server_for

    try:
        listener = listen(settings)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such address"
        _fail(f"Can't listen on {settings.host}, port {settings.port}: {reason}. Set CONVSCOPE_HOST or CONVSCOPE_PORT.")
    with listener:
        bound = listener.getsockname()
        name = "localhost" if ip_address(bound[0]).is_unspecified else settings.host
        address = f"http://{name}:{bound[1]}/"
        server = server_for(create_app(settings), settings, lambda: _say(f"ConvScope is at {address}"))
        server.run([listener])
    if not server.started:
        raise typer.Exit(1)


@cli.command()
def models(as_json: AsJson = False) -> None:
    """List the networks there are."""
    from app.web.api.networks import model_summary

    catalog = _catalog(_settings())
    summaries = [model_summary(network, catalog.original_of(network)) for network in catalog]
    if as_json:
        _print_json([summary.model_dump(mode="json") for summary in summaries])
        return
    head = ("id", "name", "year", "status", "layers", "depth", "parameters", "MACs", "bytes", "top-1", "licence")
    rows = [
        (
            s.id,
            s.name,
            s.year,
            s.status,
            s.layers,
            s.depth,
            s.params,
            s.macs,
            s.bytes,
            "" if s.top1 is None else s.top1,
            s.licence,
        )
        for s in summaries
    ]
    _print_table(head, rows)


@cli.command()
def inspect(
    network: Annotated[str, typer.Argument(help="A network's id, or an ONNX file.")], as_json: AsJson = False
) -> None:
    """Show the layers of a network: output shapes, parameters, multiply-accumulates, receptive fields."""
    from app.web.api.networks import layer_info

    graph = _graph(network)
    if as_json:
        layers = [layer_info(layer).model_dump(mode="json") for layer in graph.layers]
        _print_json({"layers": layers, "params": graph.params, "macs": graph.macs, "depth": graph.depth})
        return
    rows = [
        (
            layer.id,
            layer.op,
            layer.block or "",
            " x ".join(map(str, layer.shape)),
            layer.params,
            layer.macs,
            " x ".join(f"{side:g}" for side in layer.receptive_field.size),
        )
        for layer in graph.layers
    ]
    _print_table(("layer", "operator", "block", "output", "parameters", "MACs", "receptive field"), rows)
    _say(f"{len(rows)} layers, depth {graph.depth}, {graph.params:,} parameters, {graph.macs:,} multiply-accumulates")


@cli.command()
def check() -> None:
    """Check that everything is in place: provider, folders, networks. Exit code 1 if something is not."""
    settings = _settings()
    _warn_of_misspelt_variables()
    results = list(_check_up(settings))
    for ok, text in results:
        typer.echo(f"{'ok  ' if ok else 'FAIL'}  {text}")
    raise typer.Exit(0 if all(ok for ok, _ in results) else 1)


add_pulling(cli)


def main() -> None:
    """Run the command line; a failure with words for the user ends in those words and exit code 1 or 2."""
    try:
        cli()
    except BadSettings as error:
        _fail(str(error), code=2)
    except ConvScopeError as error:
        _fail(error.message)
    except OSError as error:
        _fail(f"{error.filename or 'A file'}: {error.strerror}.")


def _check_up(settings: Settings) -> Iterator[tuple[bool, str]]:
    runtime = _runtime(settings)
    if isinstance(runtime, str):
        yield False, runtime
        return
    yield True, f"provider: {runtime.requested} asked for, {runtime.in_use} in use"
    yield True, f"onnxruntime {runtime.version}, threads of one run: {runtime.threads}"
    yield _try(f"pictures are kept in {settings.data_dir}", lambda: _write_in(settings.data_dir))
    try:
        networks = [network for network in _catalog(settings, runtime) if network.has_weights]
    except ConvScopeError as error:
        yield False, error.message
        return
    yield bool(networks), f"networks in {settings.models_dir}: {len(networks)}"
    for network in networks:
        yield _try(f"{network.id} loads, runs, and has the checksum of its card", _trial(network))


def _runtime(settings: Settings) -> "Runtime | str":
    from app.nets.runtime import start_runtime

    try:
        return start_runtime(settings.provider, settings.threads)
    except ConvScopeError as error:
        return f"provider: {error.message}"


def _trial(network: "Network") -> Callable[[], object]:
    import numpy as np

    from app.work.stop import Stop

    size = network.card.input
    view = np.zeros((size.height, size.width, 1 if size.channels == "grey" else 3), np.uint8)
    return lambda: network.classify(view, Stop())


def _try(text: str, action: Callable[[], object]) -> tuple[bool, str]:
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


def _graph(network: str) -> "Graph":
    from app.nets.graph import read_graph
    from app.nets.reading.model_file import read_model_file

    path = Path(network)
    if path.suffix == ".onnx" or path.is_file():
        return read_graph(read_model_file(path).model)
    return _catalog(_settings()).get(network).graph


def _catalog(settings: Settings, runtime: "Runtime | None" = None) -> "Catalog":
    from app.nets.catalog import Catalog
    from app.nets.runtime import start_runtime
    from app.nets.weights.store import WeightStore

    runtime = runtime or start_runtime("cpu", settings.threads)
    return Catalog(settings.models_dir, runtime, settings.open_networks, WeightStore(settings.networks_dir))


def _settings(**overrides: Any) -> Settings:
    return read_settings(**{name: value for name, value in overrides.items() if value is not None})


def _warn_of_misspelt_variables() -> None:
    for name, meant in unknown_variables().items():
        if meant is not None:
            _say(f"{name} is not a setting. Did you mean {meant}?")


def _print_json(data: object) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def _print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    cells = [list(head), *([f"{cell:,}" if _is_large(cell) else str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    numeric = [bool(rows) and isinstance(cell, int | float) for cell in (rows[0] if rows else head)]
    for line in cells:
        padded = (
            f"{cell:>{width}}" if right else f"{cell:<{width}}"
            for cell, width, right in zip(line, widths, numeric, strict=True)
        )
        typer.echo("  ".join(padded).rstrip())


def _is_large(cell: object) -> bool:
    return isinstance(cell, int) and cell >= 10_000


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _fail(text: str, code: int = 1) -> NoReturn:
    _say(text)
    sys.exit(code)


if __name__ == "__main__":
    main()

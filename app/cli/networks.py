"""The commands that describe networks: models and inspect."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import AsJson, print_json, print_message, print_table, warn_of_broken_networks
from app.settings import Settings, read_settings

# onnxruntime and FastAPI are imported where they are needed, so that `convscope --help` answers at once.
if TYPE_CHECKING:
    from app.nets.catalog import Catalog
    from app.nets.graph import Graph
    from app.nets.network import Network
    from app.nets.runtime import Runtime


def models(as_json: AsJson = False) -> None:
    """List the networks."""
    catalog = open_catalog(read_settings())
    if as_json:
        from app.web.api.networks import broken_models, model_summary

        usable = [model_summary(network, catalog.original_of(network)) for network in catalog]
        print_json([network.model_dump(mode="json") for network in (*usable, *broken_models(catalog))])
        return
    head = ("id", "name", "year", "status", "layers", "depth", "parameters", "MACs", "bytes", "top-1", "licence")
    broken = [(network.id, network.name, "", "broken", *[""] * (len(head) - 4)) for network in catalog.broken]
    print_table(head, [*map(_summary_row, catalog), *broken])
    warn_of_broken_networks(catalog)


def inspect(
    network: Annotated[str, typer.Argument(help="A network's id, or an ONNX file.")],
    size: Annotated[
        str | None, typer.Option(metavar="WIDTHxHEIGHT", help="Size of the image, if the file leaves it open.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the layers of a network, with their shapes, parameters, MACs and receptive fields, and its outputs."""
    from app.nets.graph_outputs.recognition import recognise_outputs

    graph = _graph(network, None if size is None else parse_size(size))
    outputs = recognise_outputs(graph, 0, {})
    if as_json:
        from app.web.api.networks import layer_info, output_info

        layers = [layer_info(layer).model_dump(mode="json") for layer in graph.layers]
        figures = {"params": graph.params, "macs": graph.macs, "depth": graph.depth}
        described = [output_info(output).model_dump(mode="json") for output in outputs]
        print_json({"layers": layers, **figures, "outputs": described, "remarks": graph.remarks})
        return
    _print_layers(graph)
    rows = [(each.name, " x ".join(map(str, each.layer.shape)), each.kind, each.certainty) for each in outputs]
    print_table(("network output", "shape", "kind", "how sure"), rows)
    print_message(
        f"{len(graph.layers)} layers, depth {graph.depth}, {graph.params:,} parameters, {graph.macs:,} "
        "multiply-accumulates"
    )
    for remark in graph.remarks:
        print_message(remark)


def _print_layers(graph: "Graph") -> None:
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
    print_table(("layer", "operator", "block", "output", "parameters", "MACs", "receptive field"), rows)


def open_catalog(settings: Settings, runtime: "Runtime | None" = None) -> "Catalog":
    """The networks that the settings name, to run on `runtime`; on the processor if there is none."""
    from app.nets.catalog import Catalog
    from app.nets.runtime import start_runtime
    from app.nets.weights.store import WeightStore

    runtime = runtime or start_runtime("cpu", settings.threads)
    return Catalog(settings.models_dir, runtime, settings.open_networks, WeightStore(settings.networks_dir))


def _summary_row(network: "Network") -> tuple[object, ...]:
    card, graph = network.card, network.graph
    status = "ready" if network.has_weights else "architecture"
    top1 = card.accuracy[0].top1 if card.accuracy else ""
    return (
        *(card.id, card.name, card.year or "", status, len(graph.layers), graph.depth, graph.params, graph.macs),
        *(network.nbytes, top1, card.licence or ""),
    )


def parse_size(text: str) -> tuple[int, int]:
    """The (height, width) that an option says as WIDTHxHEIGHT."""
    match = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", text)
    if match is None:
        raise typer.BadParameter("a size is two numbers of pixels, such as 224x224", param_hint="--size")
    return int(match[2]), int(match[1])


def _graph(network: str, size: tuple[int, int] | None) -> "Graph":
    """The graph of a network or a file for images of `size` (height, width)."""
    path = Path(network)
    if path.suffix == ".onnx" or path.is_file():
        return _graph_of_file(path, size)
    chosen = open_catalog(read_settings()).get(network)
    return chosen.graph if size is None else chosen.graph_for(size)


def _graph_of_file(path: Path, size: tuple[int, int] | None) -> "Graph":
    """The graph of a file; a size that it leaves open is the one in its metadata, else a usual one."""
    from app.nets.card import Card
    from app.nets.graph import read_file_graph
    from app.nets.own.discovery import discover
    from app.nets.own.first_reading import read_first
    from app.nets.reading.inputs.image_input import read_image_input
    from app.nets.reading.model_file import read_model_file
    from app.nets.reading.rewriting.image_model import image_model
    from app.nets.runtime import start_runtime
    from app.work.stop import Stop

    file = read_model_file(path)
    image = read_image_input(file.model.graph)
    if size is not None or not image.has_open_size:
        return read_file_graph(image_model(file, size), size or (image.height, image.width))
    proposal = discover(file, ()).proposal
    card = Card(id="own", sha256="0" * 64, input=proposal.spec, assumed=proposal.assumed)
    card, graph = read_first(card, path, start_runtime("cpu", 1), Stop())
    pixels = f"{card.input.width}x{card.input.height}"
    print_message(f"The file leaves the size open: counted for {pixels} pixels. --size sets another.")
    return graph

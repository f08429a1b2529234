"""What is read of networks, of damaged ones and of files beside them: `python -m tests.nets.graph_outputs.readings`."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import onnx
from onnx import helper

from app.errors import ConvScopeError
from app.nets.graph import Graph, read_graph
from app.nets.graph_outputs.recognition import recognise_outputs
from app.nets.own.discovery import discover
from app.nets.own.incoming import UploadedFile
from app.nets.own.label_choice import choose_labels
from app.nets.reading.model_file import read_model_file
from benchmarks.mutations import OF_GRAPH, Mutator
from benchmarks.small_networks import small_networks
from tests.digest import digest
from tests.nets.operator_network import every_operator
from tests.nets.own.test_hugging_face import CONVNEXT, EFFICIENTNET, MOBILENET, OLD_CLIP, OLD_VIT, VIT
from tests.nets.own.test_timm_config import RESNET

TABLE = Path(__file__).parent / "readings.json"
MODELS = Path(__file__).parents[3] / "models"
DAMAGED = 120  # copies of each small network
VARIANTS = 60  # of each file beside a network
STRANGE: tuple[Any, ...] = (
    None,
    True,
    0,
    1,
    3,
    2.5,
    -1,
    224,
    1 << 20,
    "",
    "x",
    "bicubic",
    [],
    [0.5],
    [3, 1, 2],
    {},
    {"height": 9, "width": 7},
)
METADATA: Mapping[str, str] = {
    "stride": "32", "task": "detect", "imgsz": "[64, 48]", "names": "{0: 'person', 1: 'bicycle'}", "author": "A lab",
    "license": "MIT", "description": "A network", "channels": "3", "batch": "1", "date": "2024-05-01",
}  # fmt: skip


def shipped() -> Iterator[object]:
    """The networks that are shipped, some without weights, and one of every operator."""
    yield from _graph(read_graph(every_operator()))
    for path in sorted([*MODELS.glob("*.onnx"), *(MODELS / "originals").glob("*.onnx")]):
        if path.stat().st_size < 5_000_000:
            yield path.name
            yield from _graph(read_graph(onnx.load(path, load_external_data=False)))


def damaged() -> Iterator[object]:
    """Small networks, and copies of which attributes, shapes, operators or edges are others."""
    for source in small_networks():
        yield from _reading(source.model)
        for number in range(DAMAGED):
            mutator = Mutator(source.model, f"readings {number}")
            for _ in range(1 + number % 2):
                mutator.random.choice(OF_GRAPH)(mutator)
            yield from _reading(mutator.model)


def _reading(model: onnx.ModelProto) -> Iterator[object]:
    try:
        yield from _graph(read_graph(model))
    except ConvScopeError as error:
        yield f"{type(error).__name__}: {error}"


def _graph(graph: Graph) -> Iterator[object]:
    yield graph.input.shape, graph.params, graph.macs, graph.depth, graph.weight_bytes, graph.activation_bytes
    yield graph.edges, graph.remarks, graph.head.kind, graph.head.logits.id, graph.head.output.id, graph.head.units
    for layer in graph.layers:
        yield (
            layer.id,
            layer.name,
            layer.op,
            layer.block,
            layer.output,
            layer.shape,
            layer.params,
            layer.macs,
        )
        yield layer.receptive_field, sorted(layer.weights), layer.axes, layer.batch_axis, layer.token_grid
    for output in recognise_outputs(graph, 3, {}):
        yield output.kind, output.certainty, output.sign, output.classes, output.layer.id, output.boxes


def beside() -> Iterator[object]:
    """What files beside a network, its metadata and its graph state, and what is proposed for the rest."""
    files: Mapping[str, Mapping[str, Any]] = {
        "preprocessor_config.json": VIT | MOBILENET, "config.json": RESNET | {"id2label": {"0": "cat", "1": "dog"}},
    }  # fmt: skip
    processors = (VIT, MOBILENET, CONVNEXT, OLD_VIT, OLD_CLIP, EFFICIENTNET)
    networks = [source.model for source in small_networks()]
    with TemporaryDirectory() as name:
        for number in range(VARIANTS):
            chance = random.Random(f"beside {number}")
            texts = {
                "config.json": _changed(chance, files["config.json"]),
                "preprocessor_config.json": _changed(chance, chance.choice(processors)),
            }
            chosen = {file: texts[file] for file in texts if chance.random() < 0.7}
            yield from _discovery(Path(name), chance.choice(networks), chosen, _metadata(chance))


def _changed(chance: random.Random, config: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration in which some values are others, or missing, also those of the mappings within."""
    changed = {}
    for key, value in config.items():
        what = chance.random()
        if what < 0.1:
            changed[key] = chance.choice(STRANGE)
        elif what < 0.9:
            changed[key] = _changed(chance, value) if isinstance(value, Mapping) else value
    return changed


def _metadata(chance: random.Random) -> dict[str, str]:
    values = {key: value for key, value in METADATA.items() if chance.random() < 0.5}
    if values and chance.random() < 0.5:
        values[chance.choice(sorted(values))] = str(chance.choice(STRANGE))
    return values


def _discovery(
    folder: Path, model: onnx.ModelProto, files: Mapping[str, Any], metadata: Mapping[str, str]
) -> Iterator[object]:
    path = folder / "network.onnx"
    named = onnx.ModelProto()
    named.CopyFrom(model)
    helper.set_model_props(named, dict(metadata))
    path.write_bytes(named.SerializeToString())
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content))
    try:
        found = discover(read_model_file(path), [folder / name for name in files])
        yield found.card(UploadedFile(path, 1, "0" * 64)).model_dump(mode="json")
        yield [fact.value for fact in found.labels]
        yield choose_labels(read_graph(model), found.labels, ())
    except ConvScopeError as error:
        yield f"{type(error).__name__}: {error}"


READINGS: Mapping[str, Callable[[], Iterator[object]]] = {
    "shipped networks": shipped,
    "damaged networks": damaged,
    "files beside a network": beside,
}

if __name__ == "__main__":
    TABLE.write_text(json.dumps({name: digest(read()) for name, read in READINGS.items()}, indent=4) + "\n")

"""The gate: what a stranger's ONNX file must be before any library runs on it. It costs the same for any weights."""

import mmap
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from onnx import IR_VERSION, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto

from app.errors import NetworkError
from app.nets.reading.model_file import read_model_file
from app.nets.reading.rewriting.nested_graphs import MAX_OPERATORS
from app.sandbox.checks.allowed_operators import check_operators, newest_versions
from app.sandbox.checks.expansion import expansion_of, functions_of, key_of
from app.sandbox.checks.extents import ExtentLimits, Extents
from app.sandbox.checks.file_kind import check_is_onnx
from app.sandbox.checks.structure import StructureLimits, check_structure
from app.sandbox.checks.traversal import all_attributes, all_graphs, all_nodes

STANDARD = {"", "ai.onnx"}  # two names of one domain


@dataclass(frozen=True, slots=True)
class GateLimits:
    """What a file may be. `nodes` counts those of functions once for each call, `values` all that has a name."""

    file_bytes: int = 1 << 30
    nodes: int = MAX_OPERATORS
    values: int = 100_000
    allow_control_flow: bool = False
    structure: StructureLimits = field(default_factory=StructureLimits)
    extents: ExtentLimits = field(default_factory=ExtentLimits)


def check_file(path: Path, limits: GateLimits) -> None:
    """Check an ONNX file and its external data, which is beside it, without running anything and without its weights.

    Raises:
        NetworkError: the file is no ONNX model that can be opened safely; the message says why and what to do.
    """
    _check_is_file(path, limits.file_bytes)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        check_is_onnx(data)
        check_structure(data, limits.structure)
    model = read_model_file(path).model  # it refuses external data outside the folder
    _check_versions(model)
    _check_counts(model, limits)
    check_operators(_called(model), allow_control_flow=limits.allow_control_flow)
    _check_names(model.graph)
    _check_locations(model)
    extents = Extents(limits.extents)
    for graph in all_graphs(model):
        extents.check_graph(graph)
    for function in model.functions:
        extents.check_attributes(function.attribute_proto)
        extents.check_nodes(function.node, ())


def _check_is_file(path: Path, limit: int) -> None:
    try:
        status = path.lstat()
    except (OSError, ValueError) as error:
        raise NetworkError("The ONNX file is missing.") from error
    if not stat.S_ISREG(status.st_mode):
        raise NetworkError("The ONNX file is not a regular file.")
    if status.st_size == 0:
        raise NetworkError("The ONNX file is empty.")
    if status.st_size > limit:
        raise NetworkError(f"The ONNX file has more than {limit // 1_000_000:,} MB.", limit=limit)


def _check_versions(model: ModelProto) -> None:
    if not 1 <= model.ir_version <= IR_VERSION:
        raise NetworkError("The file is of a version of ONNX that is not known here.", ir_version=model.ir_version)
    versions = {"" if entry.domain == "ai.onnx" else entry.domain: entry.version for entry in model.opset_import}
    if not versions or ("" not in versions and any(node.domain in STANDARD for node in all_nodes(model))):
        raise NetworkError("The file does not say which version of ONNX its operators have (opset_import).")
    for domain, newest in newest_versions().items():
        if not 1 <= versions.get(domain, 1) <= newest:
            raise NetworkError(
                f"The network has operators of an unknown version of ONNX. Export it with opset {newest} or below.",
                opset=versions[domain],
                newest=newest,
            )


def _check_counts(model: ModelProto, limits: GateLimits) -> None:
    expansion = expansion_of(model)
    if expansion.nodes > limits.nodes:
        raise NetworkError(f"The network has more than {limits.nodes:,} operators.", limit=limits.nodes)
    if expansion.nbytes > limits.structure.rest_bytes:
        raise NetworkError("The network's functions have too much data in all of their calls together.")
    graph = model.graph
    values = sum(map(len, (graph.input, graph.output, graph.initializer, graph.value_info)))
    if values > limits.values:
        raise NetworkError(f"The network names more than {limits.values:,} tensors.", limit=limits.values)


def _called(model: ModelProto) -> Iterator[NodeProto]:
    """The nodes of the model and of its functions that call no function of the model."""
    functions = functions_of(model)
    return (node for node in all_nodes(model) if key_of(node) not in functions)


def _check_names(graph: GraphProto) -> None:
    """A name stands for one value; an initializer may also be an input, in old versions."""
    made = [value for node in graph.node for value in node.output if value]
    for names in ([*made, *_names(graph.input)], [*made, *_names(graph.initializer)], _names(graph.output)):
        taken = Counter(names)
        if len(taken) < len(names):
            raise NetworkError(
                "Two values of the network have one name.", value=max(taken, key=taken.__getitem__)[:200]
            )


def _names(values: Iterable[ValueInfoProto | TensorProto]) -> list[str]:
    return [value.name for value in values]


def _check_locations(model: ModelProto) -> None:
    """Weights are dense, and in the file or, those of the main graph, in a file beside it, as the reader says."""
    for graph in all_graphs(model):
        if graph.sparse_initializer:
            raise NetworkError("The network has sparse weights. Export them as dense tensors.")
        for tensor in graph.initializer:
            _check_is_here(tensor, is_main=graph is model.graph)
    for attribute in all_attributes(model):
        if attribute.HasField("sparse_tensor") or attribute.sparse_tensors:
            raise NetworkError("The network has a sparse constant. Export it as a dense tensor.")
        for tensor in (attribute.t, *attribute.tensors):
            _check_is_here(tensor, is_main=False)


def _check_is_here(tensor: TensorProto, *, is_main: bool) -> None:
    if tensor.data_location != TensorProto.EXTERNAL and not tensor.external_data:
        return
    if not tensor.external_data:
        raise NetworkError("The network's weights are not in its file.")
    if not is_main:
        raise NetworkError("The network has a constant outside its file. Export it as an initializer.")

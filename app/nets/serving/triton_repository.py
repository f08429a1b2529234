"""A model repository for Triton: a network with its outputs, and again with every layer's, for its ONNX backend."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from app.errors import InvalidRequest
from app.nets.network import Network
from app.nets.serving.exported_model import exported_model
from app.nets.serving.signature import NamedTensor, Signature, SignatureKind, signature_of
from app.work.stop import Stop

VERSION = "1"
LABELS = "labels.txt"
KINDS: dict[SignatureKind, str] = {"outputs": "", "layers": ".layers"}  # what follows the network's id


def write_repository(network: Network, folder: Path) -> tuple[str, ...]:
    """Write the two models of a network into a repository, which is created if necessary; gives their names.

    The network is run once before, so that nothing is written that does not run. Nothing is left of a failure.

    Raises:
        InvalidRequest: the repository has such a model.
        NotAvailable: the weights are not on this machine, or the network can't be one ONNX file.
        NetworkError: the file is not the one of the card, or can't be run.
    """
    models = {f"{network.id}{ending}": signature_of(network, kind) for kind, ending in KINDS.items()}
    existing = [name for name in models if (folder / name).exists()]
    if existing:
        raise InvalidRequest(f"The folder has a model {existing[0]}. Delete it first, or choose another folder.")
    _check_run(network, models[network.id].input)
    created = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _write_models(network, models, folder)
    except BaseException:
        with suppress(OSError):
            for each in created:
                each.rmdir()
        raise
    return tuple(models)


def _check_run(network: Network, taken: NamedTensor) -> None:
    network.require_weights()
    network.run("outputs", {taken.name: np.zeros(taken.shape, taken.dtype)}, Stop())


def _write_models(network: Network, models: dict[str, Signature], folder: Path) -> None:
    """Write the models beside their places, and move them there when all are complete."""
    unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
    installed: list[Path] = []
    try:
        for name, signature in models.items():
            place = unfinished / name
            (place / VERSION).mkdir(parents=True)
            content = exported_model(network, signature).SerializeToString(deterministic=True)
            (place / VERSION / "model.onnx").write_bytes(content)
            del content
            labelled = _labelled_outputs(network, signature)
            (place / "config.pbtxt").write_text(model_config(name, signature, labelled), "utf-8")
            if labelled:
                (place / LABELS).write_text("".join(f"{_line(label)}\n" for label in network.labels), "utf-8")
        for name in models:
            (unfinished / name).rename(folder / name)
            installed.append(folder / name)
    except BaseException:
        for place in installed:
            shutil.rmtree(place, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _labelled_outputs(network: Network, signature: Signature) -> frozenset[str]:
    """The outputs with a number for each label: logits and scores."""
    if not network.class_names or not network.classes:
        return frozenset()
    values = {network.graph.logits.output, network.graph.scores.output}
    return frozenset(
        name
        for name, value in signature.values.items()
        if value in values and signature.outputs[name].size == len(network.labels)
    )


def _line(label: str) -> str:
    return " ".join(label.split())


def model_config(name: str, signature: Signature, labelled: frozenset[str]) -> str:
    """The configuration of a model, in the text format of protocol buffers; `labelled` are outputs with labels.

    Triton's own batching is off (`max_batch_size` 0): shapes have their batch axis, as in the file.
    """
    outputs = (signature.outputs[each] for each in signature.values)
    lines = [
        f"name: {_text(name)}",
        'backend: "onnxruntime"',
        "max_batch_size: 0",
        *_tensor("input", signature.input),
        *(line for each in outputs for line in _tensor("output", each, LABELS if each.name in labelled else "")),
    ]
    return "\n".join(lines) + "\n"


def _tensor(field: str, tensor: NamedTensor, labels: str = "") -> Iterator[str]:
    yield f"{field} {{"
    yield f"  name: {_text(tensor.name)}"
    yield f"  data_type: TYPE_{tensor.datatype}"
    yield f"  dims: [ {', '.join(map(str, tensor.shape or (1,)))} ]"
    if not tensor.shape:
        yield "  reshape { shape: [ ] }"  # a single number
    if labels:
        yield f"  label_filename: {_text(labels)}"
    yield "}"


def _text(text: str) -> str:
    """A text with the escapes that JSON and protocol buffers share."""
    return json.dumps(text, ensure_ascii=False)

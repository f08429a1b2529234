"""Model repositories for Triton: plain onnxruntime loads what they hold, and gives what the network gives here."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
import pytest

from app.errors import InvalidRequest, NetworkError, NotAvailable
from app.nets.card import read_card
from app.nets.labels import read_labels
from app.nets.network import Network
from app.nets.runtime import Runtime
from app.nets.serving.signature import signature_of
from app.nets.serving.triton_repository import KINDS, write_repository
from app.work.stop import Stop
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

MODELS = Path(__file__).parents[3] / "models"
CPU = Runtime("cpu", "cpu", threads=2)
LABELS = ("a cat", "a\ndog", 'a "bird"')
BODY = "same = Identity(x) first = Relu(same) second = GlobalAveragePool(first) y = Flatten(second)"
COLLIDING = ("", "second", "first", "same")  # names of operators, and so of layers, that are those of other values
INPUT = "photo"
TENSOR = re.compile(r'(input|output) {\n  name: "(.+)"\n  data_type: TYPE_(\w+)\n  dims: \[ (.+) \]\n(  label.+\n)?}')
TYPES = {"FP32": "tensor(float)"}


def shipped(model: str) -> Network:
    card = read_card(MODELS / f"{model}.json")
    return Network(card, MODELS / f"{model}.onnx", read_labels(MODELS / "labels" / f"{card.labels}.json"), CPU)


def built(folder: Path, names: tuple[str, ...]) -> Network:
    model = parse_network(BODY)
    model.graph.input[0].name = model.graph.node[0].input[0] = INPUT
    for node, name in zip(model.graph.node, names, strict=True):
        node.name = name
    path = place(folder, "net", model, LABELS)
    return Network(read_card(path.with_suffix(".json")), path, LABELS, CPU)


def loaded(folder: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 4, CPU.threads
    return ort.InferenceSession(folder / "1" / "model.onnx", options, providers=["CPUExecutionProvider"])


def run(session: ort.InferenceSession, tensor: npt.NDArray[Any]) -> Mapping[str, npt.NDArray[Any]]:
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {session.get_inputs()[0].name: tensor}), strict=True))


@pytest.mark.parametrize("model", ["resnet18-imagenette", "lenet5", "colliding names"])
def test_onnxruntime_gives_what_the_network_gives_here(tmp_path: Path, model: str) -> None:
    network = built(tmp_path, COLLIDING) if model == "colliding names" else shipped(model)
    names = write_repository(network, tmp_path / "triton")
    assert names == (network.id, f"{network.id}.layers")
    for name, kind in zip(names, KINDS, strict=True):
        signature = signature_of(network, kind)
        tensor = np.random.default_rng(2).standard_normal(signature.input.shape, dtype=np.float32)
        values, _ = network.run(kind, {signature.input.name: tensor}, Stop())
        expected = signature.read(network.graph, values)
        outputs = run(loaded(tmp_path / "triton" / name), tensor)
        assert [*outputs] == [*signature.values]
        for key, array in outputs.items():
            np.testing.assert_array_equal(array, expected[key], key)


def test_the_configuration_has_what_the_model_declares(tmp_path: Path) -> None:
    for name in write_repository(shipped("lenet5"), tmp_path):
        config = (tmp_path / name / "config.pbtxt").read_text()
        assert config.startswith(f'name: "{name}"\nbackend: "onnxruntime"\nmax_batch_size: 0\n')
        session = loaded(tmp_path / name)
        declared = [("input", each) for each in session.get_inputs()]
        declared += [("output", each) for each in session.get_outputs()]
        assert [(kind, key, TYPES[dtype], dims) for kind, key, dtype, dims, _ in TENSOR.findall(config)] == [
            (kind, each.name, each.type, ", ".join(map(str, each.shape))) for kind, each in declared
        ]


def test_an_output_with_a_number_for_each_label_has_them(tmp_path: Path) -> None:
    write_repository(built(tmp_path, ("", "one", "two", "three")), tmp_path)
    assert (tmp_path / "net" / "labels.txt").read_text() == 'a cat\na dog\na "bird"\n'
    labelled = [
        name for _, name, *_, labels in TENSOR.findall((tmp_path / "net" / "config.pbtxt").read_text()) if labels
    ]
    assert labelled == ["y"]


def test_a_model_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "lenet5.layers").mkdir()
    with pytest.raises(InvalidRequest, match=r"lenet5\.layers"):
        write_repository(shipped("lenet5"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["lenet5.layers"]


def test_nothing_is_left_of_a_failure(tmp_path: Path) -> None:
    network = built(tmp_path, ("", INPUT, "two", "three"))  # a layer's output can't have that name
    with pytest.raises(NotAvailable, match="name of its input"):
        write_repository(network, tmp_path / "some" / "triton")
    assert not (tmp_path / "some").exists()


def test_a_file_that_is_not_that_of_the_card_is_not_exported(tmp_path: Path) -> None:
    network = built(tmp_path, ("", "one", "two", "three"))
    (tmp_path / "net.onnx").write_bytes(parse_network(BODY).SerializeToString())
    with pytest.raises(NetworkError):
        write_repository(network, tmp_path / "triton")
    assert not (tmp_path / "triton").exists()

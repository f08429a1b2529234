"""Readings, components and damage, compared with runs of the network's file by hand."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper
from scipy import linalg

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.errors import NotAvailable
from app.experiments.damage import Answer, Damage
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import view_of

MODELS = Path(__file__).parents[3] / "models"
SAMPLES = MODELS.parent / "static" / "samples"


@pytest.fixture
def church(engine: Engine) -> Inference:
    """ResNet-18 on the photo of a church."""
    image = engine.pictures.add((SAMPLES / "church.jpg").read_bytes).result().stored.id
    return Inference(engine.network("resnet18-imagenette"), image)


def tensor_for(engine: Engine, inference: Inference) -> np.ndarray:
    spec = inference.network.card.input
    return tensor_of(view_of(engine.pictures.get(inference.image), spec), spec)


def run(model: onnx.ModelProto, tensor: np.ndarray, output: str) -> np.ndarray:
    """A value of the network in a plain run."""
    model.graph.output.append(onnx.ValueInfoProto(name=output))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run([output], {session.get_inputs()[0].name: tensor})[0][0])


def test_a_reading_is_that_of_the_pooled_maps_of_a_plain_run(engine: Engine, church: Inference) -> None:
    readings = engine.layer_reading.readings(church).result()
    network, last = church.network, readings[-2]
    assert (last.layer, network.labels[last.linear], network.labels[last.nearest]) == ("conv5_2.relu2", *["church"] * 2)
    layer = network.layer("conv3_1.relu2")
    maps = run(onnx.load(MODELS / "resnet18-imagenette.onnx"), tensor_for(engine, church), layer.output)
    with np.load(MODELS / "probes" / "resnet18-imagenette.npz") as file:
        means, deviations, classes, weights, bias = (
            file[f"conv3_1.relu2:{name}"].astype(float)
            for name in ("mean", "deviation", "class_means", "weights", "bias")
        )
    row = (maps.mean(axis=(1, 2)) - means) / deviations
    (reading,) = [each for each in readings if each.layer == "conv3_1.relu2"]
    assert reading.linear == (weights @ row + bias).argmax()
    assert reading.nearest == np.linalg.norm(classes - row, axis=1).argmin()


def test_a_network_with_other_classes_has_no_probes(engine: Engine, inference: Inference) -> None:
    with pytest.raises(NotAvailable, match="has no probes"):
        engine.layer_reading.readings(inference)


def test_one_basis_serves_all_pictures(engine: Engine, church: Inference, cat: bytes) -> None:
    network, layer = church.network, church.network.layer("conv4_1.relu2")
    samples = (church.image, engine.pictures.add(lambda: cat).result().stored.id)
    basis = engine.layer_reading.basis(network, layer, samples).result()
    outputs = [
        run(onnx.load(MODELS / "resnet18-imagenette.onnx"), tensor_for(engine, Inference(network, each)), layer.output)
        for each in samples
    ]
    cells = np.concatenate([output.reshape(len(output), -1).T for output in outputs]).astype(float)
    _, _, vectors = linalg.svd(cells - cells.mean(axis=0), full_matrices=False)
    assert np.abs((basis.directions * vectors[:3]).sum(axis=1)) == pytest.approx(1, abs=1e-4)
    drawing = engine.layer_reading.components(church, layer, samples).result()
    assert drawing.png.startswith(b"\x89PNG")
    with pytest.raises(NotAvailable, match="no maps"):
        engine.layer_reading.components(church, network.layer("fc"), samples)


def test_damage_is_that_of_a_file_without_the_biases(engine: Engine, church: Inference) -> None:
    damage = Damage("bn1", "no_biases")
    (answer,) = engine.layer_reading.damage(church, damage, ()).result()
    model = onnx.load(MODELS / "resnet18-imagenette.onnx")
    name = church.network.layer("bn1").weights["bias"]
    tensor = next(each for each in model.graph.initializer if each.name == name)
    tensor.CopyFrom(numpy_helper.from_array(np.zeros_like(numpy_helper.to_array(tensor)), name))
    after = run(model, tensor_for(engine, church), church.network.graph.scores.output)
    assert answer.after.index == after.argmax()
    assert answer.after.score == pytest.approx(after.max(), abs=1e-5)
    assert answer.before == Answer.of(engine.predictions.scores(church).result())

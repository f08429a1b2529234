"""Activations: one run for all who ask, statistics as NumPy's, and pictures drawn without a run where they are kept."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.analysis.statistics import Statistics
from app.engine.engine import Engine
from app.engine.inference import Inference
from app.engine.results import DrawingKey
from app.errors import UnknownChannel, UnknownImage
from app.nets.layer import CellPlace
from app.rendering.channel_scales import channel_scale
from app.rendering.drawing import Drawing
from app.rendering.maps import draw_channel
from app.settings import read_settings
from app.web.api.channels import ChannelMapKey, ChannelStyle
from app.web.api.params import MapScale, MapStyle
from tests.engine.conftest import Rotated
from tests.nets.models_folder import CLASSIFIER, place
from tests.nets.onnx_text import parse_network


def test_activations_asked_for_twice_are_run_once(engine: Engine, inference: Inference) -> None:
    before = engine.status().runs
    first = engine.layers.activations(inference).result()
    assert engine.layers.activations(inference).result() is first
    engine.layers.summary(inference).result()
    assert engine.status().runs == before + 1


def test_the_statistics_of_every_layer_are_those_of_numpy(engine: Engine, inference: Inference) -> None:
    summary = engine.layers.summary(inference).result()
    assert engine.layers.summary(inference).result() is summary
    for layer, activation in engine.layers.activations(inference).result().layers.items():
        found = summary.statistics[layer]
        assert found.layer.mean == pytest.approx(activation.mean(dtype=np.float64), rel=1e-4, abs=1e-6)
        assert found.channels.max.shape == activation.shape[:1]


def test_a_sheet_computes_the_statistics_of_its_own_layer_alone(engine: Engine, rotated: Rotated) -> None:
    image = engine.pictures.add(lambda: rotated(3)).result().stored.id
    inference = Inference(engine.network("squeezenet1_1"), image)
    layer = inference.network.layer("conv1")
    seen: list[Statistics] = []

    def draw(activation: NDArray[np.float32], statistics: Statistics) -> Drawing:
        seen.append(statistics)
        return draw_channel(activation, 0, channel_scale(statistics, 0, "channel"), None, None)

    key = _map_key(inference, layer.id)
    drawing = engine.layers.draw(key, inference, layer, draw).result()
    assert engine.results.cached(key) is drawing
    assert engine.layers.draw(key, inference, layer, draw).result() is drawing
    assert len(seen) == 1
    of_all = engine.layers.summary(inference).result().statistics[layer.id]
    assert of_all is not seen[0]
    np.testing.assert_allclose(seen[0].channels.mean, of_all.channels.mean)


def test_the_analysis_of_a_channel_is_kept(engine: Engine, inference: Inference) -> None:
    layer = inference.network.layer("conv1")
    first = engine.layers.channel(inference, layer, 3).result()
    assert engine.layers.channel(inference, layer, 3).result() is first
    activation = engine.layers.activations(inference).result().layers["conv1"][3]
    assert first.strongest.value == activation.max()


def test_a_channel_that_is_not_there_is_an_error(engine: Engine, inference: Inference) -> None:
    with pytest.raises(UnknownChannel):
        engine.layers.channel(inference, inference.network.layer("conv1"), 64)


def test_a_picture_that_is_not_there_is_an_error(engine: Engine) -> None:
    with pytest.raises(UnknownImage):
        engine.layers.summary(Inference(engine.network("squeezenet1_1"), "0" * 32)).result()


def _map_key(inference: Inference, layer: str) -> DrawingKey:
    scale = MapScale("channel", 0, None, signed=False)
    return ChannelMapKey(*inference.identity, layer, 0, ChannelStyle(scale, None, MapStyle(None, None)))


def test_a_cell_has_its_value_and_what_it_sees(engine: Engine, inference: Inference) -> None:
    cell = engine.layers.cell(inference, CellPlace("conv1", 5, 7, 9)).result()
    assert cell.value == engine.layers.activations(inference).result().layers["conv1"][5, 7, 9]
    assert cell.seen == inference.network.graph.box("conv1", 7, 9)


def test_a_summary_holds_no_activations(engine: Engine, inference: Inference) -> None:
    summary = engine.layers.summary(inference).result()
    np.testing.assert_array_equal(summary.scores.logits, engine.predictions.scores(inference).result().logits)
    assert set(summary.statistics) == {layer.id for layer in inference.network.graph.layers}


def test_the_same_file_with_another_card_has_results_of_its_own(tmp_path: Path, cat: bytes) -> None:
    for name, mean in (("dark", 0.5), ("light", 0.0)):
        place(tmp_path, name, parse_network(CLASSIFIER), ["a", "b", "c"], mean=[mean] * 3)
    engine = Engine(read_settings(models_dir=tmp_path, data_dir=tmp_path / "data"))
    image = engine.pictures.add(lambda: cat).result().stored.id
    dark, light = (
        engine.layers.summary(Inference(engine.network(name), image)).result().scores.logits
        for name in ("dark", "light")
    )
    np.testing.assert_allclose(light - dark, 2, rtol=1e-5)  # the difference of the means by the card's deviation
    engine.close(5)

"""Frames of a camera or a pad: each is run like a stored picture, and drawn like a layer of it."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.analysis.clipping import clip_of
from app.engine.engine import Engine
from app.engine.experiments import live_frames
from app.engine.experiments.live_frames import FrameRequest, LiveFrame, first_layers, layer_sheet
from app.engine.inference import Inference
from app.errors import InvalidRequest, PictureError, UnknownLayer
from app.images.perturbations.change import apply_changes, read_change
from app.nets.network import Network
from app.nets.preprocessing.fit import change_fit
from app.nets.preprocessing.view import view_of
from app.rendering.scale import Scale

LAYERS = ("conv_c1", "pool_s4", "output")


@pytest.fixture
def network(engine: Engine) -> Network:
    return engine.network("lenet5")


@pytest.fixture
def rgb(cat: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(cat)).convert("RGB"))


def pixels(png: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(png)))


def run(engine: Engine, network: Network, rgb: Any, request: FrameRequest) -> LiveFrame:
    return engine.live_frames.of_picture(network, lambda: rgb, request).result()


def test_a_frame_is_run_as_the_stored_picture_is(engine: Engine, network: Network, cat: bytes) -> None:
    inference = Inference(network, engine.pictures.add(lambda: cat).result().stored.id)
    activations = engine.layers.activations(inference).result()
    frame = engine.live_frames.of_file(network, lambda: cat, FrameRequest(LAYERS)).result()
    assert np.array_equal(frame.scores.logits, activations.scores.logits)
    assert np.array_equal(pixels(frame.view.png), engine.pictures.view(inference))
    assert [sheet.layer.id for sheet in frame.sheets] == list(LAYERS)
    for sheet in frame.sheets:
        output = activations.layers[sheet.layer.id]
        assert sheet.scale is not None
        assert (sheet.scale.lo, sheet.scale.hi) == pytest.approx((-abs(output).max(), abs(output).max()))
        assert sheet.drawing is not None
        assert pixels(sheet.drawing.png).shape[:2] == (sheet.layout.height, sheet.layout.width)
        assert sheet.drawing.headers["X-Sheet-Order"] == ",".join(map(str, range(len(output))))


def test_scores_alone_are_those_with_layers(engine: Engine, network: Network, rgb: Any) -> None:
    alone = run(engine, network, rgb, FrameRequest())
    assert alone.sheets == ()
    assert np.array_equal(alone.scores.scores, run(engine, network, rgb, FrameRequest(LAYERS)).scores.scores)


@pytest.mark.parametrize("fit", ["squash", "crop", None])
def test_the_picture_is_changed_and_then_fitted(engine: Engine, network: Network, rgb: Any, fit: Any) -> None:
    changes = (read_change("rotation:90"), read_change("shift:10,0"))
    frame = run(engine, network, rgb, FrameRequest(changes=changes, fit=fit))
    expected = view_of(apply_changes(rgb, changes), change_fit(network.card.input, fit))
    assert np.array_equal(pixels(frame.view.png), expected)


def test_what_has_no_digit_has_a_note(engine: Engine, network: Network) -> None:
    assert run(engine, network, np.full((40, 40, 3), 255, np.uint8), FrameRequest()).note is not None
    assert run(engine, engine.network("squeezenet1_1"), np.zeros((40, 40, 3), np.uint8), FrameRequest()).note is None


def test_a_layer_that_there_is_not_is_refused_before_the_run(engine: Engine, network: Network, rgb: Any) -> None:
    with pytest.raises(UnknownLayer):
        engine.live_frames.of_picture(network, lambda: rgb, FrameRequest(("conv_c1", "none")))


def test_a_file_of_too_many_pixels_is_refused(engine: Engine, network: Network) -> None:
    file = io.BytesIO()
    Image.new("L", (2001, 2000)).save(file, "PNG")
    with pytest.raises(PictureError):
        engine.live_frames.of_file(network, file.getvalue, FrameRequest()).result()


def test_as_many_pixels_are_drawn_as_a_frame_may_have(
    engine: Engine, network: Network, rgb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = FrameRequest(("conv_c1", "pool_s2"), size=56)
    count = sum(sheet.layout.width * sheet.layout.height for sheet in run(engine, network, rgb, request).sheets)
    monkeypatch.setattr(live_frames, "MAX_PIXELS", count)
    assert len(run(engine, network, rgb, request).sheets) == 2
    monkeypatch.setattr(live_frames, "MAX_PIXELS", count - 1)
    with pytest.raises(InvalidRequest):
        run(engine, network, rgb, request)


def test_the_first_layers_are_as_many_as_fit_into_one_frame(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    every = [layer.id for layer in network.graph.layers]
    assert first_layers(network, 56) == tuple(every)
    monkeypatch.setattr(live_frames, "MAX_LAYERS", 4)
    assert first_layers(network, 56) == tuple(every[:4])
    sheet = layer_sheet(network.layer("conv_c1"), np.zeros((6, 28, 28), np.float32), FrameRequest(size=56)).layout
    monkeypatch.setattr(live_frames, "MAX_PIXELS", 2 * sheet.width * sheet.height)
    assert first_layers(network, 56) == tuple(every[:2])


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_not_drawn(network: Network, number: float) -> None:
    values = np.zeros((6, 28, 28), np.float32)
    values[3, 2, 1] = number
    sheet = layer_sheet(network.layer("conv_c1"), values, FrameRequest(size=56))
    assert (sheet.drawing, sheet.scale) == (None, None)
    assert sheet.layout.channels == 6


def test_the_scale_is_clipped_or_given(network: Network) -> None:
    layer, values = network.layer("conv_c1"), np.random.default_rng(5).standard_normal((6, 28, 28), np.float32)
    clipped = layer_sheet(layer, values, FrameRequest(clip=0.01)).scale
    assert clipped is not None
    assert clipped.hi == clip_of(values, 0.01).bound < abs(values).max()
    given = Scale(0, 3, "fixed", signed=False)
    assert layer_sheet(layer, values, FrameRequest(clip=0.01, scale=given)).scale == given


def test_grey_levels_and_colours_are_of_the_same_values(network: Network) -> None:
    layer, values = network.layer("conv_c1"), np.random.default_rng(5).random((6, 28, 28), np.float32)
    grey, coloured = (layer_sheet(layer, values, FrameRequest(colormap=name)).drawing for name in (None, "viridis"))
    assert grey is not None
    assert coloured is not None
    assert np.array_equal(pixels(grey.png), pixels(coloured.png))  # the colours are a palette of the levels
    assert len(grey.png) < len(coloured.png)

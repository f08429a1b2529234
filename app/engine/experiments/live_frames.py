"""Live frames: pictures that come one after the other, of a pad or a camera. Nothing of them is stored."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from app.analysis.clipping import clip_of
from app.analysis.statistics import Statistics, statistics_of
from app.engine.runs import Runs
from app.errors import InvalidRequest
from app.images.decode import Limits, decode
from app.images.perturbations.change import Change, apply_changes
from app.nets.layer import Layer
from app.nets.network import Network
from app.nets.outputs import Scores
from app.nets.preprocessing.digit_view import digit_note
from app.nets.preprocessing.fit import RGB, Fit, change_fit
from app.nets.preprocessing.view import view_of
from app.nets.session import Tensor
from app.rendering.channel_scales import channel_scales
from app.rendering.colormap import ColormapName
from app.rendering.drawing import Drawing
from app.rendering.maps import draw_layer, draw_picture, layer_layout
from app.rendering.scale import Scale
from app.rendering.sheet import SheetLayout
from app.work.job import JobHandle
from app.work.stop import Stop

LIMITS = Limits(max_bytes=2_000_000, max_pixels=4_000_000, max_decoded_pixels=4_000_000)  # of one frame's file
MAX_LAYERS = 24  # that one frame may ask for
MAX_PIXELS = 8_000_000  # of all their sheets


@dataclass(frozen=True, slots=True)
class FrameRequest:
    """What is wanted of a frame: the ids of the layers to draw, and how the picture becomes the input.

    It is changed first. `fit` is another one than the network's own. Of the values of a layer the share `clip` may be
    off its scale, unless all are drawn on a given `scale`. Maps have about `size` pixels; without a colour map they
    are grey.
    """

    layers: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    fit: Fit | None = None
    clip: float = 0
    size: int | None = None
    colormap: ColormapName | None = None
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class LayerSheet:
    """All channels of a layer on one sheet of this `layout` and one scale; both are None where values aren't finite."""

    layer: Layer
    layout: SheetLayout
    drawing: Drawing | None = None
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class LiveFrame:
    """What a network makes of one frame: the view, the scores, and the sheets of the layers that were asked for.

    `note` says what a reader must know of the picture, such as that it has no digit.
    """

    view: Drawing
    scores: Scores
    sheets: tuple[LayerSheet, ...]
    note: str | None


class LiveFrames:
    """Runs of a network on frames, each in one job. They take turns with all other runs."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def of_file(self, network: Network, read: Callable[[], bytes], request: FrameRequest) -> JobHandle[LiveFrame]:
        """The run on the picture in a file; raises PictureError through the handle, and as `of_picture` does."""
        return self.of_picture(network, lambda: decode(read(), LIMITS).rgb, request)

    def of_picture(self, network: Network, picture: Callable[[], RGB], request: FrameRequest) -> JobHandle[LiveFrame]:
        """The run on a picture, which is asked for when the job starts.

        Raises:
            NotAvailable: the network's weights are not here.
            UnknownLayer: the network has no such layer.
            InvalidRequest: the sheets of the layers are too large.
            Overloaded: too many runs wait.
        """
        layers = tuple(network.layer(name) for name in request.layers)
        if sum(_pixels(layer, request.size) for layer in layers) > MAX_PIXELS:
            raise InvalidRequest("These layers are too large for one frame. Ask for fewer, or for a smaller `size`.")
        spec = change_fit(network.card.input, request.fit)

        def work(stop: Stop) -> LiveFrame:
            rgb = apply_changes(picture(), request.changes)
            view = view_of(rgb, spec)
            scores, outputs = self._run(network, view, layers, stop)
            sheets = tuple(layer_sheet(layer, outputs[layer.id], request) for layer in layers)
            return LiveFrame(draw_picture(view, None), scores, sheets, digit_note(rgb, spec))

        return self._runs.submit_alone(network, work)

    def _run(
        self, network: Network, view: RGB, layers: tuple[Layer, ...], stop: Stop
    ) -> tuple[Scores, dict[str, Tensor]]:
        """The scores, and the output of each layer."""
        if not layers:
            return self._runs.scores(network, view, stop), {}
        activations = self._runs.activations(network, view, stop)
        return activations.scores, {layer.id: activations.layers[layer.id] for layer in layers}


def layer_sheet(layer: Layer, output: Tensor, request: FrameRequest) -> LayerSheet:
    """All channels of a layer's output on one sheet, by index; a vector's values are bars."""
    statistics, maps = statistics_of(layer.values_of(output)), layer.maps_of(output)
    sheet = _layout(layer, request.size)
    if statistics.layer.nan or statistics.layer.inf:
        return LayerSheet(layer, sheet)
    scales = _scales(output, statistics, request)
    drawing = draw_layer(maps, scales, np.arange(len(maps)), sheet, request.colormap)
    return LayerSheet(layer, sheet, drawing, scales[0])


def first_layers(network: Network, size: int) -> tuple[str, ...]:
    """The ids of the first layers whose sheets, with maps of this size, fit into one frame."""
    layers = network.graph.layers[:MAX_LAYERS]
    totals = accumulate(_pixels(layer, size) for layer in layers)
    return tuple(layer.id for layer, total in zip(layers, totals, strict=True) if total <= MAX_PIXELS)


def _layout(layer: Layer, size: int | None) -> SheetLayout:
    return layer_layout(layer.map_shape, size if layer.has_maps else None)


def _pixels(layer: Layer, size: int | None) -> int:
    sheet = _layout(layer, size)
    return sheet.width * sheet.height


def _scales(output: Tensor, statistics: Statistics, request: FrameRequest) -> tuple[Scale, ...]:
    if request.scale is not None:
        return (request.scale,) * statistics.layer.channels
    return channel_scales(statistics, "layer", clip_of(output, request.clip) if request.clip else None)

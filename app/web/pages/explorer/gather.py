"""What a view of the Explorer waits for: the picture, its run through the network, one layer and an explanation."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.analysis.channel import ChannelAnalysis, MapCell
from app.analysis.clipping import CLIPPED, Clip
from app.analysis.effective_field import EffectiveReceptiveField
from app.analysis.filters import LayerFilters
from app.analysis.output_reading import OutputOptions, OutputReading
from app.analysis.statistics import Statistics
from app.engine.activations import RunSummary
from app.engine.inference import Inference
from app.errors import ConvScopeError, NotDifferentiable
from app.gradients.targets import CellValue
from app.nets.graph_outputs.output import has_more_than_classes
from app.nets.layer import INPUT, CellPlace, Layer
from app.nets.network import Network
from app.nets.outputs import Scores
from app.nets.preprocessing.fit import RGB, Fit, other_fits
from app.web.deps import Client
from app.web.edge.errors import retry_after
from app.web.pages.address import Address, Part
from app.web.pages.components import Notice
from app.web.pages.explanation.gather import ExplanationData, gather_explanation
from app.web.pages.number.gather import NumberData, gather_number
from app.web.pages.prediction import has_finite_scores

PARTS_WITH_PICTURE: frozenset[Part] = frozenset(("page", "picture"))


@dataclass(frozen=True, slots=True)
class PictureData:
    """A picture, (H, W, 3) uint8 RGB, and its run through the network; None for a network without weights.

    `note` warns of an unusual picture.
    """

    pixels: RGB
    run: RunSummary | None
    note: str | None

    @property
    def scores(self) -> Scores | None:
        return self.run.scores if self.run else None


@dataclass(frozen=True, slots=True)
class LayerData:
    """The results for the layer in the address; None where the address does not ask for one or where there is none.

    `clip` is where the scale of the layer ends. `notice` tells why a result is missing.
    """

    run: RunSummary | None = None
    statistics: Statistics | None = None
    clip: Clip | None = None
    channel: ChannelAnalysis | None = None
    pinned_cell: MapCell | None = None
    effective_field: EffectiveReceptiveField | None = None
    filters: LayerFilters | None = None
    notice: Notice | None = None

    def is_signed(self, layer: str) -> bool:
        """Whether the output of a layer has a negative value."""
        statistics = self.run.statistics.get(layer) if self.run else None
        return statistics is not None and statistics.layer.min < 0


@dataclass(frozen=True, slots=True)
class PageData:
    """All results for a view; None where the address does not ask for one or where there is none.

    `scores_by_fit` has the scores for each way to fit the picture into the input, the network's own under None.
    `notice` tells why the picture or its run is missing; `headers` go with it. `outputs` is what each output says,
    where one is more than the scores of classes.
    """

    network: Network
    address: Address
    part: Part
    picture: PictureData | None
    scores_by_fit: Mapping[Fit | None, Scores] | None
    layer: LayerData
    explanation: ExplanationData | None
    number: NumberData | None
    notice: Notice | None
    headers: Mapping[str, str] = field(default_factory=dict)
    outputs: tuple[OutputReading, ...] | None = None

    @property
    def run(self) -> RunSummary | None:
        return self.picture.run if self.picture else None


async def gather_page(client: Client, address: Address, part: Part, notice: Notice | None = None) -> PageData:
    """All results for the view at `address`. An error of the picture or of its run becomes a notice.

    Raises:
        UnknownModel: there is no such network.
        InvalidRequest: there are no networks at all.
    """
    network = await client.network(address.model) if address.model else client.engine.default_network()
    picture, outputs, scores_by_fit, explanation, number, headers = None, None, None, None, None, {}
    if address.image is not None:
        inference = Inference(network, address.image)
        try:
            picture = await _picture(client, inference)
            scores = picture.scores
            outputs = await _outputs(client, inference, address) if scores and part in PARTS_WITH_PICTURE else None
            number = await gather_number(client, inference, address)
            if scores and address.layer == INPUT and number is None:
                scores_by_fit = await _scores_by_fit(client, inference)
            finite = scores if scores and has_finite_scores(scores) else None
            explanation = await gather_explanation(client, inference, address, part, finite)
        except ConvScopeError as error:
            notice = notice or Notice.of(error)
            headers = retry_after(error)
    run = picture.run if picture else None
    layer = await _layer(client, network, address, run) if number is None else LayerData(run)
    return PageData(
        network, address, part, picture, scores_by_fit, layer, explanation, number, notice, headers, outputs
    )


async def _picture(client: Client, inference: Inference) -> PictureData:
    pictures = client.engine.pictures
    pixels = await asyncio.to_thread(pictures.get, inference.image)
    if not inference.network.has_weights:
        return PictureData(pixels, None, await asyncio.to_thread(pictures.file_note, inference.image))
    run = await client.wait(client.engine.layers.summary(inference))
    return PictureData(pixels, run, await client.picture_note(inference))


async def _outputs(client: Client, inference: Inference, address: Address) -> tuple[OutputReading, ...] | None:
    """What each output of the network says; None where all that it has is the scores of classes."""
    if not has_more_than_classes(inference.network.outputs):
        return None
    return await client.wait(
        client.engine.outputs.read(inference, OutputOptions(address.threshold, read_as=address.read_as))
    )


async def _scores_by_fit(client: Client, inference: Inference) -> dict[Fit | None, Scores]:
    """The scores for each way to fit the picture into the input. All are submitted at once."""
    fits = (None, *other_fits(inference.network.card.input))
    handles = {fit: client.engine.predictions.scores(inference, fit) for fit in fits}
    try:
        return {fit: await client.wait(handle) for fit, handle in handles.items()}
    finally:
        for handle in handles.values():
            handle.release()


async def _layer(client: Client, network: Network, address: Address, run: RunSummary | None) -> LayerData:
    """The results for one layer; `run` is that of its picture."""
    layer = network.graph.by_id.get(address.layer or "")
    if layer is None:
        return LayerData()
    statistics = run.statistics[layer.id] if run else None
    clip, channel, cell, effective_field, filters, notice = None, None, None, None, None, None
    try:
        if statistics and address.image and address.domain == "layer" and _is_finite(statistics) and layer.has_maps:
            clip = await client.wait(client.engine.layers.clip(Inference(network, address.image), layer, CLIPPED))
        if statistics and address.image and _has_channel(layer, address.channel, statistics):
            inference = Inference(network, address.image)
            channel = await client.wait(client.engine.layers.channel(inference, layer, address.channel or 0))
            place = _pinned_place(layer, address)
            if place is not None:
                cell = await client.wait(client.engine.layers.cell(inference, place))
                effective_field = await _effective_field(client, inference, place)
        if address.alike:
            filters = await client.wait(client.engine.layers.filters(network, layer))
    except ConvScopeError as error:
        notice = Notice.of(error)
    return LayerData(run, statistics, clip, channel, cell, effective_field, filters, notice)


def _has_channel(layer: Layer, channel: int | None, statistics: Statistics) -> bool:
    """Whether the layer has this channel, and all its values are finite."""
    return _is_finite(statistics) and channel is not None and channel < layer.channels


def _is_finite(statistics: Statistics) -> bool:
    return not (statistics.layer.nan or statistics.layer.inf)


def _pinned_place(layer: Layer, address: Address) -> CellPlace | None:
    """The place of the cell in the address, if the layer's maps have such a cell."""
    if address.cell is None or len(layer.shape) == 1:
        return None
    y, x = map(int, address.cell.split(","))
    height, width = layer.map_size
    return CellPlace(layer.id, address.channel or 0, y, x) if y < height and x < width else None


async def _effective_field(client: Client, inference: Inference, place: CellPlace) -> EffectiveReceptiveField | None:
    """None where no gradient reaches the input."""
    value = CellValue(place.layer, place.channel, place.y, place.x)
    try:
        return await client.wait(client.engine.explanations.effective_field(inference, value))
    except NotDifferentiable:
        return None

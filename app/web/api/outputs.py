"""The outputs of a network for a picture: what each is, and its boxes, mask, image or numbers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Path, Query, Response
from numpy.typing import NDArray
from pydantic import Field

from app.analysis.detections import MOST_OVERLAP, Coordinates, read_detections
from app.analysis.image_output import range_of
from app.analysis.instance_masks import instance_masks
from app.analysis.output_reading import OutputOptions, OutputReading
from app.analysis.segmentation import mask_of
from app.engine.network_outputs import output_at
from app.engine.results import DrawingKey
from app.nets.graph_outputs.output import GraphOutput, MapKind
from app.nets.labels import ClassLabels
from app.nets.network import Network
from app.rendering.drawing import Drawing, Pixels
from app.rendering.maps import draw_values
from app.rendering.outputs import draw_boxes, draw_mask, draw_output_image
from app.rendering.palette import hex_colour
from app.web.api.params import MapStyle, Opacity, TheMapStyle
from app.web.api.responses import NPY, GraphOutputInfo, Info, Png, npy, png
from app.web.deps import PURE, PureHeaders, TheClient, TheInference, TheNetwork

router = APIRouter(prefix="/api/v1")
OUTPUTS = "/models/{model}/images/{image}/outputs"
ColourCode = Annotated[str, Field(description="Its colour in the drawing.", examples=["#e69f00"])]
ClassLabel = Annotated[str | None, Field(description="Null where no labels fit the output.")]


class DetectionInfo(Info):
    """A box in pixels of the view."""

    row: int = Field(description="Its place among all boxes of the output.")
    left: float
    top: float
    right: float
    bottom: float
    index: int
    label: ClassLabel
    score: float = Field(description="0 to 1.")
    colour: ColourCode


class DetectionsInfo(Info):
    detections: list[DetectionInfo] = Field(description="The best first, at most 100.")
    total: int = Field(description="How many boxes the output has.")
    candidates: int = Field(description="How many of them have enough score, before overlaps were removed.")
    coordinates: Coordinates = Field(description="How the output gives them. `unreadable` ones are none of these.")


class MaskClassInfo(Info):
    index: int
    label: ClassLabel
    share: float = Field(description="The share of the places that it has, 0 to 1.")
    colour: ColourCode


class MaskInfo(Info):
    height: int
    width: int
    classes: list[MaskClassInfo] = Field(description="The largest first.")
    uncovered: float = Field(description="The share of places without a class.")
    threshold: float | None = Field(description="The least probability; null where every place has a class.")


class ImageRangeInfo(Info):
    low: float = Field(description="Drawn as black.")
    high: float = Field(description="Drawn as white.")
    is_usual: bool = Field(description="Whether that is a range that image networks give; else the image's own.")
    clipped: float = Field(description="The share of numbers beyond it, 0 to 1.")


class SequencePlaceInfo(Info):
    index: int
    label: ClassLabel
    value: float


class OutputInfo(GraphOutputInfo):
    """One output of a network for one picture."""

    min: float | None = Field(description="Null where a number is NaN or infinite.")
    max: float | None
    boxes: DetectionsInfo | None
    mask: MaskInfo | None
    image: ImageRangeInfo | None
    sequence: list[SequencePlaceInfo] | None = Field(description="The best class at each place, the first 512.")


async def _options(
    threshold: Annotated[
        float | None, Query(ge=0, le=1, description="The least score of a box, or of a class at a place of a mask.")
    ] = None,
    overlap: Annotated[
        float, Query(ge=0, le=1, description="The most that boxes of one class overlap: intersection over union.")
    ] = MOST_OVERLAP,
    read_as: Annotated[
        MapKind | None, Query(description="Read outputs that are maps as these, whatever they are recognised as.")
    ] = None,
) -> OutputOptions:
    return OutputOptions(threshold, overlap, read_as)


TheOptions = Annotated[OutputOptions, Depends(_options)]


async def _output(network: TheNetwork, index: Annotated[int, Path(alias="n", ge=0)]) -> GraphOutput:
    return output_at(network, index)


TheOutput = Annotated[GraphOutput, Depends(_output)]


@dataclass(frozen=True, slots=True)
class OutputStyle:
    """How an output is drawn: with which options it is read, how opaque over the view, and how maps are."""

    options: OutputOptions
    overlay: float | None
    map: MapStyle


async def _style(options: TheOptions, map_style: TheMapStyle, overlay: Opacity = None) -> OutputStyle:
    return OutputStyle(options, overlay, map_style)


@dataclass(frozen=True, slots=True)
class OutputDrawingKey(DrawingKey):
    """The drawing of one output."""

    network: str
    image: str
    index: int
    style: OutputStyle


@router.get(
    OUTPUTS, summary="What every output of a network says of a picture", tags=["predictions"], dependencies=[PURE]
)
async def outputs(client: TheClient, inference: TheInference, options: TheOptions) -> list[OutputInfo]:
    readings = await client.wait(client.engine.outputs.read(inference, options))
    return [output_info(inference.network, reading) for reading in readings]


@router.get(f"{OUTPUTS}/{{n}}.png", summary="One output as a picture", tags=["predictions"], response_class=Png)
async def output_picture(
    client: TheClient,
    inference: TheInference,
    output: TheOutput,
    style: Annotated[OutputStyle, Depends(_style)],
    headers: PureHeaders,
) -> Png:
    """Boxes on the view; a mask in the colours of its classes; an image as it is; maps and numbers as a layer's."""
    output = output.read_as(style.options.read_as)
    key = OutputDrawingKey(*inference.identity, output.index, style)

    def draw(values: Sequence[NDArray[np.float32]]) -> Drawing:
        return _draw(output, values, client.engine.pictures.view(inference), style)

    return png(await client.wait(client.engine.outputs.draw(key, inference, draw)), headers)


@router.get(
    f"{OUTPUTS}/{{n}}.npy",
    summary="One output as an array",
    tags=["predictions"],
    response_class=Response,
    responses=NPY,
)
async def output_array(client: TheClient, inference: TheInference, output: TheOutput, headers: PureHeaders) -> Response:
    activations = await client.wait(client.engine.layers.activations(inference))
    return npy(activations.outputs[output.value], headers)


def output_info(network: Network, reading: OutputReading) -> OutputInfo:
    return OutputInfo(
        **GraphOutputInfo.model_validate(reading.output).model_dump(),
        min=reading.minimum,
        max=reading.maximum,
        boxes=_detections(network, reading),
        mask=_mask(network, reading),
        image=ImageRangeInfo.model_validate(reading.image) if reading.image else None,
        sequence=_sequence(network, reading),
    )


def _detections(network: Network, reading: OutputReading) -> DetectionsInfo | None:
    detections = reading.detections
    if detections is None:
        return None
    labels = ClassLabels(network.class_names, reading.output.classes, detections.skipped)
    return DetectionsInfo(
        detections=[
            DetectionInfo(**asdict(box), label=labels.find(box.index), colour=hex_colour(box.index))
            for box in detections.boxes
        ],
        total=detections.total,
        candidates=detections.candidates,
        coordinates=detections.coordinates,
    )


def _mask(network: Network, reading: OutputReading) -> MaskInfo | None:
    mask = reading.mask
    if mask is None:
        return None
    labels = ClassLabels(network.class_names, reading.output.classes)
    return MaskInfo(
        height=mask.height,
        width=mask.width,
        classes=[
            MaskClassInfo(**asdict(each), label=labels.find(each.index), colour=hex_colour(each.index))
            for each in mask.classes
        ],
        uncovered=mask.uncovered,
        threshold=mask.threshold,
    )


def _sequence(network: Network, reading: OutputReading) -> list[SequencePlaceInfo] | None:
    if reading.sequence is None:
        return None
    labels = ClassLabels(network.class_names, reading.output.classes)
    return [SequencePlaceInfo(**asdict(place), label=labels.find(place.index)) for place in reading.sequence]


def _draw(output: GraphOutput, values: Sequence[NDArray[np.float32]], view: Pixels, style: OutputStyle) -> Drawing:
    if output.kind == "boxes" and output.boxes is not None:
        height, width = view.shape[:2]
        boxes = read_detections(output.boxes, values, (height, width), style.options.of_boxes).boxes
        return draw_boxes(view, boxes, instance_masks(output.boxes, values, boxes, (height, width)))
    maps = output.layer.maps_of(values[output.index])
    if output.kind == "mask":
        return draw_mask(mask_of(output, maps, style.options.of_masks), view, style.overlay)
    if output.kind == "image":
        return draw_output_image(maps, range_of(maps), style.map.size)
    return draw_values(maps, style.map.size, style.map.colormap)

"""Live frames: a picture of a pad or a camera, answered at once with its prediction and maps, and never stored."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.analysis.prediction import DEFAULT_TOP_K, read_prediction
from app.engine.experiments.live_frames import MAX_LAYERS, FrameRequest, LayerSheet, LiveFrame
from app.images.perturbations.change import read_changes
from app.nets.network import Network
from app.web.api.params import OtherFit, PictureChanges, PictureFile, TheMapStyle, TopK
from app.web.api.responses import Info, PredictionInfo, Shape, milliseconds, prediction_info
from app.web.deps import PURE, TheClient, TheInference, TheNetwork

router = APIRouter(prefix="/api/v1")

FrameLayers = Annotated[
    tuple[str, ...],
    Query(alias="layer", max_length=MAX_LAYERS, description="The ids of the layers whose maps are drawn."),
]
FrameClip = Annotated[
    float, Query(alias="clip", ge=0, le=0.1, description="The share of a layer's values that may be off its scale.")
]


class LiveLayerInfo(Info):
    """All channels of one layer on one sheet, by index, as in `.../layers/{layer}.png`; a vector's values are bars."""

    id: str
    shape: Shape
    min: float | None = Field(description="What level 0 stands for; null where values are NaN or infinite.")
    max: float | None = Field(description="What level 255 stands for.")
    signed: bool | None = Field(description="Whether zero is in the middle of the scale.")
    maps: str | None = Field(description="The sheet: a PNG as a `data:` address.")


class LiveFrameInfo(Info):
    model: str
    predictions: list[PredictionInfo]
    input: str = Field(description="The picture as the network receives it: a PNG as a `data:` address.")
    layers: list[LiveLayerInfo]
    note: str | None = Field(description="What to know about the picture, such as that it has no digit.")
    timing_ms: dict[str, float] = Field(description="`run` is the run, `total` all from the frame to the answer.")


async def _frame_request(
    maps: TheMapStyle,
    layers: FrameLayers = (),
    change: PictureChanges = (),
    fit: OtherFit = None,
    clip: FrameClip = 0,
) -> FrameRequest:
    return FrameRequest(layers, read_changes(change), fit, clip, maps.size, maps.colormap)


TheFrameRequest = Annotated[FrameRequest, Depends(_frame_request)]


@router.post("/models/{model}/live", summary="One frame of a pad or a camera", tags=["experiments"])
async def live_frame(
    client: TheClient,
    network: TheNetwork,
    file: PictureFile,
    request: TheFrameRequest,
    top_k: TopK = DEFAULT_TOP_K,
) -> LiveFrameInfo:
    """The prediction and the maps of some layers for a small picture, of at most 2 MB, which is not stored.

    Send the next frame when this one is answered: the rate is then the one that the machine has.
    """
    begin = time.perf_counter()
    frame = await client.wait(client.engine.live_frames.of_file(network, file.file.read, request))
    return _info(network, frame, top_k, time.perf_counter() - begin)


@router.get(
    "/models/{model}/images/{image}/live",
    summary="A stored photo, changed for this answer alone",
    tags=["experiments"],
    dependencies=[PURE],
)
async def changed_picture(
    client: TheClient, inference: TheInference, request: TheFrameRequest, top_k: TopK = DEFAULT_TOP_K
) -> LiveFrameInfo:
    """The prediction and the maps of some layers for a stored picture after changes, which are not stored."""
    begin, pictures = time.perf_counter(), client.engine.pictures
    handle = client.engine.live_frames.of_picture(inference.network, lambda: pictures.get(inference.image), request)
    frame = await client.wait(handle)
    return _info(inference.network, frame, top_k, time.perf_counter() - begin)


def _info(network: Network, frame: LiveFrame, top_k: int, seconds: float) -> LiveFrameInfo:
    reading = read_prediction(frame.scores)
    return LiveFrameInfo(
        model=network.id,
        predictions=[prediction_info(network, reading, index) for index in reading.order[:top_k].tolist()],
        input=frame.view.data_url,
        layers=[_layer_info(sheet) for sheet in frame.sheets],
        note=frame.note,
        timing_ms={"run": milliseconds(frame.scores.seconds), "total": milliseconds(seconds)},
    )


def _layer_info(sheet: LayerSheet) -> LiveLayerInfo:
    scale = sheet.scale
    return LiveLayerInfo(
        id=sheet.layer.id,
        shape=list(sheet.layer.shape),
        min=scale.lo if scale else None,
        max=scale.hi if scale else None,
        signed=scale.signed if scale else None,
        maps=sheet.drawing.data_url if sheet.drawing else None,
    )

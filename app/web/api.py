"""The JSON and array routes of the API, version 1."""

import time
from typing import Annotated

from fastapi import APIRouter, File, Request, Response, UploadFile

from app.engine import MEASURED_RUNS
from app.web import answering, answers
from app.web.addresses import BEST
from app.web.answers import Asked
from app.web.arrays import NPY, npy
from app.web.deps import ImageId, PureHeaders, TheEngine, TheLayer, TheNetwork, finished
from app.web.predicting import TopK
from app.web.schemas import (
    ImageInfo,
    LayerDetail,
    LayersAnswer,
    ModelDetail,
    ModelSummary,
    Predictions,
    TimeInfo,
)

router = APIRouter(prefix="/api/v1")
PictureFile = Annotated[
    UploadFile,
    File(description="A JPEG, PNG, WebP, GIF, BMP or TIFF picture; the first frame of an animation."),
]


@router.get("/models", summary="The networks there are", tags=["networks"])
def models(engine: TheEngine) -> list[ModelSummary]:
    return [
        answers.model_summary(network, engine.catalog.original_of(network), engine.seconds(network))
        for network in engine.catalog
    ]


@router.get("/models/{model}", summary="One network: its card, layers and edges", tags=["networks"])
def model(engine: TheEngine, network: TheNetwork) -> ModelDetail:
    return answers.model_detail(network, engine.catalog.original_of(network), engine.seconds(network))


@router.get("/models/{model}/time", summary="How long one run takes on this machine", tags=["networks"])
async def time_here(request: Request, engine: TheEngine, network: TheNetwork) -> TimeInfo:
    """Measured on the first request. Other runs beside it, of which `CONVSCOPE_RUN_SLOTS` is the most, slow it down."""
    seconds = await finished(request, engine.measure(network))
    provider = engine.status().provider_in_use
    return TimeInfo(model=network.id, time_ms=round(1e3 * seconds, 3), runs=MEASURED_RUNS, provider=provider)


@router.post("/models/{model}/classify", summary="What is in this picture?", tags=["predictions"])
async def classify(
    request: Request, engine: TheEngine, network: TheNetwork, file: PictureFile, top_k: TopK = BEST
) -> Predictions:
    begin = time.perf_counter()
    coming = await finished(request, engine.classify(network, file.file.read))
    scores = await finished(request, coming.scores)
    image = coming.upload.stored.id
    note = await answering.noted(engine, network, image)
    timing = {"decode": coming.upload.seconds, "run": scores.seconds, "total": time.perf_counter() - begin}
    return answers.predictions(network, image, scores, Asked(top_k), timing, note)


@router.post("/images", status_code=201, summary="Add a picture", tags=["pictures"])
async def add_image(request: Request, response: Response, engine: TheEngine, file: PictureFile) -> ImageInfo:
    upload = await finished(request, engine.add_image(file.file.read))
    stored = upload.stored
    response.headers["Location"] = f"images/{stored.id}.png"
    return ImageInfo(id=stored.id, width=stored.width, height=stored.height, format=stored.format)


@router.get("/models/{model}/images/{image}/layers", summary="Statistics of every layer", tags=["activations"])
async def layers(
    request: Request, response: Response, engine: TheEngine, network: TheNetwork, image: ImageId, pure: PureHeaders
) -> LayersAnswer:
    activations = await finished(request, engine.activations(network, image))
    statistics = await finished(request, engine.statistics(network, image, activations))
    response.headers.update(pure)
    return answers.layers(network, image, statistics)


@router.get(
    "/models/{model}/images/{image}/layers/{layer}.npy",
    summary="One layer's activation as an array",
    tags=["activations"],
    response_class=Response,
    responses=NPY,
)
async def layer_array(
    request: Request, engine: TheEngine, network: TheNetwork, image: ImageId, layer: TheLayer, pure: PureHeaders
) -> Response:
    activations = await finished(request, engine.activations(network, image))
    return npy(activations.layers[layer.id], pure)


@router.get(
    "/models/{model}/layers/{layer}/filters.npy",
    summary="A layer's weights as an array",
    tags=["filters"],
    response_class=Response,
    responses=NPY,
)
def filters_array(network: TheNetwork, layer: TheLayer, pure: PureHeaders) -> Response:
    return npy(network.weights(layer.id), pure)


@router.get(
    "/models/{model}/images/{image}/layers/{layer}",
    summary="Statistics of one layer, channel by channel",
    tags=["activations"],
)
async def one_layer(
    request: Request,
    response: Response,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    layer: TheLayer,
    pure: PureHeaders,
) -> LayerDetail:
    activations = await finished(request, engine.activations(network, image))
    statistics = await finished(request, engine.statistics(network, image, activations))
    response.headers.update(pure)
    return answers.layer_detail(network, image, layer, statistics[layer.id])

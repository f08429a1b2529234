"""The routes about what a network says of a picture, and what it was given to say so."""

from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from app.errors import UnknownChannel
from app.nets.network import Network
from app.nets.prediction import read_prediction
from app.rendering.scale import scale_of
from app.web import answering, answers, drawing
from app.web.addresses import BEST, COLDEST, HOTTEST, MOST_CLASSES
from app.web.answers import Asked
from app.web.arrays import NPY, npy
from app.web.deps import ImageId, PureHeaders, TheEngine, TheNetwork, finished
from app.web.drawing import Drawing
from app.web.pictures import Channel, Colormap, Fitting, Png, Side, png
from app.web.schemas import Predictions

router = APIRouter(prefix="/api/v1")
TopK = Annotated[int, Query(ge=1, le=MOST_CLASSES, description="How many classes, best first.")]
Temperature = Annotated[
    float, Query(ge=COLDEST, le=HOTTEST, description="What each logit is divided by before the softmax.")
]
Target = Annotated[
    str | None, Query(max_length=200, description="Classes besides the best: a number, a name, or words of names.")
]


@router.get("/models/{model}/images/{image}/predictions", summary="The best classes", tags=["predictions"])
async def predictions(
    request: Request,
    response: Response,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    pure: PureHeaders,
    top_k: TopK = BEST,
    temperature: Temperature = 1,
    target: Target = None,
    fit: Fitting = None,
) -> Predictions:
    if fit is None:  # with all layers, which whoever asks for the prediction wants to see next
        scores = (await finished(request, engine.activations(network, image))).scores
    else:
        scores = await finished(request, engine.scores(network, image, fit))
    note = await answering.noted(engine, network, image) if fit is None else None
    response.headers.update(pure)
    asked = Asked(top_k, temperature, target)
    return answers.predictions(network, image, scores, asked, {"run": scores.seconds}, note)


@router.get(
    "/models/{model}/images/{image}/predictions.npy",
    summary="All logits and scores as an array",
    tags=["predictions"],
    response_class=Response,
    responses=NPY,
)
async def predictions_array(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    pure: PureHeaders,
    temperature: Temperature = 1,
    fit: Fitting = None,
) -> Response:
    """`(2, classes)`: the logits, and the scores at the temperature, both in the order of the labels."""
    reading = read_prediction(await finished(request, engine.scores(network, image, fit)), temperature)
    return npy(np.stack([reading.logits, reading.scores]).astype(np.float32), pure)


@router.get(
    "/models/{model}/images/{image}/tensor.npy",
    summary="What the network is fed as an array",
    tags=["pictures"],
    response_class=Response,
    responses=NPY,
)
def tensor_array(
    engine: TheEngine, network: TheNetwork, image: ImageId, pure: PureHeaders, fit: Fitting = None
) -> Response:
    """`(C, H, W)`: the view after mean and standard deviation, channels in the network's order."""
    return npy(engine.tensor(network, image, fit), pure)


@router.get(
    "/models/{model}/images/{image}/tensor/{c}.png",
    summary="One plane of what the network is fed",
    tags=["pictures"],
    response_class=Png,
)
async def plane(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    c: Channel,
    headers: PureHeaders,
    size: Side = None,
    colormap: Colormap = None,
    fit: Fitting = None,
) -> Png:
    """All planes share one scale, zero in its middle."""
    _check_plane(network, c)

    def draw() -> tuple[Drawing, int]:
        tensor = engine.tensor(network, image, fit)
        return drawing.draw_channel(tensor, c, scale_of(tensor, "layer", signed=True), size, colormap).sized

    key = ("plane", network.sha256, image, c, size, colormap, fit)
    return png(await finished(request, engine.draw(key, draw)), headers)


def _check_plane(network: Network, number: int) -> None:
    count = len(network.card.input.mean)
    if number >= count:
        raise UnknownChannel(f"{network.card.name} is fed {count} planes, numbered from 0.", count=count)

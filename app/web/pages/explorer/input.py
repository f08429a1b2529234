"""From a picture to what the page tells of how it was prepared: planes, and other ways to make it fit."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.engine.inference import Inference
from app.nets.card import InputSpec
from app.nets.network import Network, Scores
from app.nets.preprocessing.fit import RGB, Crop, Fit, change_fit, other_fits
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import crop_of, view_of
from app.rendering.scale import scale_of
from app.web.deps import Client
from app.web.links import image_api_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.prediction import TopClassesView, top_classes

COLOURS = {"RGB": ("red", "green", "blue"), "BGR": ("blue", "green", "red"), "grey": ("grey",)}
BEST_OF_A_VARIANT = 3


async def find_scores(client: Client, inference: Inference) -> dict[Fit | None, Scores]:
    """What the network says of the picture, by how it is made to fit; None is its own way. All are queued at once."""
    fits = (None, *other_fits(inference.network.card.input))
    handles = {fit: client.engine.predictions.scores(inference, fit) for fit in fits}
    try:
        return {fit: await client.wait(handle) for fit, handle in handles.items()}
    finally:
        for handle in handles.values():
            handle.release()


@dataclass(frozen=True, slots=True)
class Plane:
    """One plane of the tensor that the network is fed: what it is of, its picture and scale, and its figures.

    `mean` and `std` are the card's, `black` and `white` what 0 and 255 of the view become.
    """

    colour: str
    src: str
    lo: float
    hi: float
    signed: bool
    mean: float
    std: float
    black: float
    white: float
    least: float
    average: float
    greatest: float


@dataclass(frozen=True, slots=True)
class Variant:
    """The picture made to fit in one way, the part of it that is seen, and what the network says of it.

    `fit` is None for the network's own way; `share` is how much of the picture's area is seen; `agrees` is whether the
    best class is the same as with the network's own.
    """

    fit: Fit | None
    view: str
    crop: Crop
    share: float
    prediction: TopClassesView | None
    agrees: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the network was given: the planes it was fed, and what it says when the picture is made to fit otherwise."""

    planes: tuple[Plane, ...]
    variants: tuple[Variant, ...]


def prepared(
    network: Network, image: str, picture: RGB, scores: Mapping[Fit | None, Scores], address: Address
) -> Prepared:
    """What the network was given; `scores` has its own prediction under None, and those of other fits."""
    few = address.model_copy(update={"top_k": BEST_OF_A_VARIANT, "temperature": 1.0})
    said = {fit: top_classes(network, each, few) for fit, each in scores.items()}
    fits = (None, *other_fits(network.card.input))
    return Prepared(
        planes=_planes(network, image, picture),
        variants=tuple(_variant(network, image, picture, fit, said) for fit in fits),
    )


def _planes(network: Network, image: str, picture: RGB) -> tuple[Plane, ...]:
    spec = network.card.input
    tensor = tensor_of(view_of(picture, spec), spec)[0]
    scale = scale_of(tensor, "layer", signed=True)
    path = image_api_path(pinned_id(network), image)
    return tuple(
        Plane(
            colour=colour,
            src=f"{path}/tensor/{number}.png",
            lo=scale.lo,
            hi=scale.hi,
            signed=scale.signed,
            mean=spec.mean[number],
            std=spec.std[number],
            black=_fed(0, spec, number),
            white=_fed(255, spec, number),
            least=float(tensor[number].min()),
            average=float(tensor[number].mean(dtype=float)),
            greatest=float(tensor[number].max()),
        )
        for number, colour in enumerate(COLOURS[spec.channels])
    )


def _fed(level: int, spec: InputSpec, number: int) -> float:
    return (level * spec.scale - spec.mean[number]) / spec.std[number]


def _variant(
    network: Network, image: str, picture: RGB, fit: Fit | None, said: Mapping[Fit | None, TopClassesView | None]
) -> Variant:
    own, here = said.get(None), said.get(fit)
    crop = crop_of(picture, change_fit(network.card.input, fit))
    view = f"{image_api_path(pinned_id(network), image)}/view.png"
    return Variant(
        fit=fit,
        view=view if fit is None else f"{view}?fit={fit}",
        crop=crop,
        share=_inside(crop, picture) / (picture.shape[0] * picture.shape[1]),
        prediction=here,
        agrees=own is not None and here is not None and own.best[0].index == here.best[0].index,
    )


def _inside(crop: Crop, picture: RGB) -> float:
    """The area of the crop that lies in the picture, which may be smaller than the crop."""
    height, width = picture.shape[:2]
    across = min(width, crop.left + crop.width) - max(0, crop.left)
    down = min(height, crop.top + crop.height) - max(0, crop.top)
    return float(max(0, across) * max(0, down))

"""The input tensor: its planes, and the predictions for other ways to fit the picture into the input."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.nets.card import InputSpec
from app.nets.network import Network
from app.nets.outputs import Scores
from app.nets.preprocessing.fit import RGB, Crop, Fit, change_fit, other_fits
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.view import crop_of, view_of
from app.rendering.scale import scale_of
from app.web.links import image_api_path, pinned_id
from app.web.pages.address import Address
from app.web.pages.prediction import TopClassesView, top_classes

COLOURS = {"RGB": ("red", "green", "blue"), "BGR": ("blue", "green", "red"), "grey": ("grey",)}
TOP_K = 3  # classes of each fit


@dataclass(frozen=True, slots=True)
class PlaneView:
    """One plane of the input tensor: its colour, its PNG with the scale of the colours, and its figures.

    `mean` and `std` are those of the normalisation; `black` and `white` are what levels 0 and 255 become.
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
class FitView:
    """One way to fit the picture into the input, and the prediction; `fit` is None for the network's own way.

    `share` is the share of the picture's area inside `crop`; `agrees` is whether the best class is the same as with the
    network's own way.
    """

    fit: Fit | None
    view: str
    crop: Crop
    share: float
    prediction: TopClassesView | None
    agrees: bool


@dataclass(frozen=True, slots=True)
class InputView:
    """The planes of the input tensor, and the other ways to fit the picture into the input."""

    planes: tuple[PlaneView, ...]
    fits: tuple[FitView, ...]


def input_view(network: Network, address: Address, picture: RGB, scores: Mapping[Fit | None, Scores]) -> InputView:
    """The input of the network; `scores` has those of its own fit under None."""
    short = address.model_copy(update={"top_k": TOP_K, "temperature": 1.0})
    predictions = {fit: top_classes(network, each, short) for fit, each in scores.items()}
    path = image_api_path(pinned_id(network), str(address.image))
    fits = (None, *other_fits(network.card.input))
    return InputView(
        planes=_planes(network, path, picture),
        fits=tuple(_fit(network, path, picture, fit, predictions) for fit in fits),
    )


def _planes(network: Network, path: str, picture: RGB) -> tuple[PlaneView, ...]:
    spec = network.input_spec
    tensor = tensor_of(view_of(picture, spec), spec)[0]
    scale = scale_of(tensor, "layer", signed=True)
    return tuple(
        PlaneView(
            colour=colour,
            src=f"{path}/tensor/{number}.png",
            lo=scale.lo,
            hi=scale.hi,
            signed=scale.signed,
            mean=spec.mean[number],
            std=spec.std[number],
            black=_normalised(0, spec, number),
            white=_normalised(255, spec, number),
            least=float(tensor[number].min()),
            average=float(tensor[number].mean(dtype=float)),
            greatest=float(tensor[number].max()),
        )
        for number, colour in enumerate(COLOURS[spec.channels])
    )


def _normalised(level: int, spec: InputSpec, number: int) -> float:
    return (level * spec.scale - spec.mean[number]) / spec.std[number]


def _fit(
    network: Network, path: str, picture: RGB, fit: Fit | None, predictions: Mapping[Fit | None, TopClassesView | None]
) -> FitView:
    own, prediction = predictions.get(None), predictions.get(fit)
    crop = crop_of(picture, change_fit(network.card.input, fit))
    return FitView(
        fit=fit,
        view=f"{path}/view.png" if fit is None else f"{path}/view.png?fit={fit}",
        crop=crop,
        share=_area_inside(crop, picture) / (picture.shape[0] * picture.shape[1]),
        prediction=prediction,
        agrees=own is not None and prediction is not None and own.has_same_classes(prediction),
    )


def _area_inside(crop: Crop, picture: RGB) -> float:
    """The area of the crop inside the picture, in pixels; a crop can be larger than the picture."""
    height, width = picture.shape[:2]
    across = min(width, crop.left + crop.width) - max(0, crop.left)
    down = min(height, crop.top + crop.height) - max(0, crop.top)
    return float(max(0, across) * max(0, down))

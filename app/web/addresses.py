"""The address of a view: its whole state, so that a link shows the same to whoever opens it."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app import __version__
from app.nets.network import Network
from app.nets.statistics import Order
from app.web.drawing import ColormapName

BEST, MOST_CLASSES = 5, 100_000  # classes of a prediction
COLDEST, HOTTEST = 0.1, 5.0  # temperatures of a softmax
FIGURE_SIDE = 640  # pixels; the page draws the stored picture small
SheetDomain = Literal["channel", "layer"]
Zoom = Literal["1", "2", "4"]
MapSize = Literal["small", "large", "none"]
MapColours = Literal["kind", "params", "macs", "memory", "time"]
TAG, TAG_DIGITS = "@", 12
Beside = Literal["none", "methods", "layers", "classes", "random"]
FIRST_METHOD = "gradcam"
OPACITY = 0.8  # of an explanation over the view, unless another is asked for
LONGEST_NAME = 200
OF_LAYER: dict[str, Any] = {"first": 0, "cell": None, "alike": False}  # what means nothing in another layer
OPTIONS = (  # the parameters of the methods that explain
    *("sign", "colours", "steps", "baseline", "samples", "noise", "seed", "window", "stride", "grey", "masks", "cells"),
    *("keep", "channels", "centre"),
)
OF_WHY: dict[str, Any] = {  # what means nothing without the question why
    **dict.fromkeys(("why", "against", "at", *OPTIONS)),
    "method": FIRST_METHOD,
    "beside": "none",
    "wait": False,
}
Option = Annotated[str | None, Field(max_length=40)]


class Address(BaseModel):
    """What is looked at, and how. What is not said is left to the page."""

    model_config = ConfigDict(frozen=True)

    model: str | None = None
    image: str | None = None
    layer: str | None = None
    channel: int | None = Field(default=None, ge=0)
    colormap: ColormapName = "auto"
    overlay: float | None = Field(default=None, ge=0, le=1)
    order: Order = "index"
    domain: SheetDomain = "channel"
    zoom: Zoom = "1"
    first: int = Field(default=0, ge=0, le=1_000_000)
    cell: str | None = Field(default=None, pattern=r"^\d{1,5},\d{1,5}$")  # row, column
    alike: bool = False
    map: MapSize = "small"
    by: MapColours = "kind"
    open: str | None = Field(default=None, pattern=r"^(all|none|\d+(\.\d+)*)$", max_length=4000)  # blocks by number
    top_k: int = Field(default=BEST, ge=1, le=MOST_CLASSES)
    temperature: float = Field(default=1, ge=COLDEST, le=HOTTEST)
    target: str | None = Field(default=None, max_length=LONGEST_NAME)  # a class, by number, name or words of it
    why: str | None = Field(
        default=None, max_length=LONGEST_NAME
    )  # what is explained: a class as above, or layer:channel
    against: str | None = Field(default=None, max_length=LONGEST_NAME)  # a second class
    method: str = Field(default=FIRST_METHOD, max_length=40)
    at: str | None = Field(default=None, max_length=LONGEST_NAME)  # the layer whose maps explain
    beside: Beside = "none"
    wait: bool = False  # for what takes many runs: whoever has no scripts waits for the whole page
    sign: Option = None
    colours: Option = None
    steps: Option = None
    baseline: Option = None
    samples: Option = None
    noise: Option = None
    seed: Option = None
    window: Option = None
    stride: Option = None
    grey: Option = None
    masks: Option = None
    cells: Option = None
    keep: Option = None
    channels: Option = None
    centre: Option = None

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, said: Any) -> Any:
        """A plain form sends its empty fields along: they say nothing."""
        return {name: value for name, value in said.items() if value != ""} if isinstance(said, dict) else said

    def to(self, **changes: Any) -> str:
        """A relative address like this one but for `changes`; what is as usual is not mentioned."""
        return f"?{urlencode(self.model_copy(update=_dropped(changes) | changes).said)}"

    def rest(self, *names: str) -> dict[str, Any]:
        """What a form that sets `names` itself must send along for the rest to stay."""
        other = _dropped(dict.fromkeys(names, ""))
        return {name: value for name, value in self.said.items() if name not in {*names, *other}}

    @property
    def said(self) -> dict[str, Any]:
        said = self.model_dump(exclude_defaults=True, exclude_none=True)
        return said | {name: 1 for name in ("alike", "wait") if getattr(self, name)}


def _dropped(changes: Mapping[str, Any]) -> dict[str, Any]:
    """What means nothing any more once these have changed, as it is without."""
    dropped: dict[str, Any] = {"wait": False}
    if {"model", "layer"} & changes.keys():
        dropped |= OF_LAYER
    if "model" in changes:
        dropped["at"] = None
    if "why" in changes:
        dropped |= {"against": None, "at": None}
    if changes.get("why", "") is None or {"layer", "channel"} & changes.keys():
        dropped |= OF_WHY
    return dropped


def pinned(network: Network) -> str:
    """The network's id with a tag of its file and of this version: what an address with it answers never changes.

    An id alone may come to stand for another file.
    """
    tag = hashlib.sha256(f"{__version__} {network.sha256}".encode()).hexdigest()[:TAG_DIGITS]
    return f"{network.id}{TAG}{tag}"


def model_path(model: str) -> str:
    """The part of the API about one network, by its id or by what `pinned` gives."""
    return f"api/v1/models/{quote(model, safe=TAG)}"


def image_path(image: str) -> str:
    return f"api/v1/images/{quote(image)}.png?size={FIGURE_SIDE}"


def shown_path(model: str, image: str) -> str:
    """The part of the API about one network and one picture, relative to the page."""
    return f"{model_path(model)}/images/{quote(image)}"


def layer_path(model: str, image: str, layer: str) -> str:
    return f"{shown_path(model, image)}/layers/{quote(layer)}"


def channel_path(model: str, image: str, layer: str, channel: int) -> str:
    return f"{layer_path(model, image, layer)}/channels/{channel}.png"

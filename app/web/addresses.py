"""The address of a view: its whole state, so that a link shows the same to whoever opens it."""

import hashlib
from typing import Any, Literal
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field

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
OF_LAYER: dict[str, Any] = {"first": 0, "cell": None, "alike": False}  # what means nothing in another layer


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
    target: str | None = Field(default=None, max_length=200)  # a class, by number, name or words of it

    def to(self, **changes: Any) -> str:
        """A relative address like this one but for `changes`; what is as usual is not mentioned."""
        other = OF_LAYER if {"model", "layer"} & changes.keys() else {}
        return f"?{urlencode(self.model_copy(update=other | changes).said)}"

    def rest(self, *names: str) -> dict[str, Any]:
        """What a form that sets `names` itself must send along for the rest to stay."""
        other = OF_LAYER if {"model", "layer"} & {*names} else {}
        return {name: value for name, value in self.said.items() if name not in {*names, *other}}

    @property
    def said(self) -> dict[str, Any]:
        said = self.model_dump(exclude_defaults=True, exclude_none=True)
        return said | ({"alike": 1} if self.alike else {})


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

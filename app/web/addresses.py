"""The address of a view: its whole state, so that a link shows the same to whoever opens it."""

from typing import Any, Literal
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field

from app.rendering.sheet import Order
from app.web.drawing import ColormapName

FIGURE_SIDE = 640  # pixels; the page draws the stored picture small
SheetDomain = Literal["channel", "layer"]


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

    def to(self, **changes: Any) -> str:
        """A relative address like this one but for `changes`; what is as usual is not mentioned."""
        return f"?{urlencode(self.model_copy(update=changes).said)}"

    def rest(self, *names: str) -> dict[str, Any]:
        """What a form that sets `names` itself must send along for the rest to stay."""
        return {name: value for name, value in self.said.items() if name not in names}

    @property
    def said(self) -> dict[str, Any]:
        return self.model_dump(exclude_defaults=True, exclude_none=True)


def model_path(model: str) -> str:
    return f"api/v1/models/{quote(model)}"


def image_path(image: str) -> str:
    return f"api/v1/images/{quote(image)}.png?size={FIGURE_SIDE}"


def shown_path(model: str, image: str) -> str:
    """The part of the API about one network and one picture, relative to the page."""
    return f"{model_path(model)}/images/{quote(image)}"


def layer_path(model: str, image: str, layer: str) -> str:
    return f"{shown_path(model, image)}/layers/{quote(layer)}"


def channel_path(model: str, image: str, layer: str, channel: int) -> str:
    return f"{layer_path(model, image, layer)}/channels/{channel}.png"

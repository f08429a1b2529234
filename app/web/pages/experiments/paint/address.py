"""The address of the page that paints on a map: the layer, the channel, the strokes, and one that a form adds."""

from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.errors import InvalidRequest
from app.experiments.painting import MAX_STROKES, Stroke, read_strokes, write_strokes
from app.nets.layer import Layer, check_channel

PATH = "experiments/paint"
RECTANGLE = ("top", "left", "bottom", "right")


class PaintAddress(BaseModel):
    """The state of the page; `view` is the layer whose maps are compared.

    The rectangle is one more stroke, whose last row and column are inside, with `value`.
    """

    model_config = ConfigDict(frozen=True)

    model: str | None = Field(default=None, max_length=200)
    image: str | None = Field(default=None, max_length=200)
    layer: str | None = Field(default=None, max_length=200)
    channel: str = Field(default="", max_length=40)
    strokes: str = Field(default="", max_length=64 * MAX_STROKES)
    value: str = Field(default="0", max_length=40)
    top: str = Field(default="", max_length=10)
    left: str = Field(default="", max_length=10)
    bottom: str = Field(default="", max_length=10)
    right: str = Field(default="", max_length=10)
    view: str | None = Field(default=None, max_length=200)

    @field_validator("model", "image", "layer", "view", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        return value or None

    def named_channel(self, layer: Layer) -> int | None:
        """The channel of the layer that the address names, if it does.

        Raises:
            InvalidRequest, UnknownChannel: there is none of this name.
        """
        if not self.channel:
            return None
        if not (self.channel.isascii() and self.channel.isdecimal()):
            raise InvalidRequest(f"`{self.channel[:20]}` is no channel. A channel is a number from 0.")
        check_channel(layer, int(self.channel), layer.channels)
        return int(self.channel)

    def all_strokes(self, channel: int) -> tuple[Stroke, ...]:
        """The strokes, and that of the form on the channel.

        Raises:
            InvalidRequest: one of them can't be read.
        """
        strokes = read_strokes(self.strokes)
        sides = [getattr(self, name) for name in RECTANGLE]
        if not any(sides):
            return strokes
        try:
            top, left, bottom, right = map(int, sides)
            return (*strokes, Stroke(channel, top, left, bottom + 1, right + 1, float(self.value)))
        except ValueError as error:
            raise InvalidRequest("A rectangle needs four whole numbers, and its value is a number.") from error

    def with_strokes(self, strokes: tuple[Stroke, ...]) -> "PaintAddress":
        """The address with these strokes, and nothing in the form."""
        return self.model_copy(update={"strokes": write_strokes(strokes)} | dict.fromkeys(RECTANGLE, ""))

    def link(self, **changes: Any) -> str:
        """A relative address like this one except for `changes`; defaults are left out."""
        return f"?{urlencode(self.model_copy(update=changes).query, safe=',:;')}"

    @property
    def query(self) -> dict[str, Any]:
        """The parameters of the address, without defaults."""
        return self.model_dump(exclude_defaults=True, exclude_none=True)

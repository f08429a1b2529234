"""The address of a comparison of two layers."""

from typing import Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, model_validator

PATH = "experiments/compare"
ScaleChoice = Literal["shared", "own"]
OTHER = ("other_model", "other_image", "other_layer")


class LayerPairAddress(BaseModel):
    """Two layers, each of a network on a photo, a channel, and what shares a scale.

    What `other_...` leaves out is as in the first one. `adds` is what a photo that is sent to the address becomes.
    """

    model_config = ConfigDict(frozen=True)

    model: str | None = None
    image: str | None = None
    layer: str | None = None
    other_model: str | None = None
    other_image: str | None = None
    other_layer: str | None = None
    channel: int | None = Field(default=None, ge=0)
    scale: ScaleChoice = "shared"
    adds: Literal["image", "other_image"] = "image"

    @model_validator(mode="before")
    @classmethod
    def _without_empty_fields(cls, query: Any) -> Any:
        """Without the empty fields of a plain form."""
        return {name: value for name, value in query.items() if value != ""} if isinstance(query, dict) else query

    @property
    def names_other(self) -> bool:
        """Whether it says what to compare with."""
        return any(getattr(self, name) for name in OTHER)

    def query(self, **changes: Any) -> dict[str, Any]:
        """The parameters of this state with `changes`; defaults are left out."""
        return self.model_copy(update={"adds": "image"} | changes).model_dump(exclude_defaults=True, exclude_none=True)

    def link(self, **changes: Any) -> str:
        """The address of this state with `changes`, relative to the site."""
        return f"{PATH}?{urlencode(self.query(**changes))}"

    def swapped(self) -> str:
        """The address with both sides exchanged."""
        own, other = ("model", "image", "layer"), OTHER
        changes = {name: getattr(self, source) or getattr(self, name) for name, source in zip(own, other, strict=True)}
        return self.link(**changes | {name: getattr(self, source) for name, source in zip(other, own, strict=True)})

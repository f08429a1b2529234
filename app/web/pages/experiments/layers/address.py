"""The address of what layers tell apart: network, picture, layer, two classes, and the damage."""

from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from app.experiments.damage import DEFAULT_AMOUNT

ACTION = "experiments/layers"


class LayersAddress(BaseModel):
    """What the page shows. Fields that are not in the address have their defaults.

    `one` and `other` are classes by index; `collection` are photos of the reader's own, in folders. `damage` is the
    kind of damage, to the layer `damaged`, or empty for none.
    Numbers stay as they are written until they are read, so that a wrong one gets a message beside its field.
    """

    model_config = ConfigDict(frozen=True)

    model: str | None = Field(default=None, max_length=200)
    image: str | None = Field(default=None, max_length=200)
    layer: str | None = Field(default=None, max_length=400)
    one: str = Field(default="", max_length=20)
    other: str = Field(default="", max_length=20)
    collection: str | None = Field(default=None, max_length=200)
    damage: str = Field(default="", max_length=20)
    damaged: str = Field(default="", max_length=400)
    amount: str = Field(default=f"{DEFAULT_AMOUNT:g}", max_length=20)
    seed: str = Field(default="0", max_length=20)
    wait: bool = False  # without scripts the page waits for the probes of a collection

    @property
    def query(self) -> dict[str, Any]:
        """The parameters that differ from their defaults."""
        return self.model_dump(exclude_defaults=True, exclude_none=True) | ({"wait": 1} if self.wait else {})

    def link(self, **changes: Any) -> str:
        """An address relative to the page, like this one except for `changes`; the page never waits there."""
        query = self.model_copy(update={"wait": False} | changes).query
        return f"layers?{urlencode(query)}" if query else "layers"

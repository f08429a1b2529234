"""The address of the camera's page: the network, the layer in view, and the photo that stands there first."""

from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field


class WebcamAddress(BaseModel):
    """What the page shows. Fields that are not in the address have their defaults."""

    model_config = ConfigDict(frozen=True)

    model: str | None = None
    image: str | None = None
    layer: str | None = Field(default=None, max_length=400)

    def link(self, **changes: Any) -> str:
        """A relative address like this one except for `changes`; what is empty is left out."""
        query = self.model_copy(update=changes).model_dump()
        given = {name: value for name, value in query.items() if value}
        return f"webcam?{urlencode(given)}" if given else "webcam"

"""The address of a folder of pictures: the network, the collection, the change that grows, and a layer."""

from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

ACTION = "experiments/folder"
SWEEPS = {
    "rotation": "rotation:0~180@13",
    "scale": "scale:1~0.2@9",
    "brightness": "brightness:1~0.1@10",
    "contrast": "contrast:1~0@11",
    "greyscale": "greyscale:0~100@5",
    "blur": "blur:0~8@9",
    "noise": "noise:0~64,0@9",
    "pixelation": "pixelation:0~20@11",
}  # what the page offers; any other sweep in at most 25 steps may be in the address


class FolderAddress(BaseModel):
    """What the page shows; without a collection that of the samples, and without a sweep none."""

    model_config = ConfigDict(frozen=True)

    model: str | None = Field(default=None, max_length=200)
    collection: str | None = Field(default=None, max_length=200)
    sweep: str = Field(default="", max_length=200)
    layer: str | None = Field(default=None, max_length=200)  # whose channels are ranked for the classes of the folders
    wait: bool = False  # without scripts the page waits for what takes time

    @property
    def query(self) -> dict[str, Any]:
        """The parameters that differ from their defaults."""
        return self.model_dump(exclude_defaults=True, exclude_none=True) | ({"wait": 1} if self.wait else {})

    def link(self, **changes: Any) -> str:
        """An address relative to the page, like this one except for `changes`; the page never waits there."""
        query = self.model_copy(update={"wait": False} | changes).query
        return f"folder?{urlencode(query)}" if query else "folder"

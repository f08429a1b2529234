"""The address of the page of a job: which job, and the layer and channel whose patches are seen."""

from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

ACTION = "jobs"


class JobAddress(BaseModel):
    """What the page shows; without a job the form that starts one, with that network chosen."""

    model_config = ConfigDict(frozen=True)

    job: str | None = Field(default=None, max_length=200)
    model: str | None = Field(default=None, max_length=200)
    layer: str | None = Field(default=None, max_length=200)
    first: int = Field(default=0, ge=0, le=1_000_000)
    channel: int | None = Field(default=None, ge=0, le=1_000_000)

    def link(self, **changes: Any) -> str:
        """An address relative to the site, like this one except for `changes`."""
        query = self.model_copy(update=changes).model_dump(exclude_defaults=True, exclude_none=True)
        return f"{ACTION}?{urlencode(query)}" if query else ACTION

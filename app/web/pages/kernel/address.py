"""The address of the page of a kernel: the photo, the kernel, and the channel of a network to compare with."""

from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.arithmetic.photo_kernel import PhotoKernel, format_row, format_rows, read_rows
from app.web.pages.presets import DEFAULT, PRESETS


class KernelAddress(BaseModel):
    """What the page shows. Fields that are not in the address have their defaults; without a photo it is a sample."""

    model_config = ConfigDict(frozen=True)

    image: str = ""
    kernel: str = Field(default=format_rows(PRESETS[DEFAULT]), max_length=4000)
    bias: float = Field(default=0, ge=-1e6, le=1e6, allow_inf_nan=False)
    stride: int = Field(default=1, ge=1, le=16)
    colour: bool = False
    model: str | None = None
    layer: str | None = None
    channel: int | None = Field(default=None, ge=0)

    @model_validator(mode="before")
    @classmethod
    def _filled(cls, query: Any) -> Any:
        """A number that was cleared in the form has its default."""
        if not isinstance(query, dict):
            return query
        return {name: value for name, value in query.items() if value != "" or name not in ("bias", "stride")}

    @property
    def typed_bias(self) -> str:
        """The bias with all its digits, as a form takes it."""
        return format_row((self.bias,))

    def photo_kernel(self) -> PhotoKernel:
        """The kernel; raises InvalidRequest if its text is none."""
        return PhotoKernel(read_rows(self.kernel), self.bias, self.stride, self.colour)

    def link(self, **changes: Any) -> str:
        """A relative address like this one except for `changes`; defaults are left out."""
        return f"kernel?{urlencode(self._query(self.model_copy(update=changes)))}"

    def picture_query(self, colormap: str) -> str:
        """The query of the picture of the response."""
        names = {"kernel": self.kernel, "bias": self.bias, "stride": self.stride}
        return urlencode(names | ({"colour": 1} if self.colour else {"colormap": colormap}))

    def hidden_form_fields(self) -> dict[str, Any]:
        """What a form that sets the kernel keeps."""
        names = ("image", "model", "layer", "channel", "colour")
        return {name: value for name, value in self._query(self).items() if name in names}

    @staticmethod
    def _query(address: "KernelAddress") -> dict[str, Any]:
        fields = address.model_dump(exclude_defaults=True, exclude_none=True)
        return fields | ({"colour": 1} if address.colour else {})

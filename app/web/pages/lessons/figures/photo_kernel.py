"""A photo and its response to a typed kernel."""

from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import Field

from app.arithmetic.photo_kernel import PhotoKernel, Rows, format_rows, read_rows
from app.lessons.figures.kind import FigureState
from app.rendering.scale import Scale, scale_of
from app.web.deps import Client
from app.web.pages.presets import DEFAULT, PRESETS
from app.web.photo import photo_of


class PhotoKernelState(FigureState):
    """The photo and the kernel."""

    image: str = Field(default="", max_length=100)
    kernel: str = Field(default=format_rows(PRESETS[DEFAULT]), max_length=2000)


@dataclass(frozen=True, slots=True)
class KernelPreset:
    """A well-known kernel as it is typed."""

    name: str
    kernel: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PhotoKernelFigure:
    """The addresses of photo and response, (width, height) of the response with its scale, and the kernel's page."""

    photo: str
    response: str
    size: tuple[int, int]
    rows: Rows
    scale: Scale
    presets: tuple[KernelPreset, ...]
    href: str


async def gather_photo_kernel(client: Client, state: PhotoKernelState) -> PhotoKernelFigure:
    """The response of the photo's luma; raises UnknownImage and InvalidRequest."""
    image, rows = await photo_of(client, state.image), read_rows(state.kernel)
    response = await client.wait(client.engine.photo_kernels.response(image, PhotoKernel(rows)))
    scale = scale_of(response.values, "layer")
    text = format_rows(rows)
    query = {"kernel": text, "bias": 0, "stride": 1, "colormap": "diverging" if scale.signed else "grey"}
    presets = {name: format_rows(kernel) for name, kernel in PRESETS.items()}
    return PhotoKernelFigure(
        photo=f"api/v1/images/{image}.png?size=512",
        response=f"api/v1/images/{image}/kernel.png?{urlencode(query)}",
        size=(response.values.shape[2], response.values.shape[1]),
        rows=rows,
        scale=scale,
        presets=tuple(KernelPreset(name, kernel, kernel == text) for name, kernel in presets.items()),
        href=f"kernel?{urlencode({'image': image, 'kernel': text})}",
    )

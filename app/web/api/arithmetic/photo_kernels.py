"""Kernels on photos: the response of a stored photo to a typed kernel, at an address of its own."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from app.arithmetic.photo_kernel import MAX_KERNEL, PhotoKernel, read_rows
from app.engine.results import DrawingKey
from app.rendering.colormap import ColormapName
from app.rendering.drawing import Drawing
from app.rendering.maps import draw_colours, draw_values
from app.web.api.params import Colormap
from app.web.api.responses import Png, png
from app.web.deps import ImageId, TheClient
from app.web.edge.etags import cache_headers

router = APIRouter(prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class PhotoKernelDrawingKey(DrawingKey):
    """The response of a photo to a kernel as a picture."""

    image: str
    kernel: PhotoKernel
    colormap: ColormapName | None


async def _kernel(
    kernel: Annotated[
        str,
        Query(
            max_length=4000,
            description=f"Rows of numbers, at most {MAX_KERNEL} x {MAX_KERNEL}: spaces or commas between numbers, "
            "semicolons or lines between rows. It is not flipped.",
            examples=["-1 0 1; -2 0 2; -1 0 1"],
        ),
    ],
    bias: Annotated[float, Query(ge=-1e6, le=1e6, allow_inf_nan=False)] = 0,
    stride: Annotated[int, Query(ge=1, le=16)] = 1,
    *,
    in_colour: Annotated[
        bool, Query(alias="colour", description="Red, green and blue by themselves; else the luma of the photo.")
    ] = False,
) -> PhotoKernel:
    return PhotoKernel(read_rows(kernel), bias, stride, in_colour)


@router.get(
    "/images/{image}/kernel.png",
    summary="The response of a photo to a kernel",
    tags=["arithmetic"],
    response_class=Png,
)
async def photo_kernel(
    request: Request,
    client: TheClient,
    image: ImageId,
    kernel: Annotated[PhotoKernel, Depends(_kernel)],
    colormap: Colormap = None,
) -> Png:
    """The photo is shrunk to at most 512 pixels and not padded. In colour, levels below 0 and above 255 are cut off;
    else headers tell the range of the colours.
    """
    headers = cache_headers(request)
    response = await client.wait(client.engine.photo_kernels.response(image, kernel))

    def draw() -> Drawing:
        return draw_colours(response.values) if kernel.in_colour else draw_values(response.values, None, colormap)

    key = PhotoKernelDrawingKey(image, kernel, colormap)
    return png(await client.wait(client.engine.results.draw(key, draw)), headers)

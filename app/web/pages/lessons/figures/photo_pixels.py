"""A few pixels of a photo as numbers: red, green and blue."""

import asyncio
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from app.lessons.figures.kind import FigureState
from app.lessons.figures.matrix import FigureMatrix, matrix_of
from app.web.deps import Client
from app.web.photo import photo_of

SIDE = 8  # pixels of the crop
PLANES = ("red", "green", "blue")


class PhotoPixelsState(FigureState):
    """The photo, and where the crop lies: per cent of the photo's width and height."""

    image: str = Field(default="", max_length=100)
    across: int = Field(default=50, ge=0, le=100)
    down: int = Field(default=50, ge=0, le=100)


@dataclass(frozen=True, slots=True)
class PhotoPixelsFigure:
    """The crop as colours and as three matrices; (width, height) of the photo, and the crop's left and top pixel."""

    photo: str
    size: tuple[int, int]
    left: int
    top: int
    side: int
    colours: tuple[tuple[str, ...], ...]
    planes: tuple[FigureMatrix, ...]


async def gather_photo_pixels(client: Client, state: PhotoPixelsState) -> PhotoPixelsFigure:
    """The pixels of the photo as it is stored; raises UnknownImage."""
    image = await photo_of(client, state.image)
    rgb = await asyncio.to_thread(client.engine.pictures.get, image)
    height, width = rgb.shape[:2]
    side = min(SIDE, height, width)
    left, top = round(state.across / 100 * (width - side)), round(state.down / 100 * (height - side))
    crop = rgb[top : top + side, left : left + side]
    return PhotoPixelsFigure(
        photo=f"api/v1/images/{image}.png?size=512",
        size=(width, height),
        left=left,
        top=top,
        side=side,
        colours=tuple(tuple("#{:02x}{:02x}{:02x}".format(*pixel) for pixel in row) for row in crop.tolist()),
        planes=tuple(matrix_of(name, crop[:, :, at].astype(np.float64)) for at, name in enumerate(PLANES)),
    )

"""Pictures: added by an upload, read back as PNG."""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app.engine.results import DrawingKey
from app.images.perturbations.change import Change, apply_changes, read_changes
from app.rendering.drawing import Drawing
from app.rendering.maps import draw_picture, shrink_picture
from app.web.api.params import PictureChanges, PictureFile, Size
from app.web.api.responses import Info, Png, png
from app.web.deps import ImageId, ImagePath, TheClient
from app.web.edge.etags import cache_headers

router = APIRouter(prefix="/api/v1")
PREVIEW = 4  # times the size of what is drawn: as many pixels a side are changed


class ImageInfo(Info):
    id: str = Field(description="The hash of the picture's upright RGB pixels.")
    width: int
    height: int
    format: str
    note: str | None = Field(description="What to know about the file, such as that it was cut off.")


@dataclass(frozen=True, slots=True)
class PictureKey(DrawingKey):
    """A stored picture."""

    image: str
    size: int | None
    changes: tuple[Change, ...]


@router.get("/images/{image}.png", summary="The stored photo", tags=["pictures"], response_class=Png)
async def picture(
    request: Request, client: TheClient, image: ImageId, size: Size = None, change: PictureChanges = ()
) -> Png:
    """With changes, the picture as they make it, which is not stored.

    With `size`, it is shrunk to four times that before they are applied: a preview, in which noise and the traces of
    JPEG are coarser than in the changed picture itself.
    """
    headers, changes = cache_headers(request), read_changes(change)
    pictures, results = client.engine.pictures, client.engine.results

    def draw() -> Drawing:
        rgb = pictures.get(image)
        if changes:
            rgb = apply_changes(shrink_picture(rgb, PREVIEW * size if size else None), changes)
        return draw_picture(rgb, size)

    handle = results.draw(PictureKey(image, size, changes), draw)
    return png(await client.wait(handle), headers)


@router.post("/images", status_code=201, summary="Upload a photo", tags=["pictures"])
async def add_image(response: Response, client: TheClient, file: PictureFile) -> ImageInfo:
    upload = await client.wait(client.engine.pictures.add(file.file.read))
    response.headers["Location"] = f"images/{upload.stored.id}.png"
    return ImageInfo.model_validate(upload.stored)


@router.delete("/images/{image}", status_code=204, summary="Delete a photo", tags=["pictures"])
async def delete_image(client: TheClient, image: ImagePath) -> None:
    """Delete a picture and all that was computed from it, whoever added it. It may be added again."""
    await asyncio.to_thread(client.engine.pictures.delete, image)

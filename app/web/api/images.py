"""Pictures: added by an upload, read back as PNG."""

from typing import Annotated

from fastapi import APIRouter, File, Request, Response, UploadFile
from pydantic import BaseModel, Field

from app.rendering.maps import draw_picture
from app.web.api.params import Side
from app.web.api.responses import Png, png
from app.web.deps import ImageId, TheEngine, finished
from app.web.edge.caching import pure

PictureFile = Annotated[
    UploadFile,
    File(description="A JPEG, PNG, WebP, GIF, BMP or TIFF picture; the first frame of an animation."),
]
router = APIRouter(prefix="/api/v1")


@router.get("/images/{image}.png", summary="The stored picture", tags=["pictures"], response_class=Png)
async def picture(request: Request, engine: TheEngine, image: ImageId, size: Side = None) -> Png:
    headers = pure(request)
    ticket = engine.draw(("picture", image, size), lambda: draw_picture(engine.picture(image), size).sized)
    return png(await finished(request, ticket), headers)


class ImageInfo(BaseModel):
    id: str = Field(description="The hash of the picture's upright RGB pixels.")
    width: int
    height: int
    format: str


@router.post("/images", status_code=201, summary="Add a picture", tags=["pictures"])
async def add_image(request: Request, response: Response, engine: TheEngine, file: PictureFile) -> ImageInfo:
    upload = await finished(request, engine.add_image(file.file.read))
    stored = upload.stored
    response.headers["Location"] = f"images/{stored.id}.png"
    return ImageInfo(id=stored.id, width=stored.width, height=stored.height, format=stored.format)

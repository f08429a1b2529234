"""Reading the one picture out of a multipart upload."""

from typing import Annotated

from fastapi import File, UploadFile

from app.errors import EmptyPicture

PictureFile = Annotated[
    UploadFile,
    File(description="A JPEG, PNG, WebP, GIF, BMP or TIFF picture; the first frame of an animation."),
]


async def picture_bytes(file: UploadFile) -> bytes:
    """The bytes of the uploaded picture, which the edge has already bounded; raises EmptyPicture."""
    data = await file.read()
    if not data:
        raise EmptyPicture("The file is empty. Send a JPEG, PNG, WebP, GIF, BMP or TIFF picture.")
    return data

"""The photo of a lesson: the reader's own, or a sample."""

from app.resources import STATIC
from app.web.deps import Client

DEFAULT_SAMPLE = "cat.jpg"


async def photo_of(client: Client, image: str, sample: str = DEFAULT_SAMPLE) -> str:
    """The id of the photo; without one, the file of a sample is stored.

    Raises:
        UnknownImage: there is no photo with this id.
    """
    if image:
        await client.require_picture(image)
        return image
    upload = await client.wait(client.engine.pictures.add((STATIC / "samples" / sample).read_bytes))
    return upload.stored.id

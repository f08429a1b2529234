"""The form that brings many pictures: a ZIP alone, or some files."""

from app.images.collections import Collection
from app.web.deps import Client
from app.web.file_form import receive_form


async def add_collection(client: Client) -> Collection:
    """Store the pictures that the client's form brings, as `Collections.add` does, and return their collection.

    Raises:
        InvalidRequest: the form is invalid, or has no picture that can be read.
        TooLarge: there are too many files or bytes.
        StorageFull: there is no room.
        Overloaded: too many bytes are arriving.
    """
    collections, length = client.engine.collections, client.request.headers.get("content-length")
    with collections.uploads.incoming(None if length is None else int(length)) as incoming:
        await receive_form(client.request, incoming)
        return await client.wait(collections.add(incoming))

"""The form that brings many pictures, a ZIP alone or some files: for a collection, or for a data set."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from app.engine.experiments.picture_uploads import IncomingPictures, PictureUploads
from app.images.collections import Collection
from app.web.deps import Client
from app.web.file_form import received_form
from app.work.job import JobHandle

T = TypeVar("T")


async def add_collection(client: Client) -> Collection:
    """Store the pictures that the client's form brings, as `Collections.add` does, and return their collection.

    Raises:
        InvalidRequest: the form is invalid, or has no picture that can be read.
        TooLarge: there are too many files or bytes.
        StorageFull: there is no room.
        Overloaded: too many bytes are arriving.
    """
    collections = client.engine.collections
    return (await _receive(client, collections.uploads, collections.add))[0]


async def add_data_set(client: Client) -> tuple[str, Mapping[str, str]]:
    """Store the photos of the client's form as `DataSets.add` does; the id of their data set, and the form's fields.

    Raises as `add_collection` does; no photo is read yet.
    """
    data_sets = client.engine.data_sets
    return await _receive(client, data_sets.uploads, data_sets.add)


async def _receive(
    client: Client, uploads: PictureUploads, add: Callable[[IncomingPictures], JobHandle[T]]
) -> tuple[T, Mapping[str, str]]:
    async with received_form(client.request, uploads.incoming) as (incoming, fields):
        return await client.wait_to_the_end(add(incoming)), fields

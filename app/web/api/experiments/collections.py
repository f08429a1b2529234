"""Collections of pictures: added as a ZIP or as files, read back, deleted."""

import asyncio
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from app.images.collections import Collection
from app.web.api.responses import Info
from app.web.collection_form import add_collection
from app.web.deps import TheClient
from app.web.file_form import FORM

router = APIRouter(prefix="/api/v1")
TAGS: list[str | Enum] = ["experiments"]
FILES_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "description": "A ZIP alone, or up to 200 pictures. The last folder in a picture's name is "
                            "that of its class, as in `golf ball/1.jpg`.",
                            "examples": ["photos.zip"],
                        }
                    },
                }
            }
        },
    }
}


class CollectionPictureInfo(Info):
    id: str | None = Field(description="The id of the stored picture, its longer side at most 1024; null if not read.")
    name: str = Field(description="The name of its file, without folders.")
    folder: str = Field(description="The folder that its file lies in; empty if in none.")
    problem: str | None = Field(description="Why the file was not read; null if it was.")


class CollectionInfo(Info):
    """Whoever has the id has the collection. It expires, as its pictures do, some time after its last use."""

    id: str = Field(description="A hash of the pictures, their names and their folders.")
    pictures: list[CollectionPictureInfo]


CollectionPath = Annotated[str, Path(alias="collection", description="A collection's id, as it was added with.")]


async def _collection(client: TheClient, identity: CollectionPath) -> Collection:
    return await asyncio.to_thread(client.engine.collections.get, identity)


TheCollection = Annotated[Collection, Depends(_collection)]


@router.post("/collections", status_code=201, summary="Upload many photos", tags=TAGS, openapi_extra=FILES_FORM)
async def add(client: TheClient, response: Response) -> CollectionInfo:
    """Store up to 200 pictures. A file that can't be read has a `problem`, and spoils no other."""
    collection = await add_collection(client)
    response.headers["Location"] = f"collections/{collection.id}"
    return CollectionInfo.model_validate(collection)


@router.get("/collections/{collection}", summary="The photos of a collection", tags=TAGS)
async def read(collection: TheCollection) -> CollectionInfo:
    return CollectionInfo.model_validate(collection)


@router.delete("/collections/{collection}", status_code=204, summary="Delete a collection", tags=TAGS)
async def delete(client: TheClient, identity: CollectionPath) -> None:
    """Delete a collection, whoever added it. Its pictures stay until they expire or are deleted by themselves."""
    await asyncio.to_thread(client.engine.collections.delete, identity)

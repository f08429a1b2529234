"""Data sets: thousands of photos for jobs, added as a ZIP or as files, looked up, deleted."""

import asyncio
from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from app.engine.engine import Engine
from app.web.api.experiments.collections import FILES_FORM
from app.web.api.responses import Info
from app.web.collection_form import add_data_set
from app.web.deps import TheClient

router = APIRouter(prefix="/api/v1", tags=["jobs"])
DataSetPath = Annotated[str, Path(alias="data_set", description="A data set's id, as it was added with.")]


class DataSetFolderInfo(Info):
    name: str = Field(description="The folder that photos lie in, which names their class; empty if they lie in none.")
    photos: int


class DataSetInfo(Info):
    """Whoever has the id has the data set. It expires some time after its last use."""

    id: str = Field(description="A hash of its ZIP.")
    photos: int
    folders: list[DataSetFolderInfo]


@router.post("/data-sets", status_code=201, summary="Upload a data set", openapi_extra=FILES_FORM)
async def add(client: TheClient, response: Response) -> DataSetInfo:
    """Store up to 10,000 photos: a ZIP as it comes, files packed into one. A photo is read when a job comes to it."""
    identity, _ = await add_data_set(client)
    response.headers["Location"] = f"data-sets/{identity}"
    return await asyncio.to_thread(_info, client.engine, identity)


@router.get("/data-sets/{data_set}", summary="What is in a data set")
async def read(client: TheClient, identity: DataSetPath) -> DataSetInfo:
    return await asyncio.to_thread(_info, client.engine, identity)


@router.delete("/data-sets/{data_set}", status_code=204, summary="Delete a data set")
async def delete(client: TheClient, identity: DataSetPath) -> None:
    """Delete a data set, whoever added it. The results of its jobs stay; their photos can't be seen any more."""
    await asyncio.to_thread(client.engine.data_sets.delete, identity)


def _info(engine: Engine, identity: str) -> DataSetInfo:
    with engine.data_sets.open(identity) as data_set:
        counts = Counter(photo.folder for photo in data_set.photos)
        folders = [DataSetFolderInfo(name=name, photos=count) for name, count in counts.items()]
        return DataSetInfo(id=identity, photos=len(data_set), folders=folders)

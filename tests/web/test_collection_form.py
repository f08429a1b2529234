"""An upload of many photos whose client goes away: what the job still reads and writes is deleted after it."""

import asyncio
from pathlib import Path
from threading import Event
from time import sleep
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from fastapi import Request

from app.engine.experiments.picture_uploads import IncomingPictures, PictureUploads
from app.errors import Cancelled
from app.web.collection_form import add_data_set
from app.web.deps import Client
from app.work.job import JobHandle
from app.work.runner import Runner, RunnerLimits
from app.work.stop import Stop

BODY = b'--x\r\nContent-Disposition: form-data; name="file"; filename="1.jpg"\r\n\r\nphoto\r\n--x--\r\n'
HEADERS = [(b"content-type", b"multipart/form-data; boundary=x"), (b"content-length", str(len(BODY)).encode())]


def test_the_files_of_a_client_that_leaves_stay_until_the_job_has_ended(tmp_path: Path) -> None:
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": BODY}, {"type": "http.disconnect"}]
    packed: list[bytes] = []
    runner, begun, left = Runner("slow", RunnerLimits(1, 1, 30)), Event(), Event()

    async def receive() -> dict[str, Any]:
        if len(messages) == 1:
            await asyncio.to_thread(begun.wait, 30)
        return messages.pop(0)

    def add(incoming: IncomingPictures) -> JobHandle[None]:
        def pack(stop: Stop) -> None:
            stop.on_set(left.set)
            begun.set()
            assert left.wait(30)
            sleep(0.2)  # in which the folder would be deleted
            packed.append(incoming.files[0][1].path.read_bytes())
            (incoming.folder / "packed.zip").touch()

        return runner.submit(object(), pack)

    data_sets = SimpleNamespace(uploads=PictureUploads(tmp_path / "incoming", 10, 1000), add=add)
    engine: Any = SimpleNamespace(data_sets=data_sets)
    client = Client(Request({"type": "http", "headers": HEADERS}, receive), engine)
    with pytest.raises(Cancelled):
        anyio.run(add_data_set, client)
    runner.close(30)
    assert packed == [b"photo"]
    assert list((tmp_path / "incoming").iterdir()) == []

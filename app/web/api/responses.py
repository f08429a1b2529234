"""Arrays over HTTP: NumPy's own file format, streamed, so that a layer of 400 MB is never copied whole."""

import io
from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from fastapi import Response
from fastapi.responses import StreamingResponse
from numpy.lib import format as npy_format
from pydantic import Field

from app.rendering.drawing import Drawing

BLOCK = 1 << 20
NPY: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/x-npy": {}}, "description": "A NumPy array file (NEP 1), float32, C order."}
}
Shape = Annotated[list[int], Field(description="Without the batch axis: [C, H, W] or [N].", examples=[[64, 56, 56]])]


def npy(array: npt.NDArray[np.float32], headers: dict[str, str]) -> StreamingResponse:
    """The array as a `.npy` file, format 1.0."""
    array = np.ascontiguousarray(array, dtype=np.float32)
    head = io.BytesIO()
    npy_format.write_array_header_1_0(head, npy_format.header_data_from_array_1_0(array))
    size = len(head.getvalue()) + array.nbytes
    return StreamingResponse(
        _blocks(head.getvalue(), array),
        media_type="application/x-npy",
        headers={**headers, "Content-Length": str(size)},
    )


def _blocks(head: bytes, array: npt.NDArray[np.float32]) -> Iterator[bytes]:
    yield head
    content = array.reshape(-1).view(np.uint8).data
    for begin in range(0, len(content), BLOCK):
        yield bytes(content[begin : begin + BLOCK])


class Png(Response):
    """A PNG, as OpenAPI shall call it."""

    media_type = "image/png"


def png(drawn: Drawing, headers: dict[str, str]) -> Png:
    return Png(drawn.png, headers=headers | drawn.headers)

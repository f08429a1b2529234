"""Convolve: a convolution or a pooling of typed numbers or of a photo, as numbers or as PNG."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.arithmetic.convolve import (
    WindowTask,
    convolution,
    pooling,
    read_kernels,
    read_movement,
    read_pair,
    transposed_convolution,
)
from app.arithmetic.matrix import read_array
from app.arithmetic.sliding import Maps
from app.engine.pictures import Pictures
from app.errors import InvalidRequest, TooLarge, UnsupportedFormat
from app.rendering.maps import draw_colours, draw_values, shrink
from app.web.api.params import TheMapStyle
from app.web.api.responses import Info, Png, png
from app.web.deps import TheClient

T = TypeVar("T")
router = APIRouter(prefix="/api/v1")
BODY_BYTES = 2_000_000
JSON_NUMBERS = 262_144
SOBEL = {"matrix": [[0, 0, 9, 9]] * 4, "kernel": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]}


class ConvolutionRequest(BaseModel):
    """A matrix or a photo, and the kernel or the pooling that slides over it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    matrix: str | list[Any] = Field(
        description="Rows of numbers (H, W), channels of them (C, H, W), or the id of a photo, whose red, green and "
        "blue channels have levels from 0 to 255."
    )
    kernel: list[Any] | None = Field(
        None,
        description="(kH, kW) for each channel by itself, (C, kH, kW) for all channels together, or one for each map "
        "of the result: (N, C / groups, kH, kW), transposed (C, N / groups, kH, kW). It is not flipped.",
    )
    pool: Literal["max", "average"] | None = Field(None, description="A pooling, in place of a kernel.")
    kernel_size: int | list[int] | None = Field(None, description="Of a pooling: one number, or [rows, columns].")
    count_include_pad: bool = Field(False, description="Whether an average counts the padding, as zeros.")
    bias: int | float | list[Any] = Field(0, description="One number, or one for each map of the result.")
    stride: int | list[int] = Field(1, description="One number, or [vertical, horizontal].")
    padding: Literal["same", "valid"] | int | list[int] = Field(
        0,
        description="One number, [vertical, horizontal], or [top, left, bottom, right], all of zeros; `same` for a "
        "result of the matrix's size divided by the stride, rounded up (ONNX's SAME_UPPER); `valid` for none. "
        "That of a transposed convolution is cut off from its result.",
    )
    dilation: int | list[int] = Field(1, description="One number, or [vertical, horizontal].")
    groups: int = Field(1, description="Groups of channels that are convolved by themselves.")
    transposed: bool = Field(False, description="A transposed convolution.")
    side: int | None = Field(
        None, ge=1, description="Shrink the photo first, by a whole number, until its longer side has at most this."
    )


class ResultSizeInfo(Info):
    """The size of the result as a formula with numbers."""

    rows: str = Field(examples=["(6 + 2 × 0 \N{MINUS SIGN} 3) / 1 + 1 = 4"])
    columns: str


class ResultPaddingInfo(Info):
    """The padding in cells; of a transposed convolution, the cells cut off from its result."""

    top: int
    left: int
    bottom: int
    right: int


class LeftOverInfo(Info):
    """The indices of the matrix's rows and columns that play no part in the result, because no window reads them."""

    rows: list[int]
    columns: list[int]


class ConvolutionInfo(Info):
    """The result in float64: (rows, columns), or (channels, rows, columns) where there may be several."""

    result: list[Any]
    output_shape: list[int]
    formula: ResultSizeInfo
    padding: ResultPaddingInfo
    left_over: LeftOverInfo
    operations: int = Field(description="Multiply-accumulates, padding included.")


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is computed; `is_flat` if the result has a single map, `is_colour` if its channels are red, green, blue."""

    task: WindowTask
    is_flat: bool
    is_colour: bool


BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": ConvolutionRequest.model_json_schema() | {"examples": [SOBEL]}}},
    }
}


@router.post(
    "/convolve",
    summary="Convolve or pool numbers or a photo",
    tags=["arithmetic"],
    response_model=ConvolutionInfo,
    openapi_extra=BODY,
)
async def convolve(request: Request, client: TheClient) -> Response:
    """At most 64,000,000 multiply-accumulates in float64, and 262,144 numbers of result."""
    content = await _answer(request, client, _json)
    return Response(content, media_type="application/json")


@router.post(
    "/convolve.png",
    summary="Convolve or pool numbers or a photo, as PNG",
    tags=["arithmetic"],
    response_class=Png,
    openapi_extra=BODY,
)
async def convolve_picture(request: Request, client: TheClient, style: TheMapStyle) -> Png:
    """All maps on one sheet and one scale, each number a square.

    The channels of a photo that are convolved one by one are drawn in colour, levels below 0 and above 255 cut off
    (`X-Scale-Clipped` is their share), unless a colour map is named.
    """

    def draw(question: Question) -> Png:
        result = question.task.compute()
        is_colour = question.is_colour and style.colormap is None
        return png(draw_colours(result) if is_colour else draw_values(result, style.size, style.colormap), {})

    return await _answer(request, client, draw)


async def _answer(request: Request, client: TheClient, answer: Callable[[Question], T]) -> T:
    """What `answer` makes of the question in the request's body, computed in the queue from its bytes on."""
    body, pictures = await _read_body(request), client.engine.pictures
    work = client.engine.results.drawing.submit(object(), lambda stop: answer(_question(body, pictures)))
    return await client.wait(work)


async def _read_body(request: Request) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedFormat("The request body must be JSON, with the header Content-Type: application/json.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_BYTES:
            raise TooLarge(f"The request body may have at most {BODY_BYTES:,} bytes.", max_bytes=BODY_BYTES)
    return bytes(body)


def _question(body: bytes, pictures: Pictures) -> Question:
    try:
        fields = ConvolutionRequest.model_validate_json(body)
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from error
    maps = _maps(fields, pictures)
    movement = read_movement(fields.stride, fields.padding, fields.dilation)
    is_single = maps.ndim == 2
    channels = maps.reshape(-1, *maps.shape[-2:])
    if fields.pool:
        _refuse(fields, "kernel", "bias", "groups", "transposed")
        if fields.kernel_size is None:
            raise InvalidRequest("A pooling needs the size of its window: kernel_size.")
        size = read_pair(fields.kernel_size, "kernel_size")
        task = pooling(channels, fields.pool, size, movement, counts_padding=fields.count_include_pad)
        return Question(task, is_single, isinstance(fields.matrix, str))
    _refuse(fields, "kernel_size", "count_include_pad")
    if fields.kernel is None:
        raise InvalidRequest("A kernel is needed, or a pooling: pool and kernel_size.")
    kernel = read_array(fields.kernel, "kernel", (2, 3, 4))
    bias = read_array(fields.bias if isinstance(fields.bias, list) else [fields.bias], "bias", (1,))
    kernels = read_kernels(kernel, bias, len(channels), fields.groups, is_transposed=fields.transposed)
    task = (transposed_convolution if fields.transposed else convolution)(channels, kernels, movement)
    is_flat = is_single if kernel.ndim == 2 else kernel.ndim == 3 and task.channels == 1
    return Question(task, is_flat, isinstance(fields.matrix, str) and kernel.ndim == 2)


def _maps(fields: ConvolutionRequest, pictures: Pictures) -> Maps:
    """The matrix, (H, W) or (C, H, W)."""
    if isinstance(fields.matrix, str):
        pictures.require(fields.matrix)
        levels = pictures.get(fields.matrix).transpose(2, 0, 1)
        return np.asarray(shrink(levels, fields.side), np.float64)
    _refuse(fields, "side")
    return read_array(fields.matrix, "matrix", (2, 3))


def _refuse(fields: ConvolutionRequest, *names: str) -> None:
    """Raises InvalidRequest for a field that was sent and plays no part, which would be left out without a word."""
    for name in fields.model_fields_set & set(names):
        raise InvalidRequest(f"{name} plays no part here: leave it out.", field=name)


def _json(question: Question) -> bytes:
    task = question.task
    count = task.channels * task.result_size[0] * task.result_size[1]
    if count > JSON_NUMBERS:
        raise InvalidRequest(
            f"The result has {count:,} numbers, JSON at most {JSON_NUMBERS:,}: ask for convolve.png or a smaller side.",
            most=JSON_NUMBERS,
        )
    result = task.compute()
    result = result[0] if question.is_flat else result
    pads = dict(zip(("top", "left", "bottom", "right"), task.window.pads, strict=True))
    info = ConvolutionInfo(
        result=result.tolist(),
        output_shape=list(result.shape),
        formula=ResultSizeInfo(rows=task.formulas[0], columns=task.formulas[1]),
        padding=ResultPaddingInfo(**pads),
        left_over=LeftOverInfo(rows=task.left_over[0], columns=task.left_over[1]),
        operations=task.operations,
    )
    return info.model_dump_json().encode()

"""Responses to inference: JSON, with the numbers of the outputs in it or as bytes behind it."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from fastapi import Response

from app.errors import NonFinite
from app.nets.serving.signature import DATATYPE_OF, NamedArrays

JSON_LENGTH = "Inference-Header-Content-Length"


def write_response(fields: Mapping[str, Any], arrays: NamedArrays, outputs: Mapping[str, bool]) -> Response:
    """The response with these fields and outputs; `outputs` says of each whether it is sent as bytes.

    Raises:
        NonFinite: numbers that are NaN or infinite are wanted as JSON, which has no such numbers.
    """
    described, parts = [], []
    for name, is_binary in outputs.items():
        array = arrays[name]
        output: dict[str, Any] = {"name": name, "datatype": DATATYPE_OF[array.dtype], "shape": list(array.shape)}
        if is_binary:
            content = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
            output["parameters"] = {"binary_data_size": content.nbytes}
            parts.append(content.tobytes())
        else:
            output["data"] = _json_data(name, array)
        described.append(output)
    text = json.dumps({**fields, "outputs": described}, allow_nan=False).encode()
    if not parts:
        return Response(text, media_type="application/json")
    headers = {JSON_LENGTH: str(len(text))}
    return Response(b"".join((text, *parts)), media_type="application/octet-stream", headers=headers)


def _json_data(name: str, array: npt.NDArray[Any]) -> list[Any]:
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise NonFinite(f"The output {name[:80]} has numbers that are not finite, which JSON has not: ask for bytes.")
    numbers: list[Any] = array.reshape(-1).tolist()
    return numbers

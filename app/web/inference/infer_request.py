"""Requests for inference: JSON, with the numbers of the input tensor in it or as bytes behind it."""

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from app.errors import InvalidRequest
from app.nets.serving.signature import NamedTensor, Signature

MAX_JSON_BYTES = 8_000_000  # of a request, without the bytes behind it
MAX_JSON_NUMBERS = 200_000  # of a response
MAX_ID = 200  # characters
MAX_DIGITS = 16  # of a length
MAX_QUOTED = 80  # characters of a stranger's text in a message
NUMBER_KINDS = {"f": "iuf", "i": "iu", "u": "iu", "b": "b"}  # of JSON numbers, by the kind of the type they become
JSON_NUMBER_BYTES = 26  # of a number as text, at most

JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InferRequest:
    """The input tensor, and by the name of each wanted output whether it is sent as bytes."""

    id: str | None
    tensor: npt.NDArray[Any]
    outputs: Mapping[str, bool]

    def response_bytes(self, signature: Signature) -> int:
        """How many bytes the wanted outputs take, about."""
        sizes = ((signature.outputs[name], binary) for name, binary in self.outputs.items())
        return sum(each.nbytes if binary else each.size * JSON_NUMBER_BYTES for each, binary in sizes)


def max_request_bytes(signature: Signature) -> int:
    """The most that a request for this signature needs."""
    return MAX_JSON_BYTES + signature.input.nbytes


def read_json_length(header: str | None, length: int) -> int:
    """How many bytes of a body are JSON: all, unless the header says otherwise; raises InvalidRequest."""
    if header is None:
        return length
    end = int(header) if header.isascii() and header.isdigit() and len(header) < MAX_DIGITS else -1
    if not 0 <= end <= length:
        raise InvalidRequest("Inference-Header-Content-Length is the number of bytes of JSON before the binary data.")
    return end


def read_request(body: bytes, json_length: int, signature: Signature) -> InferRequest:
    """Read the body of a request, of which the first `json_length` bytes are JSON.

    Raises:
        InvalidRequest: it is not what the protocol and the signature demand; the message says what it should be.
    """
    fields = _object(_parse(body[:json_length]), "The request")
    identity = fields.get("id")
    if identity is not None and not (isinstance(identity, str) and len(identity) <= MAX_ID):
        raise InvalidRequest(f"The id of a request is a text of at most {MAX_ID} characters.")
    parameters = _parameters(fields, {"binary_data_output"}, "the request")
    tensor = _input(fields.get("inputs"), memoryview(body)[json_length:], signature.input)
    outputs = _outputs(fields.get("outputs"), signature, _flag(parameters, "binary_data_output", False))
    numbers = sum(signature.outputs[name].size for name, binary in outputs.items() if not binary)
    if numbers > MAX_JSON_NUMBERS:
        raise InvalidRequest(
            f"The outputs have {numbers:,} numbers, as JSON at most {MAX_JSON_NUMBERS:,} are sent. Name the outputs "
            "that you need, or ask for bytes with the parameter binary_data_output."
        )
    return InferRequest(identity, tensor, outputs)


def _quoted(text: str) -> str:
    """A stranger's text as a message quotes it: short, and without halves of characters, which can't be sent."""
    return text[:MAX_QUOTED].encode("utf-8", "replace").decode()


def _parse(text: bytes) -> Any:
    if len(text) > MAX_JSON_BYTES:
        raise InvalidRequest(
            f"The JSON of a request has at most {MAX_JSON_BYTES:,} bytes. Send the numbers as binary data behind it."
        )
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (RecursionError, ValueError) as error:
        raise InvalidRequest("The request is not valid JSON, which has no NaN and no infinity.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _object(value: Any, what: str) -> JsonObject:
    if not isinstance(value, dict):
        raise InvalidRequest(f"{what} is not a JSON object.")
    return value


def _parameters(fields: JsonObject, known: Set[str], what: str) -> JsonObject:
    """The parameters of a part of the request. Others than the known ones would be ignored, so they are refused."""
    parameters = _object(fields.get("parameters") or {}, f"The field parameters of {what}")
    for name in parameters:
        if name.startswith("shared_memory"):
            raise InvalidRequest("Shared memory is not supported: send the tensors as binary data.")
        if name not in known:
            raise InvalidRequest(f"The parameter {_quoted(name)} of {what} is not supported.")
    return parameters


def _flag(parameters: JsonObject, name: str, default: bool) -> bool:
    value = parameters.get(name, default)
    if not isinstance(value, bool):
        raise InvalidRequest(f"The parameter {name} is true or false.")
    return value


def _input(inputs: Any, binary: memoryview, expected: NamedTensor) -> npt.NDArray[Any]:
    name = _quoted(expected.name)
    if not isinstance(inputs, list) or len(inputs) != 1:
        raise InvalidRequest(f"The field inputs is a list of one input, {name}.")
    fields = _object(inputs[0], "The input")
    if fields.get("name") != expected.name:
        raise InvalidRequest(f"The name of the input is {name}.")
    if fields.get("datatype") != expected.datatype:
        raise InvalidRequest(f"The datatype of the input {name} is {expected.datatype}.")
    if fields.get("shape") != list(expected.shape):
        raise InvalidRequest(f"The shape of the input {name} is {list(expected.shape)}.")
    size = _parameters(fields, {"binary_data_size"}, f"the input {name}").get("binary_data_size")
    if size is None:
        if len(binary):
            raise InvalidRequest(f"{len(binary):,} bytes of binary data belong to no input.")
        return _json_numbers(fields.get("data"), expected)
    if "data" in fields:
        raise InvalidRequest(f"The input {name} has data and binary_data_size: only one of them is possible.")
    if size != expected.nbytes or len(binary) != expected.nbytes:
        raise InvalidRequest(f"The input {name} takes {expected.nbytes:,} bytes of binary data.")
    return np.frombuffer(binary, expected.dtype).reshape(expected.shape).astype(expected.dtype.newbyteorder("="))


def _json_numbers(data: Any, expected: NamedTensor) -> npt.NDArray[Any]:
    """The numbers of a list, flat or nested as the shape says. Those that the type can't represent are refused."""
    try:
        given = np.asarray(data if isinstance(data, list) else None)
    except ValueError:  # lists of different lengths, or nested too deeply
        given = np.empty(0, object)
    shapes = expected.shape, (expected.size,)
    if given.shape not in shapes or given.dtype.kind not in NUMBER_KINDS[expected.dtype.kind]:
        raise InvalidRequest(
            f"The data of the input {_quoted(expected.name)} is a list of {expected.size:,} {expected.datatype} "
            "numbers, flat or nested as its shape says."
        )
    with np.errstate(over="ignore"):
        values = given.astype(expected.dtype.newbyteorder("="))
    is_exact = np.isfinite(values).all() if values.dtype.kind == "f" else (values == given).all()
    if not is_exact:
        raise InvalidRequest(f"The input {_quoted(expected.name)} has a number that is no {expected.datatype}.")
    return values.reshape(expected.shape)


def _outputs(outputs: Any, signature: Signature, default: bool) -> dict[str, bool]:
    """The wanted outputs, all where none is named, and whether each is sent as bytes."""
    if not outputs and (outputs is None or isinstance(outputs, list)):
        return dict.fromkeys(signature.outputs, default)
    if not isinstance(outputs, list):
        raise InvalidRequest("The field outputs is a list.")
    wanted: dict[str, bool] = {}
    for each in outputs:
        fields = _object(each, "An output")
        name = fields.get("name")
        if not isinstance(name, str) or name not in signature.outputs:
            raise InvalidRequest(f"There is no output {_quoted(str(name))}. The model's metadata lists them.")
        if name in wanted:
            raise InvalidRequest(f"The output {_quoted(name)} is named twice.")
        parameters = _parameters(fields, {"binary_data"}, f"the output {_quoted(name)}")
        wanted[name] = _flag(parameters, "binary_data", default)
    return wanted

"""Requests for inference as the protocol has them, and what is refused, in words."""

import json
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidRequest
from app.nets.serving.signature import NamedTensor, Signature
from app.web.inference.infer_request import (
    MAX_JSON_BYTES,
    MAX_JSON_NUMBERS,
    max_request_bytes,
    read_json_length,
    read_request,
)

OUTPUTS = {
    "scores": NamedTensor("scores", "FP32", (1, 3)),
    "maps": NamedTensor("maps", "FP32", (1, MAX_JSON_NUMBERS)),
}
NUMBERS = [0.1, -2.5, 3e-8, 4]


def signature(datatype: str = "FP32") -> Signature:
    return Signature("outputs", NamedTensor("x", datatype, (1, 2, 2)), OUTPUTS, {name: name for name in OUTPUTS})


def fields(datatype: str = "FP32", **changes: Any) -> dict[str, Any]:
    """A request for the scores; `changes` are those of its input."""
    given_input = {"name": "x", "shape": [1, 2, 2], "datatype": datatype, "data": NUMBERS, **changes}
    return {"inputs": [given_input], "outputs": [{"name": "scores"}]}


def read(request: Any, binary: bytes = b"", datatype: str = "FP32") -> Any:
    text = json.dumps(request).encode()
    return read_request(text + binary, len(text), signature(datatype))


@pytest.mark.parametrize("data", [NUMBERS, [[NUMBERS[:2], NUMBERS[2:]]]], ids=["flat", "nested"])
def test_numbers_in_json_become_the_nearest_ones_of_the_type(data: list[Any]) -> None:
    request = read(fields(data=data))
    np.testing.assert_array_equal(request.tensor, np.array(NUMBERS, np.float32).reshape(1, 2, 2))
    assert request.outputs == {"scores": False}


@pytest.mark.parametrize("datatype", ["FP16", "FP32", "FP64", "UINT8", "INT64"])
def test_binary_data_is_taken_bit_for_bit(datatype: str) -> None:
    sent = np.arange(4, dtype=signature(datatype).input.dtype)
    if datatype.startswith("FP"):
        sent[:2] = np.nan, -np.inf
    request = fields(datatype, parameters={"binary_data_size": sent.nbytes})
    del request["inputs"][0]["data"]
    tensor = read(request, sent.tobytes(), datatype).tensor
    assert (tensor.tobytes(), tensor.shape) == (sent.tobytes(), (1, 2, 2))
    assert tensor.flags.aligned


def test_all_outputs_are_wanted_where_none_is_named() -> None:
    request = {**fields(), "parameters": {"binary_data_output": True}, "id": "42"}
    del request["outputs"]
    assert read(request).outputs == {"scores": True, "maps": True}
    assert read(request).id == "42"


def test_an_output_says_for_itself_whether_it_is_binary() -> None:
    request = {**fields(), "parameters": {"binary_data_output": True}}
    request["outputs"] = [{"name": "scores", "parameters": {"binary_data": False}}, {"name": "maps"}]
    assert read(request).outputs == {"scores": False, "maps": True}


def test_the_size_of_a_response_is_that_of_its_numbers_as_bytes_or_as_text() -> None:
    request = read({**fields(), "outputs": [{"name": "scores"}, {"name": "maps", "parameters": {"binary_data": True}}]})
    longest = len(json.dumps([float(np.float32(-1.1754944e-38))] * 3).encode())
    assert longest <= request.response_bytes(signature()) - 4 * MAX_JSON_NUMBERS <= 2 * longest


@pytest.mark.parametrize(
    ("request_fields", "words"),
    [
        ([], "not a JSON object"),
        ({**fields(), "id": 7}, "id"),
        ({**fields(), "id": "x" * 201}, "at most 200"),
        ({**fields(), "parameters": {"sequence_id": 3}}, "sequence_id"),
        ({**fields(), "parameters": {"binary_data_output": 1}}, "true or false"),
        ({}, "list of one input, x"),
        ({"inputs": [fields()["inputs"][0]] * 2}, "list of one input, x"),
        (fields(name="y"), "name of the input is x"),
        (fields(datatype="INT64"), "datatype of the input x is FP32"),
        (fields(datatype="BYTES"), "datatype of the input x is FP32"),
        (fields(shape=[4, 1]), r"shape of the input x is \[1, 2, 2\]"),
        (fields(shape=[-1, 10**30]), r"shape of the input x is \[1, 2, 2\]"),
        (fields(data=NUMBERS[:3]), "list of 4 FP32"),
        (fields(data=[[1, 2], [3]]), "list of 4 FP32"),
        (fields(data=["1", "2", "3", "4"]), "list of 4 FP32"),
        (fields(data=[10**40] * 4), "list of 4 FP32"),
        (fields(data=[1e39, 0, 0, 0]), "no FP32"),
        (fields(parameters={"binary_data_size": 16}), "only one of them"),
        (fields(parameters={"shared_memory_region": "r"}), "Shared memory is not supported"),
        ({**fields(), "outputs": "scores"}, "outputs is a list"),
        ({**fields(), "outputs": {}}, "outputs is a list"),
        ({**fields(), "outputs": [{"name": "logits"}]}, "no output logits"),
        ({**fields(), "outputs": [{"name": "x" * 99}]}, "no output x{80}[.]"),
        ({**fields(), "outputs": [{"name": "scores"}] * 2}, "named twice"),
        ({**fields(), "outputs": [{"name": "scores", "parameters": {"classification": 3}}]}, "classification"),
        ({**fields(), "outputs": []}, "200,003 numbers"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(request_fields: Any, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        read(request_fields)


def test_integers_of_the_type_are_taken_as_they_are() -> None:
    assert read(fields("UINT8", data=[0, 255, 3, 4]), datatype="UINT8").tensor.tolist() == [[[0, 255], [3, 4]]]


@pytest.mark.parametrize("number", [-1, 256, 1.5])
def test_integers_are_not_wrapped_or_rounded(number: float) -> None:
    with pytest.raises(InvalidRequest, match="UINT8"):
        read(fields("UINT8", data=[number, 0, 0, 0]), datatype="UINT8")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"id": NaN}', "not valid JSON"),
        (b'{"id": "\xff"}', "not valid JSON"),
        (b" " * (MAX_JSON_BYTES + 1), "at most 8,000,000 bytes"),
        (b'{"inputs": [{"name": "\\ud800"}]}', "name of the input is x"),
    ],
)
def test_bodies_that_are_no_requests_are_refused(body: bytes, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        read_request(body, len(body), signature())


@pytest.mark.parametrize(("said", "sent"), [(16, 15), (16, 17), (15, 16), (0, 0), ("16", 16)])
def test_binary_data_has_the_bytes_of_the_tensor(said: object, sent: int) -> None:
    request = fields(parameters={"binary_data_size": said})
    del request["inputs"][0]["data"]
    with pytest.raises(InvalidRequest, match="takes 16 bytes of binary data"):
        read(request, bytes(sent))


def test_limits_are_the_most_that_is_possible() -> None:
    assert read({**fields(), "id": "x" * 200, "outputs": [{"name": "maps"}]}).outputs == {"maps": False}
    assert max_request_bytes(signature()) == MAX_JSON_BYTES + 16


def test_binary_data_of_no_input_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="2 bytes of binary data belong to no input"):
        read(fields(), b"12")


def test_the_header_says_where_the_json_ends() -> None:
    assert (read_json_length(None, 10), read_json_length("0", 10), read_json_length("10", 10)) == (10, 0, 10)
    for header in ("11", "-1", "1.0", "", "x", "\u0661", "9" * 5_000):
        with pytest.raises(InvalidRequest, match="Inference-Header-Content-Length"):
            read_json_length(header, 10)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100)
@given(part=st.sampled_from(["inputs", "outputs", "id", "parameters", "name", "shape", "data"]), value=JSON)
def test_any_other_value_of_a_field_is_read_or_refused(part: str, value: Any) -> None:
    request = fields(**{part: value}) if part in fields()["inputs"][0] else {**fields(), part: value}
    with suppress(InvalidRequest):
        assert read(request).tensor.shape == (1, 2, 2)

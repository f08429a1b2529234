"""Responses to inference: numbers as JSON, or as bytes behind it."""

import json

import numpy as np
import pytest

from app.errors import NonFinite
from app.web.inference.infer_response import JSON_LENGTH, write_response

ARRAYS = {"a": np.array([[0.1, -2]], np.float32), "b": np.array([True, False]), "c": np.array([np.nan, 1])}


def test_outputs_are_json_or_bytes_in_their_order() -> None:
    response = write_response({"id": "7"}, ARRAYS, {"c": True, "b": False, "a": True})
    length = int(response.headers[JSON_LENGTH])
    assert json.loads(bytes(response.body[:length])) == {
        "id": "7",
        "outputs": [
            {"name": "c", "datatype": "FP64", "shape": [2], "parameters": {"binary_data_size": 16}},
            {"name": "b", "datatype": "BOOL", "shape": [2], "data": [True, False]},
            {"name": "a", "datatype": "FP32", "shape": [1, 2], "parameters": {"binary_data_size": 8}},
        ],
    }
    assert bytes(response.body[length:]) == ARRAYS["c"].tobytes() + ARRAYS["a"].tobytes()


def test_a_float_as_json_is_the_same_one_when_it_is_read() -> None:
    response = write_response({}, ARRAYS, {"a": False})
    assert JSON_LENGTH not in response.headers
    (output,) = json.loads(bytes(response.body))["outputs"]
    assert np.array(output["data"], np.float32).tobytes() == ARRAYS["a"].tobytes()


def test_what_json_does_not_have_is_refused() -> None:
    with pytest.raises(NonFinite, match="ask for bytes"):
        write_response({}, ARRAYS, {"c": False})

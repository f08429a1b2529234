"""Whether a tensor has all of its elements: what onnx writes has, and one more or fewer is noticed."""

import pytest
from onnx import TensorProto, helper, numpy_helper

from app.errors import NetworkError
from app.sandbox.checks.tensors import has_all_elements

TYPES = sorted(set(TensorProto.DataType.values()) - {TensorProto.UNDEFINED})
NUMBERS = [each for each in TYPES if each != TensorProto.STRING]
ELEMENTS = 5


def tensor(data_type: int) -> TensorProto:
    if data_type == TensorProto.STRING:
        return TensorProto(data_type=data_type, dims=[ELEMENTS], string_data=[b"a"] * ELEMENTS)
    return helper.make_tensor("t", data_type, [ELEMENTS], [1] * ELEMENTS)


@pytest.mark.parametrize("data_type", TYPES, ids=TensorProto.DataType.Name)
def test_lists_of_every_type_are_complete(data_type: int) -> None:
    assert has_all_elements(tensor(data_type), ELEMENTS)
    assert not has_all_elements(tensor(data_type), 2 * ELEMENTS)


@pytest.mark.parametrize("data_type", NUMBERS, ids=TensorProto.DataType.Name)
def test_raw_data_of_every_type_is_complete(data_type: int) -> None:
    raw = numpy_helper.from_array(numpy_helper.to_array(tensor(data_type))).raw_data
    for content, is_complete in ((raw, True), (raw + b"1", False), (raw[:-1], False)):
        made = TensorProto(data_type=data_type, raw_data=content)
        assert has_all_elements(made, ELEMENTS) == is_complete


def test_a_segment_of_a_tensor_is_not_complete() -> None:
    part = tensor(TensorProto.FLOAT)
    part.segment.begin = 0
    assert not has_all_elements(part, ELEMENTS)


def test_an_empty_tensor_needs_no_bytes() -> None:
    assert has_all_elements(TensorProto(data_type=TensorProto.FLOAT), 0)


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(NetworkError, match="unknown type"):
        has_all_elements(TensorProto(data_type=99, raw_data=bytes(8)), 2)

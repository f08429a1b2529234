"""The structure of a file: what is counted, and where each limit lies, on files that onnx writes."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper

from app.errors import NetworkError
from app.sandbox.checks.structure import StructureLimits, check_structure
from tests.sandbox.hostile.corpus import integers, model, node

LARGE = 10_000


def check(made: onnx.ModelProto, **limits: int) -> None:
    check_structure(made.SerializeToString(), StructureLimits(**limits))


def test_weights_in_the_file_count_nothing() -> None:
    array = np.zeros(LARGE, np.float32)
    listed = TensorProto(name="v", dims=[LARGE], data_type=TensorProto.FLOAT, float_data=array)
    check(model([node("Add", "w v")], numpy_helper.from_array(array, "w"), listed), rest_bytes=1000)


@pytest.mark.parametrize("kind", ["constant", "integers", "texts"])
def test_everything_else_that_is_large_counts(kind: str) -> None:
    nodes = [node("Relu", "x")]
    if kind == "constant":
        nodes.append(node("Constant", "", "c", value=numpy_helper.from_array(np.zeros(LARGE, np.float32))))
    made = model(nodes, *([integers("i", *range(LARGE))] if kind == "integers" else []))
    if kind == "texts":
        made.doc_string = "x" * LARGE
    check(made)
    with pytest.raises(NetworkError, match="too much data outside its weights"):
        check(made, rest_bytes=1000)


def test_lists_of_integers_have_a_limit_of_their_own() -> None:
    with pytest.raises(NetworkError, match="too much data"):
        check(model([node("Relu", "x")], integers("i", *range(LARGE))), integer_bytes=1000)


def test_texts_of_operators_and_unknown_fields_are_no_integers() -> None:
    made = model([node("Own", "x", text="t" * LARGE)], TensorProto(name="s", string_data=[b"s" * LARGE]))
    unknown = bytes([15 << 3 | 2, 100]) + bytes(100)
    check_structure(made.SerializeToString() + unknown, StructureLimits(integer_bytes=0))


@pytest.mark.parametrize(
    ("name", "why"), [(b"Re\xffu", "a name that is not UTF-8"), (b"Re\0u", "a name with a null character")]
)
def test_names_are_texts(name: bytes, why: str) -> None:
    made = model([node("Relu", "x")]).SerializeToString()
    with pytest.raises(NetworkError) as refusal:
        check_structure(made.replace(b"Relu", name), StructureLimits())
    assert refusal.value.message == f"The ONNX file is broken: it has {why}."


def test_limits_are_the_most_that_is_possible() -> None:
    texts = onnx.ModelProto(ir_version=8, doc_string="x" * 70, producer_name="y" * 30)
    for made, name, most in (
        (texts, "rest_bytes", 100),
        (texts, "fields", 3),
        (onnx.ModelProto(training_info=[onnx.TrainingInfoProto()]), "depth", 2),
        (model([node("Relu", "x")], integers("i", *[1] * 60)), "integer_bytes", 60),
    ):
        check(made, **{name: most})
        with pytest.raises(NetworkError):
            check(made, **{name: most - 1})


def test_names_are_short_and_texts_may_be_long() -> None:
    made = model([node("Relu", "x", name="n" * 100)])
    made.metadata_props.add(key="author", value="a" * 1000)
    check(made, name_bytes=100, text_bytes=1000)
    with pytest.raises(NetworkError, match="a name of more than 99 bytes"):
        check(made, name_bytes=99, text_bytes=1000)
    with pytest.raises(NetworkError, match="a text of more than 999 bytes"):
        check(made, name_bytes=100, text_bytes=999)


def test_fields_of_all_messages_count() -> None:
    made = model([node("Relu", "x", f"y{index}") for index in range(100)])
    check(made, fields=100 * 4 + 40)  # a node, its operator, its input and its output
    with pytest.raises(NetworkError, match="too many parts"):
        check(made, fields=100 * 4)


def test_depth_is_that_of_messages() -> None:
    made = model([node("Relu", "x")])
    check(made, depth=7)  # model, graph, input, type, tensor type, shape, axis
    with pytest.raises(NetworkError, match="nested too deep"):
        check(made, depth=6)


def test_an_unknown_field_is_counted_and_not_opened() -> None:
    made = model([node("Relu", "x")]).SerializeToString()
    check_structure(made + bytes([15 << 3 | 2, 3]) + b"\xff\xff\xff", StructureLimits())


def test_groups_are_refused() -> None:
    with pytest.raises(NetworkError, match="not an ONNX model"):
        check_structure(model([node("Relu", "x")]).SerializeToString() + bytes([15 << 3 | 3]), StructureLimits())

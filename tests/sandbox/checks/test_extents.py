"""Sizes that a file states or asks for: the largest that pass, and one beyond; ordinary networks ask for little."""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import AttributeProto, TensorProto, defs, helper, numpy_helper

from app.errors import NetworkError
from app.nets.reading.model_file import SHAPE_MISMATCH
from app.sandbox.checks.extents import MAX_AXES, MAX_LISTED, ExtentLimits, Extents
from app.sandbox.gate import GateLimits
from tests.sandbox.hostile.corpus import floats, integers, model, node

SIDE = 1000
LIMITS = ExtentLimits(elements=SIDE * SIDE, side=SIDE)
KERNEL = numpy_helper.from_array(np.ones((3, 3, 3, 3), np.float32), "w")


def check(made: onnx.ModelProto) -> None:
    Extents(LIMITS).check_graph(made.graph)


def convolution(op: str, **attributes: Any) -> onnx.ModelProto:
    return model([node(op, "x w", **attributes)], KERNEL)


REQUESTS = {
    "expand": lambda side: model([node("Expand", "x s")], integers("s", 1, 1, SIDE, side)),
    "fill": lambda side: model([node("ConstantOfShape", "s")], integers("s", SIDE, side)),
    "reshape": lambda side: model([node("Reshape", "x s")], integers("s", SIDE, side, -1)),
    "old reshape": lambda side: model([node("Reshape", "x", shape=[SIDE, side, 0])], opset=4),
    "tile": lambda side: model([node("Tile", "x s")], integers("s", 1, 1, SIDE, side)),
    "resize": lambda side: model([node("Resize", "x roi s")], floats("s", 1, 1, SIDE, side), floats("roi")),
    "old upsample": lambda side: model([node("Upsample", "x", scales=[1.0, 1.0, SIDE, side])], opset=7),
    "pad": lambda side: model([node("Pad", "x s")], integers("s", 0, 0, SIDE - 1, 0, 0, 0, 0, side - 1)),
    "first upsample": lambda side: model([node("Upsample", "x", height_scale=SIDE, width_scale=float(side))], opset=1),
    "old pad": lambda side: model([node("Pad", "x", pads=[0, 0, SIDE - 1, 0, 0, 0, 0, side - 1])], opset=9),
    "pads of a convolution": lambda side: convolution("Conv", pads=[SIDE - 1, 0, 0, side - 1]),
    "strides": lambda side: convolution("ConvTranspose", strides=[SIDE, side]),
    "output": lambda side: convolution("ConvTranspose", output_shape=[SIDE, side]),
    "kernel": lambda side: model([node("AveragePool", "x", kernel_shape=[SIDE, side])]),
    "regions": lambda side: model([node("RoiAlign", "x", output_height=SIDE, output_width=side)]),
    "random": lambda side: model([node("RandomUniform", "", shape=[SIDE, side])]),
    "input": lambda side: model([node("Relu", "x")], x=[SIDE, side]),
}


@pytest.mark.parametrize("request_of", REQUESTS.values(), ids=REQUESTS)
def test_a_size_may_be_as_large_as_the_limit(request_of: Any) -> None:
    check(request_of(SIDE))
    with pytest.raises(NetworkError, match="more than 1,000,000 elements"):
        check(request_of(SIDE + 1))


# What ONNX calls the inputs and attributes that say how large an output is.
ASKING = {
    *("depth", "dft_length", "image_shape", "num_mel_bins", "output_shape", "pads", "repeats", "scales", "shape"),
    *("size", "sizes", "tiles"),
}
ASKING_ATTRIBUTES = {
    *("dilations", "height_scale", "kernel_shape", "num_outputs", "output_height", "output_padding", "output_shape"),
    *("output_width", "paddings", "pads", "pooled_shape", "sample_size", "scales", "shape", "width_scale"),
}
SCHEMAS = [schema for schema in defs.get_all_schemas_with_history() if schema.domain == ""]
TOO_LARGE: dict[Any, Any] = {
    AttributeProto.INT: 10 * SIDE * SIDE,
    AttributeProto.INTS: [1, 10 * SIDE * SIDE],
    AttributeProto.FLOAT: 10.0 * SIDE * SIDE,
    AttributeProto.FLOATS: [1.0, 10.0 * SIDE * SIDE],
}


def is_refused(made: onnx.ModelProto) -> bool:
    try:
        check(made)
    except NetworkError:
        return True
    return False


def test_the_inputs_that_ask_for_a_size_are_those_that_onnx_says() -> None:
    asking = {
        (schema.name, place)
        for schema in SCHEMAS
        for place, each in enumerate(schema.inputs)
        if each.name in ASKING or schema.name == "ConstantOfShape"
    }
    size = integers("s", *TOO_LARGE[AttributeProto.INTS])
    for schema in SCHEMAS:
        for place in range(len(schema.inputs)):
            inputs = ["x"] * place + ["s"] + ["x"] * (len(schema.inputs) - place - 1)
            made = model([helper.make_node(schema.name, inputs, ["y"])], size)
            assert is_refused(made) is ((schema.name, place) in asking), (schema.name, place)


def test_the_attributes_that_ask_for_a_size_are_those_that_onnx_says() -> None:
    for schema in SCHEMAS:
        for name, attribute in schema.attributes.items():
            kind: Any = attribute.type
            if (number := TOO_LARGE.get(kind.value)) is not None:
                made = model([helper.make_node(schema.name, ["x"], ["y"], **{name: number})])
                asks = name in ASKING_ATTRIBUTES or (schema.name, name) == ("ConvTranspose", "strides")
                assert is_refused(made) is asks, (schema.name, name)


@pytest.mark.parametrize(
    ("op", "inputs", "attributes"),
    [
        ("CropAndResize", "x x x s", {}),
        ("ConvTransposeWithDynamicPads", "x x s", {}),
        ("ConvTransposeWithDynamicPads", "x x x", {"strides": [1, 10 * SIDE]}),
        *((op, "x x", {"kernel_shape": [SIDE, 2 * SIDE]}) for op in
          ("FusedConv", "MaxpoolWithMask", "NhwcMaxPool", "QLinearAveragePool")),
    ],
)  # fmt: skip
def test_operators_of_onnxruntime_ask_too(op: str, inputs: str, attributes: dict[str, Any]) -> None:
    assert is_refused(model([node(op, inputs, **attributes)], integers("s", SIDE, SIDE + 1)))


def test_any_number_may_be_a_size() -> None:
    numbers = np.array([1, 1, SIDE, SIDE + 1])
    for dtype in (np.int64, np.int32, np.float32, np.float64):
        made = model([node("Expand", "x s")], numpy_helper.from_array(numbers.astype(dtype), "s"))
        assert is_refused(made), dtype
    for attribute in ({"value_ints": numbers.tolist()}, {"value_floats": numbers.astype(float).tolist()}):
        assert is_refused(model([node("Constant", "", "s", **attribute), node("Expand", "x s")]))
    assert is_refused(model([node("Constant", "", "s", value_int=SIDE**2 + 1), node("OneHot", "x s x")]))
    assert is_refused(model([node("Constant", "", "s", value_float=np.inf), node("OneHot", "x s x")]))


@pytest.mark.parametrize(("start", "limit", "delta"), [(5, SIDE**2 + 5, 1), (0, -SIDE, -1 / SIDE), (7, 7, 1)])
def test_a_range_has_as_many_numbers_as_steps(start: float, limit: float, delta: float) -> None:
    def counting(*bounds: float) -> onnx.ModelProto:
        named = zip(("start", "limit", "delta"), bounds, strict=True)
        return model([node("Range", "start limit delta")], *(floats(name, bound) for name, bound in named))

    assert not is_refused(counting(start, limit, delta))
    assert is_refused(counting(start, limit + (SIDE**2 + 1) * delta, delta))
    assert is_refused(counting(start, limit, 0))


def test_a_list_that_is_too_long_for_a_shape_is_none() -> None:
    for count in (MAX_LISTED, MAX_LISTED + 1):
        made = model([node("Expand", "x s")], integers("s", *[1] * (count - 1), SIDE**2 + 1))
        assert is_refused(made) is (count == MAX_LISTED)


def test_a_shape_has_so_many_axes_and_so_many_elements() -> None:
    def tensor(*dims: int) -> onnx.ModelProto:
        made = model(
            [node("Relu", "x")], TensorProto(name="w", dims=dims, data_type=TensorProto.FLOAT, raw_data=b"0000")
        )
        made.graph.initializer[0].data_location = TensorProto.EXTERNAL
        return made

    check(tensor(*[1] * MAX_AXES))
    check(tensor(SIDE, SIDE))
    for dims, message in (
        ([1] * (MAX_AXES + 1), "A tensor of the network has an impossible shape."),
        ([SIDE, -1], "A tensor of the network has an impossible shape."),
        ([SIDE, 0, SIDE, 2], "A tensor of the network has more than 1,000,000 elements."),
    ):
        with pytest.raises(NetworkError) as refusal:
            check(tensor(*dims))
        assert refusal.value.message == message
        assert refusal.value.details["tensor"] == "w"


def test_a_weight_may_be_as_large_as_a_file() -> None:
    limits = GateLimits()
    assert limits.extents.elements * np.dtype(np.float32).itemsize == limits.file_bytes


def test_strides_of_a_convolution_shrink_its_output() -> None:
    check(convolution("Conv", strides=[10 * SIDE, 10 * SIDE]))


def test_dynamic_sizes_are_no_sizes() -> None:
    check(model([node("Relu", "x")], x=["N", 3, -1, None]))
    check(model([node("Resize", "x roi s")], floats("roi")))


def test_a_size_that_an_operator_computes_is_unknown() -> None:
    check(model([node("Shape", "x", "s"), node("Expand", "x s")]))


def test_what_an_operator_is_told_is_no_size_of_another() -> None:
    """The slope of a LeakyRelu is none of the numbers that it outputs."""
    scales = node("LeakyRelu", "x", "s", alpha=float(SIDE * SIDE))
    check(model([scales, node("Resize", "x roi s")], floats("roi")))


def test_sizes_inside_a_branch_are_checked_with_its_graph() -> None:
    inner = model([node("ConstantOfShape", "s")], integers("s", SIDE, SIDE + 1)).graph
    made = model([node("If", "x", then_branch=inner, else_branch=inner)])
    check(made)
    with pytest.raises(NetworkError, match="ConstantOfShape asks for"):
        Extents(LIMITS).check_graph(inner)


@pytest.mark.parametrize(
    ("made", "message", "detail"),
    [
        (model([node("Tile", "x s", name="n" * 201)], integers("s", 1, 1, SIDE, 2 * SIDE)),
         "An operator Tile asks for a tensor of more than 1,000,000 elements.", {"node": "n" * 200, "limit": SIDE**2}),
        (model([node("Tile", "x s", name="n" * 201)], integers("s", 1, 1, 1, SIDE + 1)),
         "An operator Tile asks for an impossible size.", {"node": "n" * 200, "limit": SIDE}),
        (model([node("Split", "x", "y z", name="n" * 201, num_outputs=3)]),
         "A Split has another number of outputs than it says.", {"node": "n" * 200}),
        (model([node("Relu", "x")], integers("t" * 201, *[1] * 4), y=[SIDE**2 + 1]),
         "A tensor of the network has more than 1,000,000 elements.", {"tensor": "y", "limit": SIDE**2}),
        (model([node("Relu", "x")], TensorProto(name="t" * 201, dims=[SIDE**2 + 1])),
         "A tensor of the network has more than 1,000,000 elements.", {"tensor": "t" * 200, "limit": SIDE**2}),
        (model([node("Relu", "x")], TensorProto(name="t" * 201, dims=[-1])),
         "A tensor of the network has an impossible shape.", {"tensor": "t" * 200}),
        (model([node("Relu", "x")], TensorProto(name="t" * 201, dims=[2], data_type=1, float_data=[1])),
         SHAPE_MISMATCH, {"tensor": "t" * 200}),
        (model([node("Constant", "", value=TensorProto(name="t", dims=[2], data_type=1, float_data=[1]))]),
         SHAPE_MISMATCH, {"tensor": "t"}),
        (model([node("Own", "", tensors=[TensorProto(name="t", dims=[2], data_type=1, float_data=[1])])]),
         SHAPE_MISMATCH, {"tensor": "t"}),
    ],
)  # fmt: skip
def test_what_is_refused_is_named_with_a_short_name(
    made: onnx.ModelProto, message: str, detail: dict[str, Any]
) -> None:
    with pytest.raises(NetworkError) as refusal:
        check(made)
    assert (refusal.value.message, refusal.value.details) == (message, detail)


def test_a_factor_and_a_pad_have_a_limit_of_their_own_and_a_size_has_none() -> None:
    for side, is_too_long in ((SIDE, False), (SIDE + 1, True)):
        assert is_refused(model([node("Tile", "x s")], integers("s", 1, 1, 1, side))) is is_too_long
        assert is_refused(convolution("Conv", pads=[0, -side, 0, 0])) is is_too_long
        assert not is_refused(model([node("Expand", "x s")], integers("s", side)))


def test_other_operators_and_odd_pads_are_left_to_those_who_run_them() -> None:
    check(model([node("Own", "x", num_outputs=3)]))
    check(model([node("Split", "x", "y z", num_outputs=2, axis=3)]))
    check(convolution("Conv", pads=[1, 2, 3]))

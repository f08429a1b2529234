"""Reading an ONNX file without its weights: where its tensors are, and which files are refused."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import psutil
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.errors import NetworkError
from app.nets.reading.model_file import INLINE_BYTES, InlineTensor, MappedTensor, inline_tensors, read_model_file
from app.nets.reading.operators import read_operators

RANDOM = np.random.default_rng(7)
KERNEL = RANDOM.standard_normal((32, 16, 3, 3)).astype(np.float32)
MATRIX = RANDOM.standard_normal((500, 32)).astype(np.float32)
BIAS = RANDOM.standard_normal(32).astype(np.float32)


def model(*initializers: TensorProto, name: str = "g") -> onnx.ModelProto:
    nodes = [
        helper.make_node("Conv", ["x", "kernel", "bias"], ["conv"]),
        helper.make_node("GlobalAveragePool", ["conv"], ["pool"]),
        helper.make_node("Flatten", ["pool"], ["flat"]),
        helper.make_node("Gemm", ["flat", "matrix"], ["y"], transB=1),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 16, 9, 9])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 500])
    graph = helper.make_graph(nodes, name, [x], [y], initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def usual() -> list[TensorProto]:
    listed = helper.make_tensor("matrix", TensorProto.FLOAT, MATRIX.shape, MATRIX.ravel().tolist())
    return [numpy_helper.from_array(KERNEL, "kernel"), numpy_helper.from_array(BIAS, "bias"), listed]


def written(folder: Path, proto: onnx.ModelProto) -> Path:
    path = folder / "net.onnx"
    path.write_bytes(proto.SerializeToString())
    return path


def pointer(location: str, **entries: int) -> TensorProto:
    tensor = TensorProto(
        name="kernel", dims=KERNEL.shape, data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL
    )
    for key, value in {"location": location, **entries}.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def test_tensors_are_mapped_from_the_file(tmp_path: Path) -> None:
    opened = read_model_file(written(tmp_path, model(*usual())))
    for name, expected in (("kernel", KERNEL), ("bias", BIAS), ("matrix", MATRIX)):
        array = opened.tensors[name].array()
        assert array.dtype == np.float32
        assert not array.flags.writeable
        np.testing.assert_array_equal(array, expected)


def test_large_weights_stay_in_the_file_and_small_weights_in_the_model(tmp_path: Path) -> None:
    opened = read_model_file(written(tmp_path, model(*usual())))
    assert {name for name, tensor in opened.tensors.items() if isinstance(tensor, MappedTensor)} == {"kernel", "matrix"}
    assert opened.model.ByteSize() < 1500


def test_small_external_tensors_are_read_since_sizes_may_follow_from_them(tmp_path: Path) -> None:
    proto = model(*usual(), numpy_helper.from_array(np.array([0, 32], np.int64), "shape"))
    proto.graph.node[2].CopyFrom(helper.make_node("Reshape", ["pool", "shape"], ["flat"]))
    options: dict[str, Any] = {"all_tensors_to_one_file": True, "size_threshold": 0}
    onnx.save_model(proto, tmp_path / "net.onnx", save_as_external_data=True, location="weights", **options)
    opened = read_model_file(tmp_path / "net.onnx")  # no tensor is left in it
    assert read_operators(opened.model).shape("y") == (1, 500)
    assert {tensor.name for tensor in opened.model.graph.initializer if tensor.raw_data} == {"bias", "shape"}
    assert (tmp_path / "weights").resolve() in opened.weight_files


@pytest.mark.parametrize("shift", range(4))
def test_onnxruntime_loads_weights_in_place_at_any_alignment(tmp_path: Path, shift: int) -> None:
    proto = model(*usual(), name="g" * (shift + 1))
    opened = read_model_file(written(tmp_path, proto))
    options = ort.SessionOptions()
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(opened.folder))
    options.add_session_config_entry("session.disable_prepacking", "1")
    x = {"x": RANDOM.standard_normal((1, 16, 9, 9)).astype(np.float32)}
    in_place = ort.InferenceSession(opened.model.SerializeToString(), options).run(None, x)[0]
    copied = ort.InferenceSession(proto.SerializeToString()).run(None, x)[0]
    np.testing.assert_allclose(in_place, copied, rtol=1e-4, atol=1e-5)


def test_a_large_file_is_opened_without_being_read(tmp_path: Path) -> None:
    path = written(tmp_path, model(*usual()))
    huge = TensorProto(name="huge", dims=[64 << 20], data_type=TensorProto.INT8, raw_data=bytes(64 << 20))
    path.write_bytes(model(*usual(), huge).SerializeToString())
    del huge
    before = psutil.Process().memory_info().rss
    opened = read_model_file(path)
    assert psutil.Process().memory_info().rss - before < 8 << 20
    assert opened.tensors["huge"].array().shape == (64 << 20,)


def test_external_data_in_the_same_folder(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"xyz" + KERNEL.tobytes())
    opened = read_model_file(written(tmp_path, model(pointer("weights.bin", offset=3), *usual()[1:])))
    np.testing.assert_array_equal(opened.tensors["kernel"].array(), KERNEL)
    assert opened.weight_files == {tmp_path / "weights.bin", tmp_path / "net.onnx"}


@pytest.mark.parametrize(
    "location", ["../weights.bin", "/etc/passwd", "sub/weights.bin", "link.bin", "", ".", "no.bin", "weights.bin\0"]
)
def test_external_data_in_another_folder_is_refused(tmp_path: Path, location: str) -> None:
    folder = tmp_path / "models"
    (folder / "sub").mkdir(parents=True)
    for path in (tmp_path / "weights.bin", folder / "sub" / "weights.bin"):
        path.write_bytes(KERNEL.tobytes())
    (folder / "link.bin").symlink_to(tmp_path / "weights.bin")
    with pytest.raises(NetworkError) as caught:
        read_model_file(written(folder, model(pointer(location), *usual()[1:])))
    assert str(tmp_path) not in caught.value.message


@pytest.mark.parametrize("entries", [{"offset": -1}, {"offset": 1 << 70}, {"length": 8}, {"offset": 1}])
def test_external_data_beyond_the_end_of_the_file_is_refused(tmp_path: Path, entries: dict[str, int]) -> None:
    (tmp_path / "weights.bin").write_bytes(KERNEL.tobytes())
    with pytest.raises(NetworkError):
        read_model_file(written(tmp_path, model(pointer("weights.bin", **entries), *usual()[1:])))


@pytest.mark.parametrize(
    "dims",
    [[1 << 40, 1 << 40], [-1], [-1, -1, 4608], [2], [1] * 33 + [4608], [1 << 62] * 3000],
    ids=lambda dims: str(len(dims)),
)
def test_a_shape_that_does_not_fit_its_bytes_is_refused(tmp_path: Path, dims: list[int]) -> None:
    kernel = TensorProto(name="kernel", dims=dims, data_type=TensorProto.FLOAT, raw_data=KERNEL.tobytes())
    with pytest.raises(NetworkError):
        read_model_file(written(tmp_path, model(kernel, *usual()[1:])))


def test_the_value_of_a_constant_node_is_a_tensor(tmp_path: Path) -> None:
    proto = model(*usual()[:2])
    proto.graph.node.insert(0, helper.make_node("Constant", [], ["matrix"], value=usual()[2]))
    np.testing.assert_array_equal(read_model_file(written(tmp_path, proto)).tensors["matrix"].array(), MATRIX)


@pytest.mark.parametrize(
    "junk", [b"", b"\0", b"PK\3\4", b"<html>" * 100, b"\xff" * 64, b"\x0a\xff\xff\xff\xff\x0f", b"\x08\x07"]
)
def test_bytes_that_are_no_model_are_refused(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(junk)
    with pytest.raises(NetworkError):
        read_model_file(path)


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.onnx", tmp_path):
        with pytest.raises(NetworkError):
            read_model_file(path)


def test_a_truncated_or_corrupt_file_is_refused_or_read(tmp_path: Path) -> None:
    """300 wrong files: each is an error of ours or a model, and takes no time worth naming."""
    good = model(*usual()).SerializeToString()
    path = tmp_path / "net.onnx"
    for _ in range(300):
        bad = bytearray(good[: RANDOM.integers(1, len(good))])
        for at in RANDOM.integers(0, min(len(bad), 400), 3):
            bad[at] = RANDOM.integers(256)
        path.write_bytes(bad)
        try:
            tensors = read_model_file(path).tensors
            for tensor in tensors.values():
                tensor.array()
        except NetworkError:
            continue


@pytest.mark.parametrize(
    "kind",
    [
        TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.FLOAT8E4M3FN, TensorProto.INT4, TensorProto.UINT4,
        TensorProto.BOOL,
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_external", [False, True])
def test_tensors_of_every_width_are_read_from_the_file_and_from_another(
    tmp_path: Path, kind: int, is_external: bool
) -> None:
    numbers = np.arange(45 * 99).reshape(45, 99) % 7
    tensor = numpy_helper.from_array(numbers.astype(helper.tensor_dtype_to_np_dtype(kind)), "kernel")
    expected = numpy_helper.to_array(tensor)
    if is_external:
        content = tensor.raw_data
        (tmp_path / "weights.bin").write_bytes(b"head" + content)
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", "weights.bin"), ("offset", "4"), ("length", str(len(content)))):
            tensor.external_data.add(key=key, value=value)
    opened = read_model_file(written(tmp_path, model(tensor, *usual()[1:])))
    array = opened.tensors["kernel"].array()
    assert not array.flags.writeable
    assert array.dtype == expected.dtype
    np.testing.assert_array_equal(array, expected)
    assert opened.model.ByteSize() < 1500


def test_a_constant_of_an_unknown_type_is_an_error(tmp_path: Path) -> None:
    odd = TensorProto(name="bias", dims=[2], data_type=99, raw_data=bytes(8))
    tensors = inline_tensors(read_model_file(written(tmp_path, model(odd))).model)
    with pytest.raises(NetworkError, match="unknown type"):
        tensors["bias"].array()


def test_a_location_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    content = model(pointer("weights.bin")).SerializeToString()
    (tmp_path / "net.onnx").write_bytes(content.replace(b"weights.bin", b"weights\xff\xfein"))
    with pytest.raises(NetworkError, match="not an ONNX model"):
        read_model_file(tmp_path / "net.onnx")


@pytest.mark.parametrize(
    ("kind", "dims", "message"), [(0, [2], "does not fit"), (1, [3], "does not fit"), (98, [2], "unknown type")]
)
def test_a_tensor_that_is_no_array_is_an_error(kind: int, dims: list[int], message: str) -> None:
    with pytest.raises(NetworkError, match=message):
        InlineTensor(TensorProto(name="t", dims=dims, data_type=kind, raw_data=bytes(8))).array()


@pytest.mark.parametrize("axes", [1, 31, 32])
def test_a_tensor_may_have_as_many_axes_as_an_array(tmp_path: Path, axes: int) -> None:
    kernel = TensorProto(name="kernel", dims=[1] * axes, data_type=TensorProto.FLOAT, raw_data=b"\0\0\x80?")
    array = read_model_file(written(tmp_path, model(kernel))).tensors["kernel"].array()
    assert (array.ndim, array.item()) == (axes, 1)


def test_a_tensor_within_the_file_may_have_the_place_that_it_once_had(tmp_path: Path) -> None:
    kernel = usual()[0]
    kernel.external_data.add(key="location", value="elsewhere.bin")
    opened = read_model_file(written(tmp_path, model(kernel)))
    np.testing.assert_array_equal(opened.tensors["kernel"].array(), KERNEL)
    assert opened.weight_files == {tmp_path / "net.onnx"}


@pytest.mark.parametrize("place", ["constant", "other", "branch", "weight of a branch", "branch of a branch"])
def test_a_constant_outside_the_file_is_refused_wherever_it_is_used(tmp_path: Path, place: str) -> None:
    outside = pointer("weights.bin")
    constant = helper.make_node("Constant", [], ["c"], value=outside)
    branch = helper.make_graph([constant], "b", [], [helper.make_empty_tensor_value_info("c")])
    weights = helper.make_graph([helper.make_node("Relu", ["c"], ["d"])], "b", [], [], [outside])
    within = helper.make_graph([helper.make_node("If", ["x"], ["c"], then_branch=branch)], "b", [], [])
    nodes = {
        "constant": constant,
        "other": helper.make_node("ConstantOfShape", ["x"], ["c"], value=outside),
        "branch": helper.make_node("If", ["x"], ["c"], then_branch=branch),
        "weight of a branch": helper.make_node("If", ["x"], ["c"], else_branch=weights),
        "branch of a branch": helper.make_node("If", ["x"], ["c"], else_branch=within),
    }
    proto = model(*usual())
    proto.graph.node.append(nodes[place])
    with pytest.raises(NetworkError, match="a constant outside its file"):
        read_model_file(written(tmp_path, proto))


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ({"value_float": 1.5}, np.float32(1.5)),
        ({"value_floats": [1.5, 2]}, np.array([1.5, 2], np.float32)),
        ({"value_int": 3}, np.int64(3)),
        ({"value_ints": [3, 4]}, np.array([3, 4])),
    ],
)
def test_a_list_in_a_constant_is_an_array(attribute: dict[str, Any], expected: np.ndarray) -> None:
    proto = model(*usual())
    proto.graph.node.extend(
        [helper.make_node("Constant", [], ["c"], **attribute), helper.make_node("Constant", [], [])]
    )
    proto.graph.node.append(helper.make_node("Own", [], ["d"], **attribute))
    tensors = inline_tensors(proto)
    array = tensors["c"].array()
    np.testing.assert_array_equal(array, expected)
    assert array.dtype == expected.dtype
    assert "d" not in tensors


def test_a_tensor_of_a_kilobyte_is_within_the_model(tmp_path: Path) -> None:
    """With its name and its shape it is as long as a small one may be, and then one byte longer."""
    rest = len(TensorProto(name="s", dims=[999], data_type=TensorProto.INT8, raw_data=bytes(999)).SerializeToString())
    fits = 999 + INLINE_BYTES - rest
    for length in (fits, fits + 1):
        small = TensorProto(name="s", dims=[length], data_type=TensorProto.INT8, raw_data=bytes(length))
        assert len(small.SerializeToString()) == INLINE_BYTES + length - fits
        opened = read_model_file(written(tmp_path, model(small)))
        assert isinstance(opened.tensors["s"], InlineTensor) == (length == fits)

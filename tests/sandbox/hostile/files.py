"""Hostile files: what is no ONNX, what is half of it, and what points to files of others."""

import io
import os
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

from tests.sandbox.hostile.corpus import Corpus, delimited, integers, model, node, written

FILES = Corpus()
OUTSIDE = "a file that is missing or outside its folder"
BROKEN = "it is cut off or not an ONNX model"


@FILES.refused(OUTSIDE)
def weights_of_an_absolute_path(folder: Path) -> Path:
    """The users of this machine are the weights: whoever looks at the filters reads them."""
    return written(folder, _pointing_to("/etc/passwd"))


@FILES.refused(OUTSIDE)
def weights_of_the_folder_above(folder: Path) -> Path:
    """The network of somebody else is beside this one's folder."""
    (folder.parent / "secret.bin").write_bytes(bytes(512))
    return written(folder, _pointing_to("../secret.bin"))


@FILES.refused(OUTSIDE)
def weights_of_the_folder_above_by_a_detour(folder: Path) -> Path:
    """A path that begins in the folder and ends outside."""
    (folder.parent / "secret.bin").write_bytes(bytes(512))
    (folder / "inside").mkdir()
    return written(folder, _pointing_to("inside/../../secret.bin"))


@FILES.refused(OUTSIDE)
def weights_behind_a_link(folder: Path) -> Path:
    """The file is in the folder, its content is not."""
    (folder.parent / "secret.bin").write_bytes(bytes(512))
    (folder / "weights.bin").symlink_to(folder.parent / "secret.bin")
    return written(folder, _pointing_to("weights.bin"))


@FILES.refused(OUTSIDE)
def weights_in_a_pipe(folder: Path) -> Path:
    """Opening it waits until somebody writes."""
    os.mkfifo(folder / "weights.bin")
    return written(folder, _pointing_to("weights.bin"))


@FILES.refused(OUTSIDE)
def weights_of_a_device(folder: Path) -> Path:
    """Reading it never ends."""
    return written(folder, _pointing_to("/dev/zero"))


@FILES.refused(OUTSIDE)
def weights_in_memory(folder: Path) -> Path:
    """onnxruntime's own mark for an address in the memory of the process."""
    return written(folder, _pointing_to("*/_ORT_MEM_ADDR_/*"))


@FILES.refused("a null character")
def weights_with_a_null_character(folder: Path) -> Path:
    """Python reads the whole name, C the part before the null."""
    return written(folder, _pointing_to("weights.bin\0.png"))


@FILES.refused("the network's weights is too short")
def weights_beyond_the_end(folder: Path) -> Path:
    """A petabyte into a file of 512 bytes."""
    (folder / "weights.bin").write_bytes(bytes(512))
    return written(folder, _pointing_to("weights.bin", offset=1 << 50))


@FILES.refused("the network's weights is too short")
def weights_before_the_beginning(folder: Path) -> Path:
    """A kilobyte before the file."""
    (folder / "weights.bin").write_bytes(bytes(512))
    return written(folder, _pointing_to("weights.bin", offset=-1024))


@FILES.refused("weights are not in its file")
def weights_in_no_file(folder: Path) -> Path:
    """The tensor is elsewhere, and it does not say where."""
    made = _pointing_to("weights.bin")
    del made.graph.initializer[0].external_data[:]
    return written(folder, made)


@FILES.refused("a constant outside its file")
def constant_outside_the_file(folder: Path) -> Path:
    """External data is checked for initializers; this is an attribute."""
    external = _pointing_to("/etc/passwd").graph.initializer[0]
    return written(folder, model([node("Constant", "", "w", value=external), node("Conv", "x w")]))


def _function_with_default(default: onnx.AttributeProto) -> onnx.ModelProto:
    """A network that calls a function whose Constant is a default attribute of the function."""
    constant = node("Constant", "", "c")
    constant.attribute.add(name="value", ref_attr_name="default", type=onnx.AttributeProto.TENSOR)
    body, opsets = [constant, node("Conv", "a c", "b")], [helper.make_opsetid("", 21)]
    made = model([node("f", "x", domain="own")])
    made.functions.append(helper.make_function("own", "f", ["a"], ["b"], body, opsets, attribute_protos=[default]))
    return made


@FILES.refused("a constant outside its file")
def constant_of_a_function_outside_the_file(folder: Path) -> Path:
    """No node has it: it is the default of an attribute, and gets there as the function is expanded."""
    external = _pointing_to("README.md").graph.initializer[0]
    external.data_type = TensorProto.BFLOAT16
    return written(folder, _function_with_default(helper.make_attribute("default", external)))


@FILES.refused("a tensor's shape does not fit its bytes")
def constant_of_a_function_with_too_few_bytes(folder: Path) -> Path:
    """The same way, with a shape that reads beyond its bytes."""
    short = TensorProto(name="w", dims=[4, 3, 3, 3], data_type=TensorProto.FLOAT, raw_data=bytes(8))
    return written(folder, _function_with_default(helper.make_attribute("default", short)))


@FILES.refused("can't run these operators of the network: Backdoor")
def operator_in_a_default_of_a_function(folder: Path) -> Path:
    """A branch as a default attribute has operators, too."""
    branch = helper.make_graph([node("Backdoor", "", "o")], "branch", [], [])
    return written(folder, _function_with_default(helper.make_attribute("default", branch)))


@FILES.passing
def weights_in_the_network_itself(folder: Path) -> Path:
    """The weights are the bytes of the file that has them: odd, and harmless."""
    made = _pointing_to("network.onnx", offset=0)
    made.doc_string = "x" * 1000
    return written(folder, made)


@FILES.refused("a Git LFS pointer")
def pointer_of_a_repository(folder: Path) -> Path:
    """What a clone without the large files has in their place."""
    return written(folder, b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 553438450\n")


@FILES.refused("a zip archive")
def archive(folder: Path) -> Path:
    """A zip archive whose content is a thousand times its size."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("network.onnx", bytes(10_000_000))
    return written(folder, content.getvalue())


@FILES.refused("a pickle")
def pickle(folder: Path) -> Path:
    """Whoever unpickles it runs a command of the author's."""
    return written(folder, b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.")


@FILES.refused("onnxruntime's own format")
def network_for_onnxruntime(folder: Path) -> Path:
    """A FlatBuffer, whose offsets onnxruntime follows."""
    return written(folder, b"\x18\x00\x00\x00ORTM" + bytes(100))


@FILES.refused(BROKEN)
def beginning_of_a_network(folder: Path) -> Path:
    """A download that was cut off."""
    return written(folder, _sound().SerializeToString()[:-40])


@FILES.refused("The ONNX file is empty")
def nothing(folder: Path) -> Path:
    """No bytes at all."""
    return written(folder, b"")


@FILES.refused(BROKEN)
def noise(folder: Path) -> Path:
    """Random bytes."""
    return written(folder, np.random.default_rng(3).bytes(4096))


@FILES.refused(BROKEN)
def zeros(folder: Path) -> Path:
    """A file of which no part has arrived."""
    return written(folder, bytes(100_000))


@FILES.refused("not a regular file")
def link_to_another_file(folder: Path) -> Path:
    """The network is a link to a file of the server."""
    (folder / "network.onnx").symlink_to("/etc/passwd")
    return folder / "network.onnx"


@FILES.refused("not a regular file")
def pipe(folder: Path) -> Path:
    """Opening it waits until somebody writes."""
    os.mkfifo(folder / "network.onnx")
    return folder / "network.onnx"


@FILES.refused("a name of more than 1,024 bytes")
def name_of_ten_megabytes(folder: Path) -> Path:
    """Every page that names the layer has ten megabytes more."""
    return written(folder, model([NodeProto(op_type="Relu", name="n" * 10_000_000, input=["x"], output=["y"])]))


@FILES.refused("a text of more than 4,000,000 bytes")
def description_of_fifty_megabytes(folder: Path) -> Path:
    """Whoever reads the metadata reads fifty megabytes."""
    made = _sound()
    made.metadata_props.add(key="names", value="{" * 50_000_000)
    return written(folder, made)


@FILES.refused("a name that is not UTF-8")
def name_that_is_no_text(folder: Path) -> Path:
    """Reading the name fails, long after the file was opened."""
    return written(folder, _sound().SerializeToString().replace(b"Conv", b"Co\xff\xfe"))


@FILES.refused("too much data outside its weights")
def integers_of_a_gigabyte(folder: Path) -> Path:
    """A list of small integers takes eight times its bytes once it is parsed; here, of a file without blocks."""
    path = folder / "network.onnx"
    with path.open("wb") as file:
        tensor = delimited(TENSOR_INT64, b"")[:1] + _length(70_000_000)
        graph = bytes([GRAPH_INITIALIZER << 3 | 2]) + _length(len(tensor) + 70_000_000)
        file.write(bytes([MODEL_GRAPH << 3 | 2]) + _length(len(graph) + len(tensor) + 70_000_000) + graph + tensor)
        file.truncate(file.tell() + 70_000_000)
    return path


@FILES.refused("more than 1,073 MB")
def file_without_blocks(folder: Path) -> Path:
    """A terabyte that takes no room on the disk until it is read."""
    path = written(folder, _sound())
    os.truncate(path, 1 << 40)
    return path


@FILES.passing
def layer_named_like_a_script(folder: Path) -> Path:
    """Runs in the browser of whoever looks at the layer, if the page does not escape it."""
    name = "<script>alert(1)</script>{{7*7}}../../\u202e"
    return written(folder, model([NodeProto(op_type="Relu", name=name, input=["x"], output=["y"])]))


MODEL_GRAPH, GRAPH_INITIALIZER, TENSOR_INT64 = 7, 5, 7  # field numbers


def _length(size: int) -> bytes:
    """The length of a field that long."""
    content = b""
    while size > 0x7F:
        content, size = content + bytes([size & 0x7F | 0x80]), size >> 7
    return content + bytes([size])


def _sound() -> onnx.ModelProto:
    kernel = numpy_helper.from_array(np.ones((4, 3, 3, 3), np.float32), "w")
    return model([node("Conv", "x w")], kernel, integers("unused", 1))


def _pointing_to(location: str, **entries: int) -> onnx.ModelProto:
    tensor = TensorProto(name="w", dims=[4, 3, 3, 3], data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
    for key, value in {"location": location, **entries}.items():
        tensor.external_data.add(key=key, value=str(value))
    return model([node("Conv", "x w")], tensor)

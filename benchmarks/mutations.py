"""Seeded damage to an ONNX file: bits, bytes and fields of its message, and sizes, operators and edges of its graph."""

import random
from collections.abc import Callable, Sequence

import numpy as np
import onnx
from onnx import AttributeProto, NodeProto, TensorProto

from app.nets.reading.protobuf import DELIMITED, MessageField, ProtobufError, encode_field, read_fields
from app.sandbox.checks.allowed_operators import allowed_operators

INTEGERS = (0, 1, 2, 3, 5, 7, -1, -2, 64, 255, 1 << 16, (1 << 31) - 1, 1 << 31, -(1 << 31), 1 << 40, 1 << 62)
ENDS = ((1 << 63) - 1, -(1 << 63))
FLOATS = (0.0, -1.0, 1e-30, 1e38, float("nan"), float("inf"), float("-inf"))
LOCATIONS = ("../outside/secret.bin", "/etc/passwd", "network.onnx", "weights.bin", "", ".", "a/../weights.bin")
METADATA = (
    "[" * 999, "-" * 999 + "1", "{'a': " * 500, "[640, 640]", "[1e999, -1]", "NaN", "{0: '<b>'}", "\u202e", "1" * 5000,
)  # fmt: skip
MAX_CHANGES = 3
MAX_BYTES = 64  # of a splice
MAX_DEPTH = 8
HALF = 0.5
GRAPH_SHARE, BYTES_FROM = 0.8, 0.7  # a tenth of the mutants is changed in both ways
STRUCTURE_SHARE = 0.8
Damage = Callable[["Mutator"], None]


class Mutator:
    """One mutant: a copy of a model to which some changes are made."""

    def __init__(self, model: onnx.ModelProto, seed: str) -> None:
        self.random = random.Random(seed)  # noqa: S311  # to be made again, not to be a secret
        self.model = onnx.ModelProto()
        self.model.CopyFrom(model)

    def make(self) -> bytes:
        """The file of the mutant: changes of its graph, of its bytes, or of both."""
        kind = self.random.random()
        if kind < GRAPH_SHARE:
            self._change(OF_GRAPH)
        content = bytes(self.model.SerializeToString())
        if kind > BYTES_FROM:
            for _ in range(self.random.randint(1, MAX_CHANGES)):
                content = self.random.choice(OF_BYTES)(self.random, content)
        return content

    def _change(self, damages: Sequence[Damage]) -> None:
        for _ in range(self.random.randint(1, MAX_CHANGES)):
            self.random.choice(damages)(self)

    def node(self) -> NodeProto:
        return self.random.choice(self.model.graph.node) if self.model.graph.node else NodeProto()

    def tensor(self) -> TensorProto:
        tensors = [*self.model.graph.initializer]
        tensors += [each.t for node in self.model.graph.node for each in node.attribute if each.HasField("t")]
        return self.random.choice(tensors) if tensors else TensorProto()

    def integer(self) -> int:
        return self.random.choice((*INTEGERS, *ENDS, self.random.randint(-16, 64)))

    def value(self) -> str:
        names = [value for node in self.model.graph.node for value in (*node.input, *node.output)]
        return str(self.random.choice([*names, "", "nothing"]))


def change_tensor_shape(mutant: Mutator) -> None:
    dims = mutant.tensor().dims
    if dims and mutant.random.random() < HALF:
        dims[mutant.random.randrange(len(dims))] = mutant.integer()
    else:
        dims.append(mutant.integer())


def swap_tensor_shapes(mutant: Mutator) -> None:
    one, other = mutant.tensor(), mutant.tensor()
    dims = list(one.dims)
    one.dims[:] = list(other.dims)
    other.dims[:] = dims


def change_tensor_type(mutant: Mutator) -> None:
    mutant.tensor().data_type = mutant.random.choice((*TensorProto.DataType.values(), 99))


def change_constant(mutant: Mutator) -> None:
    """Other numbers in a short list, which may be a shape."""
    lists = [each for each in mutant.model.graph.initializer if each.data_type == TensorProto.INT64]
    if lists:
        tensor = mutant.random.choice(lists)
        numbers = np.frombuffer(tensor.raw_data[: len(tensor.raw_data) // 8 * 8], np.int64).copy()
        if numbers.size:
            numbers[mutant.random.randrange(numbers.size)] = mutant.integer()
            tensor.raw_data = numbers.tobytes()


def change_attribute(mutant: Mutator) -> None:
    attributes = list(mutant.node().attribute)
    if not attributes:
        return
    attribute = mutant.random.choice(attributes)
    if attribute.ints:
        attribute.ints[mutant.random.randrange(len(attribute.ints))] = mutant.integer()
    elif attribute.type == AttributeProto.INT:
        attribute.i = mutant.integer()
    elif attribute.type == AttributeProto.FLOAT:
        attribute.f = mutant.random.choice(FLOATS)
    else:
        attribute.s = mutant.random.randbytes(mutant.random.randint(0, MAX_BYTES))


def resize_attribute(mutant: Mutator) -> None:
    for attribute in mutant.node().attribute:
        if mutant.random.random() < HALF:
            attribute.ints.append(mutant.integer())
        elif attribute.ints:
            del attribute.ints[-1]


def retype_attribute(mutant: Mutator) -> None:
    for attribute in mutant.node().attribute:
        attribute.type = mutant.random.choice(AttributeProto.AttributeType.values())


def move_attribute(mutant: Mutator) -> None:
    source, target = mutant.node(), mutant.node()
    if source.attribute:
        target.attribute.append(mutant.random.choice(source.attribute))


def drop_attribute(mutant: Mutator) -> None:
    attributes = mutant.node().attribute
    if attributes:
        del attributes[mutant.random.randrange(len(attributes))]


def swap_operator(mutant: Mutator) -> None:
    domain = mutant.random.choice(("", "", "", "com.microsoft"))
    node = mutant.node()
    node.domain, node.op_type = domain, mutant.random.choice(sorted(allowed_operators()[domain]))


def rewire(mutant: Mutator) -> None:
    node = mutant.node()
    names = mutant.random.choice((node.input, node.input, node.output))
    if names and mutant.random.random() < HALF:
        names[mutant.random.randrange(len(names))] = mutant.value()
    elif names and mutant.random.random() < HALF:
        del names[mutant.random.randrange(len(names))]
    else:
        names.append(mutant.value())


def move_node(mutant: Mutator) -> None:
    nodes = list(mutant.model.graph.node)
    if nodes:
        node = nodes.pop(mutant.random.randrange(len(nodes)))
        for _ in range(mutant.random.randint(0, 2)):  # it may be lost, or there twice
            nodes.insert(mutant.random.randint(0, len(nodes)), node)
        copies = [NodeProto.FromString(each.SerializeToString()) for each in nodes]
        del mutant.model.graph.node[:]
        mutant.model.graph.node.extend(copies)


def change_version(mutant: Mutator) -> None:
    if mutant.random.random() < HALF:
        mutant.model.ir_version = mutant.random.randint(1, 15)
    for opset in mutant.model.opset_import:
        opset.version = mutant.random.randint(1, 30)


def change_input_shape(mutant: Mutator) -> None:
    for value in mutant.random.choice((mutant.model.graph.input, mutant.model.graph.output)):
        dims = value.type.tensor_type.shape.dim
        if dims:
            mutant.random.choice(dims).dim_value = mutant.integer()


def change_external_data(mutant: Mutator) -> None:
    tensor = mutant.tensor()
    tensor.data_location = TensorProto.EXTERNAL
    if not tensor.external_data:
        tensor.external_data.add(key="location", value="weights.bin")
    entry = mutant.random.choice(tensor.external_data)
    is_location = entry.key == "location"
    entry.value = mutant.random.choice(LOCATIONS) if is_location else str(mutant.integer())


def change_metadata(mutant: Mutator) -> None:
    """What the file says of itself, such as the names of its classes."""
    if not mutant.model.metadata_props:
        mutant.model.metadata_props.add(key="names", value="{0: 'cat', 1: 'dog'}")
    entry = mutant.random.choice(mutant.model.metadata_props)
    entry.value = mutant.random.choice((*METADATA, str(mutant.integer()), entry.value[: mutant.random.randint(0, 9)]))


def flip_bits(chance: random.Random, content: bytes) -> bytes:
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        damaged[_place(chance, content)] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def cut_off(chance: random.Random, content: bytes) -> bytes:
    return content[: max(1, _place(chance, content))]


def splice_bytes(chance: random.Random, content: bytes) -> bytes:
    """A few bytes of the file, or random ones, in the place of others."""
    source, target, length = _place(chance, content), _place(chance, content), chance.randint(0, MAX_BYTES)
    piece = content[source : source + length] if chance.random() < HALF else chance.randbytes(length)
    return content[:target] + piece + content[target + chance.randint(0, MAX_BYTES) :] or b"\0"


def change_length(chance: random.Random, content: bytes) -> bytes:
    """Another length of a field: what follows is read at the wrong place."""
    field = _field(chance, content)
    damaged = bytearray(content)
    if field is not None and field.begin > field.start:
        damaged[field.begin - 1] = chance.randrange(256)
    return bytes(damaged)


def splice_field(chance: random.Random, content: bytes) -> bytes:
    """A whole field of the message once more, or in the place of another one of any kind."""
    source, target = _field(chance, content), _field(chance, content)
    if source is None or target is None:
        return content
    end = chance.choice((target.start, target.end))
    return content[: target.start] + content[source.start : source.end] + content[end:]


def repeat_in_itself(chance: random.Random, content: bytes) -> bytes:
    """A field within a field of its own number, many times."""
    field = _field(chance, content)
    if field is None or field.end - field.begin > MAX_BYTES or field.number >= 1 << 4:
        return content
    inner = content[field.start : field.end]
    for _ in range(chance.randint(1, 60)):
        inner = encode_field(field.number, inner)
    return content[: field.start] + inner + content[field.end :]


def _place(chance: random.Random, content: bytes) -> int:
    """A byte: mostly one of the structure, which is a small part of the file."""
    field = _field(chance, content) if chance.random() < STRUCTURE_SHARE else None
    if field is None or field.end == field.start:
        return chance.randrange(max(1, len(content)))
    return chance.randrange(field.start, min(field.end, field.start + MAX_BYTES))


def _field(chance: random.Random, content: bytes) -> MessageField | None:
    """A field of any depth."""
    begin, end, chosen = 0, len(content), None
    for _ in range(chance.randint(1, MAX_DEPTH)):
        try:
            fields = list(read_fields(content, begin, end))
        except ProtobufError:  # text or numbers
            break
        if not fields:
            break
        chosen = chance.choice(fields)
        if chosen.wire_type != DELIMITED:
            break
        begin, end = chosen.begin, chosen.end
    return chosen


OF_GRAPH: Sequence[Damage] = (
    change_tensor_shape, swap_tensor_shapes, change_tensor_type, change_constant, change_attribute, resize_attribute,
    retype_attribute, move_attribute, drop_attribute, swap_operator, rewire, move_node, change_version,
    change_input_shape, change_external_data, change_metadata,
)  # fmt: skip
OF_BYTES = (flip_bits, cut_off, splice_bytes, change_length, splice_field, repeat_in_itself)

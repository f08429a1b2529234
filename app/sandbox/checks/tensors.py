"""Whether the elements of a tensor are all in its message: no more and no fewer than its shape says."""

import re
from collections.abc import Mapping

from onnx import TensorProto, helper

from app.errors import NetworkError

# The bits of an element, where several share a byte: as the type's name says, such as FLOAT4E2M1.
BITS: Mapping[int, int] = {
    data_type: int(bits[0])
    for name, data_type in TensorProto.DataType.items()
    if (bits := re.search(r"\d+", name)) and int(bits[0]) < 8
}
# The list that has the elements if there is no raw data, and how many entries an element takes; else `int32_data`.
LISTS: Mapping[int, tuple[str, int]] = {
    TensorProto.FLOAT: ("float_data", 1),
    TensorProto.COMPLEX64: ("float_data", 2),
    TensorProto.DOUBLE: ("double_data", 1),
    TensorProto.COMPLEX128: ("double_data", 2),
    TensorProto.INT64: ("int64_data", 1),
    TensorProto.UINT32: ("uint64_data", 1),
    TensorProto.UINT64: ("uint64_data", 1),
    TensorProto.STRING: ("string_data", 1),
}
ALL_LISTS = ("int32_data", *dict.fromkeys(name for name, _ in LISTS.values()))


def has_all_elements(tensor: TensorProto, elements: int) -> bool:
    """Whether the message of a tensor has this many elements, in one place.

    Raises:
        NetworkError: the tensor is of an unknown type.
    """
    filled = {name: len(getattr(tensor, name)) for name in ALL_LISTS if len(getattr(tensor, name))}
    bits = BITS.get(tensor.data_type) or 8 * _item_bytes(tensor.data_type)
    if tensor.HasField("segment"):
        return False
    if tensor.raw_data:
        is_text = tensor.data_type == TensorProto.STRING
        return not filled and not is_text and len(tensor.raw_data) == -(-elements * bits // 8)
    name, entries = LISTS.get(tensor.data_type, ("int32_data", 1))
    expected = -(-elements // (8 // bits)) if tensor.data_type in BITS else elements * entries  # in whole bytes
    return filled == ({name: expected} if expected else {})


def _item_bytes(data_type: int) -> int:
    if data_type == TensorProto.STRING:
        return 0
    try:
        return int(helper.tensor_dtype_to_np_dtype(data_type).itemsize)
    except KeyError as error:
        raise NetworkError("The network has values of an unknown type.") from error

"""A network run by onnxruntime alone: every value that its operators compute."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
from onnx import helper

Values = Mapping[str, npt.NDArray[Any]]
FATAL = 4  # log level


class PlainNetwork:
    """A file whose every value is an output, loaded once."""

    def __init__(self, path: Path, names: Iterable[str]) -> None:
        model = onnx.load(path)
        declared = {value.name: value for value in model.graph.output}
        self._names = list(dict.fromkeys(names))
        del model.graph.output[:]
        empty = helper.make_empty_tensor_value_info
        model.graph.output.extend(declared.get(name) or empty(name) for name in self._names)
        self._fixed: Values = {}
        options = ort.SessionOptions()
        options.log_severity_level = FATAL
        self._session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])

    def fill(self, feeds: Values, number: Callable[[str], npt.NDArray[Any]]) -> None:
        """Give every input that is not in `feeds` a value for all runs."""
        names = (value.name for value in self._session.get_inputs())
        self._fixed = {name: number(name) for name in names if name not in feeds}

    def run(self, feeds: Values) -> dict[str, npt.NDArray[Any]]:
        values = self._session.run(self._names, {**self._fixed, **feeds})
        return dict(zip(self._names, map(np.asarray, values), strict=True))

"""Collect the files to inspect: `python -m benchmarks.field.collect FOLDER`.

Those that packages bring (`rapidocr-onnxruntime`, `nudenet`, `ddddocr`: what is not installed is left out), the shipped
networks in other versions of ONNX, and quantised ones.
"""

import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
from onnx import version_converter
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_dynamic, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.transformers.float16 import convert_float_to_float16

from app.resources import MODELS
from benchmarks.field.plain_run import Values

PACKAGES: Mapping[str, Mapping[str, str]] = {  # files in a package, by the name that they get
    "rapidocr_onnxruntime": {
        "rapidocr-det": "models/ch_PP-OCRv4_det_infer.onnx",
        "rapidocr-rec": "models/ch_PP-OCRv4_rec_infer.onnx",
        "rapidocr-cls": "models/ch_ppocr_mobile_v2.0_cls_infer.onnx",
    },
    "nudenet": {"nudenet": "320n.onnx"},
    "ddddocr": {
        "ddddocr-common": "common.onnx",
        "ddddocr-common-old": "common_old.onnx",
        "ddddocr-det": "common_det.onnx",
    },
}
# What a user has to say of a file that leaves it open and works with one value only.
SAID = {"rapidocr-rec": {"width": 320, "height": 48}, "rapidocr-cls": {"width": 192, "height": 48}}
OPSETS = (15, 20, 25)
QUANTISED = ("squeezenet1_1", "resnet18-imagenette", "mobilenet_v1-imagenette")
PICTURES = 4  # to calibrate with


def main(arguments: Sequence[str]) -> None:
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    copy_package_files(folder)
    for path in sorted(MODELS.glob("*.onnx")):
        for opset in OPSETS:
            _write(folder / f"{path.stem}-opset{opset}.onnx", partial(_convert, path, opset))
    for name in QUANTISED:
        path = MODELS / f"{name}.onnx"
        _write(folder / f"{name}-float16.onnx", partial(_halve, path))
        _write(folder / f"{name}-dynamic.onnx", partial(quantize_dynamic, path))
        for kind in QuantFormat:
            _write(folder / f"{name}-{kind.name.lower()}.onnx", partial(_quantise, path, kind))


def copy_package_files(folder: Path) -> None:
    """The packages' modules are not run: they need what only their own work needs."""
    for package, files in PACKAGES.items():
        found = find_spec(package)
        for place in found.submodule_search_locations or () if found else ():
            for name, file in files.items():
                _write(folder / f"{name}.onnx", partial(shutil.copy, Path(place) / file))
    for name, said in SAID.items():
        (folder / f"{name}.json").write_text(json.dumps(said))


def _write(path: Path, write: Callable[[Path], object]) -> None:
    try:
        write(path)
        print(path.name, path.stat().st_size, flush=True)
    except Exception as error:  # a tool that refuses a network makes no file
        print(path.name, "not made:", str(error)[:200], flush=True)
        path.unlink(missing_ok=True)


def _convert(source: Path, opset: int, target: Path) -> None:
    onnx.save(version_converter.convert_version(onnx.load(source), opset), target)


def _halve(source: Path, target: Path) -> None:
    onnx.save(convert_float_to_float16(onnx.load(source), keep_io_types=True), target)


class _Noise(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    def __init__(self, model: onnx.ModelProto) -> None:
        value = model.graph.input[0]
        shape = [dim.dim_value or 1 for dim in value.type.tensor_type.shape.dim]
        rng = np.random.default_rng(0)
        self._feeds = iter([{value.name: rng.standard_normal(shape, np.float32)} for _ in range(PICTURES)])

    def get_next(self) -> Values | None:
        return next(self._feeds, None)


def _quantise(source: Path, kind: QuantFormat, target: Path) -> None:
    prepared = target.with_suffix(".prepared")
    quant_pre_process(source, prepared, skip_symbolic_shape=True)
    quantize_static(
        prepared, target, _Noise(onnx.load(prepared)), quant_format=kind, per_channel=kind is QuantFormat.QDQ
    )
    prepared.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])

"""Networks that Keras 3 exports through tf2onnx, with random weights: their pictures have the channels last.

`python -m benchmarks.field.keras_exports FOLDER` needs keras, tensorflow and tf2onnx.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from keras import applications

SIDE, CLASSES = 96, 10
NETWORKS = {
    "mobilenetv2": applications.MobileNetV2,
    "efficientnetv2": applications.EfficientNetV2B0,
    "resnet50v2": applications.ResNet50V2,
    "densenet": applications.DenseNet121,
    "xception": applications.Xception,
}


def main(arguments: Sequence[str]) -> None:
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in NETWORKS.items():
        keras.utils.set_random_seed(0)
        network = make(weights=None, input_shape=(SIDE, SIDE, 3), classes=CLASSES)
        network(np.zeros((1, SIDE, SIDE, 3), np.float32))  # an export needs a network that has run
        path = folder / f"keras-{name}.onnx"
        network.export(path, format="onnx", verbose=False)
        print(path.name, path.stat().st_size, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

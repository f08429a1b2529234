"""ConvScope: see what a convolutional neural network sees."""

import os

__version__ = "0.1.0"

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # onnxruntime reads it on import, and would report to its makers

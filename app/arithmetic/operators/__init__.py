"""The workings of ONNX operators by kind: each module lists its own by the operators' names, in `WORKINGS`."""

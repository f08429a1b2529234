"""Exact gradients: from an ONNX network, another ONNX graph that runs back through it."""

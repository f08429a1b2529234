"""Exact gradients: the backward pass of an ONNX network, written as another ONNX graph."""

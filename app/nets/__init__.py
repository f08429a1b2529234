"""Networks: what an ONNX file says, and running it with every layer in view."""

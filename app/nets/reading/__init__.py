"""From an ONNX file to a `Graph`: operators, shapes, names, blocks, counts and receptive fields."""

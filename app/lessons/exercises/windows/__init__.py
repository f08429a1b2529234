"""Kinds of exercises about windows that slide: products, convolution, output size, padding, pooling."""

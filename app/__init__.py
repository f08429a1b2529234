"""ConvScope: see what a convolutional neural network sees."""

__version__ = "0.1.0"

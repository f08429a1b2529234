"""From a picture to the input tensor: fit, view, digits, tensor."""

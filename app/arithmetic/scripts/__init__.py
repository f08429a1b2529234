"""Python scripts that compute a cell or a layer from arrays of the API, with NumPy or PyTorch."""

"""A pickle read as data: arrays in lists, tuples and dicts, and nothing that could run."""

import pickle
from typing import IO, Any

import numpy as np
from numpy._core.multiarray import _reconstruct

# An old pickle's name of a global, and the one thing that it may mean.
ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


class _ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> Any:
        try:
            return ALLOWED[module_name, global_name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is no part of an array") from None


def read_arrays(file: IO[bytes]) -> Any:
    """What a pickle of NumPy arrays holds.

    Raises:
        pickle.UnpicklingError: it names anything else than what rebuilds an array.
    """
    return _ArrayUnpickler(file).load()

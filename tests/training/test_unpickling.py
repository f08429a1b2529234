"""A pickle of arrays is read; a pickle that would run something is refused."""

import io
import pickle

import numpy as np
import pytest

from training.unpickling import read_arrays


class Intruder:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("1 + 1",)


def test_arrays_come_back() -> None:
    # What NumPy before 2 wrote: the same bytes but for the module's name.
    content = pickle.dumps({"conv1": [np.arange(3, dtype=np.float32)]}, protocol=3)
    old = content.replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    np.testing.assert_array_equal(read_arrays(io.BytesIO(old))["conv1"][0], [0, 1, 2])


def test_anything_else_is_refused() -> None:
    with pytest.raises(pickle.UnpicklingError, match=r"builtins\.eval is no part of an array"):
        read_arrays(io.BytesIO(pickle.dumps(Intruder())))

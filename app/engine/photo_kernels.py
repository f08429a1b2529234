"""Kernels on photos: the response of a stored photo to a typed kernel."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.arithmetic.convolve import WindowTask
from app.arithmetic.photo_kernel import MAX_SIDE, PhotoKernel
from app.engine.pictures import Pictures
from app.engine.results import Key, Results
from app.nets.outputs import read_only
from app.rendering.maps import shrink
from app.work.job import JobHandle


@dataclass(frozen=True, slots=True, eq=False)
class KernelResponse:
    """What a kernel gives on a photo, `values` (N, rows, columns), and the size of that as formulas with numbers.

    `photo_size` is (height, width) of the photo as it was convolved, shrunk to at most `MAX_SIDE`.
    """

    values: NDArray[np.float32]
    formulas: tuple[str, ...]
    photo_size: tuple[int, int]

    @classmethod
    def of(cls, task: WindowTask) -> Self:
        height, width = task.map_size
        return cls(read_only(task.compute().astype(np.float32)), task.formulas, (height, width))


@dataclass(frozen=True, slots=True)
class KernelResponseKey(Key[KernelResponse]):
    """The response of a photo to a kernel."""

    image: str
    kernel: PhotoKernel


class PhotoKernels:
    """The response of stored photos to kernels that readers type."""

    def __init__(self, pictures: Pictures, results: Results) -> None:
        self._pictures = pictures
        self._results = results

    def response(self, image: str, kernel: PhotoKernel) -> JobHandle[KernelResponse]:
        """The response of a photo, computed in the queue of drawings.

        Raises:
            UnknownImage, InvalidRequest, NonFinite: through the handle.
        """

        def compute() -> KernelResponse:
            planes = shrink(self._pictures.get(image).transpose(2, 0, 1), MAX_SIDE)
            return KernelResponse.of(kernel.task(np.asarray(planes, np.float64)))

        return self._results.compute(KernelResponseKey(image, kernel), lambda stop: compute(), self._results.drawing)

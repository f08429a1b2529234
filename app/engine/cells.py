"""Cells: how the number of one is computed, from one run of the network."""

from dataclasses import dataclass
from functools import partial

from app.arithmetic.cell import CellWorking, check_place, work_cell, work_folded_cell, work_pixel
from app.arithmetic.loss import LossWorking, work_loss
from app.arithmetic.operands import Operands
from app.arithmetic.path import CellPath, follow
from app.arithmetic.pixel import PixelSource
from app.arithmetic.working import LISTED
from app.engine.activations import LayerOutputs
from app.engine.inference import Inference
from app.engine.pictures import Pictures
from app.engine.results import Key
from app.nets.layer import INPUT, CellPlace
from app.nets.outputs import Activations
from app.work.job import JobHandle
from app.work.stop import Stop


@dataclass(frozen=True, slots=True)
class WorkingKey(Key[CellWorking]):
    """How one cell is computed for a picture."""

    network: str
    image: str
    place: CellPlace
    limit: int
    is_folded: bool


@dataclass(frozen=True, slots=True)
class PathKey(Key[CellPath]):
    """The path of the largest contribution from a cell for a picture."""

    network: str
    image: str
    place: CellPlace


@dataclass(frozen=True, slots=True)
class LossKey(Key[LossWorking]):
    """How the loss of a class is computed for a picture."""

    network: str
    image: str
    target: int
    limit: int


class CellWorkings:
    """The working of each number of a network for a picture."""

    def __init__(self, layers: LayerOutputs, pictures: Pictures) -> None:
        self._layers = layers
        self._pictures = pictures

    def working(
        self, inference: Inference, place: CellPlace, limit: int, *, is_folded: bool = False
    ) -> JobHandle[CellWorking]:
        """How a cell is computed, with at most `limit` terms of a sum; raises as `LayerOutputs.activations` does.

        `is_folded`: a batch normalisation is shown as one step with the convolution before it.

        Raises:
            UnknownLayer, UnknownChannel, UnknownCell: there is no such cell.
            NoWorking, WorkingDisagrees: through the handle.
        """
        self._check(inference, place)

        def work(activations: Activations, stop: Stop) -> CellWorking:
            operands = self._operands(inference, activations)
            if is_folded:
                return work_folded_cell(operands, place, limit)
            return self._work(operands, inference, place, limit)

        return self._layers.compute(WorkingKey(*inference.identity, place, limit, is_folded), inference, work)

    def path(self, inference: Inference, place: CellPlace) -> JobHandle[CellPath]:
        """The path of the largest contribution from a cell to a pixel; raises as `working` does."""
        self._check(inference, place)

        def work(activations: Activations, stop: Stop) -> CellPath:
            operands = self._operands(inference, activations)
            return follow(lambda cell: self._work(operands, inference, cell, LISTED), place)

        return self._layers.compute(PathKey(*inference.identity, place), inference, work)

    def loss(self, inference: Inference, target: int, limit: int) -> JobHandle[LossWorking]:
        """How the cross-entropy loss of a class is computed; raises as `LayerOutputs.activations` does.

        Raises:
            NotAvailable: the output has no classes; through the handle.
        """

        def work(activations: Activations, stop: Stop) -> LossWorking:
            return work_loss(self._operands(inference, activations), activations.scores, target, limit)

        return self._layers.compute(LossKey(*inference.identity, target, limit), inference, work)

    @staticmethod
    def _check(inference: Inference, place: CellPlace) -> None:
        if place.layer != INPUT:
            inference.network.layer(place.layer)
        check_place(inference.network.graph, place)

    def _work(self, operands: Operands, inference: Inference, place: CellPlace, limit: int) -> CellWorking:
        if place.layer != INPUT:
            return work_cell(operands, place, limit)
        picture, spec = self._pictures.get(inference.image), inference.network.input_spec
        return work_pixel(operands, PixelSource(picture, spec, place.y, place.x, limit), place.channel)

    def _operands(self, inference: Inference, activations: Activations) -> Operands:
        return Operands(inference.network, activations.layers, partial(self._pictures.input_tensor, inference))

"""What the panel of a number waits for: its working."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.arithmetic.cell import CellTerm, CellWorking
from app.arithmetic.loss import LossWorking
from app.arithmetic.path import CellPath
from app.arithmetic.working import LISTED
from app.engine.inference import Inference
from app.errors import ConvScopeError
from app.nets.layer import CellPlace
from app.web.deps import Client
from app.web.pages.address import FIRST_CELL, MAX_TERMS, Address
from app.web.pages.components import Notice


@dataclass(frozen=True, slots=True)
class NumberData:
    """The place of a number, how it is computed and, if asked for, its path; `notice` tells why they are not there.

    `loss` is that of a class whose score the number is.
    """

    place: CellPlace
    working: CellWorking | None = None
    path: CellPath | None = None
    loss: LossWorking | None = None
    notice: Notice | None = None


async def gather_number(client: Client, inference: Inference, address: Address) -> NumberData | None:
    """The number that the address names; None if it names none."""
    if address.view != "number" or address.layer is None or address.why is not None:
        return None
    y, x = map(int, (address.cell or FIRST_CELL).split(","))
    place = CellPlace(address.layer, address.channel or 0, y, x)
    workings, is_folded = client.engine.cells, address.folded
    try:
        working = await client.wait(workings.working(inference, place, address.terms, is_folded=is_folded))
        if address.plane is not None and not any(plane_of(term) == address.plane for term in planes(working.terms)):
            working = await client.wait(workings.working(inference, place, MAX_TERMS, is_folded=is_folded))
        loss = await _loss(client, inference, place)
        if not address.path:
            return NumberData(place, working, loss=loss)
        path = await client.wait(workings.path(inference, place))
        return NumberData(place, working, path, loss)
    except ConvScopeError as error:
        return NumberData(place, notice=Notice.of(error))


async def _loss(client: Client, inference: Inference, place: CellPlace) -> LossWorking | None:
    """The loss of a class whose score the number is."""
    network = inference.network
    layer = network.graph.scores
    if place.layer != layer.id or not network.classes:
        return None
    target = int(np.ravel_multi_index(layer.index_of(place.channel, place.y, place.x), layer.shape))
    return await client.wait(client.engine.cells.loss(inference, target, LISTED))


def planes(terms: tuple[CellTerm, ...]) -> Iterator[CellTerm]:
    """The terms with a patch, from the top down."""
    for term in terms:
        if term.term.patch is not None:
            yield term
        yield from planes(term.terms)


def plane_of(term: CellTerm) -> int | None:
    """The input channel that the patch of a term is on."""
    return term.channel.channel if term.channel else None

"""Cells: how the number of one is computed."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BeforeValidator, Field

from app.arithmetic.cell import CellTerm, CellWorking
from app.arithmetic.kinds import KINDS
from app.arithmetic.readers import CellReader
from app.arithmetic.working import LISTED, Patch
from app.attribution.target import find_class
from app.engine.inference import Inference
from app.nets.layer import CellPlace
from app.web.api.params import CELL, UNIT, ThePlace, TheUnit
from app.web.api.responses import BoxInfo, Finite, Info, list_of
from app.web.deps import PURE, TheClient, TheInference

router = APIRouter(prefix="/api/v1")
Grid = Annotated[list[list[Finite]], BeforeValidator(list_of)]
Mask = Annotated[list[list[bool]], BeforeValidator(list_of)]
Folded = Annotated[
    bool,
    Query(
        description="Show a batch normalisation and the convolution before it as one convolution, with another kernel "
        "and bias, as networks are often deployed."
    ),
]
Limit = Annotated[int, Query(ge=1, le=4096, description="The most terms of a sum; `rest` adds up the others.")]


class PlaceInfo(Info):
    """A cell: the layer's id or `input`, its channel, row and column."""

    layer: str
    channel: int
    y: int
    x: int


class PatchInfo(Info):
    """The window on one channel of an input, as aligned grids of rows and columns."""

    inputs: Grid
    kernel: Grid | None
    products: Grid | None
    padding: Annotated[list[list[bool]], BeforeValidator(list_of)] = Field(
        description="True where the window is outside the input."
    )
    top: int = Field(description="The window's first row on the input's map; negative in the padding.")
    left: int
    dilations: tuple[int, int] = Field(description="From row to row and from column to column of the window.")
    source_layer: str | None = Field(None, description="The layer whose map it is on; `input` for the input.")
    source_channel: int | None = None


class TermInfo(Info):
    """A part of a working. Its `value` is what it adds, or the number itself where its parent is no sum."""

    kind: str = Field(
        description="What it is: " + "; ".join(f"`{kind}`, {meaning}" for kind, meaning in KINDS.items()) + ".",
        examples=["plane"],
    )
    value: Finite
    share: Finite = Field(description="Of the magnitudes of a sum's terms, 0 to 1; null where it is no sum.")
    numbers: dict[str, Finite] = Field(description="Its figures by name, as the field calls them.")
    source: PlaceInfo | None = Field(description="The cell whose number it is; null for constants and for sums.")
    patch: PatchInfo | None
    terms: list["TermInfo"]
    count: int
    chosen: bool = Field(description="Whether it is the candidate that won, or the side of a limit that holds.")


class LossInfo(Info):
    """The cross-entropy loss of a class: `value` is -log of the run's score, null if that is 0."""

    model: str
    image: str
    target: int = Field(description="The class's index.")
    label: str
    value: Finite
    total: Finite
    formula: str = Field(examples=["ln 1.32 − (5.1 − 7.3) = 2.478"])
    terms: list[TermInfo]


class CellInputInfo(Info):
    """A layer, or the input, that was read, and which cells of its maps."""

    layer: str
    name: str
    shape: tuple[int, int, int] = Field(description="Channels, height and width of its maps.")
    window: BoxInfo | None = Field(description="Cells of its maps, the padding left out; null if only padding is read.")


class CellReaderInfo(Info):
    """A layer that reads the cell: which of its cells depend on it directly, in `channels` channels from `channel`."""

    layer: str
    channel: int
    channels: int
    top: int
    left: int
    bottom: int
    right: int


class FoldingInfo(Info):
    """A batch normalisation and the convolution before it as one, in this channel: the kernel times `factor`, which is
    scale / √(variance + epsilon), and `folded_bias`, which is (bias − mean) × factor + offset.
    """

    convolution: str = Field(description="The layer of the convolution.")
    bias: Finite = Field(description="The convolution's own; 0 if it has none.")
    scale: Finite
    variance: Finite
    epsilon: Finite
    mean: Finite
    offset: Finite
    factor: Finite
    folded_bias: Finite
    factor_formula: str = Field(examples=["0.81 ÷ √(5.7 + 1e-05) = 0.3393"])
    bias_formula: str = Field(examples=["(0 − (−0.9)) × 0.3393 + 0.56 = 0.8653"])


class CellWorkingInfo(Info):
    """How a cell is computed: `value` is that of the run, `total` recomputed in float64 from what the layer reads."""

    model: str
    image: str
    layer: str
    op: str
    channel: int
    y: int
    x: int
    value: Finite
    total: Finite
    formula: str = Field(examples=["0.52 × 1.1 + … + 0.03 = 0.83"])
    terms: list[TermInfo] = Field(description="The largest first where they add up to the total.")
    inputs: list[CellInputInfo]
    readers: list[CellReaderInfo] = Field(description="At most 32.")
    folding: FoldingInfo | None = Field(None, description="With `folded`: what makes the two steps one.")


@router.get(CELL, summary="How a cell is computed", tags=["activations"], dependencies=[PURE])
async def cell_working(
    client: TheClient, inference: TheInference, place: ThePlace, limit: Limit = LISTED, folded: Folded = False
) -> CellWorkingInfo:
    """Every number that the layer reads for the cell, and what the operator makes of them. Layer `input` is the input
    tensor, whose cells are computed from the picture.
    """
    job = client.engine.cells.working(inference, place, limit, is_folded=folded)
    return cell_info(inference, await client.wait(job))


@router.get(UNIT, summary="How a number of a vector is computed", tags=["activations"], dependencies=[PURE])
async def unit_working(
    client: TheClient, inference: TheInference, place: TheUnit, limit: Limit = LISTED, folded: Folded = False
) -> CellWorkingInfo:
    """As for a cell: of a layer with maps, it is the first cell of channel n."""
    job = client.engine.cells.working(inference, place, limit, is_folded=folded)
    return cell_info(inference, await client.wait(job))


@router.get(
    "/models/{model}/images/{image}/loss",
    summary="How the loss of a class is computed",
    tags=["predictions"],
    dependencies=[PURE],
)
async def loss(
    client: TheClient,
    inference: TheInference,
    target: Annotated[str, Query(max_length=200, description="A class: its number, its name, or words of it.")],
    limit: Limit = LISTED,
) -> LossInfo:
    """What training makes small where the class is the label: cross-entropy, of a label by itself binary."""
    network = inference.network
    working = await client.wait(client.engine.cells.loss(inference, find_class(network.labels, target), limit))
    return LossInfo(
        model=network.id,
        image=inference.image,
        target=working.target,
        label=network.labels[working.target],
        value=working.value,
        total=working.total,
        formula=working.formula,
        terms=[_term(each) for each in working.terms],
    )


def cell_info(inference: Inference, working: CellWorking) -> CellWorkingInfo:
    """The answer about a cell."""
    place = working.place
    return CellWorkingInfo(
        model=inference.network.id,
        image=inference.image,
        layer=place.layer,
        op=working.op,
        channel=place.channel,
        y=place.y,
        x=place.x,
        value=working.value,
        total=working.total,
        formula=working.formula,
        terms=[_term(each) for each in working.terms],
        inputs=[CellInputInfo.model_validate(each) for each in working.inputs],
        readers=[_reader(each) for each in working.readers],
        folding=FoldingInfo.model_validate(working.folding) if working.folding else None,
    )


def _term(placed: CellTerm) -> TermInfo:
    term = placed.term
    return TermInfo(
        kind=term.kind,
        value=term.value,
        share=placed.share,
        numbers=dict(term.numbers),
        source=PlaceInfo.model_validate(placed.source) if placed.source else None,
        patch=_patch(term.patch, placed.channel) if term.patch else None,
        terms=[_term(each) for each in placed.terms],
        count=term.count,
        chosen=term.is_chosen,
    )


def _patch(patch: Patch, channel: CellPlace | None) -> PatchInfo:
    grids = PatchInfo.model_validate(patch)
    if channel is None:
        return grids
    return grids.model_copy(update={"source_layer": channel.layer, "source_channel": channel.channel})


def _reader(reader: CellReader) -> CellReaderInfo:
    box = reader.window
    return CellReaderInfo(
        layer=reader.layer,
        channel=reader.channel,
        channels=reader.channels,
        top=box.top,
        left=box.left,
        bottom=box.bottom,
        right=box.right,
    )

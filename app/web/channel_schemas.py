"""The shapes of the JSON answers about one channel, its filter and its cells, as OpenAPI shows them."""

from pydantic import BaseModel, Field

from app.web.schemas import Shape


class HistogramInfo(BaseModel):
    edges: list[float] = Field(description="Round numbers, one more than counts; zero is one of them or beyond them.")
    counts: list[int] = Field(
        description="Cells from one edge up to the next; those that are exactly zero are in none."
    )
    zeros: int = Field(description="How many cells are exactly zero.")


class BoxInfo(BaseModel):
    """Pixels of the view; `bottom` and `right` are the first ones outside."""

    top: int
    left: int
    bottom: int
    right: int


class CellInfo(BaseModel):
    y: int
    x: int
    value: float
    seen: BoxInfo = Field(description="What the cell sees of the view, exact at the borders.")
    field: BoxInfo = Field(description="Its whole receptive field, padding included.")


class FilterFigures(BaseModel):
    weights: int = Field(description="How many there are.")
    l1: float = Field(description="Sum of the magnitudes.")
    l2: float = Field(description="Root of the sum of the squares.")
    mean: float
    std: float
    min: float
    max: float
    near_zero: float = Field(description="Share of weights below 1 % of the greatest magnitude, 0 to 1.")


class AlikeInfo(BaseModel):
    """Two filters of one layer and the cosine of the angle between their weights; biases play no part."""

    one: int
    other: int
    cosine: float


class ContributionsInfo(BaseModel):
    """One entry per plane of the filter. Bias plus the planes' `mean` is the mean of the channel's map."""

    inputs: list[int] = Field(description="The input channel that the plane reads.")
    mean_abs: list[float] = Field(description="Mean magnitude of what the plane makes of its input channel alone.")
    mean: list[float]
    order: list[int] = Field(description="The planes, those that gave most first.")


class FilterOfChannel(BaseModel):
    shape: Shape
    statistics: FilterFigures
    nearest: list[AlikeInfo] | None = Field(description="At most eight; null where the layer's weights are too many.")
    contributions: ContributionsInfo | None


class ChannelDetail(BaseModel):
    """One channel of a layer for one picture."""

    model: str
    image: str
    layer: str
    channel: int
    shape: Shape
    min: float
    max: float
    mean: float
    std: float
    zeros: float = Field(description="Share of cells that are exactly zero, 0 to 1.")
    rank: int = Field(description="Its place among the layer's channels, by mean; 1 is the greatest.")
    histogram: HistogramInfo
    strongest: CellInfo = Field(description="The cell of the greatest value.")
    filter: FilterOfChannel | None


class FiltersDetail(BaseModel):
    """All filters of a layer: their norms, and which are nearly the same."""

    model: str
    layer: str
    shape: Shape = Field(description="[filters, planes, height, width], or [units, inputs].")
    l1: list[float]
    l2: list[float]
    mean: list[float]
    near_zero: list[float] = Field(description="Share of weights below 1 % of their filter's greatest magnitude.")
    threshold: float = Field(description="The cosine from which two filters count as nearly the same.")
    pairs: int = Field(description="How many such pairs there are.")
    closest: list[AlikeInfo] = Field(description="At most a hundred of them, closest first.")


class FieldsSeen(BaseModel):
    """What a layer's cells see of the view, exact at the borders: cell (y, x) sees `rows[y]` by `columns[x]`."""

    model: str
    layer: str
    rows: list[tuple[int, int]] = Field(description="First pixel, and the first one outside.")
    columns: list[tuple[int, int]]

"""The parameters that several resources share, as OpenAPI describes them."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, File, Path, Query, UploadFile

from app.analysis.clipping import Clip
from app.analysis.prediction import MAX_TOP_K
from app.analysis.statistics import Order, Statistics
from app.engine.inference import Inference
from app.errors import InvalidRequest
from app.gradients.targets import CellValue
from app.nets.layer import CellPlace, Layer, check_channel
from app.nets.preprocessing.fit import Fit
from app.rendering.channel_scales import SheetDomain, channel_scale, channel_scales, fixed_scale
from app.rendering.colormap import ColormapName
from app.rendering.scale import Scale
from app.web.deps import Client, TheLayer

PictureFile = Annotated[
    UploadFile,
    File(
        description="A JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF picture, or HEIC where its decoder is installed; "
        "the first frame of an animation."
    ),
]
PictureChanges = Annotated[
    tuple[str, ...],
    Query(
        description="Changes of the picture before all else, one after the other, as `name:amount,amount`.",
        examples=[["rotation:30", "shift:10,0"]],
    ),
]
Colormap = Annotated[
    ColormapName | None,
    Query(description="`auto` is diverging where values are signed. Without it the PNG is grey, to be coloured later."),
]
ColourScope = Annotated[
    SheetDomain,
    Query(alias="domain", description="Which values share one scale: each `channel`'s own, or the `layer`'s."),
]
ClippedShare = Annotated[
    float,
    Query(
        alias="clip",
        ge=0,
        le=0.1,
        description="The share of the layer's values, the farthest from 0, that may be off its scale: they are drawn "
        "like its ends, which `X-Scale-Min` and `X-Scale-Max` state. Goes with `domain=layer`.",
        examples=[0.0005],
    ),
]
ScaleEnd = Annotated[
    float | None,
    Query(
        gt=0,
        allow_inf_nan=False,
        description="Where the scale of all channels ends, whatever their values: two layers are drawn on one scale "
        "with the same `end`. It starts at 0, or at `-end` if it is signed.",
    ),
]
SignedScale = Annotated[
    bool, Query(description="Zero in the middle of the scale, also where the layer has no negative values.")
]
SheetOrder = Annotated[
    Order,
    Query(
        description="By index, or by mean, maximum, standard deviation or share of zeros, the greatest first. "
        "`X-Sheet-Order` lists the channels, if they are at most 4,096."
    ),
]
Size = Annotated[int | None, Query(ge=1, le=2048, description="Approximate longer side of one map, in pixels.")]
Columns = Annotated[int | None, Query(ge=1, le=4096, description="Maximum number of channels in a row of the sheet.")]
Opacity = Annotated[float | None, Query(ge=0, le=1, description="Lay the map over the view with this opacity.")]
OtherFit = Annotated[
    Fit | None, Query(description="Fit the picture to the input in another way than the network's own preprocessing.")
]
TopK = Annotated[int, Query(ge=1, le=MAX_TOP_K, description="How many classes, best first.")]
ChannelIndex = Annotated[int, Path(alias="c", ge=0, description="The channel's index.")]
CellRow = Annotated[int, Path(ge=0, description="The cell's row.")]
CellColumn = Annotated[int, Path(ge=0, description="The cell's column.")]
LayerId = Annotated[str, Path(description="A layer's id, as the network lists, or `input`.")]
CELL = "/models/{model}/images/{image}/layers/{layer}/cells/{c}/{y}/{x}"
UNIT = "/models/{model}/images/{image}/layers/{layer}/cells/{n}"


@dataclass(frozen=True, slots=True)
class MapStyle:
    """How maps are drawn: the longer side of one in pixels, and the colour map."""

    size: int | None
    colormap: ColormapName | None


async def _map_style(size: Size = None, colormap: Colormap = None) -> MapStyle:
    return MapStyle(size, colormap)


TheMapStyle = Annotated[MapStyle, Depends(_map_style)]


@dataclass(frozen=True, slots=True)
class MapScale:
    """What shares a scale, and which share of the layer's values may be off it; or where a given scale ends."""

    domain: SheetDomain
    clip: float
    end: float | None
    signed: bool

    async def clip_of(self, client: Client, inference: Inference, layer: Layer) -> Clip | None:
        """Where the layer's scale is clipped; None if it is not."""
        if not self.clip:
            return None
        return await client.wait(client.engine.layers.clip(inference, layer, self.clip))

    def of_channel(self, statistics: Statistics, channel: int, clip: Clip | None) -> Scale:
        """The scale of one channel; `clip` is where the layer's is clipped."""
        if self.end is not None:
            return fixed_scale(statistics, self.end, signed=self.signed)
        return channel_scale(statistics, channel, self.domain, clip, signed=self.signed)

    def of_channels(self, statistics: Statistics, clip: Clip | None) -> tuple[Scale, ...]:
        """The scale of every channel."""
        if self.end is not None:
            return (fixed_scale(statistics, self.end, signed=self.signed),) * statistics.layer.channels
        return channel_scales(statistics, self.domain, clip, signed=self.signed)


async def _map_scale(
    domain: ColourScope = "channel", clip: ClippedShare = 0, end: ScaleEnd = None, signed: SignedScale = False
) -> MapScale:
    if clip and (domain != "layer" or end is not None):
        raise InvalidRequest("Only the layer's own scale is clipped: ask for domain=layer without an end.")
    return MapScale(domain, clip, end, signed)


TheMapScale = Annotated[MapScale, Depends(_map_scale)]


@dataclass(frozen=True, slots=True)
class SheetStyle:
    """How a sheet is drawn: the order of its channels, the most in a row, and their scales."""

    order: Order
    columns: int | None
    scale: MapScale
    maps: MapStyle


async def _sheet_style(
    maps: TheMapStyle, scale: TheMapScale, order: SheetOrder = "index", columns: Columns = None
) -> SheetStyle:
    return SheetStyle(order, columns, scale, maps)


TheSheetStyle = Annotated[SheetStyle, Depends(_sheet_style)]


@dataclass(frozen=True, slots=True)
class LayerChannel:
    """One channel of a layer."""

    layer: Layer
    index: int


async def _channel(layer: TheLayer, index: ChannelIndex) -> LayerChannel:
    check_channel(layer, index, layer.channels)
    return LayerChannel(layer, index)


TheChannel = Annotated[LayerChannel, Depends(_channel)]


async def _cell(channel: TheChannel, y: CellRow, x: CellColumn) -> CellValue:
    return CellValue(channel.layer.id, channel.index, y, x)


TheCell = Annotated[CellValue, Depends(_cell)]


async def _place(layer: LayerId, channel: ChannelIndex, y: CellRow, x: CellColumn) -> CellPlace:
    return CellPlace(layer, channel, y, x)


async def _unit(
    layer: LayerId, unit: Annotated[int, Path(alias="n", ge=0, description="The number's index.")]
) -> CellPlace:
    return CellPlace(layer, unit)


ThePlace = Annotated[CellPlace, Depends(_place)]
TheUnit = Annotated[CellPlace, Depends(_unit)]

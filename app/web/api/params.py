"""The parameters that several resources share, as OpenAPI describes them."""

from typing import Annotated

from fastapi import Path, Query

from app.analysis.prediction import COLDEST, HOTTEST, MOST_CLASSES
from app.analysis.statistics import Order
from app.nets.preprocessing.fit import Fit
from app.rendering.channel_scales import SheetDomain
from app.rendering.drawing import ColormapName

TopK = Annotated[int, Query(ge=1, le=MOST_CLASSES, description="How many classes, best first.")]
Temperature = Annotated[
    float, Query(ge=COLDEST, le=HOTTEST, description="What each logit is divided by before the softmax.")
]
Target = Annotated[
    str | None, Query(max_length=200, description="Classes besides the best: a number, a name, or words of names.")
]
Colormap = Annotated[
    ColormapName | None,
    Query(description="`auto` is diverging where values are signed. Without it the PNG is grey, to be coloured later."),
]
Scope = Annotated[
    SheetDomain, Query(description="What a colour means the same in: each `channel` by itself, or the whole `layer`.")
]
SheetOrder = Annotated[
    Order, Query(description="By number, or with the greatest mean, maximum, spread or share of zeros first.")
]
Side = Annotated[int | None, Query(ge=1, le=2048, description="Pixels, about, of the longer side of one map.")]
Opacity = Annotated[float | None, Query(ge=0, le=1, description="Lay the map over the view, this opaque.")]
Fitting = Annotated[
    Fit | None, Query(description="Make the picture fit in another way than the network's own: what it would be given.")
]
InColour = Annotated[bool, Query(description="One picture in colour, where the filter looks at the picture's colours.")]
Channel = Annotated[int, Path(alias="c", ge=0, description="The channel's index.")]
Row = Annotated[int, Path(ge=0, description="The cell's row.")]
Column = Annotated[int, Path(ge=0, description="The cell's column.")]

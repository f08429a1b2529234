"""The address of a view: its whole state, so that a link shows everyone the same."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.analysis.prediction import DEFAULT_TOP_K, MAX_TEMPERATURE, MAX_TOP_K, MIN_TEMPERATURE
from app.analysis.statistics import Order
from app.arithmetic.working import LISTED
from app.attribution.registry import PARAMETERS
from app.nets.graph_outputs.output import MapKind
from app.nets.labels import INDEX_MARK, find_classes
from app.nets.layer import CellPlace
from app.nets.network import Network
from app.rendering.channel_scales import SheetDomain
from app.rendering.colormap import ColormapName

Zoom = Literal["1", "2", "4"]
MapSize = Literal["none", "large"]
MapColours = Literal["kind", "params", "macs", "memory", "time"]
Detail = Literal["none", "number"]

ComparisonKind = Literal["none", "methods", "layers", "classes", "random"]
FIRST_METHOD = "gradcam"
FIRST_CELL = "0,0"  # of a number without one in its address
OPACITY = 0.8  # of an explanation over the input, by default
LONGEST_NAME = 200
MAX_TERMS = 4096  # of the sum that a number is
LAYER_FIELDS: dict[str, Any] = {"first": 0, "cell": None, "alike": False}  # meaningless in another layer
EXPLANATION_FIELDS: dict[str, Any] = {  # meaningless without an explanation
    **dict.fromkeys(("why", "against", "at", *PARAMETERS)),
    "method": FIRST_METHOD,
    "beside": "none",
    "wait": False,
}
NUMBER_FIELDS: dict[str, Any] = {  # meaningless elsewhere
    "view": "none",
    "trail": None,
    "plane": None,
    "terms": LISTED,
    "path": False,
    "folded": False,
}
FORMER = {("map", "small")}  # what links have that were made by former versions; it says nothing any more
OptionText = Annotated[str, Field(max_length=40)]  # the value of a parameter of a method, as text
Part = Literal["page", "picture", "inspector", "map", "faithfulness", "comparison"]
EXPLANATION_PARTS: frozenset[Part] = frozenset(("map", "faithfulness", "comparison"))  # which may take many runs


class Address(BaseModel):
    """What a view shows, and how. Fields that are not in the address have their defaults.

    The parameters of the explanation methods are extra fields. Their names come from the methods.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    model: str | None = None
    image: str | None = None
    layer: str | None = None
    channel: int | None = Field(default=None, ge=0)
    colormap: ColormapName = "auto"
    overlay: float | None = Field(default=None, ge=0, le=1)
    order: Order = "index"
    domain: SheetDomain = "layer"
    zoom: Zoom = "1"
    first: int = Field(default=0, ge=0, le=1_000_000)
    cell: str | None = Field(default=None, pattern=r"^\d{1,5},\d{1,5}$")  # row, column
    alike: bool = False
    map: MapSize = "none"
    by: MapColours = "kind"
    open: str | None = Field(default=None, pattern=r"^(all|none|\d+(\.\d+)*)$", max_length=4000)  # blocks by number
    top_k: int = Field(default=DEFAULT_TOP_K, ge=1, le=MAX_TOP_K)
    temperature: float = Field(default=1, ge=MIN_TEMPERATURE, le=MAX_TEMPERATURE)
    target: str | None = Field(default=None, max_length=LONGEST_NAME)  # a class, by number, name or words of it
    read_as: MapKind | None = None  # what outputs that are maps are read as
    threshold: float | None = Field(default=None, ge=0, le=1)  # the least score of a box, or of a place of a mask
    view: Detail = "none"  # "number": how the number of the cell is computed
    trail: str | None = Field(default=None, max_length=8000)  # the numbers before it, each layer:channel:row:column
    plane: int | None = Field(default=None, ge=0)  # the input channel whose products are shown
    terms: int = Field(default=LISTED, ge=1, le=MAX_TERMS)  # how many terms of a sum are listed
    path: bool = False  # follow the largest contribution to the number
    folded: bool = False  # show a batch normalisation and the convolution before it as one step
    why: str | None = Field(
        default=None, max_length=LONGEST_NAME
    )  # what is explained: a class like `target`, or layer:channel
    against: str | None = Field(default=None, max_length=LONGEST_NAME)  # a second class
    method: str = Field(default=FIRST_METHOD, max_length=40)
    at: str | None = Field(default=None, max_length=LONGEST_NAME)  # the layer whose maps explain
    beside: ComparisonKind = "none"
    wait: bool = False  # without scripts the whole page waits for what takes many runs
    deleted: bool = False  # say that the reader's picture was deleted
    __pydantic_extra__: dict[str, OptionText | None] = Field(init=False)

    @model_validator(mode="before")
    @classmethod
    def _known_names(cls, query: Any) -> Any:
        """Only known names, without the empty fields of a plain form; the last of several values."""
        if not isinstance(query, dict):
            return query
        names = cls.model_fields.keys() | PARAMETERS.keys()
        last = {name: value[-1] if isinstance(value, list) else value for name, value in query.items() if name in names}
        return {name: value for name, value in last.items() if value != "" and (name, value) not in FORMER}

    @property
    def options(self) -> dict[str, str]:
        """The parameters of methods that the address names, as text."""
        return {name: value for name, value in (self.__pydantic_extra__ or {}).items() if value is not None}

    def link(self, **changes: Any) -> str:
        """A relative address like this one except for `changes`; defaults are left out.

        It has at least one parameter: without any, it would be that of the start page.
        """
        query = self.model_copy(update=_fields_to_reset(changes) | changes).query
        return f"?{urlencode(query or {'model': ''})}"

    def number_link(self, place: CellPlace) -> str:
        """The page of how a number is computed, without a trail."""
        return self.link(view="number", layer=place.layer, channel=place.channel, cell=f"{place.y},{place.x}")

    def hidden_form_fields(self, *names: str) -> dict[str, Any]:
        """The hidden fields that keep the rest of the view in a form that sets `names`."""
        other = _fields_to_reset(dict.fromkeys(names, ""))
        return {name: value for name, value in self.query.items() if name not in {*names, *other}}

    @property
    def query(self) -> dict[str, Any]:
        fields = self.model_dump(exclude_defaults=True, exclude_none=True)
        return fields | {name: 1 for name in ("alike", "path", "folded", "wait", "deleted") if getattr(self, name)}


def _fields_to_reset(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that `changes` make meaningless, with their defaults."""
    fields: dict[str, Any] = {"wait": False, "deleted": False}
    if {"model", "layer"} & changes.keys():
        fields |= LAYER_FIELDS
    if "model" in changes:
        fields["at"] = None
    if "why" in changes:
        fields |= {"against": None, "at": None}
    if changes.get("why", "") is None or {"layer", "channel"} & changes.keys():
        fields |= EXPLANATION_FIELDS
    if {"model", "layer", "channel", "why"} & changes.keys():
        fields |= NUMBER_FIELDS
    return fields


def class_name(network: Network, index: int) -> str:
    """The name of a class in an address: its label, which another network may have too, else its index, as `#3`."""
    label = network.labels[index]
    alone = find_classes(network.labels, label) == (index,) and len(label) <= LONGEST_NAME
    return label if alone else f"{INDEX_MARK}{index}"

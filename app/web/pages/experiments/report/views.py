"""The views that a report can hold, read from their addresses, and the files of the API that show each."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from pydantic import BaseModel, Field, ValidationError

from app.errors import InvalidRequest
from app.nets.network import Network
from app.web.links import image_api_path, image_png_path, layer_path
from app.web.pages.address import Address
from app.web.pages.experiments.consequences import ablation_query
from app.web.pages.experiments.fool.address import FoolAddress
from app.web.pages.experiments.sweep.address import SweepAddress
from app.web.pages.experiments.switch_off.address import SwitchOffAddress
from app.web.pages.explorer.downloads import FileView, view_files

MAX_VIEWS = 20  # of one report
LONGEST_ADDRESS, LONGEST_NOTE = 8000, 2000
EXPERIMENT = re.compile(r"(?:^|/)experiments/([a-z-]+)$")
MAX_FIELDS = 100
TOP_CLASSES = 5
EXPLORER = "explore"
# What the addresses of some files get in addition: maps of a report are small, and measuring takes hundreds of runs.
MORE = {"sheet": "size=96", "explanation_figures": "faithfulness=false"}


class CollectedView(BaseModel):
    """A view by its address on this site, with a note of the reader."""

    address: str = Field(max_length=LONGEST_ADDRESS, description="As the browser has it; its host does not count.")
    note: str = Field(default="", max_length=LONGEST_NOTE)


@dataclass(frozen=True, slots=True)
class ViewAddress:
    """A page of this site, `explore` or an experiment's id, and the parameters of its address; one may be repeated."""

    page: str
    parameters: tuple[tuple[str, str], ...]

    @property
    def query(self) -> dict[str, str]:
        """The parameters by name, the last of each."""
        return dict(self.parameters)

    @property
    def link(self) -> str:
        """The address relative to the site."""
        path = "" if self.page == EXPLORER else f"experiments/{self.page}"
        return f"{path}?{urlencode(self.parameters)}"


def read_view_address(address: str, experiments: tuple[str, ...]) -> ViewAddress:
    """The page that an address names.

    Raises:
        InvalidRequest: it names none of the Explorer and the experiments, or no picture or network.
    """
    try:
        parts = urlsplit(address)
        parameters = tuple(parse_qsl(parts.query, max_num_fields=MAX_FIELDS))
    except ValueError:
        raise InvalidRequest("This is no address of a view.") from None
    match = EXPERIMENT.search(parts.path)
    page = match[1] if match else EXPLORER
    if page not in (EXPLORER, *experiments) or (match is None and not parts.path.endswith("/") and parts.path):
        raise InvalidRequest("A report holds views of the Explorer and of experiments. This address is another page.")
    return ViewAddress(page, parameters)


def files_of(network: Network, view: ViewAddress) -> tuple[FileView, ...]:
    """The pictures and figures of a view: the input and the prediction first, then what the view itself shows.

    Raises:
        InvalidRequest: a parameter of the address is out of its range.
    """
    image = view.query.get("image", "")
    path = image_api_path(network.id, image)
    common = (
        FileView("view", "png", "view.png", f"{path}/view.png"),
        FileView("predictions", "json", "predictions.json", f"{path}/predictions"),
    )
    try:
        special = tuple(FILES.get(view.page, _no_files)(network, view))
    except ValidationError as error:
        raise InvalidRequest("A parameter of this address is out of its range.") from error
    known = {each.href.partition("?")[0] for each in common}
    further = (each for each in special if each.kind in ("png", "json") and each.href.partition("?")[0] not in known)
    return (*common, *further)


def _explorer_files(network: Network, view: ViewAddress) -> Iterator[FileView]:
    for each in view_files(network, Address.model_validate(view.query)):
        more = MORE.get(each.name, "")
        separator = "&" if "?" in each.href else "?"
        yield FileView(each.name, each.kind, each.file, f"{each.href}{separator}{more}" if more else each.href)


def _attack_files(network: Network, view: ViewAddress) -> Iterator[FileView]:
    address = FoolAddress.model_validate(view.query)
    path = f"{image_api_path(network.id, str(address.image))}/attacks/{address.method}"
    target = f"?{urlencode({'target': address.target})}" if address.target else ""
    separator = "&" if target else "?"
    yield FileView("change", "png", "change.png", f"{path}/change.png{target}{separator}colormap=auto")
    yield FileView("changed", "png", "changed.png", f"{path}/view.png{target}")
    yield FileView("attack", "json", "attack.json", f"{path}{target}")


def _sweep_files(network: Network, view: ViewAddress) -> Iterator[FileView]:
    sweep = quote(str(SweepAddress.model_validate(view.query).sweep()), safe=":~@;,")
    yield FileView("sweep", "json", "sweep.json", f"{image_api_path(network.id, view.query['image'])}/sweeps/{sweep}")


def _difference_files(network: Network, view: ViewAddress) -> Iterator[FileView]:
    """The layer and, if the address says which the other one is, what the page shows: the other one minus it."""
    own = {"model": network.id, "image": view.query["image"], "layer": view.query.get("layer", "")}
    if not own["layer"]:
        return
    small = {"colormap": "auto", "size": 96}
    yield FileView(
        "sheet", "png", "layer.png", f"{layer_path(*own.values())}.png?{urlencode(small | {'domain': 'layer'})}"
    )
    named = {name: value for name in own if (value := view.query.get(f"other_{name}"))}
    if named and ("layer" in named or "model" not in named):
        path, against = layer_path(*(own | named).values()), {f"against_{name}": value for name, value in own.items()}
        yield FileView("difference", "png", "difference.png", f"{path}/difference.png?{urlencode(against | small)}")
        yield FileView("difference", "json", "difference.json", f"{path}/difference?{urlencode(against)}")


def _reading_files(network: Network, view: ViewAddress) -> Iterator[FileView]:
    if layer := view.query.get("layer"):
        path = layer_path(network.id, view.query["image"], layer)
        yield FileView("components", "png", "components.png", f"{path}/components.png")
    yield FileView("readings", "json", "readings.json", f"{image_api_path(network.id, view.query['image'])}/readings")


def _changed_files(network: Network, view: ViewAddress) -> Iterator[FileView]:
    """The picture after the changes, and the prediction for it."""
    changes = [(name, value) for name, value in view.parameters if name == "change" and value]
    if changes:
        path = image_png_path(view.query["image"])
        yield FileView("changed", "png", "changed.png", f"{path}&{urlencode(changes)}")
        live = f"{image_api_path(network.id, view.query['image'])}/live"
        yield FileView("after", "json", "after.json", f"{live}?{urlencode([*changes, ('top_k', TOP_CLASSES)])}")


def _ablation_files(network: Network, view: ViewAddress) -> Iterator[FileView]:
    """The maps of the layer in view before and after channels were switched off."""
    lists = {name: [value for each, value in view.parameters if each == name] for name in ("off", "cut")}
    address = SwitchOffAddress.model_validate(view.query | lists)
    if address.layer:
        image, changed = view.query["image"], address.ablation(network.layer(address.layer))
        layer = address.view or address.layer
        query = urlencode({"colormap": "auto", "size": 96, "domain": "layer"})
        path = f"{image_api_path(network.id, image)}/ablations/layers/{quote(layer)}.png"
        yield FileView("sheet", "png", "layer.png", f"{layer_path(network.id, image, layer)}.png?{query}")
        yield FileView("ablated", "png", "ablated.png", f"{path}?{query}&{ablation_query(changed)}")


def _no_files(network: Network, view: ViewAddress) -> Iterator[FileView]:
    return iter(())


# What each page shows besides the input and the prediction.
FILES: Mapping[str, Callable[[Network, ViewAddress], Iterator[FileView]]] = {
    EXPLORER: _explorer_files,
    "fool": _attack_files,
    "sweep": _sweep_files,
    "compare": _difference_files,
    "layers": _reading_files,
    "picture": _changed_files,
    "switch-off": _ablation_files,
}

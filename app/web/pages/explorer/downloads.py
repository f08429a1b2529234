"""The files of a view, and programs that download them with curl or Python."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args
from urllib.parse import quote, urlencode

from app.arithmetic.cell import check_place
from app.arithmetic.latex import write_latex
from app.arithmetic.scripts.arrays import ArraySource
from app.arithmetic.scripts.script import write_script
from app.arithmetic.scripts.snippet import Library
from app.attribution.registry import METHODS
from app.errors import ConvScopeError
from app.nets.graph_outputs.output import has_more_than_classes
from app.nets.layer import INPUT, CellPlace
from app.nets.network import Network
from app.web.links import channel_path, image_api_path, layer_path, model_path
from app.web.pages.address import FIRST_CELL, OPACITY, Address
from app.web.pages.explanation.question import explanation_path
from app.web.pages.legend import scale_fields

FileKind = Literal["json", "npy", "png", "py"]
FINITE = {"sheet", "bars", "map", "channel_statistics"}  # the files that a layer with NaN or infinity does not have


@dataclass(frozen=True, slots=True)
class FileView:
    """One file: its name in the texts, its kind, its file name, and its address relative to the page."""

    name: str
    kind: FileKind
    file: str
    href: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a view has: the effective receptive field of a pinned cell, and the formula of a number, "" without one.

    `is_finite` is whether the values of its layer can be drawn.
    """

    has_effective_field: bool
    formula: str
    is_finite: bool = True


@dataclass(frozen=True, slots=True)
class DownloadsView:
    """The files of a view, and programs that download them from the server at `base`.

    `formula` is that of the number that the view is of, and `latex` the same for a document.
    """

    files: tuple[FileView, ...]
    base: str
    curl: str
    python: str
    formula: str
    latex: str


def downloads_view(network: Network, address: Address, base: str, contents: Contents) -> DownloadsView:
    """The files of the view at `address`; `base` is the address of the site, with a slash at its end."""
    files = tuple(file for file in view_files(network, address) if contents.is_finite or file.name not in FINITE)
    if contents.has_effective_field:
        files += tuple(_effective_field_files(network, address))
    curl = "\n".join(f"curl -fsS -o {shlex.quote(each.file)} {shlex.quote(base + each.href)}" for each in files)
    return DownloadsView(files, base, curl, _python(files, base), contents.formula, write_latex(contents.formula))


def view_files(network: Network, address: Address) -> Iterator[FileView]:
    """The files of a view, without those of an effective receptive field."""
    layer = network.graph.by_id.get(address.layer or "")
    image = address.image if network.has_weights else None
    if image is None:
        yield _file("network", "json", network.id, model_path(network.id))
    elif address.why is not None:
        yield from _explanation_files(network, address)
        return
    elif address.view == "number" and address.layer:
        yield from _number_files(network, address, image)
        return
    elif layer is None:
        yield from _prediction_files(network, address, image)
    elif address.channel is not None and address.channel < layer.channels:
        yield from _channel_files(network, address, image, layer.id, address.channel)
    else:
        yield from _layer_files(network, address, image, layer.id)
    if layer is not None and network.has_weights and "weight" in layer.weights:
        path = f"{model_path(network.id)}/layers/{quote(layer.id)}/filters.npy"
        yield _file("filters", "npy", f"{layer.id}-filters", path)


def _prediction_files(network: Network, address: Address, image: str) -> Iterator[FileView]:
    path = image_api_path(network.id, image)
    temperature = address.query.get("temperature")
    query = _query(top_k=address.query.get("top_k"), temperature=temperature, target=address.target)
    yield _file("predictions", "json", "predictions", f"{path}/predictions{query}")
    yield _file("scores", "npy", "scores", f"{path}/predictions.npy{_query(temperature=temperature)}")
    if has_more_than_classes(network.outputs):
        query = _query(threshold=address.threshold, read_as=address.read_as)
        yield _file("outputs", "json", "outputs", f"{path}/outputs{query}")
    yield _file("view", "png", "view", f"{path}/view.png")
    if address.layer == INPUT:
        yield _file("tensor", "npy", "tensor", f"{path}/tensor.npy")


def _explanation_files(network: Network, address: Address) -> Iterator[FileView]:
    method = METHODS.get(address.method)
    if method is None:
        return
    opacity = OPACITY if address.overlay is None else address.overlay
    style = {"colormap": address.colormap, "overlay": opacity if opacity < 1 else None}
    stem = f"{method.name}-{re.sub(r'[^a-z0-9]+', '-', str(address.why).lower()).strip('-')}"
    yield _file("explanation", "png", stem, explanation_path(network.id, address, ".png", **style))
    yield _file("explanation_values", "npy", stem, explanation_path(network.id, address, ".npy"))
    yield _file("explanation_figures", "json", stem, explanation_path(network.id, address, ".json"))
    if address.beside == "layers" and method.at_layer:
        yield _file("layers", "json", f"{stem}-layers", explanation_path(network.id, address, "/layers"))
    if address.beside == "random":
        yield _file("random_weights", "json", f"{stem}-random", explanation_path(network.id, address, "/randomised"))


def _layer_files(network: Network, address: Address, image: str, layer: str) -> Iterator[FileView]:
    path = layer_path(network.id, image, layer)
    has_maps = network.layer(layer).has_maps
    scale = scale_fields(address.domain) if has_maps else {}
    query = _query(colormap=address.colormap, order=address.query.get("order"), **scale)
    yield _file("sheet" if has_maps else "bars", "png", layer, f"{path}.png{query}")
    yield _file("activations", "npy", layer, f"{path}.npy")
    yield _file("statistics", "json", layer, path)


def _channel_files(network: Network, address: Address, image: str, layer: str, channel: int) -> Iterator[FileView]:
    file, path = f"{layer}-{channel}", channel_path(network.id, image, layer, channel)
    if network.layer(layer).has_maps:
        query = _query(colormap=address.colormap, overlay=address.overlay, **scale_fields(address.domain))
        yield _file("map", "png", file, f"{path}{query}")
    else:
        bars = f"{layer_path(network.id, image, layer)}.png{_query(colormap=address.colormap)}"
        yield _file("bars", "png", layer, bars)
    yield _file("channel_activations", "npy", file, f"{path.removesuffix('.png')}.npy")
    yield _file("channel_statistics", "json", file, path.removesuffix(".png"))


def _number_files(network: Network, address: Address, image: str) -> Iterator[FileView]:
    """The working of a number, its path if that is shown, and the scripts that can be written."""
    layer, channel, (y, x) = str(address.layer), address.channel or 0, (address.cell or FIRST_CELL).split(",")
    path = f"{layer_path(network.id, image, layer)}/cells/{channel}/{y}/{x}"
    stem = f"{layer}-{channel}-{y}-{x}"
    yield _file("working", "json", stem, f"{path}{_query(folded='true' if address.folded else None)}")
    if address.path:
        yield _file("path", "json", f"{stem}-path", f"{path}/path")
    for library in get_args(Library):
        if _has_script(ArraySource(network, image, library), CellPlace(layer, channel, int(y), int(x))):
            yield _file(library, "py", f"{stem}-{library}", f"{path}/code?as={library}")


def _has_script(source: ArraySource, place: CellPlace) -> bool:
    """Whether a script can be written for a number: there is one like that, and its operator has a script."""
    try:
        source.network.layer(place.layer)
        check_place(source.network.graph, place)
        write_script(source, place, "cell", server="")
    except ConvScopeError:
        return False
    return True


def _effective_field_files(network: Network, address: Address) -> Iterator[FileView]:
    layer, cell = str(address.layer), str(address.cell).replace(",", "/")
    path = f"{layer_path(network.id, str(address.image), layer)}/cells/{address.channel}/{cell}/effective"
    file = f"{layer}-{address.channel}-{cell.replace('/', '-')}-effective"
    yield _file("effective_field", "png", file, f"{path}.png{_query(colormap=address.colormap)}")
    yield _file("effective_field_values", "npy", file, f"{path}.npy")
    yield _file("effective_field_box", "json", file, path)


def _query(**values: Any) -> str:
    given = {name: value for name, value in values.items() if value is not None and value != ""}
    return f"?{urlencode(given)}" if given else ""


def _file(name: str, kind: FileKind, stem: str, href: str) -> FileView:
    return FileView(name, kind, f"{stem}.{kind}", href)


def _python(files: tuple[FileView, ...], base: str) -> str:
    kinds = {file.kind for file in files}
    lines = ["import io", ""] if "npy" in kinds else []
    lines += ["import httpx", *(["import numpy as np"] if "npy" in kinds else []), ""]
    lines += [f"server = httpx.Client(base_url={base!r}, timeout=60)", ""]
    for file in files:
        variable = file.name
        lines.append(f"{variable} = server.get({file.href!r}).raise_for_status()")
        match file.kind:
            case "json":
                lines += [f"{variable} = {variable}.json()", f"print(*{variable})"]
            case "npy":
                lines += [f"{variable} = np.load(io.BytesIO({variable}.content))", f"print({variable}.shape)"]
            case "png" | "py":
                lines += [f'with open({file.file!r}, "wb") as file:', f"    file.write({variable}.content)"]
    return "\n".join(lines)

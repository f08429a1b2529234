"""The numbers and pictures of a view as files, and how to have them with curl or from Python."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, urlencode

from app.attribution.registry import METHODS
from app.nets.layer import INPUT
from app.nets.network import Network
from app.web.links import channel_path, image_api_path, layer_path, model_path
from app.web.pages.address import OPACITY, Address
from app.web.pages.explanation.question import explanation_path

Kind = Literal["json", "npy", "png"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One file: what it is, by the name that the texts have for it, what it may be called, and its relative address."""

    name: str
    kind: Kind
    file: str
    href: str


@dataclass(frozen=True, slots=True)
class TakeAway:
    """The files of a view, and programs that fetch them from the server at `base`."""

    pieces: tuple[Piece, ...]
    base: str
    curl: str
    python: str


def take_away(network: Network, address: Address, base: str, *, effective: bool) -> TakeAway:
    """What the view at `address` is made of; `base` is the address of the page, with a slash at its end.

    `effective` is whether the page shows what the cell that the address keeps really depends on.
    """
    pieces = (*_pieces(network, address), *(_of_a_cell(network, address) if effective else ()))
    curl = "\n".join(f"curl -fsS -o {shlex.quote(piece.file)} {shlex.quote(base + piece.href)}" for piece in pieces)
    return TakeAway(pieces, base, curl, _python(pieces, base))


def _pieces(network: Network, address: Address) -> Iterator[Piece]:
    layer = network.graph.by_id.get(address.layer or "")
    image = address.image if network.has_weights else None
    if image is None:
        yield _piece("network", "json", network.id, model_path(network.id))
    elif address.why is not None:
        yield from _of_an_explanation(network, address)
        return
    elif layer is None:
        yield from _of_the_prediction(network, address, image)
    elif address.channel is not None and address.channel < layer.channels:
        yield from _of_a_channel(network, address, image, layer.id, address.channel)
    else:
        yield from _of_a_layer(network, address, image, layer.id)
    if layer is not None and network.has_weights and "weight" in layer.weights:
        path = f"{model_path(network.id)}/layers/{quote(layer.id)}/filters.npy"
        yield _piece("filters", "npy", f"{layer.id}-filters", path)


def _of_the_prediction(network: Network, address: Address, image: str) -> Iterator[Piece]:
    path = image_api_path(network.id, image)
    temperature = address.query.get("temperature")
    asked = _query(top_k=address.query.get("top_k"), temperature=temperature, target=address.target)
    yield _piece("predictions", "json", "predictions", f"{path}/predictions{asked}")
    yield _piece("scores", "npy", "scores", f"{path}/predictions.npy{_query(temperature=temperature)}")
    yield _piece("view", "png", "view", f"{path}/view.png")
    if address.layer == INPUT:
        yield _piece("tensor", "npy", "tensor", f"{path}/tensor.npy")


def _of_an_explanation(network: Network, address: Address) -> Iterator[Piece]:
    method = METHODS.get(address.method)
    if method is None:
        return
    opacity = OPACITY if address.overlay is None else address.overlay
    seen = {"colormap": address.colormap, "overlay": opacity if opacity < 1 else None}
    stem = f"{method.name}-{re.sub(r'[^a-z0-9]+', '-', str(address.why).lower()).strip('-')}"
    yield _piece("explanation", "png", stem, explanation_path(network.id, address, ".png", **seen))
    yield _piece("explained", "npy", stem, explanation_path(network.id, address, ".npy"))
    yield _piece("reasons", "json", stem, explanation_path(network.id, address, ".json"))
    if address.beside == "layers" and method.at_layer:
        yield _piece("layers", "json", f"{stem}-layers", explanation_path(network.id, address, "/layers"))
    if address.beside == "random":
        yield _piece("randomised", "json", f"{stem}-random", explanation_path(network.id, address, "/randomised"))


def _of_a_layer(network: Network, address: Address, image: str, layer: str) -> Iterator[Piece]:
    path = layer_path(network.id, image, layer)
    seen = _query(colormap=address.colormap, order=address.query.get("order"), domain=address.query.get("domain"))
    yield _piece("sheet" if network.layer(layer).has_maps else "bars", "png", layer, f"{path}.png{seen}")
    yield _piece("numbers", "npy", layer, f"{path}.npy")
    yield _piece("statistics", "json", layer, path)


def _of_a_channel(network: Network, address: Address, image: str, layer: str, channel: int) -> Iterator[Piece]:
    file, path = f"{layer}-{channel}", channel_path(network.id, image, layer, channel)
    if network.layer(layer).has_maps:
        seen = _query(colormap=address.colormap, domain=address.query.get("domain"), overlay=address.overlay)
        yield _piece("map", "png", file, f"{path}{seen}")
    else:
        bars = f"{layer_path(network.id, image, layer)}.png{_query(colormap=address.colormap)}"
        yield _piece("bars", "png", layer, bars)
    yield _piece("channel_numbers", "npy", file, f"{path.removesuffix('.png')}.npy")
    yield _piece("channel", "json", file, path.removesuffix(".png"))


def _of_a_cell(network: Network, address: Address) -> Iterator[Piece]:
    layer, place = str(address.layer), str(address.cell).replace(",", "/")
    path = f"{layer_path(network.id, str(address.image), layer)}/cells/{address.channel}/{place}/effective"
    file = f"{layer}-{address.channel}-{place.replace('/', '-')}-effective"
    yield _piece("effective", "png", file, f"{path}.png{_query(colormap=address.colormap)}")
    yield _piece("effective_numbers", "npy", file, f"{path}.npy")
    yield _piece("effective_box", "json", file, path)


def _query(**said: Any) -> str:
    found = {name: value for name, value in said.items() if value is not None and value != ""}
    return f"?{urlencode(found)}" if found else ""


def _piece(name: str, kind: Kind, stem: str, href: str) -> Piece:
    return Piece(name, kind, f"{stem}.{kind}", href)


def _python(pieces: tuple[Piece, ...], base: str) -> str:
    kinds = {piece.kind for piece in pieces}
    lines = ["import io", ""] if "npy" in kinds else []
    lines += ["import httpx", *(["import numpy as np"] if "npy" in kinds else []), ""]
    lines += [f"server = httpx.Client(base_url={base!r}, timeout=60)", ""]
    for piece in pieces:
        variable = piece.name
        lines.append(f"{variable} = server.get({piece.href!r}).raise_for_status()")
        match piece.kind:
            case "json":
                lines += [f"{variable} = {variable}.json()", f"print(*{variable})"]
            case "npy":
                lines += [f"{variable} = np.load(io.BytesIO({variable}.content))", f"print({variable}.shape)"]
            case "png":
                lines += [f'with open({piece.file!r}, "wb") as file:', f"    file.write({variable}.content)"]
    return "\n".join(lines)

"""From an address of the page to the question that it asks of a network, and to the API's addresses of the answers."""

from typing import Any
from urllib.parse import quote, urlencode

from app.attribution.explain import layer_for
from app.attribution.layers import suitable_layers
from app.attribution.method import Method
from app.attribution.methods import method_of
from app.attribution.target import read_target
from app.explaining import Asked
from app.nets.labels import find_classes
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.addresses import FIRST_METHOD, LONGEST_NAME, Address, shown_path

METHOD_OF_PIXELS = "saliency"


def question(network: Network, address: Address) -> Asked:
    """What the address asks: it names a target, and perhaps a second class, a method, a layer and parameters.

    A layer or a parameter that the method does not take is left aside: it was meant for another one.

    Raises:
        InvalidRequest, UnknownMethod, UnknownLayer, UnknownChannel: there is no such thing, or it can't explain.
        NotAvailable: the network's weights are not here.
    """
    network.require_weights()
    method = method_of(address.method)
    target = read_target(network, address.why or "", address.against or "", 0)
    layer = layer_for(network, method, target, (address.at or "") if method.at_layer else "")
    return Asked(method, target, layer, tuple(method.options(said_of(method, address)).items()))


def said_of(method: Method, address: Address) -> dict[str, str]:
    """The method's own parameters that the address names."""
    said = {parameter.name: getattr(address, parameter.name) for parameter in method.parameters}
    return {name: value for name, value in said.items() if value is not None}


def explanation_path(
    model: str, address: Address, method: Method, suffix: str, **changes: str | int | float | None
) -> str:
    """The API's address of an explanation as the page's address asks for it; `suffix` as `.png` or `/layers`.

    `model` is the network's id, or what `pinned` gives.
    """
    said: dict[str, Any] = {"target": address.why, "against": address.against}
    if method.at_layer:
        said["layer"] = address.at
    said |= said_of(method, address) | changes
    query = urlencode({name: value for name, value in said.items() if value is not None})
    return f"{shown_path(model, str(address.image))}/explanations/{quote(method.name)}{suffix}?{query}"


def class_name(network: Network, index: int) -> str:
    """What an address calls a class: its label, which another network may know too, else its number."""
    label = network.labels[index]
    alone = find_classes(network.labels, label) == (index,) and len(label) <= LONGEST_NAME
    return label if alone else str(index)


def why_channel(network: Network, layer: Layer, channel: int, address: Address) -> str:
    """The address that asks what in the picture drives a channel; of pixels where no maps come before it."""
    method = FIRST_METHOD if suitable_layers(network.graph, layer.id) else METHOD_OF_PIXELS
    return address.to(why=f"{layer.id}:{channel}", method=method)

"""From an address of the page to the question that it asks of a network, and to the API's addresses of the answers."""

from typing import Any
from urllib.parse import quote, urlencode

from app.attribution.method import Method
from app.attribution.registry import method_of
from app.attribution.suitable_layers import suitable_layers
from app.engine.question import ExplanationRequest, RequestText, parse_request
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.links import shown_path
from app.web.pages.address import FIRST_METHOD, Address

METHOD_OF_PIXELS = "saliency"


def explanation_request(network: Network, address: Address) -> ExplanationRequest:
    """What the address asks: it names a target, and perhaps a second class, a method, a layer and parameters.

    A layer or a parameter that the method does not take is left aside: it was meant for another one.

    Raises:
        InvalidRequest, UnknownMethod, UnknownLayer, UnknownChannel: there is no such thing, or it can't explain.
        NotAvailable: the network's weights are not here.
    """
    method = method_of(address.method)
    layer = (address.at or "") if method.at_layer else ""
    options = said_of(method, address)
    return parse_request(network, RequestText(method.name, address.why or "", address.against or "", layer, options))


def said_of(method: Method, address: Address) -> dict[str, str]:
    """The method's own parameters that the address names."""
    options = address.options
    return {parameter.name: options[parameter.name] for parameter in method.parameters if parameter.name in options}


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


def why_channel(network: Network, layer: Layer, channel: int, address: Address) -> str:
    """The address that asks what in the picture drives a channel; of pixels where no maps come before it."""
    method = FIRST_METHOD if suitable_layers(network.graph, layer.id) else METHOD_OF_PIXELS
    return address.to(why=f"{layer.id}:{channel}", method=method)

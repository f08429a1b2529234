"""What an address of the page asks to have explained, and the addresses of the API that answer it."""

from typing import Any
from urllib.parse import quote, urlencode

from app.attribution.method import Method
from app.attribution.registry import METHODS, method_of
from app.attribution.suitable_layers import suitable_layers
from app.engine.question import ExplanationRequest, RequestText, parse_request
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.links import image_api_path
from app.web.pages.address import FIRST_METHOD, Address

PIXEL_METHOD = "saliency"


def read_request(network: Network, address: Address) -> ExplanationRequest:
    """The explanation that the address asks for.

    A layer or a parameter that the method does not take is ignored: it is meant for another method.

    Raises:
        InvalidRequest, UnknownMethod, UnknownLayer, UnknownChannel: something that is named does not exist, or can't
            explain the target.
        NotAvailable: the network's weights are not here.
    """
    method = method_of(address.method)
    layer = (address.at or "") if method.at_layer else ""
    options = method_options(method, address)
    return parse_request(network, RequestText(method.name, address.why or "", address.against or "", layer, options))


def method_options(method: Method, address: Address) -> dict[str, str]:
    """The method's own parameters that the address names."""
    options = address.options
    return {parameter.name: options[parameter.name] for parameter in method.parameters if parameter.name in options}


def explanation_path(model: str, address: Address, suffix: str, **changes: str | int | float | None) -> str:
    """The API's address of the explanation that the page's address asks for; `suffix` is `.png`, `/layers` and so on.

    `model` is the network's id, or what `pinned_id` gives. `changes` replace parameters or add some.
    """
    method = METHODS[address.method]
    query: dict[str, Any] = {"target": address.why, "against": address.against}
    if method.at_layer:
        query["layer"] = address.at
    query |= method_options(method, address) | changes
    words = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{image_api_path(model, str(address.image))}/explanations/{quote(method.name)}{suffix}?{words}"


def channel_question(network: Network, layer: Layer, channel: int, address: Address) -> str:
    """The address of the page that explains a channel; with a method of pixels where no maps come before the layer."""
    method = FIRST_METHOD if suitable_layers(network.graph, layer.id) else PIXEL_METHOD
    return address.link(why=f"{layer.id}:{channel}", method=method)

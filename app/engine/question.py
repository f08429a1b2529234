"""The request of an explanation, and how it is read from the text of an address."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.attribution.evaluation.sanity_check import weighted_layers
from app.attribution.explain import resolve_layer
from app.attribution.method import Method, OptionValue
from app.attribution.registry import method_of
from app.attribution.target import Target, read_target
from app.errors import InvalidRequest
from app.nets.layer import Layer
from app.nets.network import Network


@dataclass(frozen=True, slots=True)
class ExplanationRequest:
    """All that an explanation depends on, except the network and the image.

    `options` are the method's parameters as pairs of name and value, in the method's order. `random` is the number of
    layers that have random weights, counted from the last one.
    """

    method: Method
    target: Target
    layer: Layer | None
    options: tuple[tuple[str, OptionValue], ...]
    random: int = 0


@dataclass(frozen=True, slots=True)
class RequestText:
    """An explanation request as the text of an address; an empty text stands for the default."""

    method: str
    target: str = ""
    against: str = ""
    layer: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    random: int = 0


def parse_request(network: Network, text: RequestText, best: int = 0) -> ExplanationRequest:
    """The request in `text`; its target is the class `best` if it names none.

    Raises:
        InvalidRequest, UnknownMethod, UnknownLayer, UnknownChannel: something that is named does not exist, or two
            things do not go together.
        NotAvailable: the network's weights are not here.
    """
    network.require_weights()
    method = method_of(text.method)
    options = method.options(text.options)
    most = len(weighted_layers(network))
    if text.random > most:
        raise InvalidRequest(f"The number of layers with weights is {most}.")
    target = read_target(network, text.target, text.against, best)
    layer = resolve_layer(network, method, target, text.layer)
    return ExplanationRequest(method, target, layer, tuple(options.items()), text.random)

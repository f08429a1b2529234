"""What an explanation is asked for, and how it is read from the words of an address."""

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
    """What an explanation depends on besides network and picture.

    `options` are the method's parameters as (name, value), in its order. `random` is how many layers, from the last one
    down, have random weights.
    """

    method: Method
    target: Target
    layer: Layer | None
    options: tuple[tuple[str, OptionValue], ...]
    random: int = 0


@dataclass(frozen=True, slots=True)
class RequestText:
    """An explanation request in the words of an address; empty where it leaves the choice to the network."""

    method: str
    target: str = ""
    against: str = ""
    layer: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    random: int = 0


def parse_request(network: Network, text: RequestText, best: int = 0) -> ExplanationRequest:
    """The request that these words make; `best` is the class if they name none.

    Raises:
        InvalidRequest, UnknownMethod, UnknownLayer, UnknownChannel: something that is named does not exist, or does
            not go together.
        NotAvailable: the network's weights are not here.
    """
    network.require_weights()
    method = method_of(text.method)
    options = method.options(text.options)
    most = len(weighted_layers(network))
    if text.random > most:
        raise InvalidRequest(f"The network has {most} layers with weights.")
    target = read_target(network, text.target, text.against, best)
    layer = resolve_layer(network, method, target, text.layer)
    return ExplanationRequest(method, target, layer, tuple(options.items()), text.random)

"""What the page needs to show an explanation: computed now, taken from the cache, or left for later."""

from dataclasses import dataclass
from typing import Any

from app.analysis.prediction import PredictionSummary, read_prediction
from app.attribution.availability import Availability
from app.attribution.evaluation.faithfulness import Faithfulness
from app.attribution.evaluation.sanity_check import Stage
from app.attribution.explain import Explanation
from app.attribution.registry import METHODS
from app.engine.inference import Inference
from app.engine.products import Product
from app.engine.question import ExplanationRequest
from app.errors import ConvScopeError
from app.nets.network import Network
from app.nets.outputs import Scores
from app.web.deps import Client
from app.web.pages.address import EXPLANATION_PARTS, Address, Part, class_name
from app.web.pages.components import Notice
from app.web.pages.explanation.question import read_request

CLASSES = 6  # compared side by side


@dataclass(frozen=True, slots=True)
class ComparedMap:
    """One of several maps side by side: the address of its page, the request, and what is computed already.

    `reason` says why there can't be a map.
    """

    address: Address
    request: ExplanationRequest | None = None
    explanation: Explanation | None = None
    faithfulness: Faithfulness | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MapComparison:
    """Maps to compare: `maps` of several methods or classes, `layer_maps` of every layer, `stages` of random weights.

    `layer_maps` and `stages` are None where they are not computed yet or not compared.
    """

    maps: tuple[ComparedMap, ...] = ()
    layer_maps: tuple[Explanation, ...] | None = None
    stages: tuple[Stage, ...] | None = None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class ExplanationData:
    """All numbers of an explanation on the page.

    None stands for what is not computed yet. `notice` says why there is no explanation, `faithfulness_notice` why its
    faithfulness could not be measured.
    """

    available: Availability
    reading: PredictionSummary
    request: ExplanationRequest | None = None
    explanation: Explanation | None = None
    faithfulness: Faithfulness | None = None
    comparison: MapComparison | None = None
    notice: Notice | None = None
    faithfulness_notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Loader:
    """Gets products of explanations of one inference. `awaited` are the parts of the page that wait for slow ones."""

    client: Client
    inference: Inference
    awaited: frozenset[Part]

    async def load(self, product: Product, request: ExplanationRequest, *, wait: bool) -> Any | None:
        """The product from the cache; if it is not there, computed now with `wait`, else None.

        Raises:
            ConvScopeError: whatever its computation ends in.
        """
        explanations = self.client.engine.explanations
        known = explanations.cached(product, self.inference, request)
        if known is not None or not wait:
            return known
        return await self.client.wait(explanations.product(product, self.inference, request))


async def gather_explanation(
    client: Client, inference: Inference, address: Address, part: Part, scores: Scores | None
) -> ExplanationData | None:
    """The explanation that the address asks for; None if it asks for none, or there is no prediction to explain."""
    if address.why is None or scores is None:
        return None
    loader = Loader(client, inference, EXPLANATION_PARTS if address.wait else EXPLANATION_PARTS & {part})
    available = await client.wait(client.engine.explanations.available(inference.network))
    reading = read_prediction(scores)
    try:
        request = read_request(inference.network, address)
        wait = not request.method.slow or not loader.awaited.isdisjoint({"map", "faithfulness"})
        explanation = await loader.load("explanation", request, wait=wait)
    except ConvScopeError as error:
        return ExplanationData(available, reading, notice=Notice.of(error))
    measured, notice = None, None
    if explanation is not None:
        try:
            measured = await loader.load("faithfulness", request, wait="faithfulness" in loader.awaited)
        except ConvScopeError as error:
            notice = Notice.of(error)
    comparison = await _comparison(loader, address, request, reading, available)
    return ExplanationData(available, reading, request, explanation, measured, comparison, faithfulness_notice=notice)


async def _comparison(
    loader: Loader, address: Address, request: ExplanationRequest, reading: PredictionSummary, available: Availability
) -> MapComparison | None:
    wait = "comparison" in loader.awaited
    try:
        match address.beside:
            case "none":
                return None
            case "methods":
                names = sorted(METHODS, key=lambda name: METHODS[name].slow)
                return MapComparison(tuple([await _method_map(loader, address, name, available) for name in names]))
            case "classes":
                addresses = _class_addresses(loader.inference.network, address, request, reading)
                return MapComparison(tuple([await _compared_map(loader, each) for each in addresses]))
            case "layers":
                return MapComparison(layer_maps=await loader.load("sweep", request, wait=wait))
            case "random":
                return MapComparison(stages=await loader.load("cascade", request, wait=wait))
    except ConvScopeError as error:
        return MapComparison(notice=Notice.of(error))


async def _method_map(loader: Loader, address: Address, name: str, available: Availability) -> ComparedMap:
    other = address.model_copy(update={"method": name})
    if name in available.reasons:
        return ComparedMap(other, reason=available.reasons[name])
    return await _compared_map(loader, other)


async def _compared_map(loader: Loader, address: Address) -> ComparedMap:
    """One of several maps; computed now only if its method is fast."""
    try:
        request = read_request(loader.inference.network, address)
        wait = "comparison" in loader.awaited and not request.method.slow
        explanation = await loader.load("explanation", request, wait=wait)
        measured = await loader.load("faithfulness", request, wait=False) if explanation else None
    except ConvScopeError as error:
        return ComparedMap(address, reason=error.message)
    return ComparedMap(address, request, explanation, measured)


def _class_addresses(
    network: Network, address: Address, request: ExplanationRequest, reading: PredictionSummary
) -> list[Address]:
    """The pages of the class, of the one it is compared with and of their difference, then of the likeliest classes."""
    target = request.target
    named = [target.index] if target.channel_of is None else []
    named += [target.against] if target.against is not None else []
    single = [
        address.model_copy(update={"why": class_name(network, index), "against": None})
        for index in dict.fromkeys([*named, *reading.order[:CLASSES].tolist()])
    ][:CLASSES]
    return [*single[:2], address, *single[2:]] if target.against is not None else single

"""The numbers behind an explanation on the page: waited for, or known already, or left for later."""

from dataclasses import dataclass
from typing import Any

from app.analysis.prediction import read_prediction
from app.attribution.availability import Availability
from app.attribution.evaluation.faithfulness import Faithfulness
from app.attribution.evaluation.sanity_check import Stage
from app.attribution.explain import Explanation
from app.attribution.registry import METHODS
from app.engine.explanations import Product
from app.engine.inference import Inference
from app.engine.question import ExplanationRequest
from app.errors import ConvScopeError
from app.nets.network import Scores
from app.web.deps import Client
from app.web.pages.address import EXPLANATION_PARTS, Address, Part, class_name
from app.web.pages.components import Notice
from app.web.pages.explanation.question import explanation_request

CLASSES = 6  # side by side


@dataclass(frozen=True, slots=True)
class Side:
    """One map of several side by side: the address that shows it large, the question, and what is known of it.

    `reason` says why there is none.
    """

    address: Address
    asked: ExplanationRequest | None
    explanation: Explanation | None = None
    faithfulness: Faithfulness | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sides:
    """The maps side by side; for random weights their `stages`, for layers the `swept`; None where not made yet."""

    several: tuple[Side, ...] = ()
    swept: tuple[Explanation, ...] | None = None
    stages: tuple[Stage, ...] | None = None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class WhyFound:
    """What is known of an explanation: None where it is not made yet, or a notice tells why there is none."""

    available: Availability
    scores: Scores
    asked: ExplanationRequest | None = None
    explanation: Explanation | None = None
    faithfulness: Faithfulness | None = None
    sides: Sides | None = None
    notice: Notice | None = None
    measure_notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Finder:
    """Asks for one network and one picture. `awaited` names the parts of the page that are waited for."""

    client: Client
    inference: Inference
    awaited: frozenset[str]

    async def get(self, product: Product, request: ExplanationRequest, *, wait: bool) -> Any | None:
        """What is known, else made if it is to be waited for; raises what making it ends in."""
        explanations = self.client.engine.explanations
        known = explanations.cached(product, self.inference, request)
        if known is not None or not wait:
            return known
        return await self.client.wait(explanations.product(product, self.inference, request))

    async def explanation(self, request: ExplanationRequest, *, wait: bool) -> Explanation | None:
        """The map; those that take a run or two are always waited for."""
        return await self.get("explanation", request, wait=wait or not request.method.slow)


async def find_why(
    client: Client, inference: Inference, address: Address, part: Part, scores: Scores | None
) -> WhyFound | None:
    """What the address asks for about why; None if it does not ask, or there is no answer to explain."""
    if address.why is None or scores is None:
        return None
    awaited = EXPLANATION_PARTS if address.wait else EXPLANATION_PARTS & {part}
    finder = Finder(client, inference, awaited)
    available = await client.wait(client.engine.explanations.available(inference.network))
    try:
        request = explanation_request(inference.network, address)
        found = await finder.explanation(request, wait=bool(awaited & {"map", "faithfulness"}))
    except ConvScopeError as error:
        return WhyFound(available, scores, notice=Notice.of(error))
    measured, notice = None, None
    if found is not None:
        try:
            measured = await finder.get("faithfulness", request, wait="faithfulness" in awaited)
        except ConvScopeError as error:
            notice = Notice.of(error)
    sides = await _sides(finder, address, request, scores, available)
    return WhyFound(available, scores, request, found, measured, sides, measure_notice=notice)


async def _sides(
    finder: Finder, address: Address, asked: ExplanationRequest, scores: Scores, available: Availability
) -> Sides | None:
    wait = "comparison" in finder.awaited
    try:
        match address.beside:
            case "none":
                return None
            case "methods":
                return Sides(tuple([await _method(finder, address, name, available, wait) for name in _quick_first()]))
            case "classes":
                wanted = _classes(finder, address, asked, scores)
                return Sides(tuple([await _side(finder, each, wait) for each in wanted]))
            case "layers":
                return Sides(swept=await finder.get("sweep", asked, wait=wait))
            case "random":
                return Sides(stages=await finder.get("cascade", asked, wait=wait))
    except ConvScopeError as error:
        return Sides(notice=Notice.of(error))


def _quick_first() -> list[str]:
    return sorted(METHODS, key=lambda name: METHODS[name].slow)


async def _method(finder: Finder, address: Address, name: str, available: Availability, wait: bool) -> Side:
    """One of the methods side by side; the slow ones are not waited for."""
    other = address.model_copy(update={"method": name})
    if name in available.reasons:
        return Side(other, None, reason=available.reasons[name])
    return await _side(finder, other, wait and not METHODS[name].slow)


async def _side(finder: Finder, address: Address, wait: bool) -> Side:
    try:
        asked = explanation_request(finder.inference.network, address)
        found = await finder.get("explanation", asked, wait=wait and not asked.method.slow)
        measured = await finder.get("faithfulness", asked, wait=False) if found else None
    except ConvScopeError as error:
        return Side(address, None, reason=error.message)
    return Side(address, asked, found, measured)


def _classes(finder: Finder, address: Address, asked: ExplanationRequest, scores: Scores) -> list[Address]:
    """The class, the one it is set against and the difference, then those that the network says are the likeliest."""
    target = asked.target
    best = read_prediction(scores).order[:CLASSES].tolist()
    wanted = [target.index] if target.channel_of is None else []
    wanted += [target.against] if target.against is not None else []
    alone = [
        address.model_copy(update={"why": class_name(finder.inference.network, index), "against": None})
        for index in dict.fromkeys([*wanted, *best])
    ][:CLASSES]
    return [*alone[:2], address, *alone[2:]] if target.against is not None else alone

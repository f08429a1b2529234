"""The numbers behind an explanation on the page: waited for, or known already, or left for later."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from fastapi import Request

from app.analysis.prediction import read_prediction
from app.attribution.availability import Availability, availability
from app.attribution.evaluation.faithfulness import Faithfulness
from app.attribution.evaluation.sanity_check import Stage
from app.attribution.explain import Explanation
from app.attribution.registry import METHODS
from app.engine.engine import Engine
from app.engine.explanations import Explainer, Kind
from app.engine.question import Asked
from app.errors import ConvScopeError
from app.nets.network import Network, Scores
from app.web.deps import finished
from app.web.pages.address import WHY_PARTS, Address, Part, class_name
from app.web.pages.components import Notice
from app.web.pages.explanation.question import question
from app.work.runner import Ticket

T = TypeVar("T")
SMALL = 4096  # bytes, about, of what is known of the methods for a network
CLASSES = 6  # side by side


@dataclass(frozen=True, slots=True)
class Side:
    """One map of several side by side: the address that shows it large, the question, and what is known of it.

    `reason` says why there is none.
    """

    address: Address
    asked: Asked | None
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
    asked: Asked | None = None
    explanation: Explanation | None = None
    faithfulness: Faithfulness | None = None
    sides: Sides | None = None
    notice: Notice | None = None
    measure_notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Finder:
    """Asks for one network and one picture. `awaited` names the parts of the page that are waited for."""

    request: Request
    engine: Engine
    network: Network
    image: str
    awaited: frozenset[str]

    @property
    def explainer(self) -> Explainer:
        explainer: Explainer = self.request.app.state.explainer
        return explainer

    async def get(self, kind: Kind, asked: Asked, make: Callable[[], Ticket[T]], *, wait: bool) -> T | None:
        """What is known, else made if it is to be waited for; raises what making it ends in."""
        known: T | None = self.explainer.known(kind, self.network, self.image, asked)
        if known is not None or not wait:
            return known
        made: T = await finished(self.request, make())
        return made

    async def explanation(self, asked: Asked, *, wait: bool) -> Explanation | None:
        """The map; those that take a run or two are always waited for."""
        make = partial(self.explainer.explain, self.network, self.image, asked)
        return await self.get("explanation", asked, make, wait=wait or not asked.method.slow)

    async def faithfulness(self, asked: Asked, found: Explanation, *, wait: bool) -> Faithfulness | None:
        make = partial(self.explainer.faithfulness, self.network, self.image, asked, found)
        return await self.get("faithfulness", asked, make, wait=wait)

    async def sweep(self, asked: Asked, *, wait: bool) -> tuple[Explanation, ...] | None:
        make = partial(self.explainer.sweep, self.network, self.image, asked)
        return await self.get("sweep", asked, make, wait=wait)

    async def cascade(self, asked: Asked, found: Explanation, *, wait: bool) -> tuple[Stage, ...] | None:
        make = partial(self.explainer.cascade, self.network, self.image, asked, found)
        return await self.get("cascade", asked, make, wait=wait)


async def find_why(
    request: Request, engine: Engine, network: Network, address: Address, part: Part, scores: Scores | None
) -> WhyFound | None:
    """What the address asks for about why; None if it does not ask, or there is no answer to explain."""
    if address.why is None or address.image is None or scores is None:
        return None
    awaited = WHY_PARTS if address.wait else WHY_PARTS & {part}
    finder = Finder(request, engine, network, address.image, awaited)
    available = await finished(
        request, engine.draw(("methods", network.sha256), lambda: (availability(network), SMALL))
    )
    try:
        asked = question(network, address)
        found = await finder.explanation(asked, wait=bool(awaited & {"map", "belief"}))
    except ConvScopeError as error:
        return WhyFound(available, scores, notice=Notice.of(error))
    measured, notice = None, None
    if found is not None:
        try:
            measured = await finder.faithfulness(asked, found, wait="belief" in awaited)
        except ConvScopeError as error:
            notice = Notice.of(error)
    sides = await _sides(finder, address, asked, found, scores, available)
    return WhyFound(available, scores, asked, found, measured, sides, measure_notice=notice)


async def _sides(
    finder: Finder, address: Address, asked: Asked, found: Explanation | None, scores: Scores, available: Availability
) -> Sides | None:
    wait = "beside" in finder.awaited
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
                return Sides(swept=await finder.sweep(asked, wait=wait))
            case "random":
                original = found or (await finder.explanation(asked, wait=True) if wait else None)
                return Sides(stages=await finder.cascade(asked, original, wait=wait) if original else None)
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
        asked = question(finder.network, address)
        make = partial(finder.explainer.explain, finder.network, finder.image, asked)
        found = await finder.get("explanation", asked, make, wait=wait and not asked.method.slow)
        measured = await finder.faithfulness(asked, found, wait=False) if found else None
    except ConvScopeError as error:
        return Side(address, None, reason=error.message)
    return Side(address, asked, found, measured)


def _classes(finder: Finder, address: Address, asked: Asked, scores: Scores) -> list[Address]:
    """The class, the one it is set against and the difference, then those that the network says are the likeliest."""
    target = asked.target
    best = read_prediction(scores).order[:CLASSES].tolist()
    wanted = [target.index] if target.channel_of is None else []
    wanted += [target.against] if target.against is not None else []
    alone = [
        address.model_copy(update={"why": class_name(finder.network, index), "against": None})
        for index in dict.fromkeys([*wanted, *best])
    ][:CLASSES]
    return [*alone[:2], address, *alone[2:]] if target.against is not None else alone

"""From a network's scores to what the page says of them."""

import asyncio
from collections.abc import Mapping

import numpy as np

from app.engine import Engine
from app.nets.labels import find_classes
from app.nets.network import Network, Scores
from app.nets.prediction import (
    CLEAR_MARGIN,
    CLOSE_MARGIN,
    FLAT_ENTROPY,
    SPREAD_ENTROPY,
    Reading,
    Verdict,
    read_prediction,
)
from app.nets.preprocess import note_of
from app.web.addresses import BEST, COLDEST, HOTTEST, Address, pinned, shown_path
from app.web.answered import Answer, Count, Guess, Prediction
from app.web.asking import class_name

BOUNDS: Mapping[Verdict, tuple[float, ...]] = {
    "clear": (CLEAR_MARGIN,),
    "leaning": (CLOSE_MARGIN, CLEAR_MARGIN, SPREAD_ENTROPY),
    "torn": (CLOSE_MARGIN, SPREAD_ENTROPY),
    "unsure": (CLEAR_MARGIN, SPREAD_ENTROPY, FLAT_ENTROPY),
    "no_idea": (FLAT_ENTROPY,),
}
COUNTS = (BEST, 20, 100)
MOST_FOUND = 10
FEW = 20  # classes that a sentence can hold


def has_answer(scores: Scores) -> bool:
    """Whether the scores are numbers."""
    return bool(np.isfinite(scores.scores).all())


def prediction(network: Network, scores: Scores, address: Address) -> Prediction | None:
    """The best classes as `address` wants them; None if the scores are no numbers."""
    if not has_answer(scores):
        return None
    return _prediction(network, scores, read_prediction(scores, address.temperature), address)


def note(engine: Engine, network: Network, image: str) -> str | None:
    """A word on how the picture was prepared, where the answer can't be understood without; raises UnknownImage."""
    spec = network.card.input
    return note_of(engine.picture(image), spec) if spec.resize.rule == "digit" else None


async def noted(engine: Engine, network: Network, image: str) -> str | None:
    """As `note`, beside the other requests; at once where there is nothing to look for."""
    if network.card.input.resize.rule != "digit":
        return None
    return await asyncio.to_thread(note, engine, network, image)


def answer(network: Network, image: str, scores: Scores, address: Address) -> Answer | None:
    """The prediction with all that can be asked of it; None if the scores are no numbers."""
    if not has_answer(scores):
        return None
    reading = read_prediction(scores, address.temperature)
    found = find_classes(network.labels, address.target) if address.target else ()
    classes = len(network.labels)
    counts = dict.fromkeys([*(count for count in COUNTS if count < classes), classes])
    return Answer(
        prediction=_prediction(network, scores, reading, address),
        temperature=address.temperature,
        counts=tuple(Count(count, address.to(top_k=count), count == min(address.top_k, classes)) for count in counts),
        coldest=COLDEST,
        hottest=HOTTEST,
        bounds=BOUNDS[read_prediction(scores).verdict],
        target=address.target,
        asked=network.labels[found[0]] if len(found) == 1 else address.target or "",
        found=tuple(_guess(network, reading, index, address) for index in _best(reading, found)),
        matches=len(found),
        choices=network.labels if classes <= FEW else (),
        figures=f"{shown_path(pinned(network), image)}/predictions?top_k={classes}",
    )


def _prediction(network: Network, scores: Scores, reading: Reading, address: Address) -> Prediction:
    return Prediction(
        best=tuple(_guess(network, reading, index, address) for index in reading.order[: address.top_k].tolist()),
        classes=len(reading.scores),
        entropy=reading.entropy,
        most=reading.most,
        share=reading.share,
        margin=reading.margin,
        verdict=read_prediction(scores).verdict,
        milliseconds=1000 * scores.seconds,
    )


def _best(reading: Reading, found: tuple[int, ...]) -> list[int]:
    return sorted(found, key=reading.rank)[:MOST_FOUND]


def _guess(network: Network, reading: Reading, index: int, address: Address) -> Guess:
    return Guess(
        index=index,
        label=network.labels[index],
        score=float(reading.scores[index]),
        logit=float(reading.logits[index]),
        rank=reading.rank(index),
        why=class_name(network, index),
        href=address.to(why=class_name(network, index)),
    )

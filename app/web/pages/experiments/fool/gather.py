"""Everything that the page of an attack waits for."""

import asyncio
from dataclasses import dataclass

from app.engine.experiments.attacks import AttackRequest, AttackStudy, read_attack
from app.engine.inference import Inference
from app.errors import ConvScopeError
from app.experiments.attack import require_classes
from app.nets.outputs import Scores
from app.web.deps import Client
from app.web.pages.components import Notice
from app.web.pages.experiments.fool.address import FoolAddress
from app.web.pages.experiments.subject import gather_subject


@dataclass(frozen=True, slots=True)
class FoolData:
    """An attack, or None while it is still to be computed, or where the notice says why there is none.

    `scores` are those of the original picture, `image` is the id of the changed one.
    """

    subject: Inference
    scores: Scores
    request: AttackRequest | None
    study: AttackStudy | None
    image: str | None
    notice: Notice | None


async def gather_fool(client: Client, address: FoolAddress) -> FoolData:
    """The attack of the address if it is in memory, or if the address says to wait for it.

    Raises:
        ConvScopeError: there is no such network or picture, or the network can't run on it.
    """
    subject = await gather_subject(client, address.model, address.image)
    scores = await client.wait(client.engine.predictions.scores(subject))
    request, study, image, notice = None, None, None, None
    attacks = client.engine.attacks
    try:
        require_classes(subject.network)
        request = read_attack(subject.network, address.method, address.target)
        study = attacks.cached(subject, request)
        if study is None and address.wait:
            study = await client.wait(attacks.attack(subject, request))
        if study is not None:
            image = await asyncio.to_thread(attacks.store, study)
    except ConvScopeError as error:
        request, notice = None, Notice.of(error)
    return FoolData(subject, scores, request, study, image, notice)

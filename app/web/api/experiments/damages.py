"""Damage to the weights of a layer: what the network answers before and after it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from app.engine.experiments.sweeps import answer_labels
from app.engine.inference import Inference
from app.experiments.damage import DEFAULT_AMOUNT, MAX_AMOUNT, Answer, Damage, DamagedAnswer, DamageKind, remainder
from app.nets.network import Network
from app.web.api.responses import Finite, Info
from app.web.deps import TheClient, TheNetwork
from app.web.samples import Sample, fixed_samples, read_samples, store_samples

router = APIRouter(prefix="/api/v1", tags=["experiments"])


class DamageBody(BaseModel):
    """What `POST .../damages` is given."""

    layer: str = Field(max_length=400, description="The id of the layer.")
    kind: DamageKind = Field(description="`noise` on its weights, or `no_biases`.")
    amount: float = Field(
        default=DEFAULT_AMOUNT,
        ge=0,
        le=MAX_AMOUNT,
        description="The size of the noise, as a share of that of the weights.",
    )
    seed: int = Field(default=0, ge=0, lt=2**32, description="Of the noise: the same one gives the same numbers.")
    image: str | None = Field(default=None, max_length=100, description="The id of a picture to run as well.")


class DamagedClassInfo(Info):
    index: int
    label: str
    score: Finite = Field(description="Null where it is no finite number.")


class DamagedAnswerInfo(Info):
    image: str
    before: DamagedClassInfo
    after: DamagedClassInfo


class DamagedSampleInfo(DamagedAnswerInfo):
    sample: str = Field(description="The name of the sample.")
    right_before: bool | None = Field(description="Null where the network has no class for it.")
    right_after: bool | None


class DamageInfo(Info):
    """What remains of a network's predictions after damage to one of its layers."""

    model: str
    layer: str
    kind: DamageKind
    amount: float
    seed: int
    rated: int = Field(description="How many samples the network has a class for.")
    right_before: int
    right_after: int
    same: int = Field(description="How many samples keep their prediction, of all.")
    samples: list[DamagedSampleInfo]
    picture: DamagedAnswerInfo | None


async def _damage(network: TheNetwork, body: DamageBody) -> Damage:
    layer = network.layer(body.layer)
    return Damage(layer.id, body.kind, *((body.amount, body.seed) if body.kind == "noise" else ()))


@router.post("/models/{model}/damages", summary="Damage the weights of a layer, for this answer alone")
async def damages(
    client: TheClient, network: TheNetwork, body: DamageBody, damage: Annotated[Damage, Depends(_damage)]
) -> DamageInfo:
    """The network's file stays as it is. Predictions are those for samples that ship with ConvScope."""
    if body.image is not None:
        await client.require_picture(body.image)
    samples = fixed_samples(network, read_samples())
    ids = await store_samples(client, samples)
    first, rest = (ids[0], ids[1:]) if body.image is None else (body.image, ids)
    answers = await client.wait(client.engine.layer_reading.damage(Inference(network, first), damage, rest))
    own = None if body.image is None else answers[0]
    return _info(network, damage, list(zip(samples, answers[own is not None :], strict=True)), own)


def _info(
    network: Network, damage: Damage, answers: list[tuple[Sample, DamagedAnswer]], own: DamagedAnswer | None
) -> DamageInfo:
    right = [sample.classes_of(network) for sample, _ in answers]
    remains = remainder([answer for _, answer in answers], right)
    return DamageInfo(
        model=network.id,
        layer=damage.layer,
        kind=damage.kind,
        amount=damage.amount,
        seed=damage.seed,
        rated=remains.rated,
        right_before=remains.right_before,
        right_after=remains.right_after,
        same=remains.same,
        samples=[
            DamagedSampleInfo(
                sample=sample.id,
                right_before=answer.before.index in classes if classes else None,
                right_after=answer.after.index in classes if classes else None,
                **dict(_answer(network, answer)),
            )
            for (sample, answer), classes in zip(answers, right, strict=True)
        ],
        picture=None if own is None else _answer(network, own),
    )


def _answer(network: Network, answer: DamagedAnswer) -> DamagedAnswerInfo:
    before, after = (_class(network, each) for each in (answer.before, answer.after))
    return DamagedAnswerInfo(image=answer.image, before=before, after=after)


def _class(network: Network, answer: Answer) -> DamagedClassInfo:
    return DamagedClassInfo(index=answer.index, label=answer_labels(network)[answer.index], score=answer.score)

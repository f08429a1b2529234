"""The data of the page of an attack: the original, the change and the result, with what the network says of each."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from app.engine.engine import Engine
from app.engine.experiments.attacks import AttackRequest, AttackStudy
from app.engine.inference import Inference
from app.experiments.attack import ChangeSize
from app.experiments.survival import Treatment
from app.nets.labels import distinct_labels
from app.nets.outputs import Scores
from app.rendering.scale import Scale
from app.web.links import image_api_path, pinned_id
from app.web.pages.address import Address, class_name
from app.web.pages.components import Choice, ColourTable, Notice, colour_filters
from app.web.pages.experiments.fool.address import ACTION, FoolAddress
from app.web.pages.experiments.fool.gather import FoolData
from app.web.pages.experiments.subject import SubjectPlace, SubjectView, subject_view
from app.web.pages.prediction import RankedClassView, top_classes
from app.web.pages.site import Site

SUGGESTED = 10  # classes to reach, those that are most likely now


@dataclass(frozen=True, slots=True)
class SurvivalView:
    """The best class for the original and for the changed view after one treatment; None is a score that is NaN."""

    treatment: Treatment
    original: RankedClassView | None
    changed: RankedClassView | None
    survives: bool


@dataclass(frozen=True, slots=True)
class AttackView:
    """An attack. `change` and `changed` are the addresses of its pictures, `in_explorer` is that of the changed one.

    With one level less than `epsilon` the attack does not succeed; if it did not succeed at all, `is_successful` is
    false. `target` is the label of the class to reach. Without `is_exact` the Explorer prepares the picture anew.
    """

    epsilon: int
    is_successful: bool
    target: str | None
    change: str
    changed: str
    scale: Scale
    after: tuple[RankedClassView, ...]
    size: ChangeSize
    survival: tuple[SurvivalView, ...]
    runs: int
    in_explorer: str
    is_exact: bool


@dataclass(frozen=True, slots=True)
class PendingAttack:
    """An attack to compute: its resource, what is sent there, and the page that waits for it."""

    resource: str
    body: str
    href: str


@dataclass(frozen=True, slots=True)
class FoolPage:
    """The page; `original` is the address of the view, and its sides are `size`. `figures` is the attack as JSON."""

    subject: SubjectView
    address: FoolAddress
    methods: tuple[Choice, ...]
    suggestions: tuple[str, ...]
    original: str
    size: tuple[int, int]
    before: tuple[RankedClassView, ...]
    result: AttackView | None
    pending: PendingAttack | None
    figures: str
    notice: Notice | None
    unsigned: ColourTable
    signed: ColourTable


def fool_page(site: Site, engine: Engine, address: FoolAddress, data: FoolData, picture: Notice | None) -> FoolPage:
    """The page of an address; `picture` says why a picture was not added."""
    network, image = data.subject.network, data.subject.image
    stated = address.model_copy(update={"model": network.id, "image": image})
    place = SubjectPlace(ACTION, _other_fields(stated), ACTION + stated.link(image=None).removeprefix("fool"))
    resource = f"{image_api_path(pinned_id(network), image)}/attacks"
    before = _best(data.subject, data.scores, SUGGESTED + 1)
    colours = colour_filters("auto")
    spec = network.card.input
    is_pending = data.request is not None and data.study is None
    return FoolPage(
        subject=subject_view(site, engine, data.subject, place, picture),
        address=stated,
        methods=tuple(
            Choice(method, stated.link(method=method), method == address.method) for method in ("pgd", "fgsm")
        ),
        suggestions=tuple(each.name for each in before[1:]),
        original=f"{image_api_path(pinned_id(network), image)}/view.png",
        size=(spec.width, spec.height),
        before=before[:3],
        result=_result(data, data.request, data.study) if data.request and data.study else None,
        pending=_pending(stated, resource) if is_pending else None,
        figures=f"{resource}/{address.method}?{urlencode({'target': address.target})}",
        notice=data.notice,
        unsigned=colours[0],
        signed=colours[1],
    )


def _other_fields(address: FoolAddress) -> dict[str, str]:
    """What the choice of another network keeps: not the class to reach, which that one may not have."""
    return {name: str(value) for name, value in address.query.items() if name in ("image", "method")}


def _pending(address: FoolAddress, resource: str) -> PendingAttack:
    body = json.dumps({"method": address.method, "target": address.target})
    return PendingAttack(resource, body, address.link(wait=True))


def _result(data: FoolData, request: AttackRequest, study: AttackStudy) -> AttackView:
    network, attack = data.subject.network, study.attack
    resource = f"{image_api_path(pinned_id(network), data.subject.image)}/attacks/{request.method}"
    target = request.target
    query = "" if target is None else urlencode({"target": class_name(network, target)})
    bound = float(attack.epsilon)
    return AttackView(
        epsilon=attack.epsilon,
        is_successful=attack.is_successful,
        target=None if target is None else distinct_labels(network.labels)[target],
        change=f"{resource}/change.png?{query}",
        changed=f"{resource}/view.png?{query}",
        scale=Scale(-bound, bound, "fixed", signed=True),
        after=_best(data.subject, attack.after, 3),
        size=study.size,
        survival=tuple(
            SurvivalView(
                each.treatment,
                next(iter(_best(data.subject, each.original, 1)), None),
                next(iter(_best(data.subject, each.changed, 1)), None),
                attack.goal.is_reached(each.changed),
            )
            for each in study.survival
        ),
        runs=attack.runs,
        in_explorer=f"?{urlencode({'model': network.id, 'image': data.image})}",
        is_exact=study.is_exact,
    )


def _best(subject: Inference, scores: Scores, count: int) -> tuple[RankedClassView, ...]:
    """The best classes; none if a score is NaN."""
    address = Address(model=subject.network.id, image=subject.image, top_k=count)
    top = top_classes(subject.network, scores, address)
    return top.best if top else ()

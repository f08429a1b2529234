"""From explanations to the JSON answers."""

from collections.abc import Sequence
from typing import Any

from app.attribution.availability import Availability
from app.attribution.explain import Explanation
from app.attribution.faithfulness import Faithfulness
from app.attribution.method import Method, Parameter
from app.attribution.methods import METHODS
from app.attribution.randomised import Stage
from app.explaining import Asked
from app.nets.network import Network
from app.web.explaining_schemas import (
    CascadeInfo,
    ExplanationInfo,
    ExplanationSummary,
    FaithfulnessInfo,
    MethodAvailability,
    MethodInfo,
    MethodPaper,
    MethodsAvailable,
    ParameterInfo,
    RandomMapInfo,
    StageInfo,
    SweptInfo,
)


def method_info(method: Method) -> MethodInfo:
    paper = method.paper
    return MethodInfo(
        name=method.name,
        title=method.title,
        idea=method.idea,
        paper=MethodPaper(title=paper.title, authors=paper.authors, year=paper.year, url=paper.url),
        parameters=[_parameter(parameter) for parameter in method.parameters],
        takes_layer=method.at_layer,
        needs_gradients=method.needs_gradients,
        slow=method.slow,
        about_target=method.about_target,
    )


def methods_available(network: Network, found: Availability) -> MethodsAvailable:
    return MethodsAvailable(
        model=network.id,
        default_layer=found.default.id if found.default else None,
        layers=[layer.id for layer in found.layers],
        methods=[
            MethodAvailability(name=name, available=name not in found.reasons, reason=found.reasons.get(name, ""))
            for name in METHODS
        ],
    )


def explanation(
    network: Network, image: str, asked: Asked, found: Explanation, faithful: Faithfulness | None
) -> ExplanationInfo:
    height, width = found.values.shape
    target = asked.target
    return ExplanationInfo(
        **summary(found).model_dump(),
        model=network.id,
        image=image,
        method=asked.method.name,
        title=asked.method.title,
        target=target.index,
        target_label=target.label(network),
        target_layer=target.channel_of,
        against=target.against,
        parameters=dict(asked.options),
        randomised=asked.random,
        height=height,
        width=width,
        faithfulness=None if faithful is None else _faithfulness(faithful),
    )


def summary(found: Explanation) -> ExplanationSummary:
    return ExplanationSummary(
        layer=found.layer, min=found.min, max=found.max, note=found.note, figures=dict(found.figures)
    )


def swept(network: Network, image: str, asked: Asked, found: Sequence[Explanation]) -> SweptInfo:
    return SweptInfo(**_question(network, image, asked), layers=[summary(each) for each in found])


def cascade(network: Network, image: str, asked: Asked, stages: Sequence[Stage]) -> CascadeInfo:
    return CascadeInfo(**_question(network, image, asked), stages=[_stage(stage) for stage in stages])


def _question(network: Network, image: str, asked: Asked) -> dict[str, Any]:
    return {
        "model": network.id,
        "image": image,
        "method": asked.method.name,
        "target": asked.target.index,
        "target_label": asked.target.label(network),
    }


def _stage(stage: Stage) -> StageInfo:
    return StageInfo(
        randomised=stage.count,
        layer=stage.layer,
        correlation=stage.correlation,
        magnitude_correlation=stage.magnitude_correlation,
        min=stage.explanation.min,
        max=stage.explanation.max,
    )


def _faithfulness(found: Faithfulness) -> FaithfulnessInfo:
    own = found.curves
    return FaithfulnessInfo(
        deletion=own.deletion,
        insertion=own.insertion,
        deletion_curve=own.removed.tolist(),
        insertion_curve=own.shown.tolist(),
        smoothness=found.deviation,
        random=[RandomMapInfo(deletion=each.deletion, insertion=each.insertion) for each in found.random],
        better_than=found.better_than,
    )


def _parameter(parameter: Parameter) -> ParameterInfo:
    is_choice = parameter.kind == "choice"
    return ParameterInfo(
        name=parameter.name,
        kind=parameter.kind,
        default=parameter.default,
        low=None if is_choice else parameter.low,
        high=None if is_choice else parameter.high,
        choices=list(parameter.choices),
        description=parameter.description,
    )

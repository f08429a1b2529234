"""The routes about why a network answers as it does: maps, how far to believe them, sanity checks and sweeps."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.attribution.availability import availability
from app.attribution.explain import layer_for
from app.attribution.methods import METHODS, method_of
from app.attribution.randomised import weighted_layers
from app.attribution.target import read_target
from app.errors import InvalidRequest
from app.explaining import Asked, Explainer
from app.web import explained, explaining_answers
from app.web.arrays import NPY, npy
from app.web.deps import ImageId, PureHeaders, TheEngine, TheNetwork, finished
from app.web.drawing import Drawing
from app.web.explaining_schemas import (
    CascadeInfo,
    ExplanationInfo,
    MethodInfo,
    MethodsAvailable,
    SweptInfo,
)
from app.web.pictures import Colormap, Opacity, Png, Side, png

PLACE = "/models/{model}/images/{image}/explanations"
OTHERS = {"target", "against", "layer", "randomised", "faithfulness", "size", "colormap", "overlay", "of"}
TAGS: list[Any] = ["explanations"]

router = APIRouter(prefix="/api/v1")


async def _explainer(request: Request) -> Explainer:
    explainer: Explainer = request.app.state.explainer
    return explainer


TheExplainer = Annotated[Explainer, Depends(_explainer)]
MethodName = Annotated[
    str, Path(alias="method", description="A method's name, as `GET /methods` lists.", examples=["gradcam"])
]
ClassName = Annotated[
    str,
    Query(
        max_length=200,
        description="A class's number or name, or `layer:channel`; the best class if nothing is given.",
        examples=["tabby"],
    ),
]
Against = Annotated[
    str, Query(max_length=200, description="A second class: what speaks for the first rather than this one?")
]
LayerName = Annotated[
    str, Query(max_length=200, description="The layer whose maps shall explain; the last with places if not given.")
]
Randomised = Annotated[
    int, Query(ge=0, description="How many layers with weights, from the answer down, are made random first.")
]


async def _asked(
    request: Request,
    engine: TheEngine,
    network: TheNetwork,
    image: ImageId,
    name: MethodName,
    target: ClassName = "",
    against: Against = "",
    layer: LayerName = "",
    randomised: Randomised = 0,
) -> Asked:
    """The question; the method's own parameters stand beside the others in the address."""
    method = method_of(name)
    options = method.options({key: text for key, text in request.query_params.items() if key not in OTHERS})
    network.require_weights()
    if randomised > len(weighted_layers(network)):
        raise InvalidRequest(f"The network has {len(weighted_layers(network))} layers with weights.")
    best = 0 if target else int((await finished(request, engine.scores(network, image))).logits.argmax())
    about = read_target(network, target, against, best)
    return Asked(method, about, layer_for(network, method, about, layer), tuple(options.items()), randomised)


TheQuestion = Annotated[Asked, Depends(_asked)]


def _openapi_parameters() -> dict[str, Any]:
    """What the methods' own parameters are, for the API's description: each once, with the methods that take it."""
    takers: dict[str, list[str]] = {}
    for method in METHODS.values():
        for parameter in method.parameters:
            takers.setdefault(parameter.name, []).append(method.name)
    described = []
    for name, methods in takers.items():
        parameter = next(each for each in METHODS[methods[0]].parameters if each.name == name)
        schema: dict[str, Any] = {"type": {"choice": "string"}.get(parameter.kind, parameter.kind)}
        if parameter.kind == "choice":
            schema["enum"] = list(parameter.choices)
        else:
            schema |= {"minimum": parameter.low, "maximum": parameter.high}
        text = f"{parameter.description} Taken by {', '.join(methods)}."
        described.append({"name": name, "in": "query", "required": False, "schema": schema, "description": text})
    return {"parameters": described}


OWN = _openapi_parameters()


@router.get("/methods", summary="The methods of explaining, with papers and parameters", tags=TAGS)
def methods() -> list[MethodInfo]:
    return [explaining_answers.method_info(method) for method in METHODS.values()]


@router.get("/models/{model}/methods", summary="Which methods can explain a network, and at which layers", tags=TAGS)
def methods_of(network: TheNetwork) -> MethodsAvailable:
    return explaining_answers.methods_available(network, availability(network))


@router.get(
    f"{PLACE}/{{method}}.json",
    summary="An explanation in figures, and how far to believe it",
    tags=TAGS,
    openapi_extra=OWN,
)
async def explanation(
    request: Request,
    response: Response,
    explainer: TheExplainer,
    network: TheNetwork,
    image: ImageId,
    headers: PureHeaders,
    asked: TheQuestion,
    faithfulness: Annotated[bool, Query(description="Measure it too: some hundred runs, once.")] = True,
) -> ExplanationInfo:
    """Deletion and insertion curves are measured on the network for this map and for random ones as smooth as it."""
    found = await finished(request, explainer.explain(network, image, asked))
    measured = None
    if faithfulness:
        measured = await finished(request, explainer.faithfulness(network, image, asked, found))
    response.headers.update(headers)
    return explaining_answers.explanation(network, image, asked, found, measured)


@router.get(
    f"{PLACE}/{{method}}.npy",
    summary="An explanation as an array, signed, (H, W) of the view",
    tags=TAGS,
    response_class=Response,
    responses=NPY,
    openapi_extra=OWN,
)
async def array(
    request: Request,
    explainer: TheExplainer,
    network: TheNetwork,
    image: ImageId,
    headers: PureHeaders,
    asked: TheQuestion,
) -> Response:
    return npy((await finished(request, explainer.explain(network, image, asked))).values, headers)


@router.get(
    f"{PLACE}/{{method}}.png",
    summary="An explanation as a picture, alone or over the view",
    tags=TAGS,
    response_class=Png,
    openapi_extra=OWN,
)
async def picture(
    request: Request,
    engine: TheEngine,
    explainer: TheExplainer,
    network: TheNetwork,
    image: ImageId,
    headers: PureHeaders,
    asked: TheQuestion,
    size: Side = None,
    colormap: Colormap = None,
    overlay: Opacity = None,
) -> Png:
    """Zero is in the middle of the scale: what speaks for the target is above it, what speaks against below."""
    found = await finished(request, explainer.explain(network, image, asked))

    def draw() -> tuple[Drawing, int]:
        if overlay is None:
            return explained.draw_explanation(found, size, colormap).sized
        return explained.draw_explained(engine.view(network, image), found, colormap or "auto", overlay).sized

    key = ("explained", network.sha256, image, asked.key, size, colormap, overlay)
    return png(await finished(request, engine.draw(key, draw)), headers)


@router.get(f"{PLACE}/{{method}}/layers", summary="One method over every suitable layer", tags=TAGS, openapi_extra=OWN)
async def layers(
    request: Request,
    response: Response,
    explainer: TheExplainer,
    network: TheNetwork,
    image: ImageId,
    headers: PureHeaders,
    asked: TheQuestion,
) -> SweptInfo:
    found = await finished(request, explainer.sweep(network, image, asked))
    response.headers.update(headers)
    return explaining_answers.swept(network, image, asked, found)


@router.get(
    f"{PLACE}/{{method}}/randomised",
    summary="Does the map change when the network's weights are destroyed?",
    tags=TAGS,
    openapi_extra=OWN,
)
async def randomised(
    request: Request,
    response: Response,
    explainer: TheExplainer,
    network: TheNetwork,
    image: ImageId,
    headers: PureHeaders,
    asked: TheQuestion,
) -> CascadeInfo:
    """The weights are made random from the answer down, in up to eight stages, each of its own mean and spread."""
    asked = replace(asked, random=0)
    found = await finished(request, explainer.explain(network, image, asked))
    stages = await finished(request, explainer.cascade(network, image, asked, found))
    response.headers.update(headers)
    return explaining_answers.cascade(network, image, asked, stages)

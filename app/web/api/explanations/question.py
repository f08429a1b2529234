"""The parameters that say what an explanation is about."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from app.attribution.evaluation.sanity_check import weighted_layers
from app.attribution.explain import layer_for
from app.attribution.registry import method_of
from app.attribution.target import read_target
from app.engine.question import Asked
from app.errors import InvalidRequest
from app.web.deps import ImageId, TheEngine, TheNetwork, finished

MODEL, IMAGE = "The network's id.", "The picture's id."
PLACE = "/models/{model}/images/{image}/explanations"
OTHERS = {"target", "against", "layer", "randomised", "faithfulness", "size", "colormap", "overlay", "of"}

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

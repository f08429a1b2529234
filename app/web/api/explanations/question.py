"""The parameters that say what an explanation is about."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from app.engine.question import ExplanationRequest, RequestText, parse_request
from app.web.deps import TheClient, TheInference

MODEL, IMAGE = "The network's id.", "The picture's id."
EXPLANATION = "/models/{model}/images/{image}/explanations/{method}"
SHARED = {"target", "against", "layer", "randomised", "faithfulness", "size", "colormap", "overlay", "of"}

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
    str, Query(max_length=200, description="A second class: what supports the first one compared with this one?")
]
LayerName = Annotated[
    str, Query(max_length=200, description="The layer whose maps explain; the last one with maps if not given.")
]
Randomised = Annotated[
    int, Query(ge=0, description="How many layers with weights, from the last one down, get random weights first.")
]


async def _text(
    request: Request,
    method: MethodName,
    target: ClassName = "",
    against: Against = "",
    layer: LayerName = "",
    randomised: Randomised = 0,
) -> RequestText:
    options = {name: text for name, text in request.query_params.items() if name not in SHARED}
    return RequestText(method, target, against, layer, options, randomised)


async def _request(
    client: TheClient, inference: TheInference, text: Annotated[RequestText, Depends(_text)]
) -> ExplanationRequest:
    """The request; the method's own parameters stand beside the others in the address."""
    if text.target:
        return parse_request(inference.network, text)
    parse_request(inference.network, text)  # what is wrong with it is said before the network runs
    scores = await client.wait(client.engine.predictions.scores(inference))
    return parse_request(inference.network, text, int(scores.logits.argmax()))


TheRequest = Annotated[ExplanationRequest, Depends(_request)]

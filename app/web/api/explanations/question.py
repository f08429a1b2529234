"""The parameters of an explanation in an address, read as a request."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query, Request

from app.engine.question import ExplanationRequest, RequestText, parse_request
from app.web.deps import TheClient, TheInference

MODEL, IMAGE = "The id of the network.", "The id of the image."
EXPLANATION = "/models/{model}/images/{image}/explanations/{method}"
# The parameters in a query that are not those of a method.
NOT_OPTIONS = {"target", "against", "layer", "randomised", "faithfulness", "size", "colormap", "overlay", "of"}

MethodName = Annotated[
    str, Path(alias="method", description="A method's name, as `GET /methods` lists.", examples=["gradcam"])
]
ClassName = Annotated[
    str,
    Query(
        max_length=200,
        description="The index or the name of a class, or `layer:channel`. The default is the predicted class.",
        examples=["tabby"],
    ),
]
Against = Annotated[
    str,
    Query(
        max_length=200,
        description="A second class. The map shows what supports the first class compared with this one.",
    ),
]
LayerName = Annotated[
    str,
    Query(
        max_length=200,
        description="The layer whose activation maps explain. By default the last with maps before further weights.",
    ),
]
Randomised = Annotated[
    int, Query(ge=0, description="How many layers get random weights first, counted from the last layer with weights.")
]


@dataclass(frozen=True, slots=True)
class TargetText:
    """What is explained: a class or a channel, perhaps compared with a second class."""

    target: ClassName = ""
    against: Against = ""


async def _text(
    request: Request,
    method: MethodName,
    about: Annotated[TargetText, Depends()],
    layer: LayerName = "",
    randomised: Randomised = 0,
) -> RequestText:
    options = {name: text for name, text in request.query_params.items() if name not in NOT_OPTIONS}
    return RequestText(method, about.target, about.against, layer, options, randomised)


async def _request(
    client: TheClient, inference: TheInference, text: Annotated[RequestText, Depends(_text)]
) -> ExplanationRequest:
    """The request. The method's own parameters are in the query, next to the parameters above."""
    if text.target:
        return parse_request(inference.network, text)
    parse_request(inference.network, text)  # raises before the network runs if anything is wrong
    scores = await client.wait(client.engine.predictions.scores(inference))
    return parse_request(inference.network, text, int(scores.logits.argmax()))


TheRequest = Annotated[ExplanationRequest, Depends(_request)]

"""The explanation methods, and which of them can explain a network."""

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from app.attribution.availability import Availability
from app.attribution.method import Parameter
from app.attribution.registry import METHODS, PARAMETERS
from app.nets.network import Network
from app.web.api.explanations.question import MODEL
from app.web.api.responses import Info
from app.web.deps import TheClient, TheNetwork

TAGS: list[Any] = ["explanations"]

router = APIRouter(prefix="/api/v1")


def _openapi_parameters() -> dict[str, Any]:
    """The parameters of all methods as OpenAPI describes them, each with the methods that take it."""
    described = []
    for name, parameter in PARAMETERS.items():
        takers = [method.name for method in METHODS.values() if name in {each.name for each in method.parameters}]
        text = f"{parameter.description} For {', '.join(takers)}."
        described.append(
            {"name": name, "in": "query", "required": False, "schema": _schema(parameter), "description": text}
        )
    return {"parameters": described}


def _schema(parameter: Parameter) -> dict[str, Any]:
    if parameter.kind == "choice":
        return {"type": "string", "enum": list(parameter.choices)}
    return {"type": parameter.kind, "minimum": parameter.low, "maximum": parameter.high}


METHOD_PARAMETERS = _openapi_parameters()


class MethodPaperInfo(Info):
    """The paper that introduced a method."""

    title: str
    authors: str
    year: int
    url: str


class ParameterInfo(Info):
    """One parameter of a method. It has this name in the address of an explanation."""

    name: str
    kind: str = Field(description="`integer`, `number` or `choice`.")
    default: float | int | str | None = Field(description="Null if it depends on the network and the image.")
    low: float | None
    high: float | None
    choices: list[str]
    description: str


class MethodInfo(Info):
    """An explanation method with its paper and its parameters."""

    name: str = Field(examples=["gradcam"])
    title: str
    idea: str
    paper: MethodPaperInfo
    parameters: list[ParameterInfo]
    takes_layer: bool = Field(validation_alias="at_layer")
    needs_gradients: bool
    slow: bool = Field(description="Whether it runs the network tens to thousands of times.")
    about_target: bool = Field(description="False if the map is the same for every class.")


class MethodAvailabilityInfo(Info):
    """Whether a method can explain the classes of a network."""

    name: str
    available: bool
    reason: str = Field(description="Why the method is not available; empty if it is.")


class AvailableMethodsInfo(Info):
    """The methods that can explain a network, and the layers they can use."""

    model: str = Field(description=MODEL)
    default_layer: str | None = Field(description="The layer that is used if the request names none.")
    layers: list[str] = Field(description="The layers whose maps can explain, from input to output.")
    methods: list[MethodAvailabilityInfo]


@router.get("/methods", summary="The explanation methods, with papers and parameters", tags=TAGS)
def methods() -> list[MethodInfo]:
    return [MethodInfo.model_validate(method) for method in METHODS.values()]


@router.get("/models/{model}/methods", summary="The methods that can explain a network, and their layers", tags=TAGS)
async def methods_of(client: TheClient, network: TheNetwork) -> AvailableMethodsInfo:
    return _info(network, await client.wait(client.engine.explanations.available(network)))


def _info(network: Network, available: Availability) -> AvailableMethodsInfo:
    reasons = available.reasons
    return AvailableMethodsInfo(
        model=network.id,
        default_layer=available.default.id if available.default else None,
        layers=[layer.id for layer in available.layers],
        methods=[
            MethodAvailabilityInfo(name=name, available=name not in reasons, reason=reasons.get(name, ""))
            for name in METHODS
        ],
    )

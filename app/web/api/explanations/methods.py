"""The methods of explanation, and which of them can explain a network."""

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from app.attribution.availability import Availability
from app.attribution.method import Parameter
from app.attribution.registry import METHODS
from app.nets.network import Network
from app.web.api.explanations.question import MODEL
from app.web.api.responses import Info
from app.web.deps import TheClient, TheNetwork

TAGS: list[Any] = ["explanations"]

router = APIRouter(prefix="/api/v1")


def _openapi_parameters() -> dict[str, Any]:
    """The methods' own parameters as OpenAPI describes them: each once, with the methods that take it."""
    takers: dict[str, list[str]] = {}
    for method in METHODS.values():
        for parameter in method.parameters:
            takers.setdefault(parameter.name, []).append(method.name)
    described = []
    for name, methods in takers.items():
        parameter = next(each for each in METHODS[methods[0]].parameters if each.name == name)
        text = f"{parameter.description} Taken by {', '.join(methods)}."
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
    title: str
    authors: str
    year: int
    url: str


class ParameterInfo(Info):
    """One parameter of a method; in the address of an explanation it has this name."""

    name: str
    kind: str = Field(description="`integer`, `number` or `choice`.")
    default: float | int | str | None = Field(description="Null where it follows from network and picture.")
    low: float | None
    high: float | None
    choices: list[str]
    description: str


class MethodInfo(Info):
    name: str = Field(examples=["gradcam"])
    title: str
    idea: str
    paper: MethodPaperInfo
    parameters: list[ParameterInfo]
    takes_layer: bool = Field(validation_alias="at_layer")
    needs_gradients: bool
    slow: bool = Field(description="Whether it runs the network tens to thousands of times.")
    about_target: bool = Field(description="False for a method whose map is the same for every class.")


class MethodAvailabilityInfo(Info):
    name: str
    available: bool
    reason: str = Field(description="Why it can't explain this network's classes; empty if it can.")


class AvailableMethodsInfo(Info):
    model: str = Field(description=MODEL)
    default_layer: str | None = Field(description="The layer that is taken if none is named.")
    layers: list[str] = Field(description="The layers whose maps can explain, inputs first.")
    methods: list[MethodAvailabilityInfo]


@router.get("/methods", summary="The methods of explanation, with papers and parameters", tags=TAGS)
def methods() -> list[MethodInfo]:
    return [MethodInfo.model_validate(method) for method in METHODS.values()]


@router.get("/models/{model}/methods", summary="Which methods can explain a network, and at which layers", tags=TAGS)
async def methods_of(client: TheClient, network: TheNetwork) -> AvailableMethodsInfo:
    return _info(network, await client.wait(client.engine.explanations.available(network)))


def _info(network: Network, found: Availability) -> AvailableMethodsInfo:
    reasons = found.reasons
    return AvailableMethodsInfo(
        model=network.id,
        default_layer=found.default.id if found.default else None,
        layers=[layer.id for layer in found.layers],
        methods=[
            MethodAvailabilityInfo(name=name, available=name not in reasons, reason=reasons.get(name, ""))
            for name in METHODS
        ],
    )

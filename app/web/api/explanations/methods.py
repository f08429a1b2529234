"""The methods of explanation, and which of them a network allows."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.attribution.availability import Availability, availability
from app.attribution.method import Method, Parameter
from app.attribution.registry import METHODS
from app.nets.network import Network
from app.web.api.explanations.question import MODEL
from app.web.deps import TheNetwork

TAGS: list[Any] = ["explanations"]

router = APIRouter(prefix="/api/v1")


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


class MethodPaper(BaseModel):
    title: str
    authors: str
    year: int
    url: str


class ParameterInfo(BaseModel):
    """One parameter of a method; in the address of an explanation it has this name."""

    name: str
    kind: str = Field(description="`integer`, `number` or `choice`.")
    default: float | int | str | None = Field(description="Null where it is worked out from network and picture.")
    low: float | None
    high: float | None
    choices: list[str]
    description: str


class MethodInfo(BaseModel):
    name: str = Field(examples=["gradcam"])
    title: str
    idea: str
    paper: MethodPaper
    parameters: list[ParameterInfo]
    takes_layer: bool
    needs_gradients: bool
    slow: bool = Field(description="Whether it runs the network tens to thousands of times.")
    about_target: bool = Field(description="False for a method that shows the same whatever the class.")


class MethodAvailability(BaseModel):
    name: str
    available: bool
    reason: str = Field(description="Why it can't explain this network's classes; empty if it can.")


class MethodsAvailable(BaseModel):
    model: str = Field(description=MODEL)
    default_layer: str | None = Field(description="The layer that is taken if none is named.")
    layers: list[str] = Field(description="The layers whose maps can explain, inputs first.")
    methods: list[MethodAvailability]


@router.get("/methods", summary="The methods of explaining, with papers and parameters", tags=TAGS)
def methods() -> list[MethodInfo]:
    return [method_info(method) for method in METHODS.values()]


@router.get("/models/{model}/methods", summary="Which methods can explain a network, and at which layers", tags=TAGS)
def methods_of(network: TheNetwork) -> MethodsAvailable:
    return methods_available(network, availability(network))


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

"""Perturbations: their names and ranges, and the picture that changes make of another one."""

from typing import Annotated

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field

from app.images.perturbations.change import MAX_CHANGES, Change, change_of
from app.images.perturbations.registry import PERTURBATIONS
from app.web.api.responses import Info
from app.web.deps import ImageId, TheClient

router = APIRouter(prefix="/api/v1", tags=["experiments"])
MAX_AMOUNTS = max(len(perturbation.parameters) for perturbation in PERTURBATIONS.values())


class PerturbationParameterInfo(Info):
    name: str
    low: float
    high: float
    neutral: float = Field(description="Where it changes nothing.")
    step: float = Field(description="A useful distance between two amounts; those in between are accepted.")
    unit: str


class PerturbationInfo(Info):
    name: str
    parameters: list[PerturbationParameterInfo]
    example: list[float] = Field(description="Amounts that change any photo visibly.")


class ChangeRequest(BaseModel):
    """A perturbation, and an amount for each of its parameters; those left out at the end are neutral."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=40, examples=["rotation"])
    amounts: list[float] = Field([], max_length=MAX_AMOUNTS, examples=[[38]])

    def read(self) -> Change:
        """The change; raises InvalidRequest."""
        return change_of(self.name, self.amounts)


class ChangedImageInfo(Info):
    id: str = Field(description="The hash of its pixels: a picture like any other.")
    width: int
    height: int
    image: str = Field(description="The picture that was changed.")
    changes: list[str] = Field(description="As the pages' addresses have them.", examples=[["rotation:38"]])


@router.get("/perturbations", summary="Changes of a photo that keep its size")
async def list_perturbations() -> list[PerturbationInfo]:
    """Lengths in % are shares of the photo's width or height; those of blur and pixelation, of its shorter side."""
    return [
        PerturbationInfo(
            name=name,
            parameters=[PerturbationParameterInfo.model_validate(parameter) for parameter in perturbation.parameters],
            example=list(perturbation.example),
        )
        for name, perturbation in PERTURBATIONS.items()
    ]


@router.post("/images/{image}/perturbations", status_code=201, summary="Change a photo")
async def change_image(
    response: Response,
    client: TheClient,
    image: ImageId,
    changes: Annotated[list[ChangeRequest], Body(max_length=MAX_CHANGES)],
) -> ChangedImageInfo:
    """The changes are applied one after the other. The result is stored as an upload is; the photo itself stays."""
    read = tuple(change.read() for change in changes)
    stored = (await client.wait(client.engine.pictures.change(image, read))).stored
    response.headers["Location"] = f"../{stored.id}.png"
    return ChangedImageInfo(
        id=stored.id, width=stored.width, height=stored.height, image=image, changes=[str(change) for change in read]
    )

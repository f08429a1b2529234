"""The networks of the lecture: each family's prediction for a photo, and the figures of the original."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import Field

from app.engine.inference import Inference
from app.errors import NetworkError, NotAvailable
from app.lessons.figures.kind import FigureState
from app.nets.network import Network
from app.web.deps import Client
from app.web.pages.address import Address
from app.web.pages.prediction import TopClassesView, top_classes
from app.web.photo import photo_of

# Each family's original and the small copy of it that ships with weights, in the order of the lecture.
FAMILIES = (
    ("lenet5", "lenet5"),
    ("alexnet", "alexnet-imagenette"),
    ("vgg16", "vgg16-imagenette"),
    ("googlenet", "googlenet-imagenette"),
    ("inception_v3", "inception_v3-imagenette"),
    ("resnet18", "resnet18-imagenette"),
    ("mobilenet_v1", "mobilenet_v1-imagenette"),
)
CLASSES, WEIGHT_BYTES = 3, 4


class FamiliesState(FigureState):
    """The photo."""

    image: str = Field(default="", max_length=100)


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """A family: its original with the number of parameters, its copy, and the copy's prediction.

    `depth` is the longest chain of layers with weights. `top` is None where the copy can't run here.
    """

    original: Network
    parameters: int
    depth: int
    copy: Network
    top: TopClassesView | None
    href: str

    @property
    def bytes(self) -> int:
        """The size of the original's parameters in 32 bits each."""
        return self.parameters * WEIGHT_BYTES


@dataclass(frozen=True, slots=True)
class FamiliesFigure:
    """The photo with its (width, height), and the families of whom this server has both networks, in their order."""

    photo: str
    size: tuple[int, int]
    rows: tuple[FamilyRow, ...]


async def gather_families(client: Client, state: FamiliesState) -> FamiliesFigure:
    """The predictions of all copies; raises UnknownImage."""
    image = await photo_of(client, state.image, "church.jpg")
    known = {network.id: network for network in client.engine.catalog}
    pairs = [(known[original], known[copy]) for original, copy in FAMILIES if {original, copy} <= known.keys()]
    rows = await asyncio.gather(*(_row(client, original, copy, image) for original, copy in pairs))
    height, width = (await asyncio.to_thread(client.engine.pictures.get, image)).shape[:2]
    return FamiliesFigure(f"api/v1/images/{image}.png?size=512", (width, height), tuple(rows))


async def _row(client: Client, original: Network, copy: Network, image: str) -> FamilyRow:
    try:
        copy.require_weights()
        scores = await client.wait(client.engine.predictions.scores(Inference(copy, image)))
        top = top_classes(copy, scores, Address(model=copy.id, image=image, top_k=CLASSES))
    except (NotAvailable, NetworkError):
        top = None
    return FamilyRow(
        original=original,
        parameters=original.graph.params,
        depth=original.graph.depth,
        copy=copy,
        top=top,
        href=f"?{urlencode({'model': copy.id, 'image': image})}",
    )

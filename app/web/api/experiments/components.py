"""Principal components: a layer's cells as colours, with one basis for all pictures."""

from fastapi import APIRouter
from pydantic import Field

from app.web.api.responses import Info, Png, png
from app.web.deps import PURE, PureHeaders, TheClient, TheInference, TheLayer
from app.web.samples import fixed_samples, read_samples, store_samples

router = APIRouter(prefix="/api/v1", tags=["experiments"])
COMPONENTS = "/models/{model}/images/{image}/layers/{layer}/components"


class ComponentsInfo(Info):
    """The first three principal components of a layer's cells for the samples. All pictures share them."""

    model: str
    layer: str
    samples: list[str] = Field(description="The ids of the samples that ship with ConvScope.")
    explained: list[float] = Field(description="The share of the variance of each component, 0 to 1.")
    low: list[float] = Field(description="What level 0 stands for, of each component: its first percentile.")
    high: list[float] = Field(description="What level 255 stands for, of each component: its last percentile.")


@router.get(f"{COMPONENTS}.png", summary="A layer by its first three principal components", response_class=Png)
async def picture(client: TheClient, inference: TheInference, layer: TheLayer, headers: PureHeaders) -> Png:
    """One pixel for each cell: red, green and blue are the first, the second and the third component.

    The components are those of the cells of fixed samples; the largest weight of each is positive. So equal colours
    stand for equal mixtures of channels, in all pictures.
    """
    samples = await store_samples(client, fixed_samples(inference.network, read_samples()))
    return png(await client.wait(client.engine.layer_reading.components(inference, layer, samples)), headers)


@router.get(COMPONENTS, summary="The principal components of a layer in figures", dependencies=[PURE])
async def figures(client: TheClient, inference: TheInference, layer: TheLayer) -> ComponentsInfo:
    network = inference.network
    samples = fixed_samples(network, read_samples())
    ids = await store_samples(client, samples)
    basis = await client.wait(client.engine.layer_reading.basis(network, layer, ids))
    return ComponentsInfo(
        model=network.id,
        layer=layer.id,
        samples=[sample.id for sample in samples],
        explained=basis.explained.tolist(),
        low=basis.low.tolist(),
        high=basis.high.tolist(),
    )

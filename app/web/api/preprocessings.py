"""Preprocessings: what a network predicts for a picture that is normalised in each of the usual ways."""

from fastapi import APIRouter
from pydantic import Field

from app.analysis.prediction import DEFAULT_TOP_K, read_prediction
from app.engine.preprocessings import Preprocessing
from app.nets.card import InputSpec
from app.nets.graph_outputs.output import OutputKind
from app.nets.network import Network
from app.nets.preprocessing.usual_inputs import UsualName
from app.web.api.params import TopK
from app.web.api.responses import Info, PredictionInfo, prediction_info
from app.web.deps import PURE, TheClient, TheInference

router = APIRouter(prefix="/api/v1")


class LeadingClassInfo(Info):
    output: int = Field(description="Which output of the network.")
    kind: OutputKind
    index: int
    label: str
    value: float = Field(description="The score of a box, the share of a mask, or the number at a place of a sequence.")


class PreprocessingInfo(Info):
    name: UsualName | None = Field(description="Null for the network's own, where that is none of the usual ones.")
    in_use: bool = Field(description="Whether this is the network's own.")
    input: InputSpec
    predictions: list[PredictionInfo]
    leading: list[LeadingClassInfo] | None = Field(
        description="What boxes, masks and sequences name first; null for a classifier and where nothing is named."
    )


class PreprocessingsInfo(Info):
    model: str
    image: str
    preprocessings: list[PreprocessingInfo]
    top1_changes: bool | None = Field(
        description="Whether their best classes differ, be it of scores, of boxes, of areas or of the places of a "
        "sequence; null where nothing names classes."
    )


@router.get(
    "/models/{model}/images/{image}/preprocessings",
    summary="The best classes with each usual preprocessing",
    tags=["predictions"],
    dependencies=[PURE],
)
async def preprocessings(client: TheClient, inference: TheInference, top_k: TopK = DEFAULT_TOP_K) -> PreprocessingsInfo:
    """Each differs from the network's own in `channels`, `scale`, `mean` and `std` alone. One run each, then kept."""
    comparison = await client.wait(client.engine.preprocessings.compare(inference))
    return PreprocessingsInfo(
        model=inference.network.id,
        image=inference.image,
        preprocessings=[_info(inference.network, way, top_k) for way in comparison.ways],
        top1_changes=comparison.top1_changes,
    )


def _info(network: Network, way: Preprocessing, top_k: int) -> PreprocessingInfo:
    reading = read_prediction(way.scores)
    best = [prediction_info(network, reading, index) for index in reading.order[:top_k].tolist()]
    leading = None if way.leading is None else [LeadingClassInfo.model_validate(each) for each in way.leading]
    return PreprocessingInfo(name=way.name, in_use=way.is_in_use, input=way.input, predictions=best, leading=leading)

"""What the channels of a layer become when they are switched off, as the query of an address says it."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query

from app.experiments.ablation import MAX_FACTOR, Replacement

ABLATIONS = "/models/{model}/images/{image}/ablations"
TAGS: list[Any] = ["experiments"]
MAX_LENGTH = 200  # of the id of a layer

ChangedLayerId = Annotated[str, Query(max_length=MAX_LENGTH, description="The layer that is changed.")]
ReplacementName = Annotated[
    Replacement, Query(description="What a channel becomes: zero, the mean of its map, or a multiple of itself.")
]
ReplacementFactor = Annotated[
    float, Query(ge=-MAX_FACTOR, le=MAX_FACTOR, description="Of `how=scale`: what a channel is multiplied by.")
]


@dataclass(frozen=True, slots=True)
class ReplacementQuery:
    """The layer that is changed, and what its channels become."""

    layer: str
    how: Replacement
    factor: float


async def _replacement(
    at: ChangedLayerId, how: ReplacementName = "zero", factor: ReplacementFactor = 0
) -> ReplacementQuery:
    return ReplacementQuery(at, how, factor)


TheReplacement = Annotated[ReplacementQuery, Depends(_replacement)]

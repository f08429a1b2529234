"""Every kind of figure by name: those that need numbers alone, and those that ask a network."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from app.errors import NotFound
from app.lessons.figures.kind import FigureState
from app.lessons.figures.registry import KINDS as NUMBER_KINDS
from app.web.deps import Client
from app.web.pages.lessons.figures.branches import BranchesState, gather_branches
from app.web.pages.lessons.figures.confidence import ConfidenceState, gather_confidence
from app.web.pages.lessons.figures.families import FamiliesState, gather_families
from app.web.pages.lessons.figures.filters import gather_filters
from app.web.pages.lessons.figures.gradient_depth import GradientDepthState, gather_gradient_depth
from app.web.pages.lessons.figures.input_gradient import gather_input_gradient
from app.web.pages.lessons.figures.maps import gather_maps
from app.web.pages.lessons.figures.network_gradients import NetworkGradientsState, gather_network_gradients
from app.web.pages.lessons.figures.network_photo import NetworkPhotoState
from app.web.pages.lessons.figures.photo_kernel import PhotoKernelState, gather_photo_kernel
from app.web.pages.lessons.figures.photo_pixels import PhotoPixelsState, gather_photo_pixels
from app.web.pages.lessons.figures.photo_shift import PhotoShiftState, gather_photo_shift
from app.web.pages.lessons.figures.separable_pairs import SeparablePairsState, gather_separable_pairs
from app.web.pages.lessons.figures.training import TrainingState, gather_training
from app.web.pages.lessons.figures.variations import VariationsState, gather_variations
from app.web.pages.lessons.figures.zeros import ZerosState, gather_zeros


class UnknownFigure(NotFound):
    """There is no figure of this name or kind."""

    code = "unknown_figure"


@dataclass(frozen=True, slots=True)
class NetworkFigureKind:
    """A kind of figure whose numbers a network computes. `gather` may raise any ConvScopeError."""

    name: str
    state: type[FigureState]
    gather: Callable[[Client, Any], Awaitable[object]]


_NETWORK_KINDS = (
    NetworkFigureKind("branches", BranchesState, gather_branches),
    NetworkFigureKind("confidence", ConfidenceState, gather_confidence),
    NetworkFigureKind("families", FamiliesState, gather_families),
    NetworkFigureKind("filters", NetworkPhotoState, gather_filters),
    NetworkFigureKind("gradient-depth", GradientDepthState, gather_gradient_depth),
    NetworkFigureKind("input-gradient", NetworkPhotoState, gather_input_gradient),
    NetworkFigureKind("maps", NetworkPhotoState, gather_maps),
    NetworkFigureKind("network-gradients", NetworkGradientsState, gather_network_gradients),
    NetworkFigureKind("photo-kernel", PhotoKernelState, gather_photo_kernel),
    NetworkFigureKind("photo-pixels", PhotoPixelsState, gather_photo_pixels),
    NetworkFigureKind("photo-shift", PhotoShiftState, gather_photo_shift),
    NetworkFigureKind("separable-pairs", SeparablePairsState, gather_separable_pairs),
    NetworkFigureKind("training", TrainingState, gather_training),
    NetworkFigureKind("variations", VariationsState, gather_variations),
    NetworkFigureKind("zeros", ZerosState, gather_zeros),
)
NETWORK_KINDS = {kind.name: kind for kind in _NETWORK_KINDS}


def state_of(kind: str) -> type[FigureState]:
    """The state of a kind of figure; raises UnknownFigure."""
    named = NUMBER_KINDS.get(kind) or NETWORK_KINDS.get(kind)
    if named is None:
        raise UnknownFigure("There is no such kind of figure.", known=[*NUMBER_KINDS, *NETWORK_KINDS])
    state: type[FigureState] = named.state
    return state


def template_of(kind: str) -> str:
    """The template of a kind of figure; those that ask a network stand in a folder of their own."""
    return f"lessons/figures/{'networks/' if kind in NETWORK_KINDS else ''}{kind}.html"


async def draw(client: Client, kind: str, state: FigureState) -> object:
    """What the template of the kind shows; raises ConvScopeError where the state allows no figure."""
    if kind in NETWORK_KINDS:
        return await NETWORK_KINDS[kind].gather(client, state)
    return await asyncio.to_thread(NUMBER_KINDS[kind].draw, state)

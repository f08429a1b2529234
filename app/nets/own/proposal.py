"""The proposal of an input: the facts that there are, completed with what is usual, each with its source."""

import math
from dataclasses import dataclass

from app.nets.card import Finding, InputSpec, Resize
from app.nets.own.stated_facts import MAX_TEXT, Fact, Facts, Rescaling, Resizing
from app.nets.preprocessing.usual_inputs import COLOUR, GREY, UNIT, Channels, Normalisation
from app.nets.reading.inputs.image_input import ImageInput

DEFAULT_SIDE = 224  # pixels, that of most networks for ImageNet
USUAL_CROP = 0.875  # of the shorter side: 224 of 256 pixels
SMALL = 128  # pixels; nothing of an image as small as that is cropped
SHAPE = "graph: input shape"


@dataclass(frozen=True, slots=True)
class InputProposal:
    """An input, what states its fields, and the names of those that are only usual."""

    spec: InputSpec
    findings: tuple[Finding, ...]
    assumed: tuple[str, ...]


def propose_input(image: ImageInput, facts: Facts, graph: Facts, *, is_classifier: bool) -> InputProposal:
    """The input of an image from what files state and what its graph does, which holds where they contradict it.

    `is_classifier` is whether its output is numbers without places, which decides what is usual.
    """
    width = _side(graph.width, facts.width, image.width or max(DEFAULT_SIDE, image.height))
    height = _side(graph.height, facts.height, image.height or max(DEFAULT_SIDE, image.width))
    order, resizing = facts.channels or graph.channels, facts.resizing
    channels: Channels = "grey" if image.channels == 1 else order.value if order else "RGB"
    usual = usual_resizing(width, height) if is_classifier else Resizing("letterbox")
    rescaling = _first_that_fits(1 if channels == "grey" else 3, graph.rescaling, facts.rescaling)
    spec = _normalisation(channels, rescaling.value if rescaling else None).apply_to(
        InputSpec(
            width=width,
            height=height,
            channels="grey",
            mean=(0.0,),
            std=(1.0,),
            resize=(resizing.value if resizing else usual).fit(width, height),
        )
    )
    levels = _rescaling_source(rescaling, facts.rescaling)
    sources = {
        "width": _source(graph.width, facts.width),
        "height": _source(graph.height, facts.height),
        "channels": SHAPE if channels == "grey" else order.source if order else "",
        **dict.fromkeys(("scale", "mean", "std"), levels),
        "resize": resizing.source if resizing else "",
    }
    findings = tuple(finding_of(spec, name, source) for name, source in sources.items() if source)
    return InputProposal(spec, findings, tuple(name for name, source in sources.items() if not source))


def usual_resizing(width: int, height: int) -> Resizing:
    """The usual rule for a classifier: a square input gets the centre of the picture, any other all of it."""
    if width != height:
        return Resizing("squash")
    return Resizing("shorter_side", USUAL_CROP if width > SMALL else 1.0)


def finding_of(spec: InputSpec, name: str, source: str) -> Finding:
    """A field of the input with what states it."""
    return Finding(field=name, value=_describe(getattr(spec, name)), source=source[:MAX_TEXT])


def _side(graph: Fact[int] | None, stated: Fact[int] | None, usual: int) -> int:
    known = graph or stated
    return known.value if known else usual


def _first_that_fits(channels: int, *rescalings: Fact[Rescaling] | None) -> Fact[Rescaling] | None:
    for fact in rescalings:
        fitted = fact.value.fit(channels) if fact else None
        if fact and fitted:
            return Fact(fitted, fact.source)
    return None


def _normalisation(channels: Channels, rescaling: Rescaling | None) -> Normalisation:
    if rescaling is not None:
        return Normalisation(channels, rescaling.scale, rescaling.mean, rescaling.std)
    if channels == "grey":
        return GREY["unit"]
    return COLOUR["imagenet" if channels == "RGB" else "caffe"]


def _source(graph: Fact[int] | None, stated: Fact[int] | None) -> str:
    if graph and stated and graph.value != stated.value:
        return f"{graph.source}; {stated.source} states {stated.value}"
    known = graph or stated
    return known.source if known else ""


def _rescaling_source(used: Fact[Rescaling] | None, stated: Fact[Rescaling] | None) -> str:
    if used is None:
        return ""
    if stated is None or stated.source == used.source:
        return used.source
    return f"{used.source}; what {stated.source} states is not applied again"


def _describe(value: object) -> str:
    match value:
        case float() if math.isclose(value, UNIT, rel_tol=1e-6):
            return "1/255"
        case float():
            return f"{value:.6g}"
        case tuple():
            return ", ".join(map(_describe, value))
        case Resize():
            parts = [value.rule, *([str(value.to)] if value.to else []), value.interpolation]
            return ", ".join([*parts, *([f"margin {value.margin}"] if value.margin is not None else [])])
    return str(value)

"""Every method there is, by its name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.attribution.method import Method, Parameter
from app.attribution.methods import (
    ablationcam,
    cam,
    deconvnet,
    eigencam,
    gradcam,
    gradcam_pp,
    gradient_x_input,
    guided_backprop,
    guided_gradcam,
    hirescam,
    integrated_gradients,
    layercam,
    occlusion,
    rise,
    saliency,
    scorecam,
    smoothgrad,
)
from app.errors import UnknownMethod

METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {
        module.METHOD.name: module.METHOD
        for module in (
            saliency,
            gradient_x_input,
            integrated_gradients,
            smoothgrad,
            guided_backprop,
            deconvnet,
            gradcam,
            gradcam_pp,
            layercam,
            hirescam,
            guided_gradcam,
            occlusion,
            rise,
            scorecam,
            ablationcam,
            eigencam,
            cam,
        )
    }
)


def _all_parameters() -> dict[str, Parameter]:
    parameters: dict[str, Parameter] = {}
    for method in METHODS.values():
        for parameter in method.parameters:
            parameters.setdefault(parameter.name, parameter)
    return parameters


# The parameters of all methods by name; where several methods share a name, as the first of them describes it.
PARAMETERS: Final[Mapping[str, Parameter]] = MappingProxyType(_all_parameters())


def method_of(name: str) -> Method:
    """The method of this name; raises UnknownMethod, naming those there are."""
    if name not in METHODS:
        raise UnknownMethod(f"There is no method of this name; there are {', '.join(METHODS)}.", known=list(METHODS))
    return METHODS[name]

"""All methods of attribution by name, and all their parameters."""

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
# The parameters of all methods by name. Methods that share a name share the parameter.
PARAMETERS: Final[Mapping[str, Parameter]] = MappingProxyType(
    {parameter.name: parameter for method in METHODS.values() for parameter in method.parameters}
)


def method_of(name: str) -> Method:
    """The method of this name; raises UnknownMethod, which lists all methods."""
    if name not in METHODS:
        raise UnknownMethod(f"There is no method of this name. Known ones: {', '.join(METHODS)}.", known=list(METHODS))
    return METHODS[name]

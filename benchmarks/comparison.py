"""The packages that explanations are held against: pytorch-grad-cam and Captum."""

import importlib
import warnings
from functools import cache
from typing import Any

import torch

# What torchvision's own code registers more about, where its wheel brings the operators themselves for CUDA alone.
OPERATORS = ("nms(Tensor dets, Tensor scores, float threshold) -> Tensor", "qnms(Tensor dets) -> Tensor")


def imported(name: str) -> Any:
    """A module of one of the packages; raises ModuleNotFoundError where it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _load_torchvision()
        return importlib.import_module(name)


@cache
def _load_torchvision() -> torch.library.Library | None:
    """Have torchvision loaded, which pytorch-grad-cam imports without using its operators.

    Where they do not load, they are declared, for as long as what is returned is kept.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for operator in OPERATORS:
            library.define(operator)
        return library
    return None

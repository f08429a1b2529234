"""The path of the Open Inference Protocol, below which bodies and errors have the form that the protocol gives them."""

from starlette.types import Scope

from app.web.edge.root_path import path_below_root

INFERENCE = "/v2"
INFERENCE_LIVE = f"{INFERENCE}/health/live"


def is_inference(scope: Scope) -> bool:
    """Whether a request is one of the Open Inference Protocol."""
    path = path_below_root(scope)
    return path == INFERENCE or path.startswith(f"{INFERENCE}/")

"""The root path: where a proxy serves ConvScope (CONVSCOPE_ROOT_PATH)."""

from starlette.types import Scope


def path_below_root(scope: Scope) -> str:
    """The path of a request without the root path in front."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))

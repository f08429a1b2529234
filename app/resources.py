"""The folders that ship with the code: in a wheel they are inside the package, in the repository beside it."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_FOLDER = _PACKAGE if (_PACKAGE / "templates").is_dir() else _PACKAGE.parent

MODELS = _FOLDER / "models"
STATIC = _FOLDER / "static"
TEMPLATES = _FOLDER / "templates"

"""The folders that ship with the code: in a wheel they are inside the package, in the repository beside it."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_FOLDER = _PACKAGE if (_PACKAGE / "templates").is_dir() else _PACKAGE.parent

DEPLOY = _FOLDER / "deploy"
LESSONS = _FOLDER / ("lessons" if _FOLDER != _PACKAGE else "lesson_texts")  # inside it, `lessons` is code
MODELS = _FOLDER / "models"
STATIC = _FOLDER / "static"
TEMPLATES = _FOLDER / "templates"

"""The files that come beside an ONNX file: configurations and lists of labels, recognised by their names."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from app.nets.own.hugging_face import read_network_config, read_preprocessor_config
from app.nets.own.name_lists import MAX_TEXT_BYTES, read_lines, read_names
from app.nets.own.stated_facts import NO_FACTS, Fact, Facts, first_of, one_line
from app.nets.own.timm_config import read_timm_config

CONFIG = "config.json"
PREPROCESSOR_CONFIGS = ("preprocessor_config.json", "processor_config.json")  # the latter has it as a part of its own
LABEL_WORDS = ("label", "class", "categor", "synset", "names")
LIST_SUFFIXES = (".txt", ".names", ".csv")
OTHER = 4  # the rank of a file that is none of these


def read_side_files(paths: Iterable[Path]) -> list[Facts]:
    """The facts in each of these files: those on the preparation of images first, then lists of labels, then others.

    Any text may be a list of labels. Files of other kinds are not opened.
    """
    ordered = sorted(paths, key=lambda path: (_rank(path), path.name))
    return [_read(path) for path in ordered if _rank(path) < OTHER]


def is_side_file(name: str, size: int) -> bool:
    """Whether a file of this name and size is read."""
    return _rank(Path(name)) < OTHER and size <= MAX_TEXT_BYTES


def _rank(path: Path) -> int:
    name = path.name.lower()
    if name in PREPROCESSOR_CONFIGS:
        return 0
    if name == CONFIG:
        return 2
    if name.endswith((*LIST_SUFFIXES, ".json")) and any(word in name for word in LABEL_WORDS):
        return 1
    return 3 if name.endswith(LIST_SUFFIXES) else OTHER


def _read(path: Path) -> Facts:
    text, name = _text_of(path), one_line(path.name)
    match _rank(path):
        case 0:
            config = _mapping(text)
            part = config.get("image_processor")
            return read_preprocessor_config(part if isinstance(part, dict) else config, name)
        case 2:
            config = _mapping(text)
            return first_of((read_timm_config(config, name), read_network_config(config, name)))
    labels = read_names(text) if path.suffix.lower() == ".json" else read_names(text) or read_lines(text)
    return Facts(labels=Fact(labels, name)) if labels else NO_FACTS


def _text_of(path: Path) -> str:
    """The file's text; empty if it is too long or can't be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TEXT_BYTES + 1)
    except OSError:
        return ""
    return data.decode("utf-8-sig", errors="replace") if len(data) <= MAX_TEXT_BYTES else ""


def _mapping(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}

"""The catalog: the networks of a models folder, and the errors of an invalid folder."""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest

from app.errors import NetworkError, UnknownModel
from app.nets.catalog import Catalog
from app.nets.runtime import Runtime

MODELS = Path(__file__).parents[2] / "models"
CPU = Runtime("cpu", "cpu", threads=1)
ID = "squeezenet1_1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A models folder with one network."""
    shutil.copytree(MODELS / "labels", tmp_path / "labels")
    for suffix in (".json", ".onnx"):
        shutil.copy(MODELS / f"{ID}{suffix}", tmp_path)
    return tmp_path


def test_a_network_is_found_by_its_id(folder: Path) -> None:
    catalog = Catalog(folder, CPU, open_limit=1)
    assert [network.id for network in catalog] == [ID]
    assert catalog.get(ID).labels[285] == "Egyptian cat"


def test_the_error_of_an_unknown_id_lists_the_known_ids(folder: Path) -> None:
    with pytest.raises(UnknownModel) as unknown:
        Catalog(folder, CPU, open_limit=1).get("squeezenet")
    assert unknown.value.details["known"] == [ID]


def test_an_empty_folder_is_an_empty_catalogue(tmp_path: Path) -> None:
    assert len(Catalog(tmp_path, CPU, open_limit=1)) == 0


def test_a_card_whose_id_is_not_its_file_name_is_refused(folder: Path) -> None:
    (folder / f"{ID}.json").rename(folder / "other.json")
    with pytest.raises(NetworkError, match=r"other\.json"):
        Catalog(folder, CPU, open_limit=1)


@pytest.mark.parametrize("content", ["{}", '["a", 1]', "not JSON"])
def test_labels_that_are_not_a_list_of_names_are_refused(folder: Path, content: str) -> None:
    (folder / "labels" / "imagenet1k.json").write_text(content)
    with pytest.raises(NetworkError, match="imagenet1k"):
        Catalog(folder, CPU, open_limit=1)


def test_the_least_recently_used_network_is_closed(folder: Path) -> None:
    card = json.loads((folder / f"{ID}.json").read_text())
    for copy in ("second", "third"):
        (folder / f"{copy}.json").write_text(json.dumps(card | {"id": copy}))
        shutil.copy(folder / f"{ID}.onnx", folder / f"{copy}.onnx")
    catalog = Catalog(folder, CPU, open_limit=2)
    first, second, third = catalog
    closed: list[str] = []
    for network in catalog:
        network.close = partial(closed.append, network.id)  # type: ignore[method-assign]  # to see that it is called
    for network in (first, second, first):
        catalog.mark_used(network)
    assert closed == []
    catalog.mark_used(third)
    assert closed == [second.id]

"""The catalog: the networks of a models folder, and the errors of an invalid folder."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from app.errors import NetworkError, NotAvailable, UnknownModel
from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.runtime import Runtime
from app.nets.weights.store import WeightStore
from tests.mirrors import models_folder, original_of
from tests.nets.models_folder import CLASSIFIER, place
from tests.nets.onnx_text import parse_network

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
    with pytest.raises(UnknownModel, match=ID) as unknown:
        Catalog(folder, CPU, open_limit=1).get("squeezenet")
    assert unknown.value.details["known"] == [ID]


def test_an_empty_folder_is_an_empty_catalogue(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path, CPU, open_limit=1)
    assert len(catalog) == 0
    with pytest.raises(UnknownModel, match=r"Known ids: none\.$"):
        catalog.get("own-0")


def test_a_copy_knows_its_original() -> None:
    catalog = Catalog(MODELS, CPU, open_limit=1)
    originals = {network.id: catalog.original_of(network) for network in catalog}
    assert originals["vgg16-imagenette"] == "vgg16"
    assert originals["vgg16"] is originals["lenet5"] is None


def test_a_published_network_is_known_by_its_card() -> None:
    catalog = Catalog(MODELS, CPU, open_limit=1)
    assert catalog.published_network("vgg16") == catalog.get("vgg16").card
    with pytest.raises(NotAvailable, match="LeNet-5 ships with its weights"):
        catalog.published_network("lenet5")
    with pytest.raises(UnknownModel):
        catalog.published_network("vgg17")


def test_a_published_network_has_weights_as_soon_as_they_are_in_the_store(tmp_path: Path) -> None:
    content = (MODELS / "originals" / "vgg16.onnx").read_bytes()
    store = WeightStore(tmp_path / "weights")
    folder = models_folder(tmp_path / "models", original_of(content))
    catalog = Catalog(folder, CPU, open_limit=1, weight_store=store)
    before = catalog.get("vgg16")
    assert not before.has_weights
    store.path("vgg16").parent.mkdir()
    store.path("vgg16").write_bytes(content)
    after = catalog.get("vgg16")
    assert after.has_weights
    assert after.card == catalog.published_network("vgg16").card_with_weights()
    assert not Catalog(folder, CPU, open_limit=1).get("vgg16").has_weights
    store.path("vgg16").unlink()
    assert catalog.get("vgg16") is before


class OwnNetworks:
    """Two networks of users, one of which can't be used."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        self.works, self.broken = (Catalog(folder, CPU, open_limit=1).get(ID) for _ in range(2))
        self.broken.id, self.broken.problem = "own-1", NetworkError("It is odd.", why=1)

    def get(self, network: str) -> Network:
        self.asked.append(network)
        return self.broken if network == "own-1" else self.works

    def public(self) -> Iterator[Network]:
        return iter((self.works, self.broken))


def test_networks_of_users_come_after_those_of_the_folder(folder: Path) -> None:
    own = OwnNetworks(folder)
    catalog = Catalog(folder, CPU, open_limit=1, own=own)
    assert [network is own.works for network in catalog] == [False, True]
    assert [(each.id, each.name, each.problem) for each in catalog.broken] == [
        ("own-1", own.broken.card.name, "It is odd.")
    ]
    assert len(catalog) == 1
    assert catalog.get("own-0") is own.works
    with pytest.raises(NetworkError) as refusal:
        catalog.get("own-1")
    assert refusal.value.message == f"{own.broken.card.name} can't be used. It is odd."
    assert refusal.value.details == {"why": 1}
    with pytest.raises(UnknownModel):
        catalog.get("0")
    assert own.asked == ["own-0", "own-1"]


def test_networks_that_can_not_be_read_count(folder: Path) -> None:
    spoil_card(folder)
    assert len(Catalog(folder, CPU, open_limit=1)) == 2


def test_a_network_may_have_no_labels(tmp_path: Path) -> None:
    place(tmp_path, "maps", parse_network("y = Relu (x)"), [])
    card = json.loads((tmp_path / "maps.json").read_text())
    (tmp_path / "maps.json").write_text(json.dumps({name: card[name] for name in card if name != "labels"}))
    assert [len(network.class_names) for network in Catalog(tmp_path, CPU, open_limit=1)] == [0]


def test_a_card_whose_id_is_not_its_file_name_is_refused(folder: Path) -> None:
    (folder / f"{ID}.json").rename(folder / "other.json")
    with pytest.raises(NetworkError, match=r"other\.json"):
        Catalog(folder, CPU, open_limit=1).get("other")


@pytest.mark.parametrize("content", ["{}", '["a", 1]', "not JSON", "[" * 100_000])
def test_labels_that_are_not_a_list_of_names_are_refused(folder: Path, content: str) -> None:
    (folder / "labels" / "imagenet1k.json").write_text(content)
    with pytest.raises(NetworkError, match="imagenet1k"):
        Catalog(folder, CPU, open_limit=1).get(ID)


def spoil_card(folder: Path) -> None:
    (folder / "small.json").write_text('{"id": "small"}')


def remove_file(folder: Path) -> None:
    (folder / "small.onnx").unlink()


def leave_lfs_pointer(folder: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"
    (folder / "small.onnx").write_text(pointer)


def cut_off(folder: Path) -> None:
    path = folder / "small.onnx"
    path.write_bytes(path.read_bytes()[:-40])


def append(folder: Path) -> None:
    path = folder / "small.onnx"
    path.write_bytes(path.read_bytes() + b"\x1a\x00")  # an empty documentation


def spoil_labels(folder: Path) -> None:
    (folder / "labels" / "small.json").write_text("[]]")


def remove_label(folder: Path) -> None:
    (folder / "labels" / "small.json").write_text('["a", "b"]')


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_card, "card small.json is invalid"),
        (remove_file, "small.onnx is missing"),
        (leave_lfs_pointer, "small.onnx is a Git LFS pointer"),
        (cut_off, "cut off or not an ONNX model"),
        (append, r"The file has \d+ bytes, its card describes one of \d+"),
        (spoil_labels, "labels small can't be read"),
        (remove_label, "gives 3 scores, the labels small name 2 classes"),
    ],
)
def test_a_broken_network_is_listed_with_its_reason_and_affects_no_other(
    folder: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    place(folder, "small", parse_network(CLASSIFIER), ["a", "b", "c"])
    spoil(folder)
    catalog = Catalog(folder, CPU, open_limit=1)
    assert [network.id for network in catalog] == [ID]
    (broken,) = catalog.broken
    assert broken.id == "small"
    assert re.search(reason, broken.problem)
    with pytest.raises(NetworkError, match=reason):
        catalog.get("small")
    assert catalog.get(ID).problem is None


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

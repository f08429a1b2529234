"""Own networks whose input and labels are found in their files, or are proposed and named as assumed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.own.networks import OwnNetworks
from app.nets.card import Card
from app.nets.own.description import Description
from app.nets.runtime import Runtime
from app.settings import read_settings
from tests.nets.own.networks import classifier

NET = classifier().SerializeToString()
SQUEEZENET = Path("models/squeezenet1_1.onnx")
PROCESSOR = {
    "do_normalize": True,
    "do_resize": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
    "resample": 3,
    "size": {"height": 8, "width": 8},
}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnNetworks]:
    networks = OwnNetworks(read_settings(data_dir=tmp_path), Runtime("cpu", "cpu", threads=1))
    yield networks
    networks.close(1)


def add(own: OwnNetworks, files: dict[str, bytes], description: Description) -> tuple[Card, list[str]]:
    with own.incoming(None) as incoming:
        for name, content in files.items():
            with incoming.create(name) as file:
                file.write(content)
        network = own.add(incoming, description).result().network
    return network.card, list(network.class_names)


NOTHING = Description({})


def test_files_beside_the_network_leave_nothing_to_assume(own: OwnNetworks) -> None:
    files = {
        "net.onnx": NET,
        "preprocessor_config.json": json.dumps(PROCESSOR).encode(),
        "labels.txt": b"cat\ndog\nhen\n",
    }
    card, labels = add(own, files, NOTHING)
    assert card.assumed == ()
    assert (card.input.mean, card.input.scale) == ((0.5,) * 3, 1 / 255)
    assert labels == ["cat", "dog", "hen"]
    assert {finding.field: finding.source for finding in card.findings}["labels"] == "labels.txt"


def test_labels_of_another_number_are_not_used_and_that_is_said(own: OwnNetworks) -> None:
    card, labels = add(own, {"net.onnx": NET, "labels.txt": b"cat\ndog\n"}, NOTHING)
    assert labels == []
    assert "not used" in card.findings[-1].value


def test_a_thousand_classes_may_be_imagenet_s(own: OwnNetworks) -> None:
    card, labels = add(own, {"net.onnx": SQUEEZENET.read_bytes()}, NOTHING)
    assert "labels" in card.assumed
    assert labels == json.loads(Path("models/labels/imagenet1k.json").read_text())


def test_what_the_user_says_leaves_the_rest_as_the_files_say(own: OwnNetworks) -> None:
    files = {"net.onnx": NET, "preprocessor_config.json": json.dumps(PROCESSOR).encode()}
    card, _ = add(own, files, Description({"input": {"channels": "BGR"}}))
    sources = {finding.field: finding.source for finding in card.findings}
    assert (sources["channels"], sources["mean"]) == ("chosen", "preprocessor_config.json")
    assert (card.input.channels, card.input.mean) == ("BGR", (0.5,) * 3)


def test_labels_of_the_user_are_chosen(own: OwnNetworks) -> None:
    files = {"net.onnx": NET, "labels.txt": b"cat\ndog\nhen\n"}
    card, labels = add(own, files, Description({}, ("x", "y", "z")))
    assert labels == ["x", "y", "z"]
    assert [finding.source for finding in card.findings if finding.field == "labels"] == ["chosen"]

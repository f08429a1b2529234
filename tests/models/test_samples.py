"""The samples and the shipped networks: each network is offered the pictures that it names rightly, and no others."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.preprocessing.view import view_of
from app.nets.runtime import Runtime
from app.web.pages.samples import SampleChoice
from app.web.samples import SAMPLES, Sample, read_samples
from app.work.stop import Stop

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
PICTURES = read_samples(SAMPLES / "samples.json")
TEN_CLASSES = "-imagenette"


@pytest.fixture(scope="module")
def networks() -> list[Network]:
    catalog = Catalog(ROOT / "models", Runtime("cpu", "cpu", threads=2), 9)
    return [network for network in catalog if network.has_weights]


def predicted_class(network: Network, sample: Sample) -> str:
    spec = network.card.input
    with Image.open(SAMPLES / sample.file) as image:
        view = view_of(np.asarray(image.convert("RGB")), spec)
    return network.labels[int(network.classify(view, Stop()).scores.argmax())]


def test_a_network_predicts_the_class_of_every_sample_that_it_knows(networks: list[Network]) -> None:
    wrong = [
        (network.id, sample.id, predicted_class(network, sample))
        for network in networks
        for sample in SampleChoice.of(PICTURES, (network,)).known
        if predicted_class(network, sample) not in sample.classes
    ]
    assert wrong == []


def test_four_of_the_six_ten_class_networks_know_each_sample_of_their_classes(networks: list[Network]) -> None:
    small = [network for network in networks if network.id.endswith(TEN_CLASSES)]
    known = Counter(sample.id for network in small for sample in SampleChoice.of(PICTURES, (network,)).known)
    shown = {sample.id: set(sample.classes) & set(small[0].labels) for sample in PICTURES}
    shown = {identity: classes for identity, classes in shown.items() if classes}
    assert len(small) == 6
    assert {identity: known[identity] for identity in shown if known[identity] < 4} == {}
    assert len(set().union(*shown.values())) == 8


def test_lenet_is_offered_the_ten_digits_alone(networks: list[Network]) -> None:
    lenet = next(network for network in networks if network.id == "lenet5")
    known = SampleChoice.of(PICTURES, (lenet,)).known
    assert sorted(sample.classes for sample in known) == [(str(digit),) for digit in range(10)]

"""How far each kind of experiment says it is: its runs are counted one by one, from the first to the last."""

from collections.abc import Callable
from typing import TypeVar

import pytest

from app.engine.engine import Engine
from app.engine.experiments.attacks import AttackRequest
from app.engine.experiments.many_runs import ManyRuns
from app.engine.inference import Inference
from app.engine.results import Key
from app.experiments.ablation import Ablation
from app.experiments.folder_probes import FolderPhotos
from app.experiments.sweep import read_sweep
from app.images.collections import Collection, CollectionPicture
from app.nets.network import Network
from app.resources import STATIC
from app.work.job import JobHandle, Progress
from app.work.stop import Stop

T = TypeVar("T")
DIGITS = ("3", "5", "7", "9")
Counts = list[tuple[int, int]]


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> Counts:
    """What experiments say of their progress from now on."""
    counts, compute = Counts(), ManyRuns.compute

    def observed(
        many_runs: ManyRuns, key: Key[T], network: Network, work: Callable[[Stop, Progress], T]
    ) -> JobHandle[T]:
        def run(stop: Stop, progress: Progress) -> T:
            return work(stop, lambda done, total: counts.append((done, total)))

        return compute(many_runs, key, network, run)

    monkeypatch.setattr(ManyRuns, "compute", observed)
    return counts


@pytest.fixture
def collection(engine: Engine, request: pytest.FixtureRequest) -> Collection:
    """Four digits and a file that is no picture; of other names in each test, so that nothing is known of it."""
    images = [
        engine.pictures.add((STATIC / "samples" / "digits" / f"{digit}.jpg").read_bytes).result().stored.id
        for digit in DIGITS
    ]
    pictures = [CollectionPicture(image, request.node.name, digit) for digit, image in zip(DIGITS, images, strict=True)]
    return Collection((*pictures, CollectionPicture(None, "notes.txt", "3", "No picture.")))


def test_an_evaluation_counts_its_pictures(engine: Engine, collection: Collection, reported: Counts) -> None:
    engine.evaluations.evaluate(engine.network("lenet5"), collection).result()
    assert reported == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_sweep_over_a_collection_counts_the_pictures_of_all_steps(
    engine: Engine, collection: Collection, reported: Counts
) -> None:
    """At the first of three steps the pictures are unchanged."""
    axis = read_sweep("rotation:0~20@3").axis
    engine.evaluations.sweep(engine.network("lenet5"), collection, axis).result()
    assert reported == [(done, 12) for done in range(1, 13)]


def test_steps_that_are_known_are_left_out(engine: Engine, collection: Collection, reported: Counts) -> None:
    network = engine.network("lenet5")
    known = engine.evaluations.evaluate(network, collection).result()
    reported.clear()
    sweep = engine.evaluations.sweep(network, collection, read_sweep("rotation:0~20@2").axis).result()
    assert sweep.unchanged is known
    assert reported == [(done, 8) for done in range(5, 9)]
    assert engine.evaluations.evaluate(network, collection).result() is known


def test_a_sweep_counts_its_steps_and_then_the_runs_of_its_flips(engine: Engine, reported: Counts) -> None:
    image = engine.pictures.add((STATIC / "samples" / "digits" / "7.jpg").read_bytes).result().stored.id
    inference = Inference(engine.network("lenet5"), image)
    (result,) = engine.sweeps.sweep([inference], read_sweep("rotation:0~180@7")).result()
    assert result.flips
    assert reported == [(done, max(done, 7)) for done in range(1, result.runs + 1)]
    assert result.runs > 7


def test_probes_of_folders_count_the_photos_that_are_done(
    engine: Engine, collection: Collection, reported: Counts
) -> None:
    images = tuple(str(each.id) for each in collection.pictures[:4])
    photos = FolderPhotos(images, (0, 0, 1, 1), ("odd", "other"), 0)
    engine.layer_reading.folder_probes(engine.network("lenet5"), photos).result()
    assert reported == [(done, 4) for done in range(4)]


def test_the_effects_of_channels_count_the_channels(engine: Engine, inference: Inference, reported: Counts) -> None:
    lenet = Inference(engine.network("lenet5"), inference.image)
    engine.ablations.effects(lenet, Ablation("conv_c1")).result()
    assert {total for _, total in reported} == {6}
    assert [done for done, _ in reported] == sorted({done for done, _ in reported})
    assert reported[-1] == (6, 6)


def test_an_attack_counts_its_runs_up_to_the_most_there_may_be(
    engine: Engine, inference: Inference, reported: Counts
) -> None:
    lenet = Inference(engine.network("lenet5"), inference.image)
    engine.attacks.attack(lenet, AttackRequest("fgsm")).result()
    assert [done for done, _ in reported] == list(range(1, len(reported) + 1))
    (most,) = {total for _, total in reported}
    assert len(reported) <= most

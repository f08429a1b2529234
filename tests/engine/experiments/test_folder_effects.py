"""The effects of channels for folders of digits: means of those of each photo, measured once."""

from typing import Any

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.errors import InvalidRequest
from app.experiments.ablation import Ablation
from app.images.collections import Collection, CollectionPicture
from app.resources import STATIC

DIGITS = ("3", "5", "7")


@pytest.fixture(scope="module")
def images(engine: Engine) -> dict[str, str]:
    """The id of the photo of each digit."""
    return {
        digit: engine.pictures.add((STATIC / "samples" / "digits" / f"{digit}.jpg").read_bytes).result().stored.id
        for digit in DIGITS
    }


def folders(images: dict[str, str], *paths: tuple[str, str]) -> Collection:
    return Collection(tuple(CollectionPicture(images[digit], f"{digit}.jpg", folder) for folder, digit in paths))


def test_the_effects_of_a_folder_are_the_means_of_its_photos(engine: Engine, images: dict[str, str]) -> None:
    network = engine.network("lenet5")
    layer, collection = network.layer("pool_s2"), folders(images, ("3", "3"), ("7", "7"), ("3", "5"), ("other", "7"))
    question = engine.folder_ablations.question(network, layer, collection)
    assert [(each.name, each.classes, each.images) for each in question.folders] == [
        ("3", (3,), (images["3"], images["5"])),
        ("7", (7,), (images["7"],)),
    ]
    assert question.key.images == (images["3"], images["5"], images["7"])
    assert engine.folder_ablations.cached(question) is None
    effects = engine.folder_ablations.effects(question).result()
    drops = {
        digit: engine.ablations.effects(Inference(network, images[digit]), Ablation("pool_s2")).result()
        for digit in DIGITS
    }
    assert effects.drops == pytest.approx(
        np.stack([(drops["3"].drops(3) + drops["5"].drops(3)) / 2, drops["7"].drops(7)]), abs=1e-4
    )
    assert engine.folder_ablations.cached(question) is effects
    assert engine.folder_ablations.effects(question).result() is effects
    assert engine.folder_ablations.progress(question) == (0, 0)


def test_the_progress_counts_every_channel_of_every_photo(
    engine: Engine, images: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    network = engine.network("lenet5")
    question = engine.folder_ablations.question(
        network, network.layer("conv_c1"), folders(images, ("3", "3"), ("3", "5"), ("7", "7"))
    )
    seen = []
    measured = engine.pictures.view

    def view(inference: Inference, *fit: Any) -> object:
        seen.append(engine.folder_ablations.progress(question))
        return measured(inference, *fit)

    monkeypatch.setattr(engine.pictures, "view", view)
    engine.folder_ablations.effects(question).result()
    assert list(dict.fromkeys(seen)) == [(0, 0), (6, 18), (12, 18)]


def test_a_picture_that_has_expired_is_left_out(engine: Engine, images: dict[str, str]) -> None:
    network = engine.network("lenet5")
    gone = Collection((*folders(images, ("3", "3")).pictures, CollectionPicture("0" * 32, "gone.jpg", "5")))
    question = engine.folder_ablations.question(network, network.layer("pool_s2"), gone)
    assert [each.name for each in question.folders] == ["3"]


def test_what_can_not_be_measured_is_refused_at_once(engine: Engine, images: dict[str, str]) -> None:
    network = engine.network("lenet5")
    with pytest.raises(InvalidRequest, match="No folder"):
        engine.folder_ablations.question(network, network.layer("pool_s2"), folders(images, ("cats", "3")))

"""Attacks on a stored picture: the changed picture is what the network then predicts another class for."""

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.experiments.attacks import AttackRequest, AttackStudy, read_attack
from app.engine.inference import Inference
from app.errors import InvalidRequest, NotAvailable
from app.nets.preprocessing.view import view_of
from tests.conftest import SAMPLES

MODEL = "alexnet-imagenette"
FGSM = AttackRequest("fgsm")


@pytest.fixture(scope="module")
def truck(engine: Engine) -> Inference:
    image = engine.pictures.add((SAMPLES / "garbage-truck.jpg").read_bytes).result().stored.id
    return Inference(engine.network(MODEL), image)


@pytest.fixture(scope="module")
def study(engine: Engine, truck: Inference) -> AttackStudy:
    return engine.attacks.attack(truck, FGSM).result()


def test_the_target_is_any_class_or_the_one_that_is_named(engine: Engine) -> None:
    network = engine.network(MODEL)
    assert read_attack(network, "pgd", "") == AttackRequest("pgd", None)
    assert read_attack(network, "fgsm", "church") == AttackRequest("fgsm", list(network.labels).index("church"))
    with pytest.raises(InvalidRequest):
        read_attack(network, "fgsm", "no such class")


def test_the_changed_picture_is_stored_and_predicted_as_another_class(
    engine: Engine, truck: Inference, study: AttackStudy
) -> None:
    assert study.attack.is_successful
    changed = Inference(truck.network, engine.attacks.store(study))
    assert engine.attacks.store(study) == changed.image
    before, after = (engine.predictions.scores(each).result().scores for each in (truck, changed))
    assert before.argmax() != after.argmax()
    np.testing.assert_allclose(after, study.attack.after.scores, atol=1e-4)


def test_the_change_is_within_epsilon_of_the_original_view(truck: Inference, study: AttackStudy) -> None:
    change = study.attack.view.astype(int) - study.original
    assert study.size.largest == np.abs(change).max() <= study.attack.epsilon
    assert study.is_exact
    np.testing.assert_array_equal(view_of(study.picture.rgb, truck.network.card.input), study.attack.view)
    assert (study.picture.width, study.picture.height) == study.picture.rgb.shape[1::-1]


def test_it_is_in_memory_afterwards(engine: Engine, truck: Inference, study: AttackStudy) -> None:
    assert engine.attacks.cached(truck, FGSM) is study
    assert engine.attacks.cached(truck, AttackRequest("fgsm", 0)) is None
    assert engine.attacks.progress(truck, FGSM) == (0, 0)


def test_a_network_without_its_weights_is_refused_before_anything_runs(engine: Engine, truck: Inference) -> None:
    with pytest.raises(NotAvailable, match="pull vgg16"):
        engine.attacks.attack(Inference(engine.network("vgg16"), truck.image), FGSM)

"""Attacks: what they answer is what the network says of the changed picture, and nobody's fault is silent."""

import httpx
import numpy as np
import pytest

from app.engine.experiments.attacks import AttackKey, AttackRequest
from app.web.api.experiments.attacks import AttackDrawingKey
from app.web.api.params import MapStyle
from tests.web.responses import events, pixels


@pytest.fixture(scope="module")
def path(image: str) -> str:
    return f"/models/resnet18-imagenette/images/{image}"


def test_the_changed_picture_has_the_predictions_of_the_attack(client: httpx.Client, path: str) -> None:
    model, image = path.split("/")[2::2]
    with client.stream("POST", f"{path}/attacks", json={"method": "pgd"}) as answer:
        *earlier, (last, attack) = events(answer)
    assert ({name for name, _ in earlier}, last) == ({"progress"}, "done")
    for picture, predicted in ((image, attack["before"]), (attack["changed_image"], attack["after"])):
        stated = client.get(f"/models/{model}/images/{picture}/predictions").json()["predictions"]
        assert [each["label"] for each in predicted] == [each["label"] for each in stated]
        logits, expected = ([each["logit"] for each in classes] for classes in (predicted, stated))
        np.testing.assert_allclose(logits, expected, rtol=1e-4)
    assert attack["before"][0]["index"] != attack["after"][0]["index"]
    assert attack == client.get(f"{path}/attacks/pgd").json()
    assert attack["image"] == image


def test_the_pictures_of_an_attack_agree_with_its_figures(client: httpx.Client, path: str) -> None:
    attack = client.get(f"{path}/attacks/fgsm", params={"target": "parachute"}).json()
    assert attack["after"][0]["label"] == "parachute"
    view, changed = pixels(client.get(f"{path}/view.png")), pixels(client.get(f"{path}/attacks/fgsm/view.png?target=9"))
    of_picture = client.get(f"{path.replace(attack['image'], attack['changed_image'])}/view.png")
    assert attack["exact"]
    np.testing.assert_array_equal(pixels(of_picture), changed)
    change = changed.astype(float) - view
    assert attack["size"]["largest"] == np.abs(change).max() == attack["epsilon"]
    assert attack["size"]["length"] == pytest.approx(np.linalg.norm(change))
    assert attack["size"]["mean_square"] == pytest.approx(np.sqrt((change**2).mean()))
    assert attack["size"]["changed"] == pytest.approx((change != 0).mean())
    drawn = client.get(f"{path}/attacks/fgsm/change.png", params={"target": "9"})
    low, high = (float(drawn.headers[f"x-scale-{end}"]) for end in ("min", "max"))
    levels = low + pixels(drawn) / 255 * (high - low)
    np.testing.assert_allclose(levels, change.mean(axis=2), atol=(high - low) / 255)


def test_a_treatment_is_survived_if_its_prediction_is_still_that_of_the_attack(client: httpx.Client, path: str) -> None:
    attack = client.get(f"{path}/attacks/pgd").json()
    source = attack["before"][0]["index"]
    assert [each["treatment"] for each in attack["survival"]] == ["jpeg_75", "jpeg_50", "shift"]
    for each in attack["survival"]:
        assert each["survives"] == (each["changed"]["index"] != source)


@pytest.mark.parametrize(
    ("model", "target", "status", "message"),
    [("lenet5", "eleven", 400, "no class"), ("vgg16", "", 409, "weights"), ("lenet5", "6", 400, "already")],
)
def test_a_wrong_request_is_refused_in_words(
    client: httpx.Client, image: str, model: str, target: str, status: int, message: str
) -> None:
    answer = client.get(f"/models/{model}/images/{image}/attacks/fgsm", params={"target": target})
    assert answer.status_code == status
    assert message in answer.json()["error"]["message"]


def test_what_is_drawn_of_an_attack_is_forgotten_with_its_picture() -> None:
    attack = AttackKey("network", "a" * 32, AttackRequest("pgd"))
    assert AttackDrawingKey(attack, "view", MapStyle(None, None)).pictures == ("a" * 32,)

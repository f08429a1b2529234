"""Readings, over the API."""

import httpx
import pytest


def test_readings_name_what_each_layer_answers_with_the_accuracy_of_its_probe(client: httpx.Client, image: str) -> None:
    answer = client.get(f"/models/resnet18-imagenette/images/{image}/readings").raise_for_status().json()
    assert (answer["held_out"], len(answer["layers"])) == (1991, 10)
    assert answer["layers"][0]["layer"] == "relu1"
    accuracies = [each["linear"]["accuracy"] for each in answer["layers"]]
    assert accuracies[0] < accuracies[4] < accuracies[-1]


def test_two_classes_share_as_many_channels_as_their_lists_say(client: httpx.Client) -> None:
    path = "/models/resnet18-imagenette/layers/conv5_2.relu2/shared-channels"
    answer = client.get(path, params={"count": 12}).raise_for_status().json()
    one, other = (set(answer["strongest"][answer["labels"].index(name)]) for name in ("church", "parachute"))
    assert len(one) == 12
    row = answer["jaccard"][answer["labels"].index("church")]
    assert row[answer["labels"].index("parachute")] == pytest.approx(len(one & other) / len(one | other))


def test_what_has_no_probe_is_refused_in_words(client: httpx.Client, image: str) -> None:
    for path in (f"squeezenet1_1/images/{image}/readings", "resnet18-imagenette/layers/conv1/shared-channels"):
        answer = client.get(f"/models/{path}")
        assert answer.status_code == 409
        assert "no probe" in answer.json()["error"]["message"]

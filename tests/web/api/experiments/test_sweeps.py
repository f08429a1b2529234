"""Sweeps over HTTP: progress and result, the same again by their id, as a table and as pictures."""

import csv
import io

import httpx
import numpy as np

from tests.web.responses import events

SWEEPS = "/models/squeezenet1_1/images/{}/sweeps"
BODY = {"change": "rotation", "from": 0, "to": 60, "steps": 7, "models": ["resnet18-imagenette"], "classes": 2}
QUERY: dict[str, str | int] = {"models": "resnet18-imagenette", "classes": 2}
SWEEP = "rotation:0~60@7"


def test_a_sweep_tells_its_progress_and_is_found_again_by_its_id(client: httpx.Client, image: str) -> None:
    path = SWEEPS.format(image)
    with client.stream("POST", path, json=BODY) as answer:
        *earlier, (last, result) = events(answer)
    assert {name for name, _ in earlier} <= {"progress"}
    assert last == "done"
    assert result["sweep"] == SWEEP
    assert result["axis"]["amounts"] == [0, 10, 20, 30, 40, 50, 60]
    assert client.get(f"{path}/{SWEEP}", params=QUERY).json() == result
    first = client.get(f"/models/squeezenet1_1/images/{image}/predictions").json()["predictions"][0]
    squeezenet = result["networks"][0]
    assert squeezenet["answers"][0] == first["label"]
    scores = {each["label"]: each["scores"] for each in squeezenet["classes"]}
    np.testing.assert_allclose(scores[first["label"]][0], first["score"], atol=1e-5)
    for before, flip in zip([first["label"], *(flip["after"] for flip in squeezenet["flips"])], squeezenet["flips"]):  # noqa: B905 - the last answer has no flip
        assert flip["before"] == before
        assert flip["uncertainty"] <= 1


def test_the_table_has_the_best_classes_of_every_network_and_step(client: httpx.Client, image: str) -> None:
    result = client.get(f"{SWEEPS.format(image)}/{SWEEP}", params=QUERY).json()
    answer = client.get(f"{SWEEPS.format(image)}/{SWEEP}.csv", params=QUERY)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 2 * 7 * 2
    best = [row["label"] for row in rows if row["network"] == "squeezenet1_1" and row["rank"] == "1"]
    assert best == result["networks"][0]["answers"]
    assert [float(row["rotation angle"]) for row in rows[::2]] == 2 * result["axis"]["amounts"]


def test_what_can_not_be_done_is_refused_in_words(client: httpx.Client, image: str) -> None:
    path = SWEEPS.format(image)
    for change, message in (
        ({"change": "nothing"}, "no such change"),
        ({"to": 999}, "from -180 to 180"),
        ({"steps": 201}, "2 to 200 steps"),
        ({"models": ["lenet5", "googlenet-imagenette", "lenet5"]}, "at most 2"),
        ({"second": {"change": "blur", "steps": 100}}, "at most 400 cells"),
    ):
        answer = client.post(path, json=BODY | change)
        assert answer.is_client_error
        assert message in answer.json()["error"]["message"]
    assert client.get(f"{path}/rotation").status_code == 400

"""Sweeps over HTTP: progress and result, the same again by their id, as a table and as pictures."""

import csv
import io
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest

from app.engine.inference import Inference
from app.experiments.flips import Flip
from app.experiments.sweep import GRID_STEPS, read_sweep
from app.experiments.sweep_scores import SweepScores
from app.web.api.experiments.sweeps import SweepQuestion, SweepRequest, _axis_info, _info
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


@pytest.mark.parametrize(
    ("body", "sweep"),
    [
        ({"change": "rotation", "from": 0, "to": 90, "steps": 4}, "rotation:0~90@4"),
        ({"change": "rotation", "start": 0, "stop": 90, "steps": 4}, "rotation:0~90@4"),
        ({"change": "shift:0,-20", "parameter": "right", "from": 1, "to": 2, "steps": 3}, "shift:1~2,-20@3"),
        ({"change": "shift", "parameter": "down", "from": 1, "to": 2, "steps": 3}, "shift:0,1~2@3"),
        (
            {"change": "blur", "from": 0, "to": 2, "second": {"change": "rotation", "from": 0, "to": 9}},
            f"blur:0~2@{GRID_STEPS};rotation:0~9@{GRID_STEPS}",
        ),
        (
            {
                "change": "blur",
                "from": 0,
                "to": 2,
                "steps": 2,
                "second": {"change": "brightness:0.5", "from": 1, "to": 0.5, "steps": 2},
            },
            "blur:0~2@2;brightness:1~0.5@2",
        ),
    ],
)
def test_a_body_is_read_as_the_sweep_of_an_id(body: dict[str, Any], sweep: str) -> None:
    assert SweepRequest.model_validate(body).read() == read_sweep(sweep)


def test_a_sweep_s_figures_are_those_of_its_networks() -> None:
    sweep = read_sweep("shift:0,3~5@2;rotation:0~9@2")
    scores = np.array([[0.5, 0.2, 0.3], [0.1, 0.2, 0.7], [0.2, 0.5, 0.3], [0.1, 0.1, 0.8]], np.float32)
    head = SimpleNamespace(kind="softmax")
    network: Any = SimpleNamespace(id="net", class_names=("cat", "dog", "car"), graph=SimpleNamespace(head=head))
    result = SweepScores(sweep, scores, (Flip(0.5, 0.75, 2, 0),), 9)
    info = _info(SweepQuestion(sweep, (Inference(network, "photo"),), 2), [result])
    assert (info.sweep, info.image, info.second) == (str(sweep), "photo", _axis_info(read_sweep("rotation:0~9@2").axis))
    assert (info.axis.change, info.axis.parameter, info.axis.amounts) == ("shift:0,3", "down", [3, 5])
    (of_network,) = info.networks
    assert (of_network.model, of_network.runs) == ("net", 9)
    assert of_network.answers == ["cat", "car", "dog", "car"]
    assert [(each.label, each.scores) for each in of_network.classes] == [
        ("car", scores[:, 2].tolist()),
        ("cat", scores[:, 0].tolist()),
    ]
    (flip,) = of_network.flips
    assert (flip.at, flip.uncertainty, flip.before, flip.after) == (0.75, 0.25, "car", "cat")

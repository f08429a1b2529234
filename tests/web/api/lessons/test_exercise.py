"""Exercises over HTTP: the problem, the verdict, the solution."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from app.lessons.exercises.registry import KINDS
from app.main import create_app
from app.resources import STATIC
from app.settings import read_settings
from tests.conftest import Serving
from tests.lessons.every_kind import LESSON, read_book_of_every_kind
from tests.web.responses import array

CAT = STATIC / "samples" / "cat.jpg"


@pytest.fixture(scope="module")
def exercises(serve: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder: Path = tmp_path_factory.mktemp("exercises")
    settings = read_settings(data_dir=folder / "data", port=0)
    app = create_app(settings)
    app.state.book = read_book_of_every_kind(folder / "lessons")
    with httpx.Client(base_url=f"http://127.0.0.1:{serve(app, settings)}/api/v1", timeout=60) as client:
        yield client


def check(client: httpx.Client, exercise: str, answer: Any, **headers: str) -> dict[str, Any]:
    response = client.post(f"/exercises/{exercise}/check", json={"answer": answer}, headers=headers)
    verdict: dict[str, Any] = response.raise_for_status().json()
    return verdict


@pytest.mark.parametrize("kind", KINDS)
def test_the_answer_of_the_solution_is_right_and_another_one_is_wrong(exercises: httpx.Client, kind: str) -> None:
    address = f"{LESSON}.{kind}.7"
    problem = exercises.get(f"/exercises/{address}").raise_for_status().json()
    assert (problem["id"], problem["lesson"], problem["kind"]) == (address, LESSON, kind)
    solution = exercises.get(f"/exercises/{address}/solution").raise_for_status().json()
    assert check(exercises, address, solution["answer"])["right"]
    wrong = {"number": 12345, "choice": 4, "matrix": [[9999]], "fields": {"kernel": 1}}
    verdict = check(exercises, address, wrong[problem["answer"]["kind"]])
    assert not verdict["right"]
    assert verdict["message"]


def test_a_problem_says_what_is_asked_and_what_an_answer_is(exercises: httpx.Client) -> None:
    problem = exercises.get(f"/exercises/{LESSON}.pooling.1").json()
    assert problem["question"] == "What is the output of max pooling with a 2\xa0×\xa02 window and stride 2?"
    assert np.array(problem["matrices"][0]["values"]).shape == (4, 4)
    assert problem["answer"] == {"kind": "matrix", "shape": [2, 2], "names": [], "decimals": 0}


def test_a_mistake_is_named(exercises: httpx.Client) -> None:
    problem = exercises.get(f"/exercises/{LESSON}.pooling.1").json()
    numbers = np.array(problem["matrices"][0]["values"])
    averages = numbers.reshape(2, 2, 2, 2).mean((1, 3))
    verdict = check(exercises, f"{LESSON}.pooling.1", averages.tolist())
    assert verdict == {
        "right": False,
        "tolerance": "Exact",
        "message": "Not right. This mistake leads to your answer:",
        "hints": ["This is average pooling. Max pooling takes the largest number."],
        "cells": [],
    }


def test_the_reader_s_language_is_that_of_the_words_and_the_numbers(exercises: httpx.Client) -> None:
    address = f"{LESSON}.softmax.1"
    german = exercises.get(f"/exercises/{address}", params={"lang": "de"}).json()
    assert german["tolerance"] == "Zwei Nachkommastellen"
    answer = exercises.get(f"/exercises/{address}/solution").json()["answer"]
    verdict = check(exercises, address, f"{answer:.2f}".replace(".", ","), **{"Accept-Language": "de"})
    assert (verdict["right"], verdict["message"]) == (True, "Richtig.")


@pytest.mark.parametrize(
    ("address", "status"),
    [(f"{LESSON}.relu.1", 200), (f"{LESSON}.no.1", 404), ("no.relu.1", 404), ("sheet/relu/1", 404), ("x", 404)],
)
def test_an_exercise_that_is_not_there(exercises: httpx.Client, address: str, status: int) -> None:
    assert exercises.get(f"/exercises/{address}").status_code == status


@pytest.mark.parametrize("answer", [None, True, {}, [[1, "x"]], "9" * 1000, {"answer": 1}, [[]], 10**400, "\u0000"])
def test_any_answer_has_a_verdict(exercises: httpx.Client, answer: Any) -> None:
    for kind in ("relu", "output-size", "true-count", "fitting-size"):
        assert not check(exercises, f"{LESSON}.{kind}.1", answer)["right"]


def test_a_body_without_an_answer_is_refused(exercises: httpx.Client) -> None:
    assert exercises.post(f"/exercises/{LESSON}.relu.1/check", json={"reply": 1}).status_code == 422


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_the_dead_channel_is_the_one_whose_numbers_are_all_zero(exercises: httpx.Client, seed: str) -> None:
    address = f"{LESSON}.dead-channel.{seed}"
    problem = exercises.get(f"/exercises/{address}").raise_for_status().json()
    maps = [choice["map"].partition("?")[0].removeprefix("api/v1") for choice in problem["choices"]]
    largest = [float(array(exercises, path.replace(".png", ".npy")).max()) for path in maps]
    assert [check(exercises, address, index)["right"] for index in range(4)] == [each == 0 for each in largest]
    wrong = next(index for index, each in enumerate(largest) if each)
    assert f"its largest number is {largest[wrong]:.0f}"[:-1] in check(exercises, address, wrong)["message"]


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_the_largest_contribution_is_that_of_the_network_s_own_numbers(exercises: httpx.Client, seed: str) -> None:
    address = f"{LESSON}.largest-contribution.{seed}"
    problem = exercises.get(f"/exercises/{address}").raise_for_status().json()
    match = re.search(r"convolution (\S+) \(channel (\d+), row (\d+), column (\d+)", problem["question"])
    assert match
    layer, (channel, row, column) = match[1], map(int, match.groups()[1:])
    image = exercises.post("/images", files={"file": CAT.read_bytes()}).json()["id"]
    network = exercises.get("/models/squeezenet1_1").json()
    entry = next(each for each in network["layers"] if each["id"] == layer)
    source = array(exercises, f"/models/squeezenet1_1/images/{image}/layers/{entry['inputs'][0]}.npy")
    kernel = array(exercises, f"/models/squeezenet1_1/layers/{layer}/filters.npy")[channel]
    stride, padding = entry["attributes"]["strides"][0], entry["attributes"].get("pads", [0])[0]
    padded = np.pad(source, ((0, 0), (padding, padding), (padding, padding)))
    window = padded[:, row * stride : row * stride + 3, column * stride : column * stride + 3]
    contributions = (window * kernel).sum((1, 2))
    channels = [int(choice["statement"].removeprefix("Input channel ")) for choice in problem["choices"]]
    best = int(np.argmax(contributions[channels]))
    assert [check(exercises, address, index)["right"] for index in range(4)] == [index == best for index in range(4)]


def test_an_exercise_about_a_network_that_is_not_there(exercises: httpx.Client) -> None:
    address = f"/exercises/{LESSON}.dead-channel.1"
    assert exercises.get(address, params={"model": "nothing"}).status_code == 404
    assert exercises.get(address, params={"image": "0" * 32}).status_code == 404

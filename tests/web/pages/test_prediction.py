"""The prediction as the page shows it: the best classes, the controls and the search for a class."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import numpy as np
import numpy.typing as npt
import pytest

from app.nets.network import Network
from app.nets.outputs import Scores
from app.web.pages.address import Address
from app.web.pages.prediction import has_finite_scores, prediction_view, top_classes, unit_name
from tests.nets.own.networks import classifier

LOGITS = np.arange(10, dtype=np.float32)


def scores(logits: npt.NDArray[np.float32] = LOGITS) -> Scores:
    shares = np.exp(logits - logits.max())
    return Scores(logits, (shares / shares.sum()).astype(np.float32), 0.002)


def test_the_best_classes_come_first(network: Network) -> None:
    top = top_classes(network, scores(), Address(top_k=3))
    assert top is not None
    assert [(each.index, each.rank) for each in top.best] == [(9, 1), (8, 2), (7, 3)]
    assert top.milliseconds == 2


def test_scores_that_are_no_numbers_make_no_prediction(network: Network) -> None:
    broken = scores(np.full(10, np.nan, np.float32))
    assert not has_finite_scores(broken)
    assert top_classes(network, broken, Address()) is None
    assert prediction_view(network, "image", broken, Address()) is None


def test_a_temperature_flattens_the_scores_and_the_verdict_follows(network: Network) -> None:
    cold, hot = (top_classes(network, scores(), Address(temperature=value)) for value in (1, 5))
    assert cold is not None
    assert hot is not None
    assert (hot.best[0].score or 1) < (cold.best[0].score or 0)
    assert (cold.verdict, hot.verdict) == ("leaning", "no_idea")


def test_a_search_finds_a_class_by_its_name(network: Network) -> None:
    view = prediction_view(network, "image", scores(), Address(target="4"))
    assert view is not None
    assert [each.index for each in view.matches] == [4]
    assert (view.match_count, view.target_text) == (1, "4")


def test_a_choice_of_as_many_classes_as_there_are_is_the_last(network: Network) -> None:
    view = prediction_view(network, "image", scores(), Address())
    assert view is not None
    assert [choice.number for choice in view.top_k] == [5, 10]
    assert [choice.chosen for choice in view.top_k] == [True, False]
    assert view.labels == network.labels


@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_each_class_leads_to_its_explanation_and_to_how_its_numbers_are_computed(
    network: Network, temperature: float
) -> None:
    here = Address(model="lenet5", image="cat", top_k=4, temperature=temperature, target="1")
    view = prediction_view(network, "cat", scores(), here)
    assert view is not None
    shares = np.exp(LOGITS / temperature) / np.exp(LOGITS / temperature).sum()
    for each in (*view.top.best, *view.matches):
        assert each.logit == LOGITS[each.index]
        assert each.score == pytest.approx(shares[each.index])
        assert each.label == each.name == str(each.index)
        why, *numbers = (
            Address.model_validate({name: value for name, (value,) in parse_qs(urlsplit(link).query).items()})
            for link in (each.href, each.computation, each.logit_computation)
        )
        assert why == here.model_copy(update={"why": each.name})
        for there, layer in zip(numbers, (network.graph.scores, network.graph.logits), strict=True):
            assert (there.view, there.layer, there.channel, there.cell) == ("number", layer.id, each.index, "0,0")
    entropy = float(-(shares * np.log2(shares)).sum())
    top = view.top
    assert (top.entropy, top.max_entropy) == pytest.approx((entropy, np.log2(10)))
    assert top.entropy_share == pytest.approx(entropy / np.log2(10))
    assert top.margin == pytest.approx(shares[9] - shares[8])
    assert (top.class_count, top.negative, top.is_exclusive) == (10, None, True)
    assert (view.temperature, view.min_temperature < 1 < view.max_temperature) == (temperature, True)
    assert (view.has_temperature, view.has_activation) == (True, network.graph.head.has_scores)
    assert view.shape == network.graph.scores.shape
    assert parse_qs(urlsplit(view.scores).query) == {"top_k": ["10"]}
    assert [
        Address.model_validate({k: v[0] for k, v in parse_qs(urlsplit(each.href).query).items()}).top_k
        for each in view.top_k
    ] == [each.number for each in view.top_k]


def test_only_logits_and_probabilities_have_the_names_of_classes(network: Network) -> None:
    assert unit_name(network, network.graph.scores, 7) == "7"
    assert unit_name(network, network.layer("dense_f6"), 7) is None


def test_a_unit_that_a_layer_does_not_have_has_no_name(network: Network) -> None:
    assert (unit_name(network, network.graph.scores, 9), unit_name(network, network.graph.scores, 10)) == ("9", None)


def test_classes_whose_names_are_numbers_and_occur_twice_are_told_apart(site: httpx.Client, image: str) -> None:
    files = {"file": ("twice.onnx", classifier().SerializeToString())}
    opened = site.post("/api/v1/models", files=files, data={"labels": '["1", "0", "1"]'}).raise_for_status()
    address = f"/?model={opened.json()['id']}&image={image}"
    rows = re.findall(
        r'data-index="(\d)".*?data-why="([^"]*)" href="([^"]*)">(.*?)\n', site.get(address).text, re.DOTALL
    )
    assert sorted((index, why, label) for index, why, _, label in rows) == [
        ("0", "#0", "1 #0"),
        ("1", "0", "0"),
        ("2", "#2", "1 #2"),
    ]
    for index, _, href, _ in rows:
        page = site.get(f"/{unescape(href)}").raise_for_status().text
        assert f'<li data-index="{index}" aria-current="true">' in page

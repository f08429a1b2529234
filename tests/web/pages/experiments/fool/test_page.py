"""The page of an attack on LeNet-5: its three predictions, its pictures, and what it offers."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.web.deps import Client
from app.web.pages.experiments.fool.address import FoolAddress
from app.web.pages.experiments.fool.gather import FoolData, gather_fool
from app.web.pages.experiments.fool.page import FoolPage, fool_page
from app.web.pages.site import Site
from tests.web.pages.conftest import result_of


class Pages:
    """The pages of LeNet-5 on the photo."""

    def __init__(self, site: Site, caller: Client, photo: str) -> None:
        self.site, self.caller, self.photo = site, caller, photo

    def address(self, **query: Any) -> FoolAddress:
        return FoolAddress.model_validate({"model": "lenet5", "image": self.photo, "method": "fgsm", **query})

    def gather(self, **query: Any) -> FoolData:
        return result_of(gather_fool(self.caller, self.address(**query)))

    def page(self, **query: Any) -> FoolPage:
        return fool_page(self.site, self.caller.engine, self.address(**query), self.gather(**query), None)


@pytest.fixture(scope="module")
def pages(english: Site, caller: Client, photo: str) -> Pages:
    return Pages(english, caller, photo)


def query_of(link: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


def test_an_attack_is_computed_by_a_script_or_by_a_page_that_waits(pages: Pages) -> None:
    page = pages.page(target="3")
    assert page.result is None
    assert page.pending is not None
    assert json.loads(page.pending.body) == {"method": "fgsm", "target": "3"}
    assert page.pending.resource.endswith(f"/images/{pages.photo}/attacks")
    assert query_of(page.pending.href)["wait"] == "1"
    computed = pages.page(target="3", wait="1")
    assert computed.pending is None
    assert computed.result is not None
    assert pages.page(target="3").result is not None, "it is in the cache now"


@pytest.mark.parametrize("target", ["", "3"])
def test_the_result_is_that_of_the_attack(pages: Pages, target: str) -> None:
    data, page = pages.gather(target=target, wait="1"), pages.page(target=target, wait="1")
    assert data.study is not None
    assert page.result is not None
    attack, result = data.study.attack, page.result
    assert (result.epsilon, result.scale.hi, result.scale.lo) == (attack.epsilon, attack.epsilon, -attack.epsilon)
    assert result.target == (target or None)
    for picture, file in ((result.change, "change.png"), (result.changed, "view.png")):
        assert f"/attacks/fgsm/{file}?" in picture
        assert query_of(picture) == ({"target": target} if target else {})
    assert [each.index for each in result.after] == attack.after.scores.argsort()[::-1][:3].tolist()
    assert len(result.survival) == len(data.study.survival)
    for shown, survival in zip(result.survival, data.study.survival, strict=True):
        assert shown.original is not None
        assert shown.changed is not None
        assert shown.original.index == survival.original.scores.argmax()
        assert shown.changed.index == survival.changed.scores.argmax()
        best = int(survival.changed.scores.argmax())
        assert shown.survives is (best == 3 if target else best != int(data.scores.scores.argmax()))
    assert query_of(result.in_explorer) == {"model": "lenet5", "image": data.image}


def test_the_classes_that_are_suggested_are_the_likeliest_ones_but_the_first(pages: Pages) -> None:
    data, page = pages.gather(), pages.page()
    order = [str(index) for index in data.scores.scores.argsort()[::-1].tolist()]
    assert [each.label for each in page.before] == order[:3]
    assert list(page.suggestions) == order[1:11]
    assert [each.value for each in page.methods] == ["pgd", "fgsm"]
    assert [each.value for each in page.methods if each.chosen] == ["fgsm"]
    assert [query_of(each.href).get("method", "pgd") for each in page.methods] == ["pgd", "fgsm"]
    assert page.size == (32, 32)


def test_another_network_gets_the_photo_and_the_method_but_no_class(pages: Pages) -> None:
    page = pages.page(target="3")
    assert page.subject.hidden == {"image": pages.photo, "method": "fgsm"}
    assert query_of(page.figures) == {"target": "3"}


def test_a_class_that_there_is_not_is_no_attack(pages: Pages) -> None:
    page = pages.page(target="eleven")
    assert page.notice is not None
    assert (page.pending, page.result) == (None, None)

"""The terms of a number: their bars, and what each leads to."""

import pytest

from tests.web.pages.number.conftest import Work


def test_bars_start_at_zero_in_the_middle(work: Work) -> None:
    terms = work(layer="dense_f6", channel=3).terms
    longest = max(abs(term.value) for term in terms)
    for term in terms:
        assert term.bar is not None
        start, length = term.bar
        assert length == pytest.approx(50 * abs(term.value) / longest)
        assert start == pytest.approx(50 - length if term.value < 0 else 50)


def test_a_product_shows_its_factors_and_leads_to_the_number(work: Work) -> None:
    product = next(term for term in work(layer="dense_f6", channel=3).terms if term.kind == "product")
    assert product.factors is not None
    assert product.factors[0] * product.factors[1] == pytest.approx(product.value)
    assert product.link is not None
    assert product.link.layer == "flatten"
    assert not product.figures


def test_a_pointwise_convolution_is_a_list_of_products(work: Work) -> None:
    working = work(model="squeezenet1_1", layer="fire2.squeeze1x1", channel=3, cell="4,6")
    assert working.plane is None
    planes = [term for term in working.terms if term.kind == "plane"]
    assert planes
    assert all(term.factors and term.link and term.plane is None for term in planes)


def test_only_one_of_several_planes_is_marked(work: Work) -> None:
    marked = [term.is_picked for term in work(layer="conv_c3", channel=3, cell="4,6").terms]
    assert marked.count(True) == 1
    assert not any(term.is_picked for term in work(layer="conv_c1", channel=3, cell="4,6").terms)


def test_a_window_of_a_pool_lists_its_numbers(work: Work) -> None:
    terms = work(model="squeezenet1_1", layer="pool3", channel=3, cell="4,6").terms
    assert {term.kind for term in terms} <= {"candidate", "tie", "rest"}
    assert [term.is_chosen for term in terms].count(True) == 1


def test_the_terms_of_a_formula_have_no_bars(work: Work) -> None:
    terms = work(model="resnet18-imagenette", layer="bn1", channel=3, cell="4,6").terms
    assert {term.bar for term in terms} == {None}
    assert [term.kind for term in terms][:4] == ["value", "mean", "variance", "epsilon"]

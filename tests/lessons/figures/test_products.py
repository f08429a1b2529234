"""Element-wise products and their sum."""

import pytest

from app.errors import InvalidRequest
from app.lessons.figures.products import ProductsState, draw_products


def test_the_lecture_s_products_add_up_to_60() -> None:
    figure = draw_products(ProductsState())
    assert [cell.value for cell in figure.products] == [3, 4, 0, 6, 0, 0, 0, 45, 2]
    assert figure.working == "3 + 4 + 0 + 6 + 0 + 0 + 0 + 45 + 2 = 60"


def test_a_product_links_to_its_factors() -> None:
    cell = draw_products(ProductsState(patch="2 3", kernel="5 -7")).products.rows[0][1]
    assert (cell.links, cell.working) == (("patch.0.1", "kernel.0.1"), "3 × (−7) = −21")


def test_matrices_of_different_sizes_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="They are 1 × 2 and 2 × 1"):
        draw_products(ProductsState(patch="1 2", kernel="1; 2"))

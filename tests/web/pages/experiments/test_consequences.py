"""What the API is asked for the maps after an ablation."""

import pytest

from app.experiments.ablation import Ablation
from app.web.pages.experiments.consequences import ablation_query


@pytest.mark.parametrize(
    ("ablation", "query"),
    [
        (Ablation("conv", channels=(1, 20)), "at=conv&channels=1,20&how=zero"),
        (Ablation("conv", inputs=("a", "b"), how="mean"), "at=conv&inputs=a,b&how=mean"),
        (Ablation("a b", channels=(0,), how="scale", factor=0.25), "at=a+b&channels=0&how=scale&factor=0.25"),
    ],
)
def test_an_ablation_is_written_with_what_it_changes(ablation: Ablation, query: str) -> None:
    assert ablation_query(ablation) == query

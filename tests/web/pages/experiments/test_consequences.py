"""What follows from an ablation: what the API is asked for, the classes, the layers that moved, and the open one."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.experiments.ablation import Ablation
from app.nets.outputs import Scores
from app.web.pages.experiments.consequences import AblationStudy, ConsequencesView, ablation_query, consequences_view
from app.web.pages.experiments.switch_off.address import SwitchOffAddress

BEFORE = np.array([0.05, 0.3, 0.2, 0.25, 0.1, 0.08, 0.02], np.float32)
AFTER = np.array([0.4, 0.1, 0.05, 0.05, 0.05, 0.05, 0.3], np.float32)


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


@given(st.floats(-10, 10))
def test_the_maps_have_the_very_factor_of_the_page(factor: float) -> None:
    query = parse_qs(ablation_query(Ablation("conv", channels=(0,), how="scale", factor=factor)))
    assert float(query["factor"][0]) == factor


def layer(name: str, inputs: Sequence[str], channels: int = 8, has_maps: bool = True) -> Any:
    return SimpleNamespace(id=name, name=name.title(), inputs=inputs, channels=channels, has_maps=has_maps)


def view_of(layers: Sequence[Any], view: str | None = None, kind: Any = "softmax") -> ConsequencesView:
    """What follows from a change of the first layer, of layers that hold NaN and so are not drawn."""
    network = SimpleNamespace(graph=SimpleNamespace(layers=layers), labels=[*"abcdefg"])
    without_maps = SimpleNamespace(layer=SimpleNamespace(nan=1, inf=0))
    inference: Any = SimpleNamespace(network=network)
    summary: Any = SimpleNamespace(statistics={each.id: without_maps for each in layers})
    run: Any = SimpleNamespace(
        before=Scores(10 * BEFORE, BEFORE, 0, kind),
        after=Scores(10 * AFTER, AFTER, 0, kind),
        changes={each.id: place / 8 for place, each in enumerate(layers)},
    )
    study = AblationStudy(inference, summary, Ablation(layers[0].id, channels=(0,)), run)
    return consequences_view(study, SwitchOffAddress(view=view))


def test_the_best_classes_of_before_come_first_and_then_those_of_after() -> None:
    found = view_of([layer("conv", ())])
    assert [each.label for each in found.classes] == [*"bdcef", "a", "g"]
    for each in found.classes:
        index = "abcdefg".index(each.label)
        assert (each.score_before, each.score_after) == (BEFORE[index], AFTER[index])
        assert (each.logit_before, each.logit_after) == pytest.approx((10 * BEFORE[index], 10 * AFTER[index]))
    assert (found.best_before, found.best_after) == ("b", "a")


def test_numbers_that_are_no_probabilities_are_no_scores() -> None:
    assert {(each.score_before, each.score_after) for each in view_of([layer("conv", ())], kind="vector").classes} == {
        (None, None)
    }


LAYERS = [
    layer("conv", ()),
    layer("beside", ("input",)),
    layer("relu", ("conv",), 512),
    layer("wide", ("relu",), 513),
    layer("head", ("wide",), has_maps=False),
]


@pytest.mark.parametrize(
    ("layers", "view", "is_open"),
    [
        (LAYERS, None, "Relu"),
        (LAYERS, "wide", "Wide"),
        (LAYERS, "conv", "Conv"),
        (LAYERS, "head", "Relu"),
        (LAYERS, "beside", "Relu"),
        ([LAYERS[0], layer("wide", ("conv",), 513)], None, "Conv"),
        ([LAYERS[0], layer("head", ("conv",), has_maps=False)], None, "Conv"),
    ],
)
def test_the_layer_that_is_named_is_open_or_else_the_last_one_of_few_channels(
    layers: list[Any], view: str | None, is_open: str
) -> None:
    found = view_of(layers, view)
    assert [each.name for each in found.layers if each.is_open] == [is_open]
    assert found.pair is None


def test_each_layer_after_the_change_has_how_far_it_moved_and_the_page_with_its_maps() -> None:
    found = view_of(LAYERS)
    assert [each.name for each in found.layers] == ["Conv", "Relu", "Wide", "Head"]
    assert [each.change for each in found.layers] == [0, 2 / 8, 3 / 8, 4 / 8]
    assert [each.href for each in found.layers] == ["?view=conv", "?view=relu", "?view=wide", None]


def test_vectors_alone_have_no_maps_to_open() -> None:
    found = view_of([layer("head", (), has_maps=False)])
    assert (found.pair, [each.is_open for each in found.layers]) == (None, [False])

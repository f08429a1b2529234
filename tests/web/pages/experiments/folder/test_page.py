"""The figures of an evaluation whose results are chosen by hand."""

from types import SimpleNamespace
from typing import Any

from app.web.pages.experiments.folder.page import accuracy_view


def result(is_right: bool | None, is_in_best: bool | None) -> Any:
    return SimpleNamespace(is_right=is_right, is_in_best=is_in_best)


def test_an_evaluation_counts_what_is_right_and_names_classes() -> None:
    network: Any = SimpleNamespace(
        graph=SimpleNamespace(head=SimpleNamespace(kind="softmax")), class_names=[f"class {n}" for n in range(20)]
    )
    evaluation: Any = SimpleNamespace(
        judged=3,
        results=[result(True, True), result(False, True), result(None, None), result(False, False)],
        confusion=None,
        calibration=None,
        mistakes=list(range(8)),
        folders=[
            SimpleNamespace(name="many", classes=tuple(range(14))),
            SimpleNamespace(name="few", classes=(3,)),
            SimpleNamespace(name="", classes=()),
        ],
    )
    tiles: Any = tuple(f"tile {n}" for n in range(8))
    view = accuracy_view(network, evaluation, tiles)
    assert (view.judged, view.right, view.in_best) == (3, 1, 2)
    assert view.mistakes == tiles[:6]
    many, few = view.meanings
    assert (many.name, many.labels[-1], len(many.labels), many.others) == ("many", "class 11", 12, 2)
    assert (few.name, few.labels, few.others) == ("few", ("class 3",), 0)
    assert accuracy_view(network, evaluation).mistakes == ()

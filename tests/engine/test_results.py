"""Results: computed once for all who ask, kept while there is room, never computed again while one waits."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from app.engine.experiments.depth import DepthKey
from app.engine.experiments.evaluations import EvaluationKey
from app.engine.experiments.folder_effects import FolderEffectsKey
from app.engine.experiments.layer_reading import BasisKey, ComponentsKey, DamageKey, FolderProbesKey
from app.engine.results import DrawingKey, Key, Results
from app.experiments.damage import Damage
from app.experiments.folder_effects import MeasuredFolder
from app.experiments.folder_probes import FolderPhotos
from app.rendering.drawing import Drawing
from app.settings import read_settings
from app.work.memory import held_bytes
from app.work.stop import Stop

PHOTOS = ("a" * 32, "b" * 32)
CACHE_BYTES = 1000


@dataclass(frozen=True, slots=True)
class WordKey(Key[str]):
    """A word."""

    name: str


@dataclass(frozen=True, slots=True)
class OtherWordKey(WordKey):
    """Another product of the same fields."""


@dataclass(frozen=True, slots=True)
class DotKey(DrawingKey):
    """A drawing."""

    name: str


@pytest.fixture
def results() -> Iterator[Results]:
    results = Results(read_settings(cache_bytes=CACHE_BYTES, picture_cache_bytes=CACHE_BYTES))
    yield results
    results.close(5)


def test_what_is_asked_for_twice_is_computed_once(results: Results) -> None:
    calls = []

    def work(stop: Stop) -> str:
        calls.append(stop)
        return "word"

    key = WordKey("a")
    assert results.compute(key, work, results.runs).result() == "word"
    assert results.compute(key, work, results.runs).result() == "word"
    assert len(calls) == 1


def test_keys_of_two_products_are_never_the_same(results: Results) -> None:
    results.put(WordKey("a"), "word")
    assert results.cached(WordKey("a")) == "word"
    assert results.cached(OtherWordKey("a")) is None


def test_a_result_larger_than_the_cache_is_given_and_not_kept(results: Results) -> None:
    key = WordKey("long")
    assert results.compute(key, lambda stop: "x" * CACHE_BYTES, results.runs).result() == "x" * CACHE_BYTES
    assert results.cached(key) is None


def test_what_was_computed_while_its_caller_waited_is_not_computed_again(results: Results) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def busy(stop: Stop) -> str:
        begun.set()
        go_on.wait(10)
        return "busy"

    slots = range(read_settings().run_slots)
    running = [results.compute(WordKey(f"slot {number}"), busy, results.runs) for number in slots]
    assert begun.wait(10)
    waiting = results.compute(WordKey("wanted"), lambda stop: "computed again", results.runs)
    results.put(WordKey("wanted"), "computed meanwhile")
    go_on.set()
    assert waiting.result() == "computed meanwhile"
    assert {handle.result() for handle in running} == {"busy"}


def test_what_is_drawn_is_counted_apart_from_what_is_computed(results: Results) -> None:
    results.draw(DotKey("a"), lambda: Drawing(b"png", {"X-Scale": "1"})).result()
    assert results.cached(DotKey("a")) == Drawing(b"png", {"X-Scale": "1"})
    assert results.status.drawn.entries == 1
    assert results.status.computed.entries == 0


def test_a_cache_counts_the_bytes_that_its_results_hold(results: Results) -> None:
    results.put(WordKey("a"), "word")
    results.compute(WordKey("b"), lambda stop: "another word", results.runs).result()
    assert results.status.computed.bytes == held_bytes("word") + held_bytes("another word")


@pytest.mark.parametrize(
    "key",
    [
        EvaluationKey("net", "collection", PHOTOS),
        FolderEffectsKey(
            "net", "conv", (MeasuredFolder("cat", (0,), PHOTOS[:1]), MeasuredFolder("dog", (1,), PHOTOS[1:]))
        ),
        FolderProbesKey("net", FolderPhotos(PHOTOS, (0, 1), ("cat", "dog"), 0)),
        DepthKey("net", *PHOTOS),
        BasisKey("net", "conv", PHOTOS),
        ComponentsKey("net", PHOTOS[0], "conv", PHOTOS[1:]),
        DamageKey("net", PHOTOS[0], PHOTOS[1:], Damage("conv", "noise")),
    ],
    ids=lambda key: type(key).__name__,
)
def test_what_was_computed_from_many_pictures_is_forgotten_with_any_of_them(results: Results, key: Key[Any]) -> None:
    results._cache_of(key).put(key, "what was computed", size=1)
    results.forget_pictures(lambda image: image not in PHOTOS)
    assert results.cached(key) is not None
    results.forget_pictures(lambda image: image == PHOTOS[1])
    assert results.cached(key) is None

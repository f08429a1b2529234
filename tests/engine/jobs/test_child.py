"""The process of a job: its memory, for a network by hand, and what it stores and says, of photos that do nothing."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from app.engine.jobs import child
from app.engine.jobs.child import memory_limit
from app.errors import NotAvailable


def network(activation_bytes: int) -> Any:
    graph = SimpleNamespace(weight_bytes=50_000_000, activation_bytes=activation_bytes)
    return SimpleNamespace(card=SimpleNamespace(name="Net"), graph=graph)


def test_a_job_may_have_its_memory_and_three_copies_of_the_weights() -> None:
    assert memory_limit(network(70_000_000), 250_000_000) == 400_000_000  # one photo needs as much


def test_a_network_that_needs_more_for_one_photo_is_refused() -> None:
    for more in (70_500_000, 70_000_001):
        with pytest.raises(NotAvailable, match="Net needs about"):
            memory_limit(network(more), 250_000_000)


@pytest.mark.parametrize(("bytes_", "text"), [(250_499_900, "may have 400 MB"), (250_500_100, "may have 401 MB")])
def test_the_memory_that_is_needed_is_said_in_whole_megabytes(bytes_: int, text: str) -> None:
    with pytest.raises(NotAvailable, match=text):
        memory_limit(network(200_000_000), bytes_)
    with pytest.raises(NotAvailable, match=text.replace("may have", "needs about")):
        memory_limit(network(70_000_000 + (bytes_ - 250_000_000) // 2), 200_000_000)


@pytest.mark.parametrize(("report_s", "said"), [(1e9, [2, 5, 8, 10]), (-1, [2, 3, 4, 5, 6, 7, 8, 9, 10])])
def test_a_job_stores_each_block_and_the_end_and_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], report_s: float, said: list[int]
) -> None:
    """Of ten photos two are done; three make a block."""
    result = SimpleNamespace(predictions=dict.fromkeys(range(2)), left=lambda count: range(2, count))
    stored: list[int] = []

    def run(left: range, result: Any, *_: object) -> Iterator[int]:
        for photo in left:
            result.predictions[photo] = None
            yield photo

    store: Any = SimpleNamespace(
        result=lambda job: result, write_result=lambda job, result: stored.append(len(result.predictions))
    )
    runs: Any = SimpleNamespace(network=network(0), run=run)
    request: Any = SimpleNamespace(id="job", strongest=9)
    photos: Any = range(10)
    for name, value in (("BLOCK", 3), ("REPORT_S", report_s), ("concurrent_photos", lambda *_: 1)):
        monkeypatch.setattr(child, name, value)
    child._go_on(store, request, photos, runs, 0)
    assert stored == [5, 8, 10]
    assert [json.loads(line)["done"] for line in capsys.readouterr().out.splitlines()] == said

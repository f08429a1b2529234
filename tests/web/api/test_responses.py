"""What answers are made of, without a server."""

import asyncio
import io
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.analysis.prediction import read_prediction
from app.nets.outputs import Scores
from app.web.api import responses
from app.web.api.responses import milliseconds, npy, prediction_info

NETWORK: Any = SimpleNamespace(labels=("cat", "dog", "car"))


def test_a_duration_is_in_milliseconds_to_a_tenth_of_a_microsecond() -> None:
    assert milliseconds(12.34567891) == 12345.6789
    assert milliseconds(0.00000004) == 0
    assert milliseconds(0.00000006) == 0.0001


@pytest.mark.parametrize("shape", [(3,), (2, 5, 7), (0, 4)])
def test_an_array_is_streamed_in_blocks(shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "BLOCK_BYTES", 32)
    values = np.random.default_rng(0).standard_normal(shape).astype(np.float32)

    async def read() -> list[bytes]:
        answer = npy(values[::-1], {"X-Name": "value"})
        assert answer.headers["x-name"] == "value"
        blocks = [bytes(part) async for part in answer.body_iterator]  # type: ignore[arg-type]  # may be str elsewhere
        assert int(answer.headers["content-length"]) == sum(map(len, blocks))
        return blocks

    head, *blocks = asyncio.run(read())
    assert {len(block) for block in blocks[:-1]} <= {32}
    np.testing.assert_array_equal(np.load(io.BytesIO(b"".join([head, *blocks]))), values[::-1])


@pytest.mark.parametrize(
    ("kind", "score", "present"),
    [("softmax", 0.5, None), ("sigmoid", 0.5, True), ("sigmoid", 0.499, False), ("vector", None, None)],
)
def test_one_number_of_a_prediction(kind: Any, score: float | None, present: bool | None) -> None:
    """A label counts as present from a probability of one half on; numbers of a vector are no probabilities."""
    scores = np.array([0.25, 0.3 if score is None else score, 0.125], np.float32)
    reading = read_prediction(Scores(np.array([-1, 3, -2], np.float32), scores, 0.0, kind))
    info = prediction_info(NETWORK, reading, 1)
    assert (info.index, info.label, info.logit, info.rank, info.present) == (1, "dog", 3, 1, present)
    assert info.score is score is None or info.score == pytest.approx(reading.scores[1])

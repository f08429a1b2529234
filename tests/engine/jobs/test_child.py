"""The memory of the process of a job, for a network by hand."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.engine.jobs.child import memory_limit
from app.errors import NotAvailable


def network(activation_bytes: int) -> Any:
    graph = SimpleNamespace(weight_bytes=50_000_000, activation_bytes=activation_bytes)
    return SimpleNamespace(card=SimpleNamespace(name="Net"), graph=graph)


def test_a_job_may_have_its_memory_and_three_copies_of_the_weights() -> None:
    assert memory_limit(network(70_000_000), 250_000_000) == 400_000_000  # one photo needs as much


def test_a_network_that_needs_more_for_one_photo_is_refused() -> None:
    with pytest.raises(NotAvailable, match="Net needs about 401 MB of memory, and may have 400 MB"):
        memory_limit(network(70_500_000), 250_000_000)

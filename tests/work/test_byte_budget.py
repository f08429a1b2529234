"""A budget of bytes: what is beyond it is refused, and what has ended makes room."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.errors import Overloaded
from app.work.byte_budget import ByteBudget, MemoryBudget


def test_what_is_beyond_the_budget_comes_back_later() -> None:
    budget = ByteBudget(100)
    with budget.reserve(60):
        with pytest.raises(Overloaded) as error, budget.reserve(41):
            pass
        assert error.value.details["retry_after_s"] > 0
        with budget.reserve(40):
            pass
    with pytest.raises(ZeroDivisionError), budget.reserve(100):
        raise ZeroDivisionError
    with budget.reserve(100):
        pass


def test_what_is_beyond_the_memory_waits_and_the_largest_goes_alone() -> None:
    budget, entered = MemoryBudget(100), list[int]()

    def enter(count: int) -> None:
        with budget.use(count):
            entered.append(count)

    with ThreadPoolExecutor(1) as pool:
        with budget.use(60), budget.use(40):
            waiting = pool.submit(enter, 500)
            assert not entered
        waiting.result()
    assert entered == [500]

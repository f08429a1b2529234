"""A budget of bytes: what is beyond it is refused, and what has ended makes room."""

import pytest

from app.errors import Overloaded
from app.work.byte_budget import ByteBudget


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

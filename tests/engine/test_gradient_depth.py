"""Gradients of stacks by depth: measured once for all who ask."""

from app.engine.engine import Engine
from app.gradients.small_networks import StackSpec


def test_a_stack_is_measured_once(engine: Engine) -> None:
    spec = StackSpec(4, 0.5, 1)
    first, again = (engine.gradient_depth.stack(spec).result() for _ in range(2))
    assert len(first) == 5
    assert first is again

"""Content expires by itself, also after a failure, until the server ends."""

import itertools
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from app.errors import StoreUnavailable
from app.storage import expiry as module
from app.storage.expiry import LOOK_S, LOOKS_PER_LIFETIME, Expiry, look_interval_s
from tests.conftest import wait_until


def test_it_looks_again_after_a_failure_until_it_is_closed() -> None:
    looks = itertools.count()
    failures = [OSError(), StoreUnavailable("It is away.")]
    last = 0

    def expire() -> None:
        nonlocal last
        last = next(looks)
        if failures:
            raise failures.pop()

    expiry = Expiry("test", 0.01 * LOOKS_PER_LIFETIME, expire)
    wait_until(lambda: last >= 3, "it has looked after two failures")
    expiry.close()


@pytest.mark.parametrize(
    ("ttl_s", "interval_s"), [(10 * LOOKS_PER_LIFETIME, 10), (LOOK_S * LOOKS_PER_LIFETIME + 1, LOOK_S), (1e9, LOOK_S)]
)
def test_it_looks_several_times_in_a_lifetime(monkeypatch: pytest.MonkeyPatch, ttl_s: float, interval_s: float) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) > 2

    def run(target: Callable[[float], None], args: tuple[float], **_: object) -> SimpleNamespace:
        return SimpleNamespace(start=lambda: target(*args))

    threading = SimpleNamespace(Event=lambda: SimpleNamespace(wait=wait), Thread=run)
    monkeypatch.setattr(module, "threading", threading)
    looks: list[None] = []
    Expiry("test", ttl_s, lambda: looks.append(None))
    assert (waits, len(looks)) == ([interval_s] * 3, 2)


def test_what_lives_shortly_is_looked_at_some_times_in_its_life() -> None:
    assert LOOKS_PER_LIFETIME * look_interval_s(0.3) == 0.3
    assert [look_interval_s(1e6, *longest) for longest in ((), (10,))] == [LOOK_S, 10]

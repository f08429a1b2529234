"""Content expires by itself, also after a failure, until the server ends."""

import itertools

from app.errors import StoreUnavailable
from app.storage.expiry import LOOKS_PER_LIFETIME, Expiry
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

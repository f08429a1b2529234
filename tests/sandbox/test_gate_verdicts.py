"""What the gate says of damaged networks stays: it passes them, or refuses them in the same words."""

import json

from tests.digest import digest
from tests.sandbox.verdicts import TABLE, verdicts


def test_damaged_networks_are_judged_as_before() -> None:
    assert digest(verdicts()) == json.loads(TABLE.read_text()), "python -m tests.sandbox.verdicts"

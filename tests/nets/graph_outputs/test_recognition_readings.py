"""What is read of a network stays: its layers, counts and outputs, or the reason why it can't be read."""

import json

import pytest

from tests.digest import digest
from tests.nets.graph_outputs.readings import READINGS, TABLE


@pytest.mark.filterwarnings("ignore")  # of damaged constants
@pytest.mark.parametrize("name", READINGS)
def test_networks_are_read_as_before(name: str) -> None:
    assert digest(READINGS[name]()) == json.loads(TABLE.read_text())[name], (
        "python -m tests.nets.graph_outputs.readings"
    )

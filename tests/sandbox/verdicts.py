"""What the gate says of damaged networks: `python -m tests.sandbox.verdicts` writes the digest."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from app.errors import NetworkError
from app.sandbox.gate import GateLimits, check_file
from benchmarks.mutations import Mutator
from benchmarks.small_networks import small_networks
from tests.digest import digest

TABLE = Path(__file__).parent / "verdicts.json"
DAMAGED = 100  # copies of each small network


def verdicts() -> Iterator[object]:
    """The gate's words on each file, or that it passes."""
    with TemporaryDirectory() as name:
        path = Path(name) / "network.onnx"
        for source in small_networks():
            for file, content in source.files.items():
                (Path(name) / file).write_bytes(content)
            for number in range(DAMAGED):
                path.write_bytes(Mutator(source.model, f"verdicts {number}").make())
                yield _verdict(path, allow_control_flow=number % 2 == 0)


def _verdict(path: Path, *, allow_control_flow: bool) -> object:
    try:
        check_file(path, GateLimits(allow_control_flow=allow_control_flow))
    except NetworkError as refusal:
        return str(refusal), sorted(refusal.details)
    return "passes"


if __name__ == "__main__":
    TABLE.write_text(json.dumps(digest(verdicts())) + "\n")

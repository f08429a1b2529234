"""A store, and mirrors to fill it from."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from app.nets.weights.download import DownloadProgress
from app.nets.weights.pull import DownloadPolicy, pull
from app.nets.weights.store import WeightStore
from app.work.stop import Stop
from tests.mirrors import Answer, Mirror, original_of, serving

CONTENT = np.random.default_rng(1).bytes(300_000)
ORIGINAL = original_of(CONTENT)
STALL_S = 0.3


class Lab:
    """A store, and mirrors to fill it from."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.store = WeightStore(folder)
        self.folder = folder
        self.mirrors: list[Mirror] = []
        self.reports: list[DownloadProgress] = []
        self._stack = stack

    def mirror(self, *answers: Answer) -> Mirror:
        self.mirrors.append(self._stack.enter_context(serving(CONTENT, *answers)))
        return self.mirrors[-1]

    def pull(self, stop: Stop | None = None) -> None:
        hosts = [mirror.host for mirror in self.mirrors]
        policy = DownloadPolicy([mirror.pattern for mirror in self.mirrors], hosts, STALL_S, offline=False, pause_s=0)
        pull(ORIGINAL, self.store, policy, self.reports.append, stop or Stop())

    @property
    def has(self) -> bytes | None:
        path = self.store.path(ORIGINAL.id)
        return path.read_bytes() if path.exists() else None

    @property
    def left(self) -> list[int]:
        """The sizes of the partial files."""
        return [path.stat().st_size for path in self.folder.glob("*.part")]


@pytest.fixture
def lab(tmp_path: Path, no_proxy: None) -> Iterator[Lab]:
    with ExitStack() as stack:
        yield Lab(tmp_path / "networks", stack)


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)

"""The store of own networks with several processes, some of them killed."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.nets.own.store import OwnNetworkStore, StoreLimits
from tests.nets.own.networks import DAY, add, is_there, stored_bytes

pytestmark = pytest.mark.slow

LIMIT = 10 * 1_000
WORKER = """
import sys, time
from pathlib import Path
import numpy as np
from app.errors import StorageFull, UnknownModel
from app.nets.own import store as module
from app.nets.own.store import OwnNetworkStore, StoreLimits
from tests.nets.own.networks import add

folder, seed, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
module.IN_USE_S = 0.2
store = OwnNetworkStore(folder, StoreLimits(10_000, 8, 86_400))
random = np.random.default_rng(seed)
known, wrong, hits = {}, 0, 0
end = time.monotonic() + seconds
print("ready", flush=True)
while time.monotonic() < end:
    number = int(random.integers(25))
    try:
        known[number] = add(store, bytes([number]) * 1000, str(number % 3)).record.card.id
        number = int(random.choice(list(known)))
        if random.random() < 0.2:
            store.delete(known[number])
        content = store.get(known[number]).file.path.read_bytes()
    except (FileNotFoundError, StorageFull, UnknownModel):
        continue
    hits += 1
    wrong += content != bytes([number]) * 1000
print(wrong, hits, flush=True)
"""


def worker(folder: Path, seed: int, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WORKER, str(folder), str(seed), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_several_processes_share_a_folder(tmp_path: Path) -> None:
    processes = [worker(tmp_path, seed, 0.8) for seed in range(3)]
    outputs = [process.communicate(timeout=60)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert [wrong for _, wrong, _ in outputs] == ["0", "0", "0"]
    assert all(int(hits) > 0 for _, _, hits in outputs)
    assert 0 < stored_bytes(tmp_path) <= LIMIT
    assert len(list((tmp_path / "networks").iterdir())) <= 8


def test_a_killed_process_leaves_a_good_store(tmp_path: Path) -> None:
    for seed in range(3):
        process = worker(tmp_path, seed, 30)
        assert process.stdout
        process.stdout.readline()
        time.sleep(0.1 + 0.013 * seed)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    store = OwnNetworkStore(tmp_path, StoreLimits(2 * LIMIT, 100, DAY))
    assert is_there(store, add(store, b"after"))
    for folder in (tmp_path / "files").iterdir():
        assert (folder / "network.onnx").exists()

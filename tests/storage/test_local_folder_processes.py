"""The store in a folder with several processes, some of them killed, and on a full disk."""

import hashlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.images.pictures import BLOCK, DAY, kept_bytes, picture_store

pytestmark = pytest.mark.slow

WORKER = """
import sys, time
from pathlib import Path
import numpy as np
from app.errors import UnknownImage
from tests.images.pictures import picture, picture_store

folder, seed, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
store = picture_store(folder, 10 * 4096, 86400)
random = np.random.default_rng(seed)
known, wrong, hits = {}, 0, 0
end = time.monotonic() + seconds
print("ready", flush=True)
while time.monotonic() < end:
    number = int(random.integers(25))
    known[number] = store.add(picture(number)).id
    number = int(random.choice(list(known)))
    try:
        pixels = store.get(known[number])
    except UnknownImage:
        continue
    hits += 1
    wrong += not np.array_equal(pixels, picture(number).rgb)
print(wrong, hits, flush=True)
"""


def worker(folder: Path, seed: int, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WORKER, str(folder), str(seed), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    output, _ = process.communicate(timeout=60)
    return process.returncode, output.split()


def test_several_processes_share_a_folder(tmp_path: Path) -> None:
    processes = [worker(tmp_path, seed, 0.8) for seed in range(4)]
    most = 0
    while any(process.poll() is None for process in processes):
        most = max(most, len(list(tmp_path.glob("*.npy"))))
        time.sleep(0.01)
    for process in processes:
        code, (_, wrong, hits) = finished(process)
        assert (code, wrong) == (0, "0")
        assert int(hits) > 0
    assert most <= 10
    assert int((tmp_path / ".ledger").read_text().split()[0]) == kept_bytes(tmp_path)


def test_a_killed_process_leaves_a_good_store(tmp_path: Path) -> None:
    for seed in range(5):
        process = worker(tmp_path, seed, 30)
        assert process.stdout
        process.stdout.readline()
        time.sleep(0.05 + 0.013 * seed)
        process.send_signal(signal.SIGKILL)
        assert finished(process)[0] == -signal.SIGKILL
    store = picture_store(tmp_path, 10 * BLOCK, DAY)
    files = list(tmp_path.glob("*.npy"))
    assert 0 < len(files) <= 10
    for path in files:
        pixels = store.get(path.stem)
        assert hashlib.sha256(b"30x30x3" + pixels.tobytes()).hexdigest()[:32] == path.stem
    assert not (tmp_path / ".incoming").exists()


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from app.errors import StorageFull
from app.images.decode import Picture
from tests.images.pictures import picture_store

def picture(side):
    return Picture(np.zeros((side, side, 3), np.uint8), "PNG", side, side)

store = picture_store(Path(sys.argv[1]), 10**8, 86400)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
if sys.argv[2:] == ["die"]:
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
try:
    store.add(picture(300))
except StorageFull as refusal:
    print(refusal.status, refusal.message)
print(store.get(store.add(picture(20)).id).shape)
"""


def test_a_full_disk_is_reported_and_leaves_no_file(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL_DISK, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "507 The server has no space left. Try again later.",
        "(20, 20, 3)",
    ]
    assert len(list(tmp_path.glob("*.npy"))) == 1
    assert int((tmp_path / ".ledger").read_text().split()[0]) == BLOCK
    assert not (tmp_path / ".incoming").exists()


def test_a_process_killed_in_the_middle_of_a_file_leaves_no_part_of_a_picture(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL_DISK, tmp_path, "die"], check=False)
    assert done.returncode == -signal.SIGXFSZ
    assert (tmp_path / ".incoming").stat().st_size > 0
    assert not list(tmp_path.glob("*.npy"))
    picture_store(tmp_path, 10 * BLOCK, DAY)
    assert not (tmp_path / ".incoming").exists()
    assert int((tmp_path / ".ledger").read_text().split()[0]) == 0


COUNT_SWEEPS = """
import sys
from pathlib import Path
import numpy as np
from app.images.decode import Picture
from tests.images.pictures import picture_store

sweeps = []
sys.addaudithook(lambda event, arguments: event == "os.scandir" and sweeps.append(event))
store = picture_store(Path(sys.argv[1]), 100 * 4096, 86400)
for number in range(400):
    rgb = np.full((3, 3, 3), number % 256, np.uint8)
    rgb[0, 0, 0] = number // 256
    store.add(Picture(rgb, "PNG", 3, 3))
print(len(sweeps))
"""


def test_the_folder_is_not_searched_for_every_picture(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", COUNT_SWEEPS, tmp_path], capture_output=True, text=True, check=True)
    assert int(done.stdout) <= 1 + (400 - 100) / 10 + 1

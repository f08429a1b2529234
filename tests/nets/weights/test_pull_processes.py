"""Pulling by real processes: one is killed, two run in parallel, one fills its disk."""

import os
import pty
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path

import numpy as np
import pytest

from tests.mirrors import ROOT, Mirror, Request, models_folder, original_of, serving, stalled, whole

pytestmark = pytest.mark.slow

CONTENT = np.random.default_rng(3).bytes(400_000)
HALF = len(CONTENT) // 2


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return models_folder(tmp_path_factory.mktemp("lab") / "models", original_of(CONTENT))


def pulling(
    mirror: Mirror, models: Path, data: Path, most_bytes: int | None = None, screen: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """Start `convscope pull vgg16`, which may write files of at most `most_bytes`; its stderr is `screen`."""
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")} | {
        "CONVSCOPE_MODELS_DIR": str(models),
        "CONVSCOPE_DATA_DIR": str(data),
        "CONVSCOPE_MIRRORS": mirror.pattern,
        "CONVSCOPE_LAB_HOSTS": mirror.host,
    }
    limit = most_bytes if most_bytes is not None else resource.RLIM_INFINITY
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli.main", "pull", "vgg16"],
        cwd=ROOT,
        env=environment,
        stderr=screen,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )


def pulled(data: Path) -> bytes | None:
    path = data / "networks" / "vgg16.onnx"
    return path.read_bytes() if path.exists() else None


def test_a_killed_pull_installs_nothing_and_is_resumed(models: Path, tmp_path: Path) -> None:
    released = threading.Event()
    with serving(CONTENT, stalled(released), whole()) as mirror:
        first = pulling(mirror, models, tmp_path)
        deadline = time.monotonic() + 20
        while not any(part.stat().st_size for part in tmp_path.glob("networks/*.part")):
            assert time.monotonic() < deadline, "nothing came"
            time.sleep(0.02)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        released.set()
        assert pulled(tmp_path) is None
        second = pulling(mirror, models, tmp_path)
        _, said = second.communicate(timeout=30)
        assert (second.returncode, said) == (0, "vgg16 is ready.\n")
        assert pulled(tmp_path) == CONTENT
        begin = int(str(mirror.ranges[1]).removeprefix("bytes=").removesuffix("-"))
        assert 0 < begin <= HALF


def test_two_processes_download_once(models: Path, tmp_path: Path) -> None:
    with serving(CONTENT, whole(pause_s=1.5)) as mirror:
        both = [pulling(mirror, models, tmp_path) for _ in range(2)]
        assert [process.communicate(timeout=30)[1] for process in both] == ["vgg16 is ready.\n"] * 2
        assert (pulled(tmp_path), len(mirror.requests)) == (CONTENT, 1)


def test_a_disk_that_fills_up_is_reported_and_nothing_is_installed(models: Path, tmp_path: Path) -> None:
    with serving(CONTENT, whole()) as mirror:
        process = pulling(mirror, models, tmp_path, most_bytes=HALF)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 1
        assert said == "The disk is full. The downloaded part is kept. Free some space, then try again.\n"
        assert pulled(tmp_path) is None
        pulling(mirror, models, tmp_path).communicate(timeout=30)
        assert pulled(tmp_path) == CONTENT


def test_a_terminal_sees_a_bar_with_the_rate_and_the_time_left(models: Path, tmp_path: Path) -> None:
    def slowly(request: Request, content: bytes) -> None:
        request.head(200, Content_Length=len(content))
        for begin in range(0, len(content), len(content) // 20):
            request.wfile.write(content[begin : begin + len(content) // 20])
            request.wfile.flush()
            time.sleep(0.1)

    terminal, screen = pty.openpty()
    with serving(CONTENT, slowly) as mirror, FileIO(terminal) as shown:
        process = pulling(mirror, models, tmp_path, screen=screen)
        os.close(screen)
        seen = re.sub(r"\x1b\[[?\d;]*\w", "", b"".join(pieces_of(shown)).decode())
        assert process.wait(30) == 0
    assert re.search(r"vgg16 .*\d/400\.0 kB +[\d.]+ (kB|MB)/s +0:00:0\d +pulling 127", seen), seen[-500:]


def pieces_of(terminal: FileIO) -> Iterator[bytes]:
    """What is written to a terminal until its last writer closes it, which Linux reports as an error."""
    with suppress(OSError):
        while piece := terminal.read(4096):
            yield piece

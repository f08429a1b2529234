"""Photos in HEIC: decoded in a confined process of their own as in this one, and errors whatever becomes of it."""

import json
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest

from app.errors import BrokenPicture, Cancelled, TimedOut, TooLarge, UnsupportedFormat
from app.images.decode import Limits
from app.nets.runtime import Runtime
from app.sandbox.children import ChildrenLimits
from app.sandbox.picture_decoder import PictureDecoder
from app.sandbox.sandbox import Sandbox, SandboxMode, SandboxPolicy
from app.work.stop import Stop
from tests.images.heif import heic, with_size
from tests.sandbox.processes import LIMITS

NOISE = np.random.default_rng(0).integers(0, 256, (120, 200, 4), np.uint8)
COLOURS = np.ascontiguousarray(NOISE[..., :3])
PHOTO = heic(COLOURS)


def decoder(mode: SandboxMode = "required", limits: Limits | None = None) -> PictureDecoder:
    sandbox = Sandbox(SandboxPolicy(mode, LIMITS, ChildrenLimits(2, 60, 20)), Runtime("cpu", "cpu", threads=1))
    return PictureDecoder(sandbox, limits or Limits())


def run_instead(monkeypatch: pytest.MonkeyPatch, decode: str) -> None:
    """Let the processes from now on evaluate this in place of decoding; they import no library for it."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import json, os, signal, socket, time\n"
        "from app.sandbox.channel import Channel\n"
        "from app.sandbox.confinement import ProcessLimits, confine\n"
        "channel, limits = Channel(socket.socket(fileno=int(sys.argv[2]))), ProcessLimits(**json.loads(sys.argv[4]))\n"
        "confinement = confine(limits)\n"
        "channel.send(dict(landlock=confinement.landlock, filters_calls=confinement.filters_calls))\n"
        "channel.receive_with_descriptors()\n"
        f"channel.send({decode})\n"
    )
    monkeypatch.setattr("app.sandbox.process.COMMAND", program.replace("{", "{{").replace("}", "}}"))


@pytest.mark.parametrize(
    "data",
    [PHOTO, heic(COLOURS, tile_size=64), heic(COLOURS, 6), heic(COLOURS.astype(np.uint16) * 257, chroma=420)],
    ids=["one picture", "tiles", "turned", "10 bits"],
)
def test_a_photo_is_what_libheif_makes_of_it_in_this_process(data: bytes) -> None:
    picture = decoder().decode(data, Stop())
    expected = np.asarray(pillow_heif.open_heif(data))
    np.testing.assert_array_equal(picture.rgb, expected)
    assert (picture.format, picture.height, picture.width) == ("HEIC", *expected.shape[:2])
    assert not picture.rgb.flags.writeable


@pytest.mark.slow
def test_the_largest_photo_fits_into_the_memory_of_its_process() -> None:
    """In tiles, as phones write it."""
    options: dict[str, Any] = {"tile_size": 512, "chroma": 420, "quality": 50, "preset": "ultrafast"}
    data = heic(np.full((1800, 2400, 3), 200, np.uint8), **options)
    picture = decoder(limits=Limits(max_decoded_pixels=1800 * 2400)).decode(data, Stop())
    assert (picture.width, picture.height) == (2400, 1800)
    assert picture.rgb.shape == (1536, 2048, 3)
    np.testing.assert_allclose(picture.rgb, 200, atol=2)


def test_errors_of_the_photo_come_with_their_details() -> None:
    with pytest.raises(TooLarge, match="100 megapixels") as refusal:
        decoder().decode(with_size(PHOTO, 20_000, 20_000), Stop())
    assert refusal.value.details == {"width": 20_000, "height": 20_000, "max_pixels": 100_000_000, "max_side": 65_535}
    with pytest.raises(BrokenPicture, match="ends before the picture does"):
        decoder().decode(PHOTO[:-100], Stop())
    with pytest.raises(TooLarge, match=r"at most 0\.001 MB"):
        decoder(limits=Limits(max_bytes=1000)).decode(PHOTO, Stop())


@pytest.mark.slow
def test_damaged_photos_are_decoded_or_refused() -> None:
    """20 files with some bytes changed, most of them in the header."""
    random = np.random.default_rng(5)
    decode, whole = decoder("best"), heic(NOISE, 6)
    for _ in range(20):
        data = bytearray(whole)
        for place in random.random(random.integers(1, 5)):
            data[int(place**4 * len(data))] = random.integers(256)
        with suppress(BrokenPicture, TooLarge):
            assert decode.decode(bytes(data), Stop()).rgb.shape[2:] == (3,)


@pytest.mark.parametrize(
    ("decode", "words"),
    [
        ("signal.raise_signal(11)", r"its decoder ended: signal 11 \(SIGSEGV\)"),
        ("signal.raise_signal(9)", r"its decoder ended: signal 9 \(SIGKILL\)"),
        ("os._exit(3)", r"its decoder ended\."),
        ("os.fork()", r"its decoder ended: signal 31 \(SIGSYS\)"),
    ],
)
def test_a_process_that_ends_is_a_damaged_photo(monkeypatch: pytest.MonkeyPatch, decode: str, words: str) -> None:
    run_instead(monkeypatch, decode)
    with pytest.raises(BrokenPicture, match=words):
        decoder("best").decode(PHOTO, Stop())
    monkeypatch.undo()
    assert decoder("best").decode(PHOTO, Stop()).width == 200


@pytest.mark.parametrize(
    "lie",
    [
        {"shape": [120, 200, 3]},
        {"shape": [120, 200, 3], "width": 0, "height": 5},
        {"shape": [120, 200], "width": 200, "height": 120},
        {"shape": [0, 200, 3], "width": 200, "height": 120},
        {"shape": [1 << 40, 1 << 40, 3], "width": 200, "height": 120},
        {"shape": [4, 2049, 3], "width": 2049, "height": 4},
        {"shape": "none", "width": 200, "height": 120},
        {"error": "SystemExit", "message": "x" * 100_000},
        {"error": "BrokenPicture", "message": "x" * 100_000, "details": {"path": "/etc/passwd"}},
    ],
    ids=lambda lie: json.dumps(lie)[:60],
)
def test_an_answer_that_can_not_be_true_is_a_damaged_photo(
    monkeypatch: pytest.MonkeyPatch, lie: dict[str, object]
) -> None:
    run_instead(monkeypatch, repr(lie))
    with pytest.raises(BrokenPicture) as refusal:
        decoder("best").decode(PHOTO, Stop())
    assert len(refusal.value.message) < 1000
    assert "path" not in refusal.value.details


def test_decoding_ends_after_its_time_and_with_its_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "time.sleep(60)")
    stop = Stop()
    threading.Timer(1, stop.set, (Cancelled("gone"),)).start()
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        decoder("best").decode(PHOTO, stop)
    monkeypatch.setattr("app.sandbox.picture_decoder.DECODE_S", 0.5)
    with pytest.raises(TimedOut, match=r"Decoding the photo took longer than 0.5 s"):
        decoder("best").decode(PHOTO, Stop())
    assert time.monotonic() - begin < 15


def test_nothing_is_left_of_a_process() -> None:
    decode = decoder()
    decode.decode(PHOTO, Stop())
    before = len([*Path("/proc/self/fd").iterdir()])
    decode.decode(PHOTO, Stop())
    with pytest.raises(BrokenPicture):
        decode.decode(PHOTO[:-100], Stop())
    assert len([*Path("/proc/self/fd").iterdir()]) == before
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    assert not [pid for pid in children if "picture_child" in Path(f"/proc/{pid}/cmdline").read_text()]


def test_without_the_decoder_the_refusal_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(UnsupportedFormat, match=r"the extra `heic` .* is not installed; send JPEG, .* or TIFF\."):
        decoder().decode(PHOTO, Stop())


def test_where_the_process_can_not_be_confined_the_refusal_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sandbox, "gap", "open files: the kernel has no landlock")
    with pytest.raises(UnsupportedFormat, match="could open files: the kernel has no landlock; send JPEG"):
        decoder("required").decode(PHOTO, Stop())
    assert decoder("best").decode(PHOTO, Stop()).width == 200

"""Bundles: a written one can be read; one with wrong files, paths or links is refused and leaves nothing on disk."""

import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.errors import NotAvailable, PullFailed
from app.nets.published_networks import PublishedNetwork
from app.nets.weights import bundle as module
from app.nets.weights.bundle import MAX_MEMBERS, read_bundle, write_bundle
from app.nets.weights.download import DownloadProgress
from app.nets.weights.store import WeightStore
from app.work.stop import Stop
from tests.mirrors import original_of

CONTENT = np.random.default_rng(2).bytes(100_000)
WRONG = bytes(reversed(CONTENT))
ORIGINAL = original_of(CONTENT)
OTHER = original_of(b"other weights", "resnet18")
Member = tuple[tarfile.TarInfo, bytes]


@pytest.fixture
def store(tmp_path: Path) -> WeightStore:
    return WeightStore(tmp_path / "data" / "networks")


def take(path: Path, store: WeightStore, *originals: PublishedNetwork) -> list[str]:
    def report(_: PublishedNetwork) -> Callable[[DownloadProgress], None]:
        return lambda _: None

    return read_bundle(path, originals or (ORIGINAL,), store, report, Stop())


def member(name: str, content: bytes = CONTENT, kind: bytes = tarfile.REGTYPE, leads_to: str = "") -> Member:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(content), kind, leads_to
    return info, content


def tar_of(path: Path, *members: Member) -> Path:
    with tarfile.open(path, "w:") as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return path


def files_under(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}


def test_a_bundle_can_be_read_elsewhere(tmp_path: Path, store: WeightStore) -> None:
    first = WeightStore(tmp_path / "first")
    take(
        tar_of(tmp_path / "a.tar", member("vgg16.onnx"), member("resnet18.onnx", b"other weights")),
        first,
        ORIGINAL,
        OTHER,
    )
    write_bundle([ORIGINAL, OTHER], first, tmp_path / "b.tar")
    assert sorted(take(tmp_path / "b.tar", store, ORIGINAL, OTHER)) == ["resnet18", "vgg16"]
    assert store.path("vgg16").read_bytes() == CONTENT
    assert store.path("resnet18").read_bytes() == b"other weights"


def test_the_same_weights_make_the_same_bundle(tmp_path: Path, store: WeightStore) -> None:
    take(tar_of(tmp_path / "a.tar", member("vgg16.onnx")), store)
    for name in ("b.tar", "c.tar"):
        write_bundle([ORIGINAL], store, tmp_path / name)
    assert (tmp_path / "b.tar").read_bytes() == (tmp_path / "c.tar").read_bytes()


def test_weights_that_are_not_here_or_damaged_are_not_bundled(tmp_path: Path, store: WeightStore) -> None:
    with pytest.raises(NotAvailable, match="convscope pull vgg16"):
        write_bundle([ORIGINAL], store, tmp_path / "a.tar")
    take(tar_of(tmp_path / "a.tar", member("vgg16.onnx")), store)
    store.path("vgg16").write_bytes(WRONG)
    with pytest.raises(NotAvailable):
        write_bundle([ORIGINAL], store, tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()


@pytest.mark.parametrize("name", ["vgg16.onnx", "vgg16-7.onnx"])
def test_a_folder_is_a_bundle_under_our_names_or_the_mirrors(tmp_path: Path, store: WeightStore, name: str) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / name).write_bytes(CONTENT)
    (folder / "README.txt").write_text("from the library's computer")
    assert take(folder, store, ORIGINAL, OTHER) == ["vgg16"]
    assert store.path("vgg16").read_bytes() == CONTENT


def test_a_file_that_goes_while_it_is_read_is_not_blamed_on_the_store(tmp_path: Path, store: WeightStore) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "vgg16.onnx").write_bytes(CONTENT)

    def pull_the_stick(_: PublishedNetwork) -> Callable[[DownloadProgress], None]:
        (folder / "vgg16.onnx").unlink()
        return lambda _: None

    with pytest.raises(PullFailed, match=r"The bundle's file for .* can't be read\."):
        read_bundle(folder, [ORIGINAL], store, pull_the_stick, Stop())


def test_a_folder_packed_by_tar_itself_can_be_read(tmp_path: Path, store: WeightStore) -> None:
    tar = tar_of(
        tmp_path / "a.tar", member("./", b"", tarfile.DIRTYPE), member("./vgg16.onnx"), member("./notes.txt", b"x")
    )
    assert take(tar, store) == ["vgg16"]


@pytest.mark.parametrize("content", [WRONG, CONTENT[:-1], CONTENT + b"x", b""], ids=["wrong", "short", "long", "empty"])
@pytest.mark.parametrize("packed", [True, False], ids=["tar", "folder"])
def test_wrong_files_are_refused_and_nothing_is_stored(
    tmp_path: Path, store: WeightStore, content: bytes, packed: bool
) -> None:
    bundle = tmp_path / "bundle"
    if packed:
        tar_of(bundle, member("vgg16.onnx", content))
    else:
        bundle.mkdir()
        (bundle / "vgg16.onnx").write_bytes(content)
    with pytest.raises(PullFailed, match="published"):
        take(bundle, store)
    assert files_under(tmp_path / "data") == set()


@pytest.mark.parametrize(
    "evil",
    [
        member("../vgg16.onnx"),
        member("/root/vgg16.onnx"),
        member("deep/vgg16.onnx"),
        member("..", b"", tarfile.DIRTYPE),
        member("vgg16.onnx", b"", tarfile.SYMTYPE, "/etc/passwd"),
        member("vgg16.onnx", b"", tarfile.LNKTYPE, "../../secret"),
        member("vgg16.onnx", b"", tarfile.FIFOTYPE),
        member("vgg16.onnx", b"", tarfile.CHRTYPE),
    ],
    ids=["parent", "absolute", "folder", "dots", "symlink", "hardlink", "fifo", "device"],
)
def test_a_bundle_with_paths_or_links_is_refused_as_a_whole(tmp_path: Path, store: WeightStore, evil: Member) -> None:
    before = files_under(tmp_path)
    with pytest.raises(PullFailed, match="plain files"):
        take(tar_of(tmp_path / "a.tar", member("resnet18.onnx", b"other weights"), evil), store, ORIGINAL, OTHER)
    assert files_under(tmp_path) - before == {"a.tar"}


@pytest.mark.parametrize("mode", ["w:gz", "w:xz"])
def test_a_compressed_bundle_is_refused(tmp_path: Path, store: WeightStore, mode: str) -> None:
    with tarfile.open(tmp_path / "a.tar", mode) as tar:  # type: ignore[call-overload]  # either mode is one of its own
        tar.addfile(*[member("vgg16.onnx")[0], io.BytesIO(CONTENT)])
    with pytest.raises(PullFailed, match="compressed"):
        take(tmp_path / "a.tar", store)


@pytest.mark.parametrize("length", [0, 100, 700, 50_000])
def test_a_damaged_bundle_is_refused(tmp_path: Path, store: WeightStore, length: int) -> None:
    tar = tar_of(tmp_path / "a.tar", member("vgg16.onnx"))
    os.truncate(tar, length)
    with pytest.raises(PullFailed, match="damaged"):
        take(tar, store)
    assert not store.path("vgg16").exists()


def test_a_bundle_with_too_many_members_is_refused(tmp_path: Path, store: WeightStore) -> None:
    with pytest.raises(PullFailed, match="members"):
        take(tar_of(tmp_path / "a.tar", *(member(f"{number}", b"") for number in range(1001))), store)


def test_a_pipe_in_a_folder_does_not_block(tmp_path: Path, store: WeightStore) -> None:
    os.mkfifo(tmp_path / "vgg16.onnx")
    with pytest.raises(PullFailed, match="length"):
        take(tmp_path, store)


def test_a_bundle_may_have_as_many_members_as_it_may(tmp_path: Path, store: WeightStore) -> None:
    others = (member(f"{number}", b"") for number in range(MAX_MEMBERS - 1))
    assert take(tar_of(tmp_path / "a.tar", *others, member("vgg16.onnx")), store) == ["vgg16"]


def test_the_copy_is_reported_piece_by_piece(
    tmp_path: Path, store: WeightStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PIECE_BYTES", 30_000)
    reports: list[tuple[str, DownloadProgress]] = []

    def report(network: PublishedNetwork) -> Callable[[DownloadProgress], None]:
        return lambda progress: reports.append((network.id, progress))

    tar = tar_of(tmp_path / "a.tar", member("vgg16.onnx"))
    assert read_bundle(tar, [ORIGINAL, OTHER], store, report, Stop()) == ["vgg16"]
    expected = [DownloadProgress("pulling", count, len(CONTENT)) for count in (30_000, 60_000, 90_000, 100_000)]
    assert reports == [("vgg16", progress) for progress in expected]
    assert read_bundle(tar, [ORIGINAL], store, report, Stop()) == ["vgg16"]
    assert len(reports) == len(expected), "it is there already"


def test_a_written_bundle_holds_plain_files_that_everyone_may_read(tmp_path: Path, store: WeightStore) -> None:
    take(tar_of(tmp_path / "a.tar", member("vgg16.onnx")), store)
    write_bundle([ORIGINAL], store, tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar", "r:") as tar:
        (info,) = tar.getmembers()
    assert (info.name, info.size, info.mode, info.isreg()) == ("vgg16.onnx", len(CONTENT), 0o644, True)
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {"a.tar", "b.tar"}

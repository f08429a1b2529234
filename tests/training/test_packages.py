"""An archive is what its SHA-256 says, or it is refused."""

import hashlib
from pathlib import Path

import pytest

from training.packages import Package, fetch


def test_an_archive_that_is_there_is_used(tmp_path: Path) -> None:
    (tmp_path / "a-1.zip").write_bytes(b"weights")
    package = Package("a", "1", "a-1.zip", hashlib.sha256(b"weights").hexdigest())
    assert fetch(package, tmp_path) == tmp_path / "a-1.zip"


def test_an_archive_with_other_content_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a-1.zip").write_bytes(b"others")
    with pytest.raises(ValueError, match="has SHA-256"):
        fetch(Package("a", "1", "a-1.zip", hashlib.sha256(b"weights").hexdigest()), tmp_path)

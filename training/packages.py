"""Packages of the Python index and of Debian: fetched by pip and apt, trusted by their SHA-256 alone."""

import hashlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / ".cache" / "packages"


@dataclass(frozen=True)
class Package:
    """One release of a package: its archive's file name, and the SHA-256 of that archive in hexadecimal."""

    name: str
    version: str
    archive: str
    sha256: str


def fetch(package: Package, folder: Path = FOLDER) -> Path:
    """The package's archive in `folder`, downloaded unless it is there already.

    Raises:
        subprocess.CalledProcessError: pip or apt can't have it, or what pip got has another SHA-256.
        ValueError: the archive has another SHA-256.
    """
    path = folder / package.archive
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (_download_with_apt if path.suffix == ".deb" else _download_with_pip)(package, folder)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise ValueError(f"{package.archive} has SHA-256 {digest}, not {package.sha256}")
    return path


def _download_with_apt(package: Package, folder: Path) -> None:
    command = ["apt-get", "download", "--quiet", f"{package.name}={package.version}"]
    subprocess.run(command, check=True, cwd=folder)  # noqa: S603 - made of this program's own constants


def _download_with_pip(package: Package, folder: Path) -> None:
    """Let pip compare the hash itself: it runs a source archive's set-up, and must not before it is known."""
    with tempfile.TemporaryDirectory() as temporary:
        requirements = Path(temporary) / "requirements.txt"
        requirements.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        command += ["--dest", str(folder), "--requirement", str(requirements)]
        subprocess.run(command, check=True)  # noqa: S603 - made of this program's own constants

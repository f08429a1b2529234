"""The programs that run in confined processes, and how it is said that one of them failed or ended."""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.errors import BrokenPicture, ConvScopeError, NetworkCrashed, NetworkError, TooLarge, UnsupportedNetwork
from app.images.formats.header import broken_picture

# What a request does, in words; all others run the network.
DOING = {"map": "loading", "open": "loading", "infer": "reading"}


@dataclass(frozen=True, slots=True)
class Program:
    """A module of `app.sandbox` whose `main` runs in the process.

    `uses` and `subject` are words: what the process is for, and what it works on. Of the errors that it answers with,
    only those in `failures` are passed on. `crash` makes the error of a request and the signal that ended the process,
    0 if it ended in another way.
    """

    module: str
    uses: str
    subject: str
    failures: Mapping[str, type[ConvScopeError]]
    crash: Callable[[str, int], ConvScopeError]


def network_crash(request: str, number: int) -> NetworkCrashed:
    what = DOING.get(request, "running")
    if not number:
        return NetworkCrashed(f"The process of this network ended while {what} it.")
    name = signal_name(number)
    return NetworkCrashed(
        f"onnxruntime ended while {what} this network: signal {number} ({name}). The server goes on; try again, or "
        "open another file.",
        signal=number,
        name=name,
    )


def picture_crash(request: str, number: int) -> BrokenPicture:
    how = f": signal {number} ({signal_name(number)})" if number else ""
    return broken_picture("HEIC", f"its decoder ended{how}")


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"


NETWORK = Program(
    "child",
    "strangers' networks",
    "The network",
    {each.__name__: each for each in (NetworkError, UnsupportedNetwork)},
    network_crash,
)
HEIC = Program(
    "picture_child",
    "photos in HEIC",
    "Decoding the photo",
    {each.__name__: each for each in (BrokenPicture, TooLarge)},
    picture_crash,
)

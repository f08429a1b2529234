"""Opening a network of 553 MB: resident memory against the size of its weights."""

import subprocess
import sys
from pathlib import Path

from benchmarks.timing import Figure

PROGRAM = """
import re, sys
from pathlib import Path
from app.engine import Engine
from app.settings import read_settings
from app.nets.preprocess import view_of
import numpy as np

engine = Engine(read_settings(models_dir=Path(sys.argv[1]), data_dir=Path(sys.argv[1]) / "memory"))
network = next(iter(engine.catalog))
from app.nets.runner import Stop
network.classify(np.zeros((224, 224, 3), np.uint8), Stop())
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def measure(folder: Path, path: Path) -> list[Figure]:
    """The peak resident memory of a process that opens the network and classifies one picture."""
    output = subprocess.run([sys.executable, "-c", PROGRAM, folder], capture_output=True, text=True, check=True).stdout
    peak = int(output) * 1024
    detail = f"{peak / 1e6:.0f} MB, the interpreter included, for {path.stat().st_size / 1e6:.0f} MB of weights"
    return [Figure("resident memory / weights", peak / path.stat().st_size, 1.3, detail=detail)]

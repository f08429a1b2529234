"""Opening a network of 553 MB: resident memory against the size of its weights."""

import subprocess
import sys
from pathlib import Path

from benchmarks.figures import Figure

PROGRAM = """
import re, sys
from pathlib import Path
import numpy as np
from app.engine.engine import Engine
from app.settings import read_settings
from app.work.stop import Stop

engine = Engine(read_settings(models_dir=Path(sys.argv[1]), data_dir=Path(sys.argv[1]) / "memory"))
network = next(iter(engine.catalog))
network.classify(np.zeros((224, 224, 3), np.uint8), Stop())
status = Path("/proc/self/status").read_text()
print(*(re.search(name + r":\\s+(\\d+)", status)[1] for name in ("VmRSS", "VmHWM")))
"""


def measure(folder: Path, path: Path) -> list[Figure]:
    """The resident memory of a process that has opened the network and classified one picture."""
    output = subprocess.run([sys.executable, "-c", PROGRAM, folder], capture_output=True, text=True, check=True).stdout
    resident, peak = (int(number) * 1024 for number in output.split())
    weights = path.stat().st_size
    detail = f"{resident / 1e6:.0f} MB with the interpreter (peak {peak / 1e6:.0f}) for {weights / 1e6:.0f} MB"
    return [Figure("resident memory / weights", resident / weights, 1.3, detail=detail)]

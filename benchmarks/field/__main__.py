"""Inspect every file of a folder: `python -m benchmarks.field FOLDER [NAME ...]` prints the table.

With `--document` it also writes it to `docs/own-networks-field.md`.
"""

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from benchmarks.field.inspection import inspect_file
from benchmarks.field.report import Report, table, write_document


def main(arguments: Sequence[str]) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.field")
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="of files without .onnx; all of the folder by default")
    parser.add_argument("--document", action="store_true", help="write the rows to docs/own-networks-field.md, too")
    chosen = parser.parse_args(arguments)
    paths = {path.stem: path for path in sorted(chosen.folder.glob("*.onnx"))}
    missing = [name for name in chosen.names if name not in paths]
    if missing or not paths:
        parser.error(f"{chosen.folder} has no {', '.join(missing) or 'ONNX file'}")
    reports = []
    for report in _inspect([path for name, path in paths.items() if not chosen.names or name in chosen.names]):
        print(report.row(), file=sys.stderr, flush=True)
        reports.append(report)
        if chosen.document:
            write_document([report])
    print(table(reports), end="")
    return 0 if all(report.is_right for report in reports) else 1


def _inspect(paths: Sequence[Path]) -> Iterator[Report]:
    """Each file in a process of its own, which may end on it."""
    for path in paths:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            try:
                yield pool.submit(inspect_file, path).result()
            except BrokenProcessPool:
                yield Report(path.stem, faults=Counter(["the process has ended"]))
            except Exception as error:  # any fault of one file is a row of the table
                yield Report(path.stem, faults=Counter([f"{type(error).__name__}: {error}"[:300]]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

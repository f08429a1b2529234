"""From the movement of a slider to the new prediction and maps on the screen.

`python -m benchmarks.experiments.live_change` needs Chromium and a machine with nothing else to do.
Chromium and the server share the machine, as on a student's own computer.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.figures import Figure, print_figures
from benchmarks.startup import serving
from tests.browser.conftest import ARGUMENTS, find_chromium

BAR_MS = 150
WARM = 5  # changes that are not counted
PAGE = "experiments/picture?model=squeezenet1_1&change=rotation:0"
CHANGE = """async (angle) => {
  const source = () => document.querySelector(".after img").src;
  const before = source();
  const slider = document.querySelector(".change [type=range]");
  slider.value = angle;
  const begin = performance.now();
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  while (source() === before) await new Promise(requestAnimationFrame);
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
  return performance.now() - begin;
}"""


def measure(address: str, changes: int) -> Iterator[Figure]:
    """The 95th percentile of the time of one change of SqueezeNet's input."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/{PAGE}", wait_until="networkidle")
        times = [page.evaluate(CHANGE, str(angle + 1)) for angle in range(WARM + changes)][WARM:]
        browser.close()
    worst = statistics.quantiles(times, n=20)[-1]
    detail = f"median {statistics.median(times):.0f} ms of {changes} changes"
    yield Figure("live change, SqueezeNet, p95, painted", worst, BAR_MS, unit="ms", detail=detail)


def main(changes: int) -> int:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (address, _):
        return print_figures(measure(address, changes))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))

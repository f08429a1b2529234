"""Do the tests notice a wrong line? `python -m tests.mutation --seed 1 --count 300` tries as many mutants of app/."""

import argparse
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from threading import Lock

from tests.mutation.equals import Explanations, read_explanations
from tests.mutation.mutants import places
from tests.mutation.scope import changed_lines
from tests.mutation.trial import SURVIVED, Mutant, Trial, open_trial

ROOT = Path(__file__).parent.parent.parent
EXPLAINED = "explained as equal"
MAX_SHARE = 0.08


def draw(root: Path, arguments: argparse.Namespace, explanations: Explanations) -> Iterator[Mutant]:
    """One mutant at each place, in an order that the seed chooses."""
    lines = changed_lines(root, arguments.since) if arguments.since else None
    chance = random.Random(arguments.seed)
    paths = sorted(str(path.relative_to(root)) for path in (root / "app" / arguments.package).rglob("*.py"))
    candidates = [place for path in paths if lines is None or path in lines for place in places(root, path)]
    if lines is not None:
        candidates = [place for place in candidates if place.position[0] in lines[place.path]]
    chance.shuffle(candidates)
    for place in candidates:
        mutant = place.mutant(root, chance.randrange(len(place.changes)))
        if mutant and not explanations.follows_a_rule(mutant.before, mutant.after):
            yield mutant


def try_all(mutants: Iterator[Mutant], explanations: Explanations, arguments: argparse.Namespace) -> Counter[str]:
    """Try the mutants, as many at once as there are jobs, and print what became of each."""
    outcomes: Counter[str] = Counter()
    lock = Lock()

    def work(trial: Trial) -> None:
        while True:
            with lock:
                mutant = next(mutants, None)
            if mutant is None:
                return
            is_equal = explanations.is_equal(mutant.path, mutant.before, mutant.after)
            outcome, test = (EXPLAINED, "") if is_equal else trial.outcome(mutant)
            with lock:
                outcomes[outcome] += 1
                print(f"{outcome:9} {mutant.path}:{mutant.line} {test}", flush=True)
                if outcome == SURVIVED:
                    print(f"    - {mutant.before}\n    + {mutant.after}", flush=True)

    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(arguments.jobs))  # left last: without its worker a trial ends
        trials = [stack.enter_context(open_trial(ROOT, arguments.python)) for _ in range(arguments.jobs)]
        for each in [pool.submit(work, trial) for trial in trials]:
            each.result()
        unsound = set().union(*(trial.unsound for trial in trials))
    for test in sorted(unsound):
        print(f"left out, since it fails without a mutant: {test}")
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--since", help="a commit: only mutants of lines that changed after it")
    parser.add_argument("--package", default="", help="a folder of app/, such as gradients/rules")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="with what the tests need")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the copies are removed however it ends
    explanations = read_explanations(Path(__file__).parent / "equal.toml")
    stale = list(explanations.stale(ROOT))
    if stale:
        print("equal.toml is stale:", *stale, sep="\n")
        return 1
    drawn = islice(draw(ROOT, arguments, explanations), arguments.count)
    by_package = sorted(drawn, key=lambda mutant: mutant.path)  # whose tests are then collected once
    outcomes = try_all(iter(by_package), explanations, arguments)
    tried = outcomes.total()
    share = outcomes[SURVIVED] / max(1, tried)
    print(", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()))
    print(f"{share:.1%} of {tried} survived without an explanation; at most {MAX_SHARE:.0%} may")
    return 0 if share <= MAX_SHARE else 1


if __name__ == "__main__":
    sys.exit(main())

"""How steady is a journey that should pass? Runs it again and again on a healthy store: every other verdict is ours.

python tests/bench/steady.py            200 visits
python tests/bench/steady.py 40 --stop-after 300
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nano_sre.core.program import Program
from nano_sre.core.result import TargetResult
from nano_sre.service import Selection
from support.demo import run_programs, shops, starter_programs


def verdict(result: TargetResult) -> str:
    if result.inconclusive is not None:
        return "inconclusive"
    return "flaky" if result.flaky else result.status


def rounds(programs: Sequence[Program], number: int) -> list[list[Program]]:
    """Themes and devices in turn, four visits a round: each round has a browser of its own."""
    turns = [programs[i % len(programs)] for i in range(number)]
    return [turns[i : i + 4] for i in range(0, number, 4)]


def measure(number: int, stop_after: float) -> list[TargetResult]:
    results: list[TargetResult] = []
    started = time.monotonic()
    with shops() as opened, tempfile.TemporaryDirectory() as folder:
        programs = starter_programs(opened.environ, Selection(ids=("buy-a-snowboard",)))
        for turn in rounds(programs, number):
            if time.monotonic() - started > stop_after:
                break
            made = run_programs(turn, folder=Path(folder), environ=opened.environ, retries=1, concurrency=2)
            for result in made.results:
                if verdict(result) != "PASS":
                    print(
                        f"{verdict(result)}: {result.target}: {result.inconclusive or result.result.summary}"
                    )
            results += made.results
    return results


def tell(results: Sequence[TargetResult], seconds: float) -> int:
    counted = Counter(verdict(result) for result in results)
    for target in sorted({result.target for result in results}):
        took = [r.duration_ms / 1000 for r in results if r.target == target]
        print(
            f"{target:<45} {len(took):>4} visits, median {statistics.median(took):.1f} s, slowest {max(took):.1f} s"
        )
    print(
        f"{len(results)} visits in {seconds:.0f} s: {counted['PASS']} passed, {counted['flaky']} flaky, "
        f"{counted['FAIL']} failed, {counted['WARN']} warned, {counted['inconclusive']} inconclusive"
    )
    return 0 if counted["PASS"] == len(results) else 1


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("visits", type=int, nargs="?", default=200)
    parser.add_argument("--stop-after", type=float, default=float("inf"), help="seconds")
    given = parser.parse_args()
    started = time.monotonic()
    results = measure(given.visits, given.stop_after)
    return tell(results, time.monotonic() - started)


if __name__ == "__main__":
    raise SystemExit(main())

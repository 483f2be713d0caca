"""Ten thousand scheduled checks against a bare heap that only says who is next."""

from __future__ import annotations

from datetime import timedelta
from heapq import heapify, heapreplace

from bench.measure import Figure, cpu_of, interleaved, median
from nano_sre.agent.schedule import EPOCH, MILLISECOND, Timetable, Timing

CHECKS = 10_000
MOST = 1.5
START = EPOCH + timedelta(days=20_000)
PASS = 1_000  # milliseconds between two looks


def measure(*, quick: bool = False) -> list[Figure]:
    hours = 1 if quick else 6
    timings = [Timing(name=f"check/shop/number-{n}", every=(5 + n % 4 * 5) * 60_000) for n in range(CHECKS)]
    counts = {"ours": 0, "bare": 0}

    def ours() -> float:
        table = Timetable(timings, now=START)
        table.due(START)
        moments = [START + timedelta(seconds=second) for second in range(1, hours * 3600)]

        def run() -> None:
            counts["ours"] = sum(len(table.due(moment)) for moment in moments)

        return cpu_of(run)

    def bare() -> float:
        every = {timing.name: timing.every or 0 for timing in timings}
        start = (START - EPOCH) // MILLISECOND
        heap = [(start + n * each // CHECKS + PASS, name) for n, (name, each) in enumerate(every.items())]
        heapify(heap)

        def run() -> None:
            fired = 0
            for moment in range(start + PASS, start + hours * 3_600_000, PASS):
                due = []
                while heap[0][0] <= moment:
                    at, name = heap[0]
                    heapreplace(heap, (at + every[name], name))
                    due.append((at, name))
                fired += len(due)
            counts["bare"] = fired

        return cpu_of(run)

    taken = interleaved(3 if quick else 7, ours=ours, bare=bare)
    per_fire = {side: median(taken[side]) / counts[side] * 1e6 for side in counts}
    return [
        Figure(
            what=f"CPU a fire, {CHECKS:,} scheduled checks",
            ours=f"{per_fire['ours']:.2f} µs",
            peer=f"{per_fire['bare']:.2f} µs bare heapq",
            ratio=per_fire["ours"] / per_fire["bare"],
            goal=MOST,
        )
    ]

"""Pages that get slower: how soon it is noticed, and how often it is cried for nothing, on simulated visits.

A run has a speed of its own (the network, the store, the hour), shared by its loads; each load varies on top of that,
and some are far too slow. `sd` is both together.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean, median_low, pstdev

from bench.measure import Figure
from nano_sre.core.usual import Usual, following

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
USUAL = 1_200.0  # ms
NEVER = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """How visits vary: both parts of the spread on a logarithmic scale, the share of outliers, loads of a run."""

    shared: float = 0.10
    own: float = 0.0663  # together 12 %
    outliers: float = 0.03
    loads: int = 3
    rhythm: float = 0.0  # how much slower the day is than the night, at runs of 15 minutes

    def run(self, chance: random.Random, *, number: int, slower: float) -> float:
        level = chance.gauss(0, self.shared) + self.rhythm * math.sin(2 * math.pi * number / 96)
        loads = (self._load(chance, level) for _ in range(self.loads))
        return USUAL * (1 + slower) * median_low(loads)

    def _load(self, chance: random.Random, level: float) -> float:
        seen = math.exp(level + chance.gauss(0, self.own))
        return seen * chance.uniform(2, 4) if chance.random() < self.outliers else seen


def stream(
    noise: Noise, seed: int, runs: int, slower: Callable[[int], float] = lambda _: 0.0
) -> Iterator[Usual]:
    """The state after each run of a page."""
    chance, usual = random.Random(seed), Usual()
    for number in range(runs):
        usual = following(usual, noise.run(chance, number=number, slower=slower(number)), NOON)
        yield usual


def false_alarms(noise: Noise, *, streams: int, runs: int = 1_000) -> float:
    """Alarms in a thousand runs of pages that do not change."""
    count = 0
    for seed in range(streams):
        told = False
        for usual in stream(noise, seed, runs):
            count += usual.state in ("jump", "trend") and not told
            told = usual.state in ("jump", "trend")
    return count * 1_000 / (streams * runs)


def runs_to_notice(noise: Noise, by: float, *, streams: int, before: int = 300) -> list[int]:
    """After how many runs a slowdown is told, for each stream; sorted, `NEVER` for what is not told in 200."""
    found = []
    for seed in range(streams):
        states = stream(noise, 1_000 + seed, before + 200, lambda n: by if n >= before else 0.0)
        late = (n - before + 1 for n, usual in enumerate(states) if n >= before and usual.trouble)
        found.append(next(late, NEVER))
    return sorted(found)


def naive(noise: Noise, *, streams: int, runs: int = 1_000) -> float:
    """False alarms in a thousand runs of the usual rule: mean and three deviations of the last 200, all learned."""
    count = 0
    for seed in range(streams):
        chance, known = random.Random(seed), list[float]()
        for number in range(runs):
            value = noise.run(chance, number=number, slower=0)
            count += len(known) >= 30 and value > fmean(known) + 3 * pstdev(known)
            known = [*known, value][-200:]
    return count * 1_000 / (streams * runs)


def measure(*, quick: bool = False) -> list[Figure]:
    streams = 4 if quick else 30
    base = Noise()
    figures = [_alarms("visits like the facts (12 %, 3 % outliers)", base, streams, goal=1.0)]
    for by, goal in ((0.2, 10.0), (0.5, 5.0)):
        figures.append(_notice(f"{by:.0%} slower is told after", base, by, streams * 2, goal=goal))
    single = Noise(loads=1)
    figures.append(_alarms("one load a run", single, streams))
    figures.append(_notice("20% slower, one load a run", single, 0.2, streams * 2))
    noisy = Noise(shared=0.2, own=0.15, outliers=0.05)
    figures.append(_alarms("a restless page (25 %, 5 % outliers)", noisy, streams))
    figures.append(_notice("50% slower, a restless page", noisy, 0.5, streams * 2))
    figures.append(_alarms("days 8 % slower than nights", Noise(rhythm=0.04), streams))
    return figures


def _alarms(what: str, noise: Noise, streams: int, *, goal: float | None = None) -> Figure:
    ours = false_alarms(noise, streams=streams)
    peer = naive(noise, streams=min(streams, 10), runs=500)
    said = f"{ours:.2f} a 1,000 runs"
    return Figure(
        what=f"false alarms, {what}", ours=said, peer=f"{peer:.1f} mean + 3 sd", ratio=ours, goal=goal
    )


def _notice(what: str, noise: Noise, by: float, streams: int, *, goal: float | None = None) -> Figure:
    found = runs_to_notice(noise, by, streams=streams)
    return Figure(
        what=what,
        ours=f"{_at(found, 0.5)} runs (90th percentile {_at(found, 0.9)})",
        peer=f"{found.count(NEVER)} of {streams} never",
        ratio=float(_at(found, 0.5)),
        goal=goal,
    )


def _at(values: Sequence[int], share: float) -> int:
    return values[min(len(values) - 1, int(len(values) * share))]

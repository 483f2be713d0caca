"""What the store said, found by the moment: the nearest of many words without looking at each of them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from typing import Generic, TypeVar

Said = TypeVar("Said")


class Nearest(Generic[Said]):
    """What was said at moments of the visit (ms), in several steps; made once, then asked for each hit."""

    def __init__(self, said: Iterable[tuple[int, int, Said]]) -> None:
        """`said` holds the moment, the step and what was said, in the order in which it is preferred."""
        every: list[tuple[int, int, Said]] = []
        steps: dict[int, list[tuple[int, int, Said]]] = defaultdict(list)
        for place, (at_ms, step, what) in enumerate(said):
            every.append((at_ms, place, what))
            steps[step].append((at_ms, place, what))
        self._every = _Line(every)
        self._steps = {step: _Line(several) for step, several in steps.items()}

    def to(self, moment: int, *, step: int, within: int) -> Said | None:
        """The nearest of the step, or of at most `within` ms before or after; of equally near ones the first."""
        found = [line.nearest(moment) for line in (self._steps.get(step), self._every) if line is not None]
        near = [each for at, each in enumerate(found) if each and (at < len(found) - 1 or each[0] <= within)]
        return min(near, key=lambda each: each[:2])[2] if near else None


class _Line(Generic[Said]):
    """Words in the order of time; of those of one moment, the first alone."""

    def __init__(self, said: Iterable[tuple[int, int, Said]]) -> None:
        first: dict[int, tuple[int, Said]] = {}
        for at_ms, place, what in said:
            first.setdefault(at_ms, (place, what))
        self._moments = sorted(first)
        self._said = first

    def nearest(self, moment: int) -> tuple[int, int, Said] | None:
        """How far it is, its place among all, and what was said."""
        at = bisect_left(self._moments, moment)
        near = [(abs(each - moment), *self._said[each]) for each in self._moments[max(0, at - 1) : at + 1]]
        return min(near, key=lambda each: each[:2], default=None)

"""The pages that a visit loaded, found by their addresses."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable

from nano_sre.core.watch import PageLoad
from nano_sre.kinds._shared.tracking.seen import bare


class Pages:
    """Every load of a visit under its address without the fragment. Steps are indices, -1 before the first."""

    def __init__(self, loads: Iterable[PageLoad]) -> None:
        self.steps = [load.step for load in loads]
        self._loads: dict[str, list[int]] = defaultdict(list)
        self._sorted: dict[str, list[int]] = {}
        self._last: dict[tuple[str, int], int | None] = {}
        for place, load in enumerate(loads):
            self._loads[bare(load.url)].append(place)
        for page, places in self._loads.items():
            self._sorted[page] = sorted(self.steps[place] for place in places)

    def __contains__(self, page: object) -> bool:
        return page in self._sorted

    def last(self, page: str, *, by: int) -> int | None:
        """The place among all loads of the last one of a page, in the step `by` or before; None if there was none."""
        if page not in self._loads:
            return None
        if (page, by) not in self._last:
            places = reversed(self._loads[page])
            self._last[page, by] = next((place for place in places if self.steps[place] <= by), None)
        return self._last[page, by]

    def times(self, page: str, steps: range) -> int:
        """How often a page was loaded in some steps."""
        known = self._sorted.get(page, [])
        return bisect_left(known, steps.stop) - bisect_left(known, steps.start)

    def comes_after(self, page: str, step: int) -> bool:
        """Whether a later step loaded the page."""
        known = self._sorted.get(page, [])
        return bisect_right(known, step) < len(known)

"""What watchers of speed share: the measures of a visit's pages, over all loads of a round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median_low

from nano_sre.core.fields import Unfit
from nano_sre.core.result import WatchReport
from nano_sre.core.values import frozen
from nano_sre.core.watch import Needs, PageLoad
from nano_sre.core.watcher import WatchedVisit
from nano_sre.kinds._shared.watching import page_of

USUAL_LOADS = 3  # of a visit of its own: one load is noise
MOST_LOADS = 5


@frozen
class Sample:
    """One metric of one page: a number for each load, and what on the page the last one was about."""

    numbers: tuple[float, ...] = ()
    about: str = ""

    @property
    def number(self) -> float:
        """The median; of two looks the better one, since a single bad load is noise."""
        return median_low(self.numbers)

    @property
    def loads(self) -> str:
        return f"{len(self.numbers)} loads"


def must_be_loads(loads: int | None) -> None:
    """Refuses a number of loads that nobody would make; raises `Unfit`."""
    if loads is not None and not 1 <= loads <= MOST_LOADS:
        raise Unfit(
            f"“loads” cannot be {loads}",
            "loads",
            hint=f"write a whole number from 1 to {MOST_LOADS}: each is one more visit to the store",
        )


def speed_needs(loads: int | None, *, own: bool) -> Needs:
    """What measuring needs of a visit: so many loads of each page, or as many as a median takes."""
    return Needs(records=frozenset({"vitals"}), loads=loads or (USUAL_LOADS if own else 1))


def unmeasured(visit: WatchedVisit, watcher: str) -> WatchReport | None:
    """Why the speed of this visit cannot be judged; None when it can."""
    if not _pages(visit):
        return unjudged(watcher, "No page told how fast it was.")
    if visit.traced:
        return unjudged(watcher, "A trace was recorded, which slows every page: its speed was not judged.")
    return None


def unjudged(watcher: str, why: str) -> WatchReport:
    return WatchReport(watcher=watcher, summary=why, inconclusive=why)


def measured(visit: WatchedVisit, metrics: Iterable[str]) -> Mapping[str, Mapping[str, Sample]]:
    """The samples of each page, by metric; those of the round's earlier loads are kept in `visit.memory`."""
    known: dict[tuple[str, str], list[float]] = visit.memory.setdefault("samples", {})
    wanted = tuple(metrics)
    return {
        page: {metric: _sample(known.setdefault((page, metric), []), metric, loads) for metric in wanted}
        for page, loads in _pages(visit).items()
    }


def _sample(known: list[float], metric: str, loads: list[PageLoad]) -> Sample:
    now = [(load.measures[metric], load.about.get(metric, "")) for load in loads if metric in load.measures]
    slowest = max(now, default=None)  # of the loads of one visit, of which the later ones are warm
    if slowest is not None:
        known.append(slowest[0])
    return Sample(numbers=tuple(known), about=slowest[1] if slowest else "")


def _pages(visit: WatchedVisit) -> dict[str, list[PageLoad]]:
    found: dict[str, list[PageLoad]] = {}
    for load in visit.loads:
        if load.reported and not page_of(load.url).endswith("/password"):
            found.setdefault(page_of(load.url), []).append(load)
    return found


def in_seconds(number: float) -> str:
    """A time in milliseconds for people: `85 ms`, `1.24 s`."""
    return f"{number:.0f} ms" if number < 1000 else f"{number / 1000:.2f} s"

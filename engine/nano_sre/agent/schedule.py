"""What is due when: the timetable of many checks and triggers. Pure: it reads no clock and keeps nothing on disk.

Moments lie on a grid of their own, never at "now and a while": nothing drifts, and a restart finds the same moments.
Inside, a moment is a whole number of milliseconds since 1970 in UTC.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heapreplace
from itertools import takewhile
from typing import NamedTuple, Protocol, TypeVar
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from nano_sre.core.values import frozen

A = TypeVar("A")

SHORTEST = 1_000  # milliseconds between two fires of one name, whatever somebody asked for
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
# How far back the last moment of a cron line is looked for, one reach after the other.
REACHES = tuple(round(timedelta(days=days) / MILLISECOND) for days in (1 / 12, 2, 64, 3_700))


@frozen
class Timing:
    """When something called `name` is due: every so many milliseconds, or at the moments of a cron line in a zone.

    What says the same `together` and the same `every` is due at the same moments: checks that share a visit.
    """

    name: str
    every: int | None = None
    cron: str | None = None
    timezone: str = "UTC"
    together: str | None = None


class Fire(NamedTuple):
    """`name` is due, at the moment that was meant: the last one, when several were missed.

    Keep `due` as the mark of `name` once the run is recorded.
    """

    at: int
    name: str
    relived: int = 0  # when the clock had been turned back before this moment came a second time

    @property
    def due(self) -> datetime:
        """The moment that was meant, in UTC."""
        return EPOCH + self.at * MILLISECOND

    @property
    def key(self) -> str:
        """Names the fire for ever, the same after a restart: a run key."""
        again = f"~{self.relived}" if self.relived else ""
        return f"{self.name}@{self.due:%Y-%m-%dT%H:%M:%S}.{self.at % 1000:03d}Z{again}"


class Rule(Protocol):
    """The moments of one name."""

    @property
    def at_once(self) -> bool:
        """Whether what has never been due begins with the moment just past, not with the next."""
        ...

    def after(self, moment: int) -> int | None:
        """The first moment after this one; None when none will ever come."""
        ...

    def latest(self, moment: int) -> int | None:
        """The last moment up to this one; None when there was none for ten years."""
        ...


class Beat:
    """Every so often, counted from 1970 and moved by a share of the interval that only depends on a name.

    Thousands of checks with one interval spread over it evenly, and each keeps its place for ever.
    """

    at_once = True

    def __init__(self, every: int, name: str) -> None:
        self.every = max(every, SHORTEST)
        digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self.offset = int.from_bytes(digest) % self.every

    def after(self, moment: int) -> int:
        return self.latest(moment) + self.every

    def latest(self, moment: int) -> int:
        return (moment - self.offset) // self.every * self.every + self.offset


class CronLine:
    """The moments of a cron line on somebody's clock.

    At fixed hours it comes once a day also on the days when the clock changes: a time that is skipped comes right
    after the gap, one that comes twice counts the first time. With `*` for the hour it follows real time.
    """

    at_once = False

    def __init__(self, line: str, timezone: str) -> None:
        self._zone = UTC if timezone == "UTC" else ZoneInfo(timezone)
        minute, hour, *days = line.split()
        try:
            all_day = len(CronSim(line, EPOCH).hours) == len(range(24))
        except CronSimError:  # such as the 31st of February: it never comes
            self._line = None
        else:
            self._line = " ".join((minute, "*" if all_day else hour, *days))

    def after(self, moment: int) -> int | None:
        if self._line is None:
            return None
        start = EPOCH + moment * MILLISECOND
        # In the hour that comes twice, moments before `start` may be offered again.
        found = (_milliseconds(each) for each in CronSim(self._line, start.astimezone(self._zone)))
        return next((each for each in found if each > moment), None)

    def latest(self, moment: int) -> int | None:
        for reach in REACHES:
            past = takewhile(lambda each: each <= moment, self._from(moment - reach))
            last = None
            for last in past:  # noqa: B007 - only the last of them counts
                pass
            if last is not None:
                return last
        return None

    def _from(self, moment: int) -> Iterator[int]:
        found = self.after(moment)
        while found is not None:
            yield found
            found = self.after(found)


def rule_of(timing: Timing) -> Rule:
    """The rule of a timing; a cron line counts where both are said. The zone must be one of the IANA list."""
    if timing.cron is not None:
        return CronLine(timing.cron, timing.timezone)
    if timing.every is None:
        raise ValueError(f"{timing.name} says neither “every” nor “cron”")
    return Beat(timing.every, timing.together or timing.name)


@dataclass(slots=True)
class Slot:
    """What the timetable knows of one name. Up to `high`, moments have come before and come again."""

    timing: Timing
    rule: Rule
    every: int  # the beat's, 0 for a cron line
    last: int | None = None
    high: int = 0
    relived: int = 0

    def fire(self, at: int) -> Fire:
        return Fire(at, self.timing.name, self.relived if at <= self.high else 0)


class Timetable:
    """Says what is due. `marks` are the moments, by name, whose runs were recorded before this process began.

    A name without a mark is due at once if it has an interval (the first result is wanted now), and at its next
    moment if it has a cron line.
    """

    def __init__(
        self, timings: Iterable[Timing], *, now: datetime, marks: Mapping[str, datetime] | None = None
    ) -> None:
        self._slots: dict[str, Slot] = {}
        self._heap: list[Fire] = []
        self._seen = _milliseconds(now)
        self.replace(timings, now=now, marks=marks)

    def replace(
        self, timings: Iterable[Timing], *, now: datetime, marks: Mapping[str, datetime] | None = None
    ) -> None:
        """Other timings from now on; names that stay go on from their last moment."""
        known, moment = self._slots, _milliseconds(now)
        self._slots, heap = {}, {}
        waiting = {fire.name: fire for fire in self._heap}
        for timing in timings:
            before = known.get(timing.name)
            if before is not None and before.timing == timing:
                self._slots[timing.name] = before
                if timing.name in waiting:
                    heap[timing.name] = waiting[timing.name]
                continue
            rule = rule_of(timing)
            slot = Slot(timing, rule, rule.every if isinstance(rule, Beat) else 0)
            if before is not None:
                slot.last, slot.high, slot.relived = before.last, before.high, before.relived
            elif marks and timing.name in marks:
                slot.last = _milliseconds(marks[timing.name])
            self._slots[timing.name] = slot
            if (fire := _first(slot, moment)) is not None:
                heap[timing.name] = fire
        self._heap = list(heap.values())
        heapify(self._heap)

    def due(self, now: datetime) -> list[Fire]:
        """What is due up to now, each name once however many of its moments were missed; oldest first."""
        moment = _milliseconds(now)
        if moment < self._seen:
            self._turn_back(moment)
        self._seen = moment
        heap, slots, fires = self._heap, self._slots, []
        while heap and heap[0][0] <= moment:
            fire = heap[0]
            slot = slots[fire[1]]
            at = fire[0]
            following = at + slot.every if slot.every else slot.rule.after(at)
            if following is not None and following <= moment:
                at = slot.rule.latest(moment) or at
                fire, following = slot.fire(at), slot.rule.after(at)
            slot.last = at
            fires.append(fire)
            if following is None:
                heappop(heap)
            elif slot.relived:
                heapreplace(heap, slot.fire(following))
            else:
                heapreplace(heap, Fire(following, fire[1]))
        return fires

    def next_due(self) -> datetime | None:
        """When `due` has something to say next, so far as clocks go evenly; None when nothing is on the timetable.

        Sleep until then in pieces of at most half a minute: a machine that slept, or whose clock was set, is
        noticed by asking again.
        """
        return self._heap[0].due if self._heap else None

    def _turn_back(self, moment: int) -> None:
        waiting = {fire.name: fire for fire in self._heap}
        for name, slot in self._slots.items():
            if slot.last is None or slot.last > moment:
                waiting.pop(name, None)
                if (fire := _first(slot, moment)) is not None:
                    waiting[name] = fire
        self._heap = list(waiting.values())
        heapify(self._heap)


def _first(slot: Slot, moment: int) -> Fire | None:
    """The moment to wait for, given the last one that was done."""
    rule = slot.rule
    if slot.last is None:
        at = rule.latest(moment) if rule.at_once else rule.after(moment)
        return None if at is None else slot.fire(at)
    if slot.last > moment:  # the clock was turned back: by less than a beat, the next moment is waited for
        following = rule.after(moment)
        if following is not None and following < slot.last:
            slot.high, slot.relived, slot.last = max(slot.high, slot.last), moment, moment
            return slot.fire(following)
    at = rule.after(slot.last)
    return None if at is None else slot.fire(at)


def shared_out(asked: Iterable[tuple[A, Iterable[str]]]) -> list[tuple[A, list[str]]]:
    """Who runs what, when several ask for runs at once: each target goes to the first who asks for it.

    An asker whose targets all run for others has an empty list: their runs are its answer.
    """
    taken: set[str] = set()
    shares = []
    for asker, targets in asked:
        mine = [target for target in dict.fromkeys(targets) if target not in taken]
        taken.update(mine)
        shares.append((asker, mine))
    return shares


def _milliseconds(when: datetime) -> int:
    return (when - EPOCH) // MILLISECOND

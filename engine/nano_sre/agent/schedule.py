"""What is due when: the timetable of many checks and triggers. Pure: it reads no clock and keeps nothing on disk.

Moments lie on a grid of their own, never at "now and a while": nothing drifts, and a restart finds the same moments.
Inside, a moment is a whole number of milliseconds since 1970 in UTC.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heapify, heappop, heapreplace
from typing import NamedTuple, Protocol, TypeVar
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from nano_sre.core.values import frozen

A = TypeVar("A")

SHORTEST = 1_000  # milliseconds between two fires of one name, whatever somebody asked for
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
LONG_AGO = round(timedelta(days=3_700) / MILLISECOND)  # the farthest that a missed moment is looked for


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


_fire = partial(tuple.__new__, Fire)  # a good deal faster than its own constructor
Waiting = tuple[int, str, int]  # what a `Fire` is made of


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
        # Halving finds it in as many questions for a line of every minute as for one of leap days.
        low, high, found = moment - LONG_AGO, moment, None
        while low < high:
            middle = (low + high) // 2
            following = self.after(middle)
            if following is None or following > moment:
                high = middle
            else:
                found, low = following, following
        return found


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
    last: int | None = None
    high: int = 0
    relived: int = 0

    def fire(self, at: int) -> Waiting:
        return at, self.timing.name, self.relived if at <= self.high else 0

    def first(self, moment: int) -> Waiting | None:
        """What to wait for, given the last moment that was done."""
        rule = self.rule
        if self.last is None:
            at = rule.latest(moment) if rule.at_once else rule.after(moment)
            return None if at is None else self.fire(at)
        if self.last > moment:  # the clock was turned back: less than a beat is waited for, more is not
            at = rule.after(moment)
            if at is not None and at < self.last:
                self.high, self.relived, self.last = max(self.high, self.last), moment, moment
                return self.fire(at)
        at = rule.after(self.last)
        return None if at is None else self.fire(at)


class Timetable:
    """Says what is due. `marks` are the moments, by name, whose runs were recorded before this process began.

    A name without a mark is due at once if it has an interval (the first result is wanted now), and at its next
    moment if it has a cron line.
    """

    def __init__(
        self, timings: Iterable[Timing], *, now: datetime, marks: Mapping[str, datetime] | None = None
    ) -> None:
        self._slots: dict[str, Slot] = {}
        self._beats: dict[str, int] = {}  # of what is on a beat and nowhere near a clock that was turned back
        self._heap: list[Waiting] = []
        self._again: dict[str, int] = {}
        self._seen = _milliseconds(now)
        for timing in timings:
            mark = (marks or {}).get(timing.name)
            last = None if mark is None else _milliseconds(mark)
            self._slots[timing.name] = Slot(timing, rule_of(timing), last)
        self._place(self._seen)

    def replace(self, timings: Iterable[Timing], *, now: datetime) -> None:
        """Other timings from now on; names that stay go on from their last moment."""
        self._note_last()
        known, self._slots = self._slots, {}
        for timing in timings:
            before = known.get(timing.name)
            if before is None:
                self._slots[timing.name] = Slot(timing, rule_of(timing))
            else:
                rule = before.rule if before.timing == timing else rule_of(timing)
                self._slots[timing.name] = replace(before, timing=timing, rule=rule)
        self._place(_milliseconds(now))

    def due(self, now: datetime) -> list[Fire]:
        """What is due up to now, each name once however many of its moments were missed."""
        moment = _milliseconds(now)
        if moment < self._seen:
            self._turn_back(moment)
        self._seen = moment
        heap, beats, fires = self._heap, self._beats, []
        while heap and heap[0][0] <= moment:
            waiting = heap[0]
            at, name, _ = waiting
            every = beats.get(name)
            if every is not None and at + every > moment:  # nearly always: a heap by itself is hardly faster
                fires.append(waiting)
                heapreplace(heap, (at + every, name, 0))
            else:
                fires.append(self._late(self._slots[name], at, moment))
        return [*map(_fire, fires), *self._extra(moment, {name for _, name, _ in fires})]

    def again(self, name: str, at: datetime) -> None:
        """Let `name` be due once more at this moment, beside its own ones: a try that told nothing is made again.

        Whatever comes of its own before that is the better try. It is not kept: after a restart the mark decides.
        """
        self._again[name] = _milliseconds(at)

    def _extra(self, moment: int, fired: Collection[str]) -> list[Fire]:
        due = [name for name, at in self._again.items() if at <= moment or name in fired]
        moments = {name: self._again.pop(name) for name in due}
        return [Fire(at, name) for name, at in moments.items() if name not in fired and name in self._slots]

    def next_due(self) -> datetime | None:
        """When `due` has something to say next, so far as clocks go evenly; None when nothing is on the timetable.

        Sleep until then in pieces of at most half a minute: a machine that slept, or whose clock was set, is
        noticed by asking again.
        """
        moments = [*(each[0] for each in self._heap[:1]), *self._again.values()]
        return EPOCH + min(moments) * MILLISECOND if moments else None

    def following(self, name: str, now: datetime) -> datetime | None:
        """The next moment of `name` by its own rule; None when there is none, or no such name."""
        slot = self._slots.get(name)
        at = slot.rule.after(_milliseconds(now)) if slot else None
        return None if at is None else EPOCH + at * MILLISECOND

    def _late(self, slot: Slot, at: int, moment: int) -> Waiting:
        """What cron lines, missed moments and a clock that was turned back need."""
        following = slot.rule.after(at)
        if following is not None and following <= moment:
            at = slot.rule.latest(moment) or at
            following = slot.rule.after(at)
        slot.last, fire = at, slot.fire(at)
        if slot.relived and at >= slot.high:
            slot.relived = 0
        if following is None:
            heappop(self._heap)
        else:
            heapreplace(self._heap, slot.fire(following))
        self._beat(slot)
        return fire

    def _turn_back(self, moment: int) -> None:
        self._note_last()
        self._place(moment)

    def _note_last(self) -> None:
        """What is on a beat was last due one beat before what it waits for."""
        for at, name, _ in self._heap:
            if name in self._beats:
                self._slots[name].last = at - self._beats[name]

    def _place(self, moment: int) -> None:
        self._beats = {}
        waiting = []
        for slot in self._slots.values():
            waiting.append(slot.first(moment))
            self._beat(slot)
        self._heap = [each for each in waiting if each is not None]
        heapify(self._heap)

    def _beat(self, slot: Slot) -> None:
        if isinstance(slot.rule, Beat) and not slot.relived:
            self._beats[slot.timing.name] = slot.rule.every


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

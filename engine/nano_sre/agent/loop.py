"""The loop of the whole system: trigger → run → collect → diagnose → record → alert → wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from nano_sre.agent.again import Again
from nano_sre.agent.applied import Applied, read_applied
from nano_sre.agent.expected import Expected
from nano_sre.agent.pulse import LATE, Pulse
from nano_sre.agent.rounds import Rounds, Wanted
from nano_sre.agent.schedule import Fire, Timetable
from nano_sre.agent.sources import Sources
from nano_sre.agent.supervised import supervised
from nano_sre.agent.wanted import of_events, of_fires, targets, timings
from nano_sre.alerting import Alerting
from nano_sre.config.settings import Settings
from nano_sre.core.clock import Pace
from nano_sre.core.events import Listener, nobody
from nano_sre.core.result import RunReport, TargetResult
from nano_sre.service import housekeep, warm_browser, warm_client
from nano_sre.store import incident_desk, triggers
from nano_sre.store.errors import StoreError
from nano_sre.store.store import Store
from nano_sre.store.triggers import KeptEvent

LOOK = 1.0  # seconds between two looks at the registry and the events, while nobody wakes the loop
LISTEN = 10  # looks of that kind between two at what is to be told
LAST_WORDS = 10.0  # seconds for what is to be told when everything has run
DRAIN = 90.0  # that running checks get to finish when the agent is asked to stop
TIDY = timedelta(hours=1)
WRITE_PAUSES = (0.5, 2.0, 10.0, 30.0)  # while a disk is full
HARMLESS = {"heartbeat", "folder"}  # troubles of which what is applied is checked and told all the same

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class AgentLoop:
    """Runs what is applied, for years. What it must not forget is in the store before it is acted upon.

    `look` is how long changes of the registry may go unnoticed, in seconds.
    """

    settings: Settings
    store: Store
    pace: Pace
    pulse: Pulse
    alerting: Alerting
    sources: Sources
    expected: Expected
    concurrency: int
    listener: Listener = nobody
    look: float = LOOK
    applied: Applied | None = field(default=None, init=False)
    passed_at: datetime | None = field(default=None, init=False)
    runner: Rounds | None = field(default=None, init=False)
    timetable: Timetable | None = field(default=None, init=False)
    again: Again = field(default_factory=Again, init=False)
    _woken: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _rounds: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _stopping: bool = field(default=False, init=False)

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set; then finish what runs, and tell what is to be told."""
        async with AsyncExitStack() as stack:
            browser = await stack.enter_async_context(warm_browser(self.pulse.say))
            http = await stack.enter_async_context(warm_client())
            await stack.enter_async_context(self.alerting)
            await stack.enter_async_context(self.sources)
            self.runner = Rounds(
                settings=self.settings,
                store=self.store,
                browser=browser,
                http=http,
                gate=asyncio.Semaphore(self.concurrency),
                clock=self.pace,
                take=self._take,
                listener=self.listener,
            )
            tasks = [
                asyncio.create_task(supervised(name, begin, pulse=self.pulse, pace=self.pace), name=name)
                for name, begin in (
                    ("The schedule", self._schedule),
                    ("Telling", self._tell),
                    ("The heartbeat", self._beat),
                    ("Tidying up", self._tidy),
                )
            ]
            await stop.wait()
            self._stopping = True
            await self._drain()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def wake(self) -> None:
        """Something happened that the schedule should look at now."""
        self._woken.set()

    @property
    def next_due(self) -> datetime | None:
        """When something runs next by itself."""
        return self.timetable.next_due() if self.timetable else None

    @property
    def busy(self) -> int:
        """Targets that run now."""
        return len(self.runner.running) if self.runner else 0

    @property
    def skipped(self) -> int:
        """Ticks that found their target still running."""
        return self.runner.skipped if self.runner else 0

    # When

    async def _schedule(self) -> None:
        while True:
            self._woken.clear()
            timetable, applied = await self._refreshed()
            events = await self.sources.inbox.waiting()
            now = self.pace.now()
            if self._stopping:
                return
            if "writing" not in self.pulse.troubles:  # what cannot be kept need not be asked of a store
                self._begin(applied, timetable.due(now), events, now)
            self.passed_at = now
            following = timetable.next_due()
            until = self.look if following is None else (following - now).total_seconds()
            await self._nap(self._woken.wait(), max(0.0, min(until, self.look)))

    async def _nap(self, woken: Coroutine[Any, Any, object], seconds: float) -> None:
        waiting = {asyncio.ensure_future(woken), asyncio.ensure_future(self.pace.sleep(seconds))}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()

    async def _refreshed(self) -> tuple[Timetable, Applied]:
        """Take over what was applied meanwhile: a whole revision of everything, or none of it."""
        serial = await asyncio.to_thread(self.store.serial)
        if self.applied is not None and self.timetable is not None and self.applied.serial == serial:
            return self.timetable, self.applied
        applied = await asyncio.to_thread(read_applied, self.store)
        lost = ", ".join(applied.unreadable)
        self.pulse.trouble(
            "registry",
            f"What is registered of {lost} cannot be read; nano-sre apply puts it back." if lost else None,
        )
        await self.sources.follow(applied.arranged.triggers, applied.arranged.folder)
        due, now = timings(applied, self.sources.named), self.pace.now()
        running = targets(applied, self.sources.named)
        self.expected.follow(
            due, {name: [p.target for p in those] for name, those in running.items()}, now=now
        )
        if not applied.unreadable:  # what cannot be read now is no reason to call its incidents over
            meant = {program.target: program.check_id for program in applied.programs}
            await self.store.write(lambda db: incident_desk.expect(db, meant, now=now))
        await self.alerting.follow(applied.arranged, checks=applied.linkage.checks, programs=applied.programs)
        if self.timetable is None:
            marks = await asyncio.to_thread(self.store.read, triggers.marks)
            self.timetable = Timetable(due, now=now, marks=marks)
        else:
            self.timetable.replace(due, now=now)
        self.applied = applied
        return self.timetable, applied

    # What

    def _begin(
        self, applied: Applied, fires: Sequence[Fire], events: Sequence[KeptEvent], now: datetime
    ) -> None:
        if not fires and not events:
            return
        if fires:
            self.pulse.began(fires[0].due, now, looked_at=self.passed_at)
        named = self.sources.named
        wanted = [
            *of_fires(applied, named, fires),
            *of_events(applied, named, (each.event for each in events), foreign=self.sources.foreign),
        ]
        task = asyncio.create_task(self._round(applied, wanted, fires, events))
        self._rounds.add(task)
        task.add_done_callback(self._rounds.discard)

    async def _round(
        self, applied: Applied, wanted: Sequence[Wanted], fires: Sequence[Fire], events: Sequence[KeptEvent]
    ) -> None:
        """One pass of the schedule, to its last row.

        Marks and events are settled after the results: a crash in between runs again only what is not recorded.
        """
        assert self.runner is not None
        inbox = self.sources.inbox
        try:
            await self._insist(lambda: inbox.begin(events))
            fresh = await self._insist(lambda: asyncio.to_thread(self._unrecorded, wanted))
            reports = await self.runner.run(fresh, sources=applied.sources)
            run_id = reports[0].run_id if reports else ""
            due = {fire.name: fire.due for fire in fires}
            now = self.pace.now()
            self._try_again(applied, due, reports, now)
            await self._insist(lambda: self.store.write(lambda db: triggers.mark(db, due, at=now)))
            await self._insist(lambda: inbox.finish(events, run_id=run_id))
        except Exception as error:  # noqa: BLE001 - a bug in one round must not end the schedule
            if self._stopping and isinstance(error, StoreError):
                return  # it runs again after the next start
            self.pulse.trouble("rounds", f"X901: a round broke off: {type(error).__name__}: {error}")
            await self.pace.sleep(WRITE_PAUSES[-1])  # what fails at once would fail at once again
            inbox.give_back(events)
        else:
            self.pulse.trouble("rounds", None)

    def _try_again(
        self, applied: Applied, due: Mapping[str, datetime], reports: Sequence[RunReport], now: datetime
    ) -> None:
        """What is due rarely and came without a verdict is not left until tomorrow."""
        assert self.timetable is not None
        results = [result for report in reports for result in report.results]
        judged = {result.target: not result.inconclusive for result in results}
        running = targets(applied, self.sources.named) if not all(judged.values()) or self.again.waits else {}
        for name in due.keys() & running.keys():
            verdicts = [judged[p.target] for p in running[name] if p.target in judged]
            at = self.again.after(name, verdicts, now=now, following=self.timetable.following(name, now))
            if at is not None:
                self.timetable.again(name, at)

    def _unrecorded(self, wanted: Sequence[Wanted]) -> list[Wanted]:
        """Leaves out what is recorded under the same key: a tick runs once, whoever was killed meanwhile."""
        keys = {each.key for each in wanted if each.key}
        known = {key: self.store.read(partial(triggers.recorded, run_key=key)) for key in keys}
        return [each for each in wanted if each.program.target not in known.get(each.key or "", ())]

    async def _take(self, result: TargetResult, run_id: str, key: str | None) -> None:
        """Record one result."""
        self.pulse.saw(result)
        await self._insist(lambda: self.alerting.take(result, run_id=run_id, run_key=key))
        self.expected.saw(result.target, result.result.timestamp)

    async def _insist(self, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` gives. A full disk is waited for: nothing is thrown away while the agent lives.

        Raises `StoreError` when the agent is to stop.
        """
        tries = 0
        while True:
            try:
                done = await work()
            except StoreError as error:
                self.pulse.trouble("writing", f"The database cannot be used; it is tried again: {error}")
                if self._stopping:
                    raise
                await self.pace.sleep(WRITE_PAUSES[min(tries, len(WRITE_PAUSES) - 1)])
                tries += 1
            else:
                self.pulse.trouble("writing", None)
                return done

    # Telling, tidying, ending

    async def _tell(self) -> None:
        while True:
            turn = await self.alerting.turn(self.pace.now())
            now = self.pace.now()
            if await self._is_full_cycle(now):
                self.pulse.last_cycle = now
            until = (turn.next_at - now).total_seconds()
            await self._nap(self.alerting.wakes.wait(), max(0.05, min(until, LISTEN * self.look)))

    async def _is_full_cycle(self, now: datetime) -> bool:
        """Whether the schedule looks at what is due, what runs can be written, and all that was to tell is told."""
        passes = self.passed_at is not None and now - self.passed_at < LATE
        well = not self.pulse.troubles.keys() - HARMLESS
        return passes and well and await self.alerting.drained(now)

    async def _beat(self) -> None:
        """Tell somebody else that the agent lives, after a full cycle only. Its address may be slow: nobody waits."""
        while True:
            heartbeat = self.applied.arranged.alerters.heartbeat if self.applied else None
            cycle, last = self.pulse.last_cycle, self.pulse.heartbeat_at
            if heartbeat is not None and cycle is not None:
                every = timedelta(milliseconds=int(heartbeat.every))
                if last is None or cycle - last >= every:
                    trouble = await self.alerting.ping(heartbeat)
                    self.pulse.trouble("heartbeat", trouble)
                    if trouble is None:
                        self.pulse.heartbeat_at = cycle
            await self.pace.sleep(LISTEN * self.look)

    async def _tidy(self) -> None:
        while True:
            await asyncio.to_thread(housekeep, self.store, self.settings, now=self.pace.now())
            await self.pace.sleep(TIDY.total_seconds())

    async def _drain(self) -> None:
        """Let running checks finish, and tell once more. What has no time left runs again after the next start."""
        if self._rounds:
            self.pulse.say(
                f"Stopping. {self.busy} running targets may finish first; once more stops at once."
            )
            await asyncio.wait(set(self._rounds), timeout=DRAIN)
        for task in self._rounds:
            task.cancel()
        await asyncio.gather(*self._rounds, return_exceptions=True)
        with suppress(StoreError):
            await self.sources.inbox.let_go()
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                await self.alerting.settle()

"""Hours of an agent's life in seconds: its clock moves on whenever it has nothing to do."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nano_sre.agent.folder import Folder
from nano_sre.agent.loop import AgentLoop
from nano_sre.agent.making import agent_loop
from nano_sre.config.settings import Settings
from nano_sre.service import open_store
from nano_sre.store import Store

LOOK = 60.0  # seconds of the agent's time between two looks at the registry
BREATH = 0.001


class IdlePace:
    """Time that passes only while everybody sleeps, and then at once: the machine always follows."""

    def __init__(self, start: datetime) -> None:
        self._at = start
        self._start = start
        self._sleepers: list[tuple[datetime, float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return self.passed.total_seconds()

    @property
    def passed(self) -> timedelta:
        return self._at - self._start

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return await asyncio.sleep(0)
        woken = asyncio.get_running_loop().create_future()
        sleeper = (self._at + timedelta(seconds=seconds), seconds, woken)
        self._sleepers.append(sleeper)
        try:
            await woken
        finally:
            self._sleepers.remove(sleeper)

    def sleeps(self, seconds: float) -> bool:
        """Whether somebody sleeps who asked for exactly so many seconds."""
        return any(length == seconds and not woken.done() for _, length, woken in self._sleepers)

    def move_on(self) -> None:
        """To the next moment at which somebody wants to be woken."""
        waiting = [(until, woken) for until, _, woken in self._sleepers if not woken.done()]
        if waiting:
            self._at = max(self._at, min(until for until, _ in waiting))
            for until, woken in waiting:
                if until <= self._at:
                    woken.set_result(None)


@dataclass(frozen=True)
class Hours:
    """What became of them."""

    results: Counter[str]
    alerts: list[tuple[str, str]]  # to whom, and what kind, in the order they were made
    incidents: list[tuple[str, str]]  # title and status
    said: list[str]
    passed: timedelta


def asleep(loop: AgentLoop) -> bool:
    """Whether neither a check runs nor the loop looks around."""
    return bool(not loop._rounds and loop._woken._waiters and loop.alerting.wakes._waiters)  # type: ignore[attr-defined]


async def spend(
    loop: AgentLoop,
    length: timedelta,
    *,
    patience: float,
    meanwhile: Callable[[timedelta], object] = lambda _passed: None,
) -> None:
    """Let an agent with an `IdlePace` live for so long, then stop it. Fails after `patience` seconds."""
    pace, stop = loop.pace, asyncio.Event()
    assert isinstance(pace, IdlePace)
    running = asyncio.create_task(loop.run(stop))
    async with asyncio.timeout(patience):
        while pace.passed < length and not running.done():
            await asyncio.sleep(BREATH)
            if asleep(loop):
                meanwhile(pace.passed)
                pace.move_on()
        stop.set()
        await running


def live(
    paths: Sequence[Path],
    settings: Settings,
    *,
    length: timedelta,
    patience: float,
    meanwhile: Callable[[timedelta], None] = lambda _passed: None,
    start: datetime | None = None,
) -> Hours:
    """Apply a folder, and let an agent live for so long. `meanwhile` is called with the time that has passed.

    Fails after `patience` seconds of the real clock.
    """
    said: list[str] = []
    with open_store(settings) as store:
        pace = IdlePace(start or datetime.now(UTC))
        loop = agent_loop(settings, store, say=said.append, pace=pace, look=LOOK)
        folder = Folder(paths=paths, settings=settings, store=store, pulse=loop.pulse, say=said.append)
        assert folder.apply(), said

        asyncio.run(spend(loop, length, patience=patience, meanwhile=meanwhile))
        return _told(store, loop, said, pace.passed)


def _told(store: Store, loop: AgentLoop, said: list[str], passed: timedelta) -> Hours:
    alerts = "SELECT alerter, kind FROM deliveries ORDER BY id"
    incidents = "SELECT title, status FROM incidents ORDER BY id"
    return Hours(
        results=loop.pulse.results,
        alerts=store.read(lambda db: list(db.execute_sql(alerts).fetchall())),
        incidents=store.read(lambda db: list(db.execute_sql(incidents).fetchall())),
        said=said,
        passed=passed,
    )

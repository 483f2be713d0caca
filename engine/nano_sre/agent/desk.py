"""The agent as its server sees it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from nano_sre import __version__
from nano_sre.agent.loop import AgentLoop
from nano_sre.core.outbox import Backlog
from nano_sre.server.desk import Health
from nano_sre.store.errors import StoreError
from nano_sre.store.gauges import Gauges, gauges
from nano_sre.store.store import Store

UNKNOWN = Gauges(open_incidents=0, oldest_verdict=None, backlog=Backlog())
FRESH = 1.0  # seconds for which what was read from the database is still true enough


@dataclass(slots=True)
class AgentDesk:
    """Answers the server's questions from the loop and the store."""

    loop: AgentLoop
    _read: tuple[float, Health] | None = field(default=None, init=False)

    @property
    def store(self) -> Store:
        return self.loop.store

    def health(self) -> Health:
        if self._read is None or time.monotonic() - self._read[0] > FRESH:
            self._read = (time.monotonic(), self._health())
        return self._read[1]

    def _health(self) -> Health:
        loop, pulse = self.loop, self.loop.pulse
        now = loop.pace.now()
        troubles = (*pulse.troubles.values(), *loop.sources.troubles.values())
        try:
            known = loop.store.read(gauges)
        except StoreError as error:
            troubles, known = (*troubles, f"The database cannot be read: {error}"), UNKNOWN
        oldest, backlog = known.oldest_verdict, known.backlog
        return Health(
            version=__version__,
            started=pulse.started,
            now=now,
            serial=loop.applied.serial if loop.applied else 0,
            checks=len(loop.applied.programs) if loop.applied else 0,
            running=loop.busy,
            skipped=loop.skipped,
            lag=pulse.lag.total_seconds(),
            next_due=loop.next_due,
            last_cycle=pulse.last_cycle,
            results=dict(pulse.results),
            oldest_verdict=None if oldest is None else (now - oldest).total_seconds(),
            open_incidents=known.open_incidents,
            outbox_depth=backlog.waiting + backlog.held + backlog.unsent,
            outbox_age=None if backlog.oldest is None else (now - backlog.oldest).total_seconds(),
            deliveries=loop.alerting.counts,
            dead_letters=backlog.dead,
            dead_events=known.dead_events,
            heartbeat_at=pulse.heartbeat_at,
            troubles=troubles,
        )

    async def receive(self, trigger: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        answer = await self.loop.sources.receive(trigger, headers, body)
        self.loop.wake()
        return answer

    async def pressed(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        return await self.loop.alerting.presses.take(headers, body)

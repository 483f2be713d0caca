"""Carries deliveries to their channels: at least once, each channel on its own, success written down only after it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from nano_sre.alerts.pace import LONGEST_REQUESTED, Bucket, pause_after
from nano_sre.alerts.written import read
from nano_sre.core.alert import Alert, Sent
from nano_sre.core.clock import Clock
from nano_sre.core.outbox import Delivery
from nano_sre.core.ports import Abort
from nano_sre.core.values import frozen

Send = Callable[[Delivery, Alert], Awaitable[Sent]]
"""Hands an alert to the alerter that a delivery names."""


@frozen
class Limits:
    """What is asked of a channel at most. `at_once` are messages in flight; the lease outlives the longest try."""

    at_once: int = 4
    burst: int = 10
    per_second: float = 1.0
    patience: timedelta = timedelta(seconds=30)
    lease: timedelta = timedelta(seconds=60)
    give_up: timedelta = timedelta(hours=24)
    worrying_tries: int = 5
    worrying_age: timedelta = timedelta(minutes=10)


class Tray(Protocol):
    """Where deliveries lie. Each method is one transaction."""

    async def due(self, now: datetime) -> Sequence[str]:
        """The alerters that have something to send."""
        ...

    async def claim(
        self, alerter: str, *, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[Delivery]: ...

    async def sent(self, delivery: Delivery, sent: Sent, *, now: datetime) -> None: ...

    async def failed(self, delivery: Delivery, *, error: str, next_at: datetime) -> None: ...

    async def pause(self, alerter: str, *, until: datetime) -> None: ...

    async def dead(self, delivery: Delivery, *, error: str, now: datetime) -> None: ...

    async def unreachable(self, alerter: str, *, error: str, delivery: Delivery, now: datetime) -> None:
        """An alerter gives cause for worry; told more than once while it lasts."""
        ...


@dataclass(slots=True)
class _Lane:
    bucket: Bucket
    paused_until: datetime | None = None
    task: asyncio.Task[None] | None = None
    again: bool = False  # something was planned while the lane was at work


@dataclass(slots=True)
class Dispatcher:
    """One lane for each alerter, so that a slow one delays nobody else. `changed` is called after every outcome."""

    tray: Tray
    send: Send
    clock: Clock
    limits: Limits = field(default_factory=Limits)
    chance: Callable[[], float] = random.random
    changed: Callable[[], None] = lambda: None
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)  # (alerter, sent | retried | dead)
    _lanes: dict[str, _Lane] = field(default_factory=dict)

    async def start(self) -> None:
        """Begin to send what is due. Returns at once; `settle` waits.

        Raises what ended a lane before (`StoreError`).
        """
        for alerter in await self.tray.due(self.clock.now()):
            lane = self._lanes.setdefault(alerter, _Lane(self._bucket()))
            lane.again = True
            if lane.task is None or lane.task.done():
                ended, lane.task = lane.task, None
                if ended is not None and not ended.cancelled():
                    ended.result()
                lane.task = asyncio.create_task(self._drain(alerter, lane), name=f"alerts to {alerter}")

    async def settle(self) -> None:
        """Wait until nothing is in flight. Raises what went wrong inside (never for a channel's failure)."""
        while tasks := [lane.task for lane in self._lanes.values() if lane.task and not lane.task.done()]:
            await asyncio.gather(*tasks)

    async def close(self) -> None:
        """Stop; what was in flight is sent again later."""
        tasks = [lane.task for lane in self._lanes.values() if lane.task and not lane.task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def busy(self) -> int:
        """How many alerters are being told something right now."""
        return sum(1 for lane in self._lanes.values() if lane.task and not lane.task.done())

    def paused(self) -> datetime | None:
        """When the first of the alerters that wait may be asked again."""
        now = self.clock.now()
        return min(
            (
                lane.paused_until
                for lane in self._lanes.values()
                if lane.paused_until and lane.paused_until > now
            ),
            default=None,
        )

    def _bucket(self) -> Bucket:
        return Bucket(self.clock.monotonic, self.limits.burst, self.limits.per_second)

    async def _drain(self, alerter: str, lane: _Lane) -> None:
        while lane.paused_until is None or self.clock.now() >= lane.paused_until:
            allowed = lane.bucket.take(self.limits.at_once)
            if not allowed:
                lane.paused_until = self.clock.now() + timedelta(seconds=lane.bucket.wait)
                break
            now = self.clock.now()
            taken = await self.tray.claim(alerter, now=now, lease=self.limits.lease, limit=allowed)
            lane.bucket.give_back(allowed - len(taken))
            if taken:
                await asyncio.gather(*(self._carry(each, lane) for each in taken))
                self.changed()
            elif not lane.again:
                break
            lane.again = False

    async def _carry(self, delivery: Delivery, lane: _Lane) -> None:
        sent = await self._try(delivery)
        now = self.clock.now()
        self.counts[delivery.alerter, "sent" if sent.ok else "retried"] += 1
        if sent.ok:
            return await self.tray.sent(delivery, sent, now=now)
        old = now - delivery.created_at
        if sent.permanent or old >= self.limits.give_up:
            self.counts[delivery.alerter, "retried"] -= 1
            self.counts[delivery.alerter, "dead"] += 1
            await self.tray.dead(delivery, error=sent.detail, now=now)
            return await self.tray.unreachable(
                delivery.alerter, error=sent.detail, delivery=delivery, now=now
            )
        wait = pause_after(delivery.attempts, chance=self.chance())
        if sent.retry_after is not None:
            asked = min(timedelta(seconds=max(0.0, sent.retry_after)), LONGEST_REQUESTED)
            lane.paused_until = max(lane.paused_until or now, now + asked)
            await self.tray.pause(delivery.alerter, until=now + asked)
            wait = (
                asked + wait / 10
            )  # they asked for so long; a little more, so that not all come back at once
        await self.tray.failed(delivery, error=sent.detail, next_at=now + wait)
        tries = 0 if sent.retry_after is not None else delivery.attempts  # who asks for patience is there
        if tries >= self.limits.worrying_tries or old >= self.limits.worrying_age:
            await self.tray.unreachable(delivery.alerter, error=sent.detail, delivery=delivery, now=now)
        return None

    async def _try(self, delivery: Delivery) -> Sent:
        """What the channel said. Its own failures are answers, whatever they are."""
        try:
            async with asyncio.timeout(self.limits.patience.total_seconds()):
                return await self.send(delivery, read(delivery.alert))
        except TimeoutError:
            return Sent(ok=False, detail=f"no answer within {self.limits.patience.seconds} s")
        except Abort as abort:
            return Sent(ok=False, permanent=True, detail=str(abort))
        except Exception as error:  # noqa: BLE001 - an alerter of somebody else's may raise anything
            return Sent(ok=False, detail=f"{type(error).__name__}: {error}")

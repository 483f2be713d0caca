"""What is told about incidents, and to whom: wiring of the store, the state machine, diagnosis and the channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from nano_sre.alerts.compose import compose
from nano_sre.alerts.plan import plan
from nano_sre.alerts.rules import Rules
from nano_sre.alerts.written import write
from nano_sre.core.alert import Sent
from nano_sre.core.outbox import Delivery, Plan

T = TypeVar("T")


class Database(Protocol):
    """Transactions: what a `Store` offers, and a `Scratch`."""

    async def write(self, fn: Callable[[Any], T]) -> T: ...

    def read(self, fn: Callable[[Any], T]) -> T: ...


def plan_in(db: Any, rules: Rules, now: datetime) -> Plan:
    """Plan what waits and write the plan down, inside the caller's transaction."""
    from nano_sre.store import outbox

    outbox.locked(db)
    made = plan(outbox.world(db), rules, now)
    if not made.is_empty:
        payloads = outbox.payloads(db, {each for draft in made.drafts for each in draft.shown})
        alerts = [write(compose(draft, payloads, rules, now=now)) for draft in made.drafts]
        outbox.carry_out(db, made, alerts, now=now)
    return made


class StoredTray:
    """The deliveries of a database, for the dispatcher."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime) -> Sequence[str]:
        from nano_sre.store import deliveries

        return await self._database.write(lambda db: deliveries.due_alerters(db, now))

    async def claim(self, alerter: str, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        from nano_sre.store import deliveries

        return await self._database.write(
            lambda db: deliveries.claim(db, alerter, now=now, lease=lease, limit=limit)
        )

    async def sent(self, delivery: Delivery, sent: Sent, *, now: datetime) -> None:
        from nano_sre.store import deliveries

        await self._database.write(
            lambda db: deliveries.record_sent(db, delivery, ref=sent.ref, detail=sent.detail, now=now)
        )

    async def failed(self, delivery: Delivery, *, error: str, next_at: datetime) -> None:
        from nano_sre.store import deliveries

        await self._database.write(
            lambda db: deliveries.record_failed(db, delivery, error=error, next_at=next_at)
        )

    async def pause(self, alerter: str, *, until: datetime) -> None:
        from nano_sre.store import deliveries

        await self._database.write(lambda db: deliveries.pause(db, alerter, until=until))

    async def dead(self, delivery: Delivery, *, error: str, now: datetime) -> None:
        from nano_sre.store import deliveries

        await self._database.write(lambda db: deliveries.record_dead(db, delivery, error=error, now=now))

    async def unreachable(self, alerter: str, *, error: str, delivery: Delivery, now: datetime) -> None:
        raise NotImplementedError

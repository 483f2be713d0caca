"""The outbox of a database, planned and carried out; and how its alerters fare, as incidents of our own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from nano_sre.alerting.own_troubles import judge_own
from nano_sre.alerts.compose import compose
from nano_sre.alerts.plan import plan
from nano_sre.alerts.receipts import Receipts
from nano_sre.alerts.rules import Rules, own_target
from nano_sre.alerts.written import read, write
from nano_sre.core.alert import Sent
from nano_sre.core.outbox import Delivery, Plan, Receipt
from nano_sre.core.policy import AlertersFile
from nano_sre.store import deliveries, outbox

T = TypeVar("T")


class Database(Protocol):
    """Transactions: what a `Store` offers, and a `Scratch`."""

    async def write(self, fn: Callable[[Any], T]) -> T: ...


def plan_in(db: Any, rules: Rules, now: datetime) -> Plan:
    """Plan what waits and write the plan down, inside the caller's transaction."""
    outbox.locked(db)
    made = plan(outbox.world(db), rules, now)
    if not made.is_empty:
        payloads = outbox.payloads(db, {each for draft in made.drafts for each in draft.shown})
        alerts = [write(compose(draft, payloads, rules, now=now)) for draft in made.drafts]
        outbox.carry_out(db, made, alerts, now=now)
    return made


class StoredTray:
    """The deliveries of a database, for the dispatcher; and how its alerters fare, as incidents of our own."""

    def __init__(self, database: Database, receipts: Receipts) -> None:
        self._database = database
        self._receipts = receipts

    async def catch_up(self) -> None:
        """Write down what channels took and the database does not know: who sent it died, or could not write."""
        if waiting := self._receipts.unsettled():
            await self._take_in(waiting)
            self._receipts.settle(waiting)
        for left in self._receipts.left():
            left.settle(await self._take_in(left.receipts) if left.receipts else ())

    async def _take_in(self, receipts: Sequence[Receipt]) -> list[Receipt]:
        def record(db: Any) -> list[Receipt]:
            known = deliveries.take_in(db, receipts)
            for alerter in sorted({each.alerter for each in known}):
                judge_alerter(db, alerter, trouble=None, now=max(each.at for each in known))
            return known

        return await self._database.write(record)

    async def due(self, now: datetime) -> Sequence[str]:
        return await self._database.write(lambda db: deliveries.due_alerters(db, now))

    async def claim(self, alerter: str, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        taken = await self._database.write(
            lambda db: deliveries.claim(db, alerter, now=now, lease=lease, limit=limit)
        )
        told = [receipt for each in taken if (receipt := self._receipts.of(each)) is not None]
        if told:  # the yes came when nobody waited for it any more
            await self._take_in(told)
            self._receipts.settle(told)
        known = {each.key for each in told}
        return [each for each in taken if each.key not in known]

    async def sent(self, delivery: Delivery, sent: Sent, *, now: datetime) -> None:
        receipt = self._receipts.of(delivery) or Receipt(
            key=delivery.key, alerter=delivery.alerter, at=now, detail=sent.detail, ref=sent.ref
        )
        await self._take_in([receipt])
        self._receipts.settle([receipt])

    async def failed(self, delivery: Delivery, *, error: str, next_at: datetime) -> None:
        await self._database.write(
            lambda db: deliveries.record_failed(db, delivery, error=error, next_at=next_at)
        )

    async def pause(self, alerter: str, *, until: datetime) -> None:
        await self._database.write(lambda db: deliveries.pause(db, alerter, until=until))

    async def dead(self, delivery: Delivery, *, error: str, now: datetime) -> None:
        await self._database.write(lambda db: deliveries.record_dead(db, delivery, error=error, now=now))

    async def unreachable(self, alerter: str, *, error: str, delivery: Delivery, now: datetime) -> None:
        said = f"“{alerter}” cannot be reached: {error}. Not delivered: {read(delivery.alert).title}"
        await self._database.write(lambda db: judge_alerter(db, alerter, trouble=said, now=now))


def judge_alerter(db: Any, alerter: str, *, trouble: str | None, now: datetime) -> None:
    """An alerter is a target of its own: what becomes of it goes the same way as the stores' troubles."""
    judge_own(
        db,
        own_target(alerter),
        kind="alerter",
        name=f"The alerter “{alerter}”",
        check_id=AlertersFile.id,
        trouble=trouble,
        well=f"“{alerter}” can be reached again",
        now=now,
    )

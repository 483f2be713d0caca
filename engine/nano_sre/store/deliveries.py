"""Deliveries: taken for a while, and settled when the channel has answered. Each function is one transaction's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from nano_sre.core.alert import REMINDERS, TROUBLE
from nano_sre.core.outbox import Delivery, Receipt, Remark
from nano_sre.store import threads
from nano_sre.store.alert_models import DeliveryNotice, DeliveryRow, OutboxRow
from nano_sre.store.outbox import UNSETTLED, locked, tell
from nano_sre.store.plain import clean, dumps, from_iso, iso


def _first_of_thread() -> Any:
    """Only the oldest unsettled delivery of a thread is anybody's to send: its messages arrive in their order."""
    older = DeliveryRow.alias()
    before = older.select(older.id).where(
        older.thread == DeliveryRow.thread,
        older.alerter == DeliveryRow.alerter,
        older.state << UNSETTLED,
        older.id < DeliveryRow.id,
    )
    return (DeliveryRow.state << UNSETTLED) & ~fn.EXISTS(before)


def due_alerters(db: Any, now: datetime) -> list[str]:
    """The alerters that have something to send."""
    rows = DeliveryRow.select(DeliveryRow.alerter).where(_first_of_thread(), DeliveryRow.next_at <= iso(now))
    return sorted({alerter for (alerter,) in rows.tuples().execute(db)})


def next_due(db: Any) -> datetime | None:
    """When the next delivery is due; it may have passed already."""
    found = DeliveryRow.select(fn.MIN(DeliveryRow.next_at)).where(_first_of_thread()).scalar(db)
    return None if found is None else from_iso(found)


def claim(db: Any, alerter: str, *, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
    """Take deliveries that are due. Whoever took them has `lease` to settle each, then another may."""
    locked(db)
    rows = (
        DeliveryRow.select()
        .where(DeliveryRow.alerter == alerter, _first_of_thread(), DeliveryRow.next_at <= iso(now))
        .order_by(DeliveryRow.id)
        .limit(limit)
    )
    taken = [_delivery(db, row) for row in rows.dicts().execute(db)]
    if taken:
        DeliveryRow.update(
            state="sending", attempts=DeliveryRow.attempts + 1, next_at=iso(now + lease)
        ).where(DeliveryRow.id << [each.id for each in taken]).execute(db)
    return taken


def _delivery(db: Any, row: Mapping[str, Any]) -> Delivery:
    return Delivery(
        id=row["id"],
        key=row["key"],
        alerter=row["alerter"],
        thread=row["thread"],
        kind=row["kind"],
        attempts=row["attempts"] + 1,
        created_at=from_iso(row["created_at"]),
        alert=row["alert"],
        ref=threads.ref(db, row["thread"], row["alerter"]),
        doubtful=row["state"] != "waiting",
    )


def take_in(db: Any, receipts: Iterable[Receipt]) -> list[Receipt]:
    """Write down what channels took; gives the receipts whose deliveries are in this database.

    What is settled already stays as it is.
    """
    locked(db)
    known = []
    for receipt in receipts:
        named = DeliveryRow.key == receipt.key, DeliveryRow.alerter == receipt.alerter
        for row in DeliveryRow.select().where(*named).dicts().execute(db):
            known.append(receipt)
            if row["state"] in UNSETTLED:
                record_sent(db, _delivery(db, row), ref=receipt.ref, detail=receipt.detail, now=receipt.at)
    return known


def record_sent(
    db: Any, delivery: Delivery, *, ref: Mapping[str, str] | None, detail: str, now: datetime
) -> None:
    """The channel took it: written down only now, so that a crash before sends it again and never loses it."""
    locked(db)  # what is planned meanwhile would forget that the alerter was told
    DeliveryRow.update(state="sent", done_at=iso(now), last_error=None, ref=dumps(dict(ref or {}))).where(
        DeliveryRow.id == delivery.id
    ).execute(db)
    notices = _notices(db, delivery)
    threads.reached(
        db,
        delivery.thread,
        delivery.alerter,
        episodes={row["episode"] for row in notices},
        ref=ref,
        trouble=delivery.kind in TROUBLE,
        reminder=delivery.kind in REMINDERS,
        now=now,
    )
    said = f": {detail}" if detail else ""
    incidents = sorted({row["incident_id"] for row in notices if row["incident_id"] is not None})
    text = f"Told “{delivery.alerter}” ({delivery.kind.replace('_', ' ')}){said}."
    tell(db, [Remark(incident=each, what="told", text=text) for each in incidents], now=now)
    _done(db, delivery.id, now)


def record_failed(db: Any, delivery: Delivery, *, error: str, next_at: datetime) -> None:
    """It did not arrive, and is tried again at `next_at`. A try before this one may have been heard all the same."""
    state = "doubtful" if delivery.doubtful else "waiting"
    DeliveryRow.update(state=state, last_error=clean(error), next_at=iso(next_at)).where(
        DeliveryRow.id == delivery.id
    ).execute(db)


def pause(db: Any, alerter: str, *, until: datetime) -> None:
    """Nothing that waits for this alerter is due before `until`."""
    DeliveryRow.update(next_at=iso(until)).where(
        DeliveryRow.alerter == alerter,
        DeliveryRow.state << ["waiting", "doubtful"],
        DeliveryRow.next_at < iso(until),
    ).execute(db)


def record_dead(db: Any, delivery: Delivery, *, error: str, now: datetime) -> None:
    """It is given up. What would only have said that the same is over goes with it."""
    locked(db)
    DeliveryRow.update(state="dead", done_at=iso(now), last_error=clean(error)).where(
        DeliveryRow.id == delivery.id
    ).execute(db)
    if delivery.kind in TROUBLE and not threads.given_up(db, delivery.thread, delivery.alerter, now=now):
        _forget_recoveries(db, delivery, now)
    incidents = {row["incident_id"] for row in _notices(db, delivery) if row["incident_id"] is not None}
    text = f"Could not tell “{delivery.alerter}”: {error}"
    tell(db, [Remark(incident=each, what="undelivered", text=text) for each in sorted(incidents)], now=now)
    _done(db, delivery.id, now)


def _forget_recoveries(db: Any, delivery: Delivery, now: datetime) -> None:
    """Nobody hears of the end of something whose beginning could not be told."""
    waiting = (
        DeliveryRow.thread == delivery.thread,
        DeliveryRow.alerter == delivery.alerter,
        DeliveryRow.state == "waiting",
    )
    if DeliveryRow.select().where(*waiting, DeliveryRow.kind << list(TROUBLE)).exists(db):
        return
    ids = [row[0] for row in DeliveryRow.select(DeliveryRow.id).where(*waiting).tuples().execute(db)]
    DeliveryRow.update(state="replaced", done_at=iso(now)).where(DeliveryRow.id << ids).execute(db)
    for each in ids:
        _done(db, each, now)


def _notices(db: Any, delivery: Delivery) -> list[dict[str, Any]]:
    query = OutboxRow.select(OutboxRow.id, OutboxRow.episode, OutboxRow.incident_id)
    query = query.join(DeliveryNotice, on=DeliveryNotice.outbox_id == OutboxRow.id)
    return list(query.where(DeliveryNotice.delivery_id == delivery.id).dicts().execute(db))


def _done(db: Any, delivery: int, now: datetime) -> None:
    """The notices that no other delivery still has to carry."""
    mine = DeliveryNotice.select(DeliveryNotice.outbox_id).where(DeliveryNotice.delivery_id == delivery)
    unsettled = (
        DeliveryNotice.select(DeliveryNotice.outbox_id)
        .join(DeliveryRow, on=DeliveryRow.id == DeliveryNotice.delivery_id)
        .where(DeliveryRow.state << UNSETTLED, DeliveryNotice.outbox_id << mine)
    )
    OutboxRow.update(state="done", done_at=iso(now)).where(
        OutboxRow.id << mine, OutboxRow.state == "planned", OutboxRow.id.not_in(unsettled)
    ).execute(db)

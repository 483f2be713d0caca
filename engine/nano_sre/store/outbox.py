"""The outbox: what became true is written down together with the result that showed it, and planned from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from peewee import SqliteDatabase, fn

from nano_sre.core.incident import Notice
from nano_sre.core.outbox import (
    About,
    Attention,
    Backlog,
    Draft,
    Payload,
    Pending,
    Plan,
    Queued,
    Remark,
    World,
)
from nano_sre.store import threads
from nano_sre.store.alert_models import (
    AlertStateRow,
    DeliveryNotice,
    DeliveryRow,
    IncidentEventRow,
    OutboxRow,
)
from nano_sre.store.database import LOCK_OUTBOX, LOCK_SPACE
from nano_sre.store.models import Incident
from nano_sre.store.plain import clean, dumps, from_iso, iso, loads, plain

WAITING = ("waiting", "held")
UNSETTLED = ("waiting", "doubtful", "sending")
MANY = 500  # ids in one question


def enqueue(
    db: Any,
    notice: Notice,
    *,
    incident_id: int | None,
    check_id: str,
    store_id: str,
    severity: str,
    cause: str | None,
    payload: Payload,
) -> bool:
    """Write a notice down inside the caller's transaction; False when it was there already.

    `payload` is what a message will say of it: `item` (an `AlertItem`) and `causes`, or nothing of them.
    """
    row = {
        "notice_key": notice.key,
        "kind": notice.kind,
        "target": clean(notice.target),
        "check_id": clean(check_id),
        "store_id": clean(store_id),
        "episode": notice.episode,
        "number": notice.number,
        "incident_id": incident_id,
        "severity": severity,
        "cause": cause,
        "created_at": iso(notice.at),
        "state": "waiting",
        "payload": dumps(plain({**payload, "notice": notice})),
    }
    query = OutboxRow.insert(row).on_conflict(action="nothing", conflict_target=[OutboxRow.notice_key])
    return next(iter(query.returning(OutboxRow.id).tuples().execute(db)), None) is not None


def locked(db: Any) -> None:
    """One planner, or one who takes deliveries, at a time: on SQLite the transaction itself sees to that."""
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("SELECT pg_advisory_xact_lock(%s, %s)", (LOCK_SPACE, LOCK_OUTBOX))


def world(db: Any) -> World:
    """All that planning looks at."""
    return World(
        pending=tuple(_pending(db)),
        threads=tuple(threads.open_threads(db, _queued(db))),
        attention=_attention(db),
        failing=_failing(db),
    )


def _pending(db: Any) -> list[Pending]:
    planned: dict[int, set[str]] = {}
    query = (
        DeliveryNotice.select(DeliveryNotice.outbox_id, DeliveryRow.alerter)
        .join(DeliveryRow, on=DeliveryRow.id == DeliveryNotice.delivery_id)
        .join(OutboxRow, on=OutboxRow.id == DeliveryNotice.outbox_id)
        .where(OutboxRow.state << WAITING)
    )
    for outbox_id, alerter in query.tuples().execute(db):
        planned.setdefault(outbox_id, set()).add(alerter)
    rows = OutboxRow.select().where(OutboxRow.state << WAITING).order_by(OutboxRow.id).dicts().execute(db)
    return [_one_pending(row, frozenset(planned.get(row["id"], ()))) for row in rows]


def _one_pending(row: Mapping[str, Any], planned: frozenset[str]) -> Pending:
    payload = loads(row["payload"])
    item, notice = payload.get("item", {}), payload["notice"]
    return Pending(
        id=row["id"],
        kind=row["kind"],
        episode=row["episode"],
        number=row["number"],
        about=About(
            target=row["target"],
            check_id=row["check_id"],
            store_id=row["store_id"],
            kind=item.get("kind", ""),
            severity=row["severity"],
            cause=row["cause"],
            tags=tuple(item.get("tags", ())),
            owner=item.get("owner"),
        ),
        at=from_iso(notice["at"]),
        created_at=from_iso(row["created_at"]),
        over=row["kind"] in ("resolved", "data_back") or (row["kind"] == "calm" and "until" in notice),
        incident=row["incident_id"],
        held_by=row["held_by"],
        planned_for=planned,
    )


def _queued(db: Any) -> dict[tuple[str, str], tuple[Queued, ...]]:
    """The unsettled deliveries of every thread, oldest first."""
    query = (
        DeliveryRow.select(
            DeliveryRow.id,
            DeliveryRow.thread,
            DeliveryRow.alerter,
            DeliveryRow.kind,
            DeliveryRow.state,
            OutboxRow.episode,
        )
        .join(DeliveryNotice, on=DeliveryNotice.delivery_id == DeliveryRow.id)
        .join(OutboxRow, on=OutboxRow.id == DeliveryNotice.outbox_id)
        .where(DeliveryRow.state << UNSETTLED)
        .order_by(DeliveryRow.id)
    )
    rows: dict[int, list[Any]] = {}
    for row in query.dicts().execute(db):
        rows.setdefault(row["id"], []).append(row)
    found: dict[tuple[str, str], tuple[Queued, ...]] = {}
    for delivery, each in rows.items():
        first = each[0]
        queued = Queued(
            id=delivery,
            kind=first["kind"],
            episodes=tuple(dict.fromkeys(row["episode"] for row in each)),
            sending=first["state"] != "waiting",
        )
        key = first["thread"], first["alerter"]
        found[key] = (*found.get(key, ()), queued)
    return found


def _attention(db: Any) -> dict[str, Attention]:
    said = Incident.acknowledged_at.is_null(False) | Incident.snoozed_until.is_null(False)
    rows = Incident.select(Incident.episode, Incident.acknowledged_at, Incident.snoozed_until)
    rows = rows.where(Incident.status == "open", Incident.episode.is_null(False), said)
    return {
        episode: Attention(
            acknowledged=acknowledged is not None,
            snoozed_until=None if snoozed is None else from_iso(snoozed),
        )
        for episode, acknowledged, snoozed in rows.tuples().execute(db)
    }


def _failing(db: Any) -> dict[tuple[str, str], Literal["pending", "firing"]]:
    """The worst of each check's targets in a store."""
    rows = AlertStateRow.select(AlertStateRow.target, AlertStateRow.check_id, AlertStateRow.phase)
    found: dict[tuple[str, str], Literal["pending", "firing"]] = {}
    for target, check_id, phase in rows.where(AlertStateRow.phase != "ok").tuples().execute(db):
        key = target.partition("/")[0], check_id
        if phase != "pending":
            found[key] = "firing"
        else:
            found.setdefault(key, "pending")
    return found


def payloads(db: Any, ids: Iterable[int]) -> dict[int, Payload]:
    """What was written down with these notices; an item holds at least what the row itself says."""
    wanted = sorted(set(ids))
    found: dict[int, Payload] = {}
    for start in range(0, len(wanted), MANY):
        some = OutboxRow.select().where(OutboxRow.id << wanted[start : start + MANY])
        found |= {row["id"]: _payload(row) for row in some.dicts().execute(db)}
    return found


def _payload(row: Mapping[str, Any]) -> Payload:
    payload = loads(row["payload"])
    known = {name: row[name] for name in ("target", "check_id", "store_id", "severity", "episode")}
    least = {
        "name": row["check_id"],
        "kind": "",
        "store_url": "",
        "summary": "",
        "incident": row["incident_id"],
    }
    notice = payload["notice"]
    since = {name: notice[name] for name in ("since", "failures") if name in notice}
    return {**payload, "item": {**least, **payload.get("item", {}), **known, **since}}


def carry_out(db: Any, plan: Plan, alerts: Sequence[str], *, now: datetime) -> int:
    """Write a plan down inside the caller's transaction; returns how many deliveries are new.

    `alerts` are the contents of `plan.drafts`, in their order.
    """
    if plan.cancelled:
        DeliveryRow.update(state="replaced", done_at=iso(now)).where(
            DeliveryRow.id << plan.cancelled, DeliveryRow.state == "waiting"
        ).execute(db)
    threads.save(db, plan.threads, now=now)
    new = sum(_deliver(db, draft, alert, now) for draft, alert in zip(plan.drafts, alerts, strict=True))
    for held in plan.held:
        until = None if held.until is None else iso(held.until)
        OutboxRow.update(state="held", held_by=held.by, not_before=until).where(
            OutboxRow.id == held.id
        ).execute(db)
    _move(db, plan.settled, "planned", now)
    _move(db, plan.dropped, "dropped", now)
    tell(db, plan.remarks, now=now)
    return new


def _deliver(db: Any, draft: Draft, alert: str, now: datetime) -> bool:
    row = {
        "key": draft.key,
        "alerter": draft.alerter,
        "thread": draft.thread,
        "kind": draft.kind,
        "state": "waiting",
        "attempts": 0,
        "created_at": iso(now),
        "next_at": iso(now),
        "alert": alert,
    }
    query = DeliveryRow.insert(row).on_conflict(
        action="nothing", conflict_target=[DeliveryRow.key, DeliveryRow.alerter]
    )
    made = next(iter(query.returning(DeliveryRow.id).tuples().execute(db)), None)
    if made is None:
        return False
    linked = [{"delivery_id": made[0], "outbox_id": notice} for notice in dict.fromkeys(draft.notices)]
    DeliveryNotice.insert_many(linked).execute(db)
    return True


def _move(db: Any, ids: Sequence[int], state: str, now: datetime) -> None:
    for start in range(0, len(ids), MANY):
        OutboxRow.update(state=state, done_at=iso(now) if state == "dropped" else None).where(
            OutboxRow.id << ids[start : start + MANY]
        ).execute(db)


def tell(db: Any, remarks: Iterable[Remark], *, now: datetime, who: str = "monitor") -> None:
    """Lines for the timelines of incidents."""
    rows = [
        {
            "incident_id": each.incident,
            "at": iso(now),
            "what": each.what,
            "text": clean(each.text),
            "who": who,
            "details": "{}",
        }
        for each in remarks
    ]
    if rows:
        IncidentEventRow.insert_many(rows).execute(db)


def backlog(db: Any) -> Backlog:
    """How much there is still to tell and to send."""
    notices = dict(
        OutboxRow.select(OutboxRow.state, fn.COUNT(OutboxRow.id))
        .where(OutboxRow.state << WAITING)
        .group_by(OutboxRow.state)
        .tuples()
        .execute(db)
    )
    unsent = DeliveryRow.state << UNSETTLED
    ages = (
        OutboxRow.select(fn.MIN(OutboxRow.created_at)).where(OutboxRow.state == "waiting").scalar(db),
        DeliveryRow.select(fn.MIN(DeliveryRow.created_at)).where(unsent).scalar(db),
    )
    return Backlog(
        waiting=notices.get("waiting", 0),
        held=notices.get("held", 0),
        unsent=DeliveryRow.select(fn.COUNT(DeliveryRow.id)).where(unsent).scalar(db),
        dead=DeliveryRow.select(fn.COUNT(DeliveryRow.id)).where(DeliveryRow.state == "dead").scalar(db),
        oldest=min((from_iso(age) for age in ages if age), default=None),
    )

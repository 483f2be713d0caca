"""What was seen and what was told in the past: for asking what other rules would have told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from nano_sre.core.outbox import PastMessage, Verdict
from nano_sre.store.alert_models import DeliveryRow
from nano_sre.store.models import CheckRun, Incident
from nano_sre.store.plain import from_iso, iso, loads

SEEN = {"PASS": "pass", "WARN": "warn", "FAIL": "fail"}


def verdicts(db: Any, since: datetime) -> Iterator[Verdict]:
    """Every verdict since then, oldest first, without what it rests on."""
    rows = (
        CheckRun.select(
            CheckRun.target,
            CheckRun.check_id,
            CheckRun.skill_name,
            CheckRun.timestamp,
            CheckRun.status,
            CheckRun.inconclusive,
            CheckRun.summary,
        )
        .where(CheckRun.timestamp >= iso(since), CheckRun.target != "")
        .order_by(CheckRun.timestamp, CheckRun.id)
    )
    for target, check_id, kind, at, status, inconclusive, summary in rows.tuples().execute(db):
        yield Verdict(
            target=target,
            check_id=check_id,
            kind=kind,
            at=from_iso(at),
            seen="inconclusive" if inconclusive is not None else SEEN[status],  # type: ignore[arg-type]
            summary=inconclusive or summary,
        )


def causes(db: Any, since: datetime) -> dict[str, list[tuple[datetime, str]]]:
    """The likely causes of a target's incidents and when these began, oldest first."""
    rows = Incident.select(Incident.target, Incident.created_at, Incident.cause).where(
        Incident.cause.is_null(False), Incident.created_at >= iso(since)
    )
    found: dict[str, list[tuple[datetime, str]]] = {}
    for target, at, cause in rows.order_by(Incident.created_at).tuples().execute(db):
        found.setdefault(target, []).append((from_iso(at), cause))
    return found


def messages(db: Any, since: datetime) -> list[PastMessage]:
    """Every message that arrived since then, oldest first."""
    rows = (
        DeliveryRow.select(DeliveryRow.alerter, DeliveryRow.kind, DeliveryRow.done_at, DeliveryRow.alert)
        .where(DeliveryRow.state == "sent", DeliveryRow.done_at >= iso(since))
        .order_by(DeliveryRow.done_at, DeliveryRow.id)
    )
    return [
        PastMessage(alerter=alerter, kind=kind, at=from_iso(at), title=loads(alert).get("title", ""))
        for alerter, kind, at, alert in rows.tuples().execute(db)
    ]

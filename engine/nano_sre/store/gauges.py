"""A few numbers that say how things stand, cheap enough to ask every few seconds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peewee import fn

from nano_sre.core.outbox import Backlog
from nano_sre.core.values import frozen
from nano_sre.store import outbox, triggers
from nano_sre.store.models import Check, Incident, LastStatus
from nano_sre.store.plain import from_iso


@frozen
class Gauges:
    """`oldest_verdict` is the last result of the target that had none for the longest time."""

    open_incidents: int
    oldest_verdict: datetime | None
    backlog: Backlog
    dead_events: int = 0


def gauges(db: Any) -> Gauges:
    """Of what is applied and not paused."""
    count = Incident.select(fn.COUNT(Incident.id)).where(Incident.status == "open").scalar(db)
    known = (Check.check_id == LastStatus.check_id) & (Check.space == "check") & (Check.state == "active")
    oldest = (
        LastStatus.select(fn.MIN(LastStatus.timestamp))
        .join(Check, on=known)
        .where(LastStatus.inconclusive.is_null())
        .scalar(db)
    )
    return Gauges(
        open_incidents=int(count or 0),
        oldest_verdict=from_iso(oldest) if oldest else None,
        backlog=outbox.backlog(db),
        dead_events=triggers.dead(db),
    )

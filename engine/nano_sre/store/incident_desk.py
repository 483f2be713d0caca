"""What people do with incidents: look, acknowledge, snooze, resolve; and what an archived check leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from nano_sre.core import incident as core
from nano_sre.core.alert import AlertItem
from nano_sre.core.incident import MONITOR, AlertState, IncidentEvent, Notice, NoticeKind
from nano_sre.store.alert_models import AlertStateRow, IncidentEventRow, OutboxRow
from nano_sre.store.alert_states import locked_state, save_state
from nano_sre.store.errors import StoreError
from nano_sre.store.incidents import add_event, close, last_result
from nano_sre.store.models import Incident
from nano_sre.store.outbox import enqueue
from nano_sre.store.plain import from_iso, iso, loads, plain


class NoIncident(StoreError):
    """There is no incident of that number, or it is over already."""


# Looking


def listed(
    db: Any,
    *,
    resolved: bool = False,
    store: str | None = None,
    check: str | None = None,
    target: str | None = None,
    limit: int = 20,
) -> list[core.Incident]:
    """Open incidents, newest first, and after them, with `resolved`, those that are over."""
    query = Incident.select().order_by(Incident.status, Incident.created_at.desc(), Incident.id.desc())
    if not resolved:
        query = query.where(Incident.status == "open")
    if store is not None:
        query = query.where(Incident.target.startswith(f"{store}/"))
    if check is not None:
        query = query.where((Incident.check_id == check) | (Incident.skill_name == check))
    if target is not None:
        query = query.where(Incident.target == target)
    return [_incident(row) for row in query.limit(limit).dicts().execute(db)]


def one(db: Any, number: int) -> core.Incident:
    """Raises `NoIncident`."""
    row = next(iter(Incident.select().where(Incident.id == number).dicts().execute(db)), None)
    if row is None:
        raise NoIncident(f"there is no incident {number}", hint="“nano-sre incidents list --all” shows them")
    return _incident(row)


def timeline(db: Any, number: int) -> list[IncidentEvent]:
    """What happened, oldest first."""
    query = IncidentEventRow.select().where(IncidentEventRow.incident_id == number)
    rows = query.order_by(IncidentEventRow.at, IncidentEventRow.id).dicts().execute(db)
    return [
        IncidentEvent(
            at=from_iso(row["at"]),
            what=row["what"],
            text=row["text"],
            who=row["who"],
            details=_mapping(row["details"]),
        )
        for row in rows
    ]


def _incident(row: Mapping[str, Any]) -> core.Incident:
    return core.Incident(
        id=row["id"],
        episode=row["episode"] or "",
        target=row["target"],
        check_id=row["check_id"] or row["skill_name"],
        kind=row["skill_name"],
        store_url=row["store_url"],
        severity=row["severity"],
        title=row["title"],
        state="resolved" if row["status"] == "resolved" else row["state"],
        opened_at=from_iso(row["created_at"]),
        resolved_at=_time(row["resolved_at"]),
        cause=row["cause"],
        acknowledged_by=row["acknowledged_by"],
        acknowledged_at=_time(row["acknowledged_at"]),
        snoozed_until=_time(row["snoozed_until"]),
        snoozed_by=row["snoozed_by"],
        flapping=bool(row["flapping"]),
        run_id=row["run_id"],
        details=_mapping(row["details"]),
        error_context=_mapping(row["error_context"]),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else from_iso(text)


def _mapping(text: str | None) -> dict[str, Any]:
    found = loads(text)
    return found if isinstance(found, dict) else {} if found is None else {"details": found}


# What people say


def acknowledge(db: Any, number: int, *, who: str, now: datetime) -> core.Incident:
    """Somebody is at it: no reminders any more. Raises `NoIncident`."""
    _open_one(db, number)
    Incident.update(acknowledged_by=who, acknowledged_at=iso(now)).where(Incident.id == number).execute(db)
    add_event(db, number, at=now, what="acknowledged", text=f"{who} is looking after it.", who=who)
    return one(db, number)


def snooze(db: Any, number: int, *, until: datetime, who: str, now: datetime) -> core.Incident:
    """Nothing is told of it until then; a moment that has passed wakes it. Raises `NoIncident`."""
    _open_one(db, number)
    over = until <= now
    Incident.update(snoozed_until=None if over else iso(until), snoozed_by=None if over else who).where(
        Incident.id == number
    ).execute(db)
    text = "Messages are sent again." if over else f"No messages until {until:%Y-%m-%d %H:%M} UTC."
    add_event(db, number, at=now, what="snoozed", text=text, who=who)
    return one(db, number)


def resolve(db: Any, number: int, *, because: str, who: str, now: datetime) -> bool:
    """Call it over by hand. Whoever was told of it is told. Raises `NoIncident`.

    Gives whether the target still fails, or still has no verdict: then it opens again before long.
    """
    row = _open_one(db, number)
    state = _state(db, row)
    lasts = state.recent[-1:] == (True,) or (state.no_data and state.blind_episode == row["episode"])
    _end(db, row, state, why=because, who=who, now=now)
    if state.blind_episode is not None and state.blind_episode == row["episode"]:
        state = replace(state, blind_since=now, no_data=False, blind_episode=None)
    elif state.episode == row["episode"]:
        state = replace(state.over(), passes=0, turns=())
    if row["target"]:
        save_state(db, state, check_id=row["check_id"])
    return lasts


def archive(db: Any, *, check: str | None = None, store: str | None = None, why: str, now: datetime) -> None:
    """End everything that is remembered of the targets of a check, or of a store. Whoever was told is told."""
    of_them: Callable[[Any], Any] = (
        (lambda model: model.check_id == check)
        if check is not None
        else (lambda model: model.target.startswith(f"{store}/"))
    )
    _end_all(db, of_them(Incident), why=why, who=MONITOR, now=now)
    AlertStateRow.delete().where(of_them(AlertStateRow)).execute(db)


def expect(db: Any, targets: Mapping[str, str], *, now: datetime) -> None:
    """Wait for results of these targets (each with its check's id) and of no others.

    What never ran is missed from now on; what is run no more, because a device or a market went or the check is
    paused, has its incidents ended. The monitor's own targets stay.
    """
    rows = AlertStateRow.select(AlertStateRow.target, AlertStateRow.check_id).order_by(AlertStateRow.target)
    known = dict(rows.tuples().execute(db))
    for target in sorted(targets.keys() - known.keys()):
        save_state(db, AlertState(target=target), check_id=targets[target])
    for target in sorted(known.keys() - targets.keys()):
        if not target.startswith(f"{MONITOR}/"):
            _end_all(db, Incident.target == target, why="it is not run any more", who=MONITOR, now=now)
            AlertStateRow.delete().where(AlertStateRow.target == target).execute(db)


def _end_all(db: Any, which: Any, *, why: str, who: str, now: datetime) -> None:
    rows = Incident.select().where(which, Incident.status == "open").order_by(Incident.id)
    for row in list(rows.dicts().execute(db)):
        _end(db, row, _state(db, row), why=why, who=who, now=now)


def _state(db: Any, row: Mapping[str, Any]) -> AlertState:
    """What is remembered of an incident's target; rows that others wrote may have none."""
    if not row["target"]:
        return AlertState(target="")
    return locked_state(db, row["target"], check_id=row["check_id"])


def _open_one(db: Any, number: int) -> dict[str, Any]:
    row = next(iter(Incident.select().where(Incident.id == number).dicts().execute(db)), None)
    if row is None:
        raise NoIncident(
            f"there is no incident {number}", hint="“nano-sre incidents list” shows the open ones"
        )
    if row["status"] != "open":
        since = f", since {from_iso(row['resolved_at']):%Y-%m-%d %H:%M} UTC" if row["resolved_at"] else ""
        raise NoIncident(f"incident {number} is over already{since}")
    return dict(row)


def _end(db: Any, row: Mapping[str, Any], state: AlertState, *, why: str, who: str, now: datetime) -> None:
    """Resolve a row, and tell it when people may have been told of the trouble."""
    close(db, row["id"], at=now, why=why, who=who)
    if not row["episode"]:
        return
    blind = state.blind_episode == row["episode"]
    kind: NoticeKind = "data_back" if blind else "resolved"
    notice = Notice(
        kind=kind,
        target=row["target"],
        episode=row["episode"],
        number=_next_number(db, row["episode"], state, blind=blind),
        at=now,
        since=state.blind_since if blind else state.failing_since,
        until=now,
    )
    _tell_the_end(db, row, notice, why=why)


def _next_number(db: Any, episode: str, state: AlertState, *, blind: bool) -> int:
    if blind:
        return 2
    if state.episode == episode:
        return state.number + 1
    told = OutboxRow.select(OutboxRow.number).where(OutboxRow.episode == episode)
    return int(told.order_by(OutboxRow.number.desc()).limit(1).scalar(db) or 0) + 1


def _tell_the_end(db: Any, row: Mapping[str, Any], notice: Notice, *, why: str) -> None:
    target, check_id = row["target"], row["check_id"]
    result, _ = last_result(db, target, check_id=check_id)
    kept = _mapping(row["details"]).get("item")
    known = dict(kept) if isinstance(kept, dict) else {}
    about = plain(
        AlertItem(
            target=target,
            check_id=check_id,
            name=result.name,
            kind=result.kind,
            severity=row["severity"],
            store_id=result.store_id,
            store_url=row["store_url"],
            summary=why,
        )
    )
    enqueue(
        db,
        notice,
        incident_id=row["id"],
        check_id=check_id,
        store_id=result.store_id,
        severity=row["severity"],
        cause=row["cause"],
        payload={"item": {**known, **about, "until": notice.until}},
    )

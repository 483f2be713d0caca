"""What asked for a run: events that came in, each kept before it is answered, and how far timetables have come."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from peewee import fn

from nano_sre.core.result import utc_now
from nano_sre.core.trigger import TriggerEvent
from nano_sre.core.values import frozen
from nano_sre.store.alert_models import Look, ScheduleMark, TriggerEventRow
from nano_sre.store.models import CheckRun
from nano_sre.store.plain import clean, dumps, from_iso, iso, loads, plain

BATCH = 500  # rows of one statement
OPEN = ("pending", "running")


@frozen
class KeptEvent:
    """An event and the id of its row. `attempts` is how often its run was begun, perhaps by processes that died."""

    id: int
    event: TriggerEvent
    attempts: int

    @property
    def began(self) -> bool:
        return self.attempts > 0


def keep(db: Any, event: TriggerEvent) -> bool:
    """Keep an event; False when the trigger has brought it before. Inside the caller's transaction."""
    row = {
        "key": clean(event.key),
        "trigger_name": event.trigger,
        "at": iso(event.at),
        "due": None if event.due is None else iso(event.due),
        "state": "pending",
        "payload": dumps(plain(dict(event.payload or {}))),
    }
    conflict = (TriggerEventRow.trigger_name, TriggerEventRow.key)
    query = TriggerEventRow.insert(row).on_conflict(action="nothing", conflict_target=conflict)
    return bool(list(query.returning(TriggerEventRow.id).tuples().execute(db)))


def waiting(db: Any, *, limit: int = 100) -> list[KeptEvent]:
    """Events whose run is not recorded yet, oldest first."""
    query = TriggerEventRow.select().where(TriggerEventRow.state << OPEN).order_by(TriggerEventRow.id)
    return [_kept(row) for row in query.limit(limit).dicts().execute(db)]


def begin(db: Any, ids: Collection[int]) -> None:
    """Say that these are being run. It is counted before anything runs: a process that dies counts nothing."""
    _change(db, ids, state="running", attempts=TriggerEventRow.attempts + 1)


def let_go(db: Any, ids: Collection[int]) -> None:
    """Say that the runs of these were broken off on purpose: that is not held against them."""
    _change(db, ids, state="pending", attempts=TriggerEventRow.attempts - 1)


def put_aside(db: Any, event: int, *, why: str, at: datetime) -> None:
    """Say that this one never runs again, though no run of it is recorded."""
    _change(db, [event], state="dead", done_at=iso(at), last_error=clean(why))


def dead(db: Any) -> int:
    """How many events are put aside."""
    query = TriggerEventRow.select(fn.COUNT(TriggerEventRow.id)).where(TriggerEventRow.state == "dead")
    return int(query.scalar(db) or 0)


def finish(db: Any, ids: Collection[int], *, run_id: str, at: datetime | None = None) -> None:
    """These are answered by a run that is recorded: they never run again."""
    _change(db, ids, state="done", run_id=run_id, done_at=iso(at or utc_now()))


def is_done(db: Any, trigger: str, key: str) -> bool:
    """Whether an event's run is recorded, or never will be."""
    same = (TriggerEventRow.trigger_name == trigger) & (TriggerEventRow.key == clean(key))
    query = TriggerEventRow.select(TriggerEventRow.state).where(same).tuples().execute(db)
    return [row[0] for row in query] in (["done"], ["dead"])


def marks(db: Any) -> dict[str, datetime]:
    """The last moment of every name of a timetable whose run is recorded."""
    rows = ScheduleMark.select(ScheduleMark.name, ScheduleMark.last_due).tuples().execute(db)
    return {name: from_iso(due) for name, due in rows}


def mark(db: Any, due: Mapping[str, datetime], *, at: datetime | None = None) -> None:
    """Keep these moments as done; in the transaction that records their runs, or after it."""
    now = iso(at or utc_now())
    rows = [{"name": name, "last_due": iso(when), "updated_at": now} for name, when in sorted(due.items())]
    for start in range(0, len(rows), BATCH):
        query = ScheduleMark.insert_many(rows[start : start + BATCH]).on_conflict(
            conflict_target=[ScheduleMark.name],
            preserve=[ScheduleMark.last_due, ScheduleMark.updated_at],
        )
        query.execute(db)


def last_look(db: Any, name: str) -> Any:
    """What a trigger saw when it looked last; None when it never did."""
    return loads(Look.select(Look.found).where(Look.name == name).scalar(db))


def looked(db: Any, name: str, found: Any, *, at: datetime | None = None) -> None:
    """Keep what a trigger sees now, in the transaction that keeps the event of it."""
    row = {"name": name, "found": dumps(found), "updated_at": iso(at or utc_now())}
    kept = [Look.found, Look.updated_at]
    Look.insert(row).on_conflict(conflict_target=[Look.name], preserve=kept).execute(db)


def recorded(db: Any, run_key: str) -> set[str]:
    """The targets whose result under this run key is there already: they need not run again."""
    query = CheckRun.select(CheckRun.target).where(CheckRun.run_key == run_key)
    return {row[0] for row in query.tuples().execute(db)}


def _change(db: Any, ids: Collection[int], **values: Any) -> None:
    every = sorted(ids)
    for start in range(0, len(every), BATCH):
        chosen = TriggerEventRow.id << every[start : start + BATCH]
        TriggerEventRow.update(values).where(chosen & (TriggerEventRow.state << OPEN)).execute(db)


def _kept(row: Mapping[str, Any]) -> KeptEvent:
    payload = loads(row["payload"])
    event = TriggerEvent(
        trigger=row["trigger_name"],
        key=row["key"],
        at=from_iso(row["at"]),
        due=None if row["due"] is None else from_iso(row["due"]),
        payload=payload if isinstance(payload, dict) and payload else None,
    )
    return KeptEvent(id=row["id"], event=event, attempts=row["attempts"])

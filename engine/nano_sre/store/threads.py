"""Threads as rows: what one alerter knows of one trouble."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from nano_sre.core.outbox import About, Member, Queued, Thread
from nano_sre.store.alert_models import ThreadRow
from nano_sre.store.plain import dumps, from_iso, iso, loads, plain


def open_threads(db: Any, queued: Mapping[tuple[str, str], tuple[Queued, ...]]) -> Iterator[Thread]:
    """Every thread in which something still fails, with its unsettled deliveries."""
    rows = ThreadRow.select().where(ThreadRow.open > 0).order_by(ThreadRow.thread, ThreadRow.alerter)
    for row in rows.dicts().execute(db):
        yield _thread(row, queued.get((row["thread"], row["alerter"]), ()))


def save(db: Any, threads: Iterable[Thread], *, now: datetime) -> None:
    """Write threads as planning left them; what the channel gave for them stays."""
    for thread in threads:
        row = {
            "thread": thread.name,
            "alerter": thread.alerter,
            "ref": "{}",
            "told_at": None if thread.told_at is None else iso(thread.told_at),
            "reminded": thread.reminded,
            "open": len(thread.open),
            "updated_at": iso(now),
            "details": dumps({"group": thread.group, "members": [plain(m) for m in thread.members]}),
        }
        ThreadRow.insert(row).on_conflict(
            conflict_target=[ThreadRow.thread, ThreadRow.alerter],
            preserve=[ThreadRow.open, ThreadRow.updated_at, ThreadRow.details],
        ).execute(db)


def ref(db: Any, name: str, alerter: str) -> dict[str, str]:
    """What earlier messages of the thread left behind in the channel."""
    found = loads(ThreadRow.select(ThreadRow.ref).where(*_key(name, alerter)).scalar(db))
    return found if isinstance(found, dict) else {}


def reached(
    db: Any,
    name: str,
    alerter: str,
    *,
    episodes: Iterable[str],
    ref: Mapping[str, str] | None,
    trouble: bool,
    reminder: bool,
    now: datetime,
) -> None:
    """A message of the thread arrived: its episodes are told, and the clock of its next reminder begins anew."""
    row = next(iter(ThreadRow.select().where(*_key(name, alerter)).dicts().execute(db)), None)
    if row is None:
        return
    told = set(episodes)
    thread = _thread(row, ())
    members = [replace(m, told=m.told or m.episode in told) for m in thread.members]
    changed: dict[str, Any] = {
        "details": dumps({"group": thread.group, "members": [plain(m) for m in members]}),
        "updated_at": iso(now),
    }
    if ref:
        changed["ref"] = dumps({**(loads(row["ref"]) or {}), **ref})
    if trouble:
        changed["told_at"] = iso(now)
    if reminder:
        changed["reminded"] = row["reminded"] + 1
    ThreadRow.update(changed).where(*_key(name, alerter)).execute(db)


def given_up(db: Any, name: str, alerter: str, *, now: datetime) -> bool:
    """A message of the thread never arrived: the next reminder tries again, after its usual time.

    Returns whether the alerter was told of anything in the thread before.
    """
    row = next(iter(ThreadRow.select().where(*_key(name, alerter)).dicts().execute(db)), None)
    if row is None:
        return False
    ThreadRow.update(told_at=iso(now), reminded=row["reminded"] + 1, updated_at=iso(now)).where(
        *_key(name, alerter)
    ).execute(db)
    return any(member.told for member in _thread(row, ()).members)


def _key(name: str, alerter: str) -> tuple[Any, Any]:
    return ThreadRow.thread == name, ThreadRow.alerter == alerter


def _thread(row: Mapping[str, Any], queued: tuple[Queued, ...]) -> Thread:
    details = loads(row["details"])
    return Thread(
        name=row["thread"],
        alerter=row["alerter"],
        group=details["group"],
        told_at=None if row["told_at"] is None else from_iso(row["told_at"]),
        reminded=row["reminded"],
        members=tuple(_member(each) for each in details["members"]),
        queued=queued,
    )


def _member(data: Mapping[str, Any]) -> Member:
    return Member(**{**data, "about": about(data["about"])})


def about(data: Mapping[str, Any]) -> About:
    return About(**{**data, "tags": tuple(data.get("tags", ()))})

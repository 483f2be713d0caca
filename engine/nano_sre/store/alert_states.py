"""What is remembered of every target between two results."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from peewee import SqliteDatabase

from nano_sre.core.incident import AlertState, Observation, Seen
from nano_sre.core.result import TargetResult, utc_now
from nano_sre.store.alert_models import AlertStateRow
from nano_sre.store.plain import dumps, from_iso, iso, loads, plain

_TIMES = ("failing_since", "fired_at", "judged_at", "blind_since")


def state_of(db: Any, target: str) -> AlertState:
    """The target's state; that of one nobody has seen yet when there is none."""
    row = AlertStateRow.select(AlertStateRow.state).where(AlertStateRow.target == target)
    return _restored(target, row.scalar(db))


def locked_state(db: Any, target: str, *, check_id: str) -> AlertState:
    """`state_of`, kept from other writers until the caller's transaction ends."""
    AlertStateRow.insert(
        target=target, check_id=check_id, phase="ok", state="{}", updated_at=iso(utc_now())
    ).on_conflict(action="nothing", conflict_target=[AlertStateRow.target]).execute(db)
    row = AlertStateRow.select(AlertStateRow.state).where(AlertStateRow.target == target)
    if not isinstance(db, SqliteDatabase):  # there, the whole transaction is alone
        row = row.for_update()
    return _restored(target, row.scalar(db))


def save_state(db: Any, state: AlertState, *, check_id: str) -> None:
    """Keep a target's state."""
    kept = {name: value for name, value in plain(state).items() if name != "target"}
    AlertStateRow.insert(
        target=state.target,
        check_id=check_id,
        phase=state.phase,
        state=dumps(kept),
        updated_at=iso(utc_now()),
    ).on_conflict(
        conflict_target=[AlertStateRow.target],
        preserve=[
            AlertStateRow.check_id,
            AlertStateRow.phase,
            AlertStateRow.state,
            AlertStateRow.updated_at,
        ],
    ).execute(db)


def states(db: Any) -> dict[str, AlertState]:
    """The states of all targets, by target."""
    rows = AlertStateRow.select(AlertStateRow.target, AlertStateRow.state).order_by(AlertStateRow.target)
    return {target: _restored(target, text) for target, text in rows.tuples().execute(db)}


def owner_of(db: Any, target: str) -> str:
    """The id of the target's check; empty when nothing is remembered of it."""
    row = AlertStateRow.select(AlertStateRow.check_id).where(AlertStateRow.target == target)
    return str(row.scalar(db) or "")


def forget(db: Any, targets: Collection[str]) -> None:
    """Nothing is remembered of these targets any more."""
    for target in targets:
        AlertStateRow.delete().where(AlertStateRow.target == target).execute(db)


def _restored(target: str, text: str | None) -> AlertState:
    """The state in a row; a field that this program does not know, or that is damaged, is left out."""
    data = loads(text)
    if not isinstance(data, dict):
        return AlertState(target=target)
    known = {f.name for f in dataclasses.fields(AlertState)} - {"target"}
    held = {name: value for name, value in data.items() if name in known}
    held |= {name: _moment(held[name]) for name in _TIMES if name in held}
    held["turns"] = tuple(moment for text in held.get("turns", ()) if (moment := _moment(text)) is not None)
    held["recent"] = tuple(bool(each) for each in held.get("recent", ()))
    return AlertState(target=target, **held)


def _moment(text: Any) -> datetime | None:
    try:
        return from_iso(str(text))
    except ValueError:
        return None


# What a result is to incidents


def observed(db: Any, result: TargetResult, *, others: Collection[str] | None = None) -> Observation:
    """A result as incidents see it, with how the check's other devices fare in the same place.

    `others` are their targets; by default those that have been seen.
    """
    held = {other: state_of(db, other) for other in others} if others is not None else _siblings(db, result)
    return Observation(
        at=from_iso(iso(result.result.timestamp)),
        seen=_seen(result),
        others=len(held),
        others_failing=sum(1 for state in held.values() if state.recent[-1:] == (True,)),
    )


def _seen(result: TargetResult) -> Seen:
    if result.inconclusive is not None:
        return "inconclusive"
    seen: Mapping[str, Seen] = {"PASS": "pass", "WARN": "warn", "FAIL": "fail"}
    return seen[result.status]


def _siblings(db: Any, result: TargetResult) -> dict[str, AlertState]:
    """The same store, check, market and variant on other devices: `store/id@device/market`."""
    if result.device is None:
        return {}
    check, _, place = result.target.partition("@")
    rest = place.partition("/")[2]
    rows = AlertStateRow.select(AlertStateRow.target, AlertStateRow.state).where(
        AlertStateRow.check_id == result.check_id, AlertStateRow.target != result.target
    )
    found = {}
    for target, text in rows.tuples().execute(db):
        its_check, _, its_place = target.partition("@")
        if its_check == check and its_place.partition("/")[2] == rest:
            found[target] = _restored(target, text)
    return found

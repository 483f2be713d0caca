"""A rename that keeps the history: everything that belongs to an id or to its targets gets the new id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peewee import fn

from nano_sre.store.alert_models import AlertStateRow, OutboxRow, Rollup
from nano_sre.store.errors import StoreError
from nano_sre.store.models import Baseline, Check, CheckRun, Incident, LastStatus, Revision

# No id that people can write holds a control character.
_PARKED = "\x1f"


def rename(db: Any, space: str, moves: Mapping[str, str]) -> None:
    """Carry out `{old id: new id}` inside the caller's transaction; chains and swaps are fine."""
    if set(moves) & set(moves.values()):
        parked = {old: f"{_PARKED}{number}" for number, old in enumerate(moves)}
        for old, place in parked.items():
            _rename(db, space, old, place)
        moves = {place: moves[old] for old, place in parked.items()}
    for old, new in moves.items():
        _rename(db, space, old, new)


def _rename(db: Any, space: str, old: str, new: str) -> None:
    _make_room(db, space, old, new)
    taken = (Revision.space == space) & (Revision.check_id == new)
    offset = int(Revision.select(fn.COALESCE(fn.MAX(Revision.number), 0)).where(taken).scalar(db))
    Revision.update(check_id=new, number=Revision.number + offset).where(
        Revision.space == space, Revision.check_id == old
    ).execute(db)
    Check.update(check_id=new).where(Check.space == space, Check.check_id == old).execute(db)
    for check_id, target in _targets(db, space, old):
        _retarget(
            db,
            check_id,
            target,
            new_id=new if space == "check" else check_id,
            new=_new_target(space, target, old, new),
        )
    if space == "store":
        OutboxRow.update(store_id=new).where(OutboxRow.store_id == old).execute(db)
    else:
        for model in (CheckRun, Incident, OutboxRow):
            model.update(check_id=new).where(model.check_id == old).execute(db)


def _make_room(db: Any, space: str, old: str, new: str) -> None:
    """An archived namesake gives way; one that runs does not."""
    rows = Check.select(Check.check_id, Check.state).where(Check.space == space, Check.check_id << [old, new])
    states = dict(rows.tuples().execute(db))
    if old not in states:
        raise StoreError(f"the plan renames {old}, which is not registered")
    if states.get(new, "archived") != "archived":
        raise StoreError(f"the plan renames {old} to {new}, but {new} is registered already")
    Check.delete().where(Check.space == space, Check.check_id == new).execute(db)


def _targets(db: Any, space: str, old: str) -> list[tuple[str, str]]:
    """(check id, target) concerned. The small tables know every target that ever ran or was waited for."""
    known: dict[tuple[str, str], None] = {}
    for model in (LastStatus, AlertStateRow):
        query = model.select(model.check_id, model.target)
        rows = query.where(model.check_id == old) if space == "check" else query
        known |= {(row[0], row[1]): None for row in rows.tuples().execute(db)}
    found = list(known)
    return found if space == "check" else [pair for pair in found if pair[1].partition("/")[0] == old]


def _new_target(space: str, target: str, old: str, new: str) -> str:
    """`store/id@device/market` with its store or its id replaced."""
    store, slash, rest = target.partition("/")
    if space == "store":
        return f"{new}{slash}{rest}"
    check_id, at, place = rest.partition("@")
    return f"{store}/{new}{at}{place}" if check_id == old else target


def _retarget(db: Any, check_id: str, target: str, *, new_id: str, new: str) -> None:
    # What an archived namesake left behind in tables that hold one row per target.
    if new != target:
        LastStatus.delete().where(LastStatus.target == new).execute(db)
        AlertStateRow.delete().where(AlertStateRow.target == new).execute(db)
    clash = Baseline.alias()
    twins = clash.select(
        clash.skill_name.concat("|").concat(clash.store_url).concat("|").concat(clash.metric)
    )
    Baseline.delete().where(
        Baseline.target == new,
        Baseline.target != target,
        Baseline.skill_name.concat("|").concat(Baseline.store_url).concat("|").concat(Baseline.metric)
        << twins.where(clash.target == target),
    ).execute(db)
    if new != target:
        days = Rollup.alias()
        Rollup.delete().where(
            Rollup.target == new, Rollup.day << days.select(days.day).where(days.target == target)
        ).execute(db)
    Rollup.update(check_id=new_id, target=new).where(Rollup.target == target).execute(db)
    LastStatus.update(check_id=new_id, target=new).where(LastStatus.target == target).execute(db)
    Baseline.update(target=new).where(Baseline.target == target).execute(db)
    for model in (AlertStateRow, Incident, OutboxRow):
        model.update(check_id=new_id, target=new).where(model.target == target).execute(db)
    # A key guards against recording one run twice while it is fresh; kept, it could clash with a namesake's.
    CheckRun.update(check_id=new_id, target=new, run_key=None).where(
        CheckRun.check_id == check_id, CheckRun.target == target
    ).execute(db)

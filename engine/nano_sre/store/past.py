"""What was applied once, serial by serial, and what lies beside the checks without being anybody's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nano_sre.core.check import space_of
from nano_sre.store.models import Audit, Baseline, Incident, Revision
from nano_sre.store.plain import from_iso, loads
from nano_sre.store.registry import RevisionRow, revision_row


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRow:
    """One apply that changed something. `changes` are its lines: action, id, kind, hash, from. `at` is UTC."""

    serial: int
    at: datetime
    who: str
    git_commit: str | None
    git_dirty: bool
    reason: str | None
    changes: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRow:
    """Something no apply touches: a learned or accepted baseline, an open incident. `since` is UTC."""

    what: str  # baseline | incident
    check_id: str
    target: str
    about: str
    since: datetime


def applies(db: Any, *, after: int = 0) -> list[ApplyRow]:
    """Oldest first."""
    rows = Audit.select().where(Audit.action == "apply").order_by(Audit.id).dicts().execute(db)
    return [made for row in rows if (made := _apply_row(row)).serial > after]


def _apply_row(row: dict[str, Any]) -> ApplyRow:
    told = loads(row["details"])
    return ApplyRow(
        serial=int(told["serial"]),
        at=from_iso(row["at"]),
        who=row["who"],
        git_commit=told.get("commit"),
        git_dirty=bool(told.get("dirty")),
        reason=told.get("reason"),
        changes=tuple(told["changes"]),
    )


def registry_at(db: Any, *, serial: int) -> list[RevisionRow]:
    """Every revision that was current at `serial`. A check renamed since is found under its id of today."""
    live: dict[tuple[str, str], tuple[int, str]] = {}
    for each in applies(db):
        if each.serial > serial:
            break
        for change in each.changes:
            space = space_of(change["kind"])
            live.pop((space, change.get("from", change["id"])), None)
        for change in each.changes:
            if change["action"] != "archive":
                live[space_of(change["kind"]), change["id"]] = (each.serial, change["hash"])
    wanted = {(space, made, content) for (space, _), (made, content) in live.items()}
    rows = Revision.select().where(Revision.serial <= serial).order_by(Revision.id).dicts().execute(db)
    return [revision_row(row) for row in rows if (row["space"], row["serial"], row["content_hash"]) in wanted]


def runtime_state(db: Any) -> list[StateRow]:
    """Baselines and open incidents, by check."""
    found = [
        StateRow(
            what="baseline",
            check_id=_check_of(row["target"]) or row["skill_name"],
            target=row["target"],
            about=row["metric"] or ", ".join(sorted(_names(row["baseline_data"]))),
            since=from_iso(row["updated_at"]),
        )
        for row in Baseline.select().dicts().execute(db)
    ]
    found += [
        StateRow(
            what="incident",
            check_id=row["check_id"] or row["skill_name"],
            target=row["target"],
            about=row["title"] + _said(row),
            since=from_iso(row["created_at"]),
        )
        for row in Incident.select().where(Incident.status == "open").dicts().execute(db)
    ]
    return sorted(found, key=lambda row: (row.check_id, row.what, row.target, row.about))


def _said(row: Mapping[str, Any]) -> str:
    """What people have said of an incident."""
    said = [f"acknowledged by {row['acknowledged_by']}"] if row["acknowledged_by"] else []
    if row["snoozed_until"]:
        said.append(
            f"snoozed until {from_iso(row['snoozed_until']):%Y-%m-%d %H:%M} UTC by {row['snoozed_by']}"
        )
    return f" ({', '.join(said)})" if said else ""


def _check_of(target: str) -> str:
    return target.partition("/")[2].partition("@")[0]


def _names(data: str) -> list[str]:
    known = loads(data)
    return [str(name) for name in known] if isinstance(known, dict) else []

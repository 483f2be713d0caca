"""A plan as JSON: for people's tools, and as a file that `apply --plan` carries out or refuses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, get_args

from nano_sre.core.redact import MASK
from nano_sre.spec.plan import Action, Change, FieldChange, Plan

FORMAT = "nano-sre/plan-file"
VERSION = 1


class PlanFileTrouble(Exception):
    """A plan file that cannot be used. `str()` is a sentence, `hint` says what to do."""

    def __init__(self, message: str, *, hint: str = "make the plan again: nano-sre plan --out FILE") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """What a plan was made from and what it would do. It holds no content: the folder and its hashes do.

    `database` is the identity of the database (None: there was none), `files` maps each file to the SHA-256 of
    its bytes, `made_at` is UTC, `prune` and `allow_mass_prune` are what was confirmed when it was made.
    """

    tool_version: str
    made_at: str
    made_by: str
    paths: list[str]
    environment: str | None
    database: str | None
    serial: int
    files: dict[str, str]
    prune: bool
    allow_mass_prune: bool
    changes: list[dict[str, Any]]


def write_plan_file(plan: PlanFile) -> str:
    """The file's text. Its checksum tells damage; it is no signature."""
    body = {"format": FORMAT, "version": VERSION, **asdict(plan)}
    return json.dumps({**body, "checksum": _checksum(body)}, ensure_ascii=False, indent=1) + "\n"


def read_plan_file(text: str, *, name: str) -> PlanFile:
    """The plan that was written. Raises `PlanFileTrouble` for anything else; `name` is what people call the file."""
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise PlanFileTrouble(f"{name} is not a plan of “nano-sre plan --out”, or it is damaged")
    if data.get("version") != VERSION:
        raise PlanFileTrouble(
            f"{name} has plan format {data.get('version')}, this Nano-SRE reads format {VERSION}",
            hint="plan and apply with the same version of Nano-SRE",
        )
    body = {key: value for key, value in data.items() if key != "checksum"}
    names = {field.name for field in fields(PlanFile)}
    if data.get("checksum") != _checksum(body) or not names <= set(body):
        raise PlanFileTrouble(f"{name} is damaged: it was changed after it was written")
    return PlanFile(**{key: value for key, value in body.items() if key in names})


def _checksum(body: Mapping[str, Any]) -> str:
    text = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def what_moved(saved: PlanFile, now: PlanFile) -> list[str]:
    """Why a saved plan is stale, a phrase each; empty when it would do today what it was made to do."""
    told = []
    if saved.tool_version != now.tool_version:
        told.append(f"it was made by Nano-SRE {saved.tool_version}, this is {now.tool_version}")
    if saved.database is not None and saved.database != now.database:
        return [*told, "it was made against another database"]
    if saved.serial != now.serial:
        told.append(f"the registry was at {saved.serial} and is at {now.serial}")
    told += _moved_files(saved.files, now.files)
    if not told and [_what(c) for c in saved.changes] != [_what(c) for c in now.changes]:
        told.append("the same files and registry now give another plan: somebody edited the database")
    return told


def _moved_files(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    told = [f"{name} was changed" for name in before if name in after and before[name] != after[name]]
    told += [f"{name} is gone" for name in before if name not in after]
    return told + [f"{name} is new" for name in after if name not in before]


def _what(change: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(change.get(key) for key in ("action", "id", "kind", "previous_id", "hash", "code_hash"))


def plan_document(made: Plan) -> dict[str, Any]:
    """The body of `nano-sre plan --json`."""
    return {
        "serial": made.serial,
        "changes": [change_document(c) for c in made.changes],
        "counts": {action: len(made.of(action)) for action in get_args(Action)},
    }


def change_document(change: Change) -> dict[str, Any]:
    """One line of a plan. Passwords that stand in a file in plain text are dots."""
    return {
        "action": change.action,
        "id": change.check_id,
        "kind": change.kind,
        "name": change.name,
        "previous_id": change.previous_id,
        "by_upgrade": change.by_upgrade,
        "drifted": change.drifted,
        "undoes": change.undoes,
        "position": str(change.span) if change.span else None,
        "hash": change.linked.hash if change.linked else None,
        "code_hash": change.code_hash,
        "fields": [field_document(each) for each in change.fields],
    }


def field_document(each: FieldChange) -> dict[str, Any]:
    """One differing value."""
    shown = without_password(each)
    place = str(each.span) if each.span else None
    return {"path": shown.path, "old": shown.old, "new": shown.new, "position": place}


def without_password(each: FieldChange) -> FieldChange:
    """The change as it may be shown: a plain password is dots; a reference to a secret is only its name."""
    if each.path != "password":
        return each
    return FieldChange(path=each.path, old=_dots(each.old), new=_dots(each.new), span=each.span)


def hidden(canonical: Mapping[str, Any]) -> dict[str, Any]:
    """A canonical form as it may be shown."""
    return {key: _dots(value) if key == "password" else value for key, value in canonical.items()}


def _dots(value: Any) -> Any:
    return MASK if isinstance(value, str) and value and "${" not in value else value

"""What is applied: the registered checks, their revisions, and the one transaction that changes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from peewee import JOIN, SqliteDatabase, fn

from nano_sre.core.check import space_of
from nano_sre.core.diagnostics import Span
from nano_sre.core.result import utc_now
from nano_sre.store.database import LOCK_REGISTRY, LOCK_SPACE
from nano_sre.store.errors import StalePlan, StoreError
from nano_sre.store.incident_desk import archive
from nano_sre.store.models import Audit, Check, Registry, Revision
from nano_sre.store.plain import dumps, from_iso, iso, loads, plain
from nano_sre.store.rename import rename

State = Literal["active", "paused", "archived"]
Action = Literal["create", "update", "move", "pause", "resume", "archive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredCheck:
    """A document as it is applied: its current revision.

    `recorded_hash` is what the apply wrote down beside the content, `code_hash` the Python that the check runs
    (None: it runs none, or nobody knew), `note` why the revision was made when no file asked for it.
    """

    check_id: str
    kind: str
    name: str
    state: State
    revision_number: int
    revision_id: int
    content_hash: str
    canonical: dict[str, Any]
    positions: dict[str, Any]
    source_text: str
    source_file: str
    recorded_hash: str | None = None
    code_hash: str | None = None
    note: str | None = None
    serial: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrySnapshot:
    """Everything applied at one moment. `serial` grows by one with every apply that changed something.

    `identity` is the database's own name for itself: copies of it have the same, others have not.
    """

    serial: int
    checks: tuple[RegisteredCheck, ...]
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryChange:
    """One line of a plan.

    All actions but `archive` carry the whole new content and make a revision; `move` also names
    `previous_id`, whose history becomes this id's. `enabled` false registers the check as paused. `reason`
    tells why an archived check's incidents ended, `note` why a revision was made when no file asked for it.
    """

    action: Action
    check_id: str
    kind: str
    name: str = ""
    content_hash: str = ""
    canonical: Mapping[str, Any] = field(default_factory=dict)
    positions: Mapping[str, Any] = field(default_factory=dict)
    source_text: str = ""
    source_file: str = ""
    enabled: bool = True
    previous_id: str | None = None
    reason: str = ""
    code_hash: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOutcome:
    """The registry's new serial, and the revision number that each changed id got (archived: none)."""

    serial: int
    revisions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRow:
    """One content that was applied once. `created_at` is UTC."""

    revision_id: int
    check_id: str
    number: int
    content_hash: str
    canonical: dict[str, Any]
    positions: dict[str, Any]
    source_text: str
    source_file: str
    git_commit: str | None
    git_dirty: bool
    tool_version: str
    schema_version: int
    author: str
    created_at: datetime
    serial: int = 0
    code_hash: str | None = None
    note: str | None = None

    @property
    def id_then(self) -> str:
        """The id that the document had when it was applied: what is known by its file's name has always the same."""
        return str(self.canonical.get("id", self.check_id))

    def place(self, path: Sequence[str | int]) -> Span | None:
        """Where a value of the canonical form was written, or the nearest thing above it."""
        for length in range(len(path), -1, -1):
            found = self.positions.get("/".join(map(str, path[:length])))
            if found:
                return Span(*found)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who applies, from which commit, with which program."""

    who: str
    git_commit: str | None
    git_dirty: bool
    tool_version: str
    schema_version: int
    reason: str | None = None
    serial: int = 0  # the one that this apply makes


def snapshot(db: Any, *, archived: bool) -> RegistrySnapshot:
    """One statement, hence one consistent moment on both databases."""
    join = Check.state << (("active", "paused", "archived") if archived else ("active", "paused"))
    rows = list(
        Registry.select(Registry.serial.alias("registry_serial"), Registry.identity, *_CHECK_COLUMNS)
        .join(Check, JOIN.LEFT_OUTER, on=join)
        .join(Revision, JOIN.LEFT_OUTER, on=Revision.id == Check.revision_id)
        .order_by(Check.space, Check.check_id)
        .dicts()
        .execute(db)
    )
    if not rows:
        raise StoreError("the registry row is missing", hint="restore the database from a copy")
    checks = tuple(_registered(row) for row in rows if row["check_id"] is not None)
    return RegistrySnapshot(serial=rows[0]["registry_serial"], checks=checks, identity=rows[0]["identity"])


def of_kind(db: Any, kind: str) -> list[RegisteredCheck]:
    """What is applied of one kind, by id; what is paused or archived is left out."""
    rows = (
        Check.select(*_CHECK_COLUMNS)
        .join(Revision, on=Revision.id == Check.revision_id)
        .where((Check.space == space_of(kind)) & (Check.kind == kind) & (Check.state == "active"))
        .order_by(Check.check_id)
        .dicts()
        .execute(db)
    )
    return [_registered(row) for row in rows]


_CHECK_COLUMNS = (
    Check.check_id,
    Check.kind,
    Check.name,
    Check.state,
    Revision.number.alias("revision_number"),
    Revision.id.alias("revision_id"),
    Check.content_hash,
    Revision.canonical,
    Revision.positions,
    Revision.source_text,
    Revision.source_file,
    Revision.content_hash.alias("recorded_hash"),
    Revision.code_hash,
    Revision.note,
    Revision.serial,
)


def _registered(row: dict[str, Any]) -> RegisteredCheck:
    known = {key: value for key, value in row.items() if key not in ("registry_serial", "identity")}
    known.update(canonical=_mapping(row["canonical"]), positions=_mapping(row["positions"]))
    return RegisteredCheck(**known)


def _mapping(text: str | None) -> dict[str, Any]:
    """A JSON column that is a mapping unless somebody damaged it by hand."""
    found = loads(text)
    return found if isinstance(found, dict) else {}


def revisions(db: Any, check_id: str, *, space: str, number: int | None = None) -> list[RevisionRow]:
    """Newest first; with `number` only that one."""
    query = Revision.select().where(Revision.space == space, Revision.check_id == check_id)
    if number is not None:
        query = query.where(Revision.number == number)
    return [revision_row(row) for row in query.order_by(Revision.number.desc()).dicts().execute(db)]


def revision_row(row: dict[str, Any]) -> RevisionRow:
    row = {key: value for key, value in row.items() if key not in ("id", "space")} | {
        "revision_id": row["id"]
    }
    row.update(canonical=_mapping(row["canonical"]), positions=_mapping(row["positions"]))
    return RevisionRow(**{**row, "created_at": from_iso(row["created_at"])})


def commit(
    db: Any, changes: Sequence[RegistryChange], *, expected_serial: int, author: Author
) -> ApplyOutcome:
    """Carry out a plan inside the caller's transaction. Raises `StalePlan`, `StoreError` for a bad plan."""
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("SELECT pg_advisory_xact_lock(%s, %s)", (LOCK_SPACE, LOCK_REGISTRY))
    serial = current_serial(db)
    if serial != expected_serial:
        raise StalePlan(expected=expected_serial, actual=serial)
    now = iso(utc_now())
    author = replace(author, serial=serial + 1)
    for change in changes:
        if change.action == "archive":
            _archive(db, change, now)
    _move(db, changes)
    numbers = {
        change.check_id: _store_revision(db, change, author, now)
        for change in changes
        if change.action != "archive"
    }
    Audit.insert(at=now, who=author.who, action="apply", details=_audit(changes, author)).execute(db)
    Registry.update(serial=serial + 1, updated_at=now).where(Registry.id == 1).execute(db)
    return ApplyOutcome(serial=serial + 1, revisions=numbers)


def current_serial(db: Any) -> int:
    return int(Registry.select(Registry.serial).where(Registry.id == 1).scalar(db))


def _move(db: Any, changes: Sequence[RegistryChange]) -> None:
    by_space: dict[str, dict[str, str]] = defaultdict(dict)
    for change in changes:
        if change.action == "move":
            if not change.previous_id or change.previous_id == change.check_id:
                raise StoreError(f"the plan moves {change.check_id} but does not say from where")
            by_space[space_of(change.kind)][change.previous_id] = change.check_id
    for space, moves in by_space.items():
        rename(db, space, moves)


def _store_revision(db: Any, change: RegistryChange, author: Author, now: str) -> int:
    space = space_of(change.kind)
    mine = (Revision.space == space) & (Revision.check_id == change.check_id)
    number = int(Revision.select(fn.COALESCE(fn.MAX(Revision.number), 0)).where(mine).scalar(db)) + 1
    inserted = Revision.insert(
        space=space,
        check_id=change.check_id,
        number=number,
        content_hash=change.content_hash,
        canonical=dumps(change.canonical),
        positions=dumps(plain(change.positions)),
        source_text=change.source_text,
        source_file=change.source_file,
        git_commit=author.git_commit,
        git_dirty=author.git_dirty,
        tool_version=author.tool_version,
        schema_version=author.schema_version,
        author=author.who,
        created_at=now,
        serial=author.serial,
        code_hash=change.code_hash,
        note=change.note,
    ).returning(Revision.id)
    _store_check(db, change, revision_id=next(iter(inserted.tuples().execute(db)))[0], now=now)
    return number


def _store_check(db: Any, change: RegistryChange, *, revision_id: int, now: str) -> None:
    Check.insert(
        space=space_of(change.kind),
        check_id=change.check_id,
        kind=change.kind,
        name=change.name,
        state="active" if change.enabled and change.action != "pause" else "paused",
        revision_id=revision_id,
        content_hash=change.content_hash,
        updated_at=now,
    ).on_conflict(
        conflict_target=[Check.space, Check.check_id],
        preserve=[
            Check.kind,
            Check.name,
            Check.state,
            Check.revision_id,
            Check.content_hash,
            Check.updated_at,
        ],
    ).execute(db)


def _archive(db: Any, change: RegistryChange, now: str) -> None:
    space = space_of(change.kind)
    found = (
        Check.update(state="archived", updated_at=now)
        .where(Check.space == space, Check.check_id == change.check_id)
        .execute(db)
    )
    if not found:
        raise StoreError(f"the plan archives {change.check_id}, which is not registered")
    why = change.reason or "the check was archived"
    if space == "store":
        archive(db, store=change.check_id, why=why, now=from_iso(now))
    elif space == "check":
        archive(db, check=change.check_id, why=why, now=from_iso(now))


def _audit(changes: Sequence[RegistryChange], author: Author) -> str:
    lines = [
        {"action": c.action, "id": c.check_id, "kind": c.kind, "hash": c.content_hash}
        | ({"from": c.previous_id} if c.previous_id else {})
        | ({"reason": c.reason} if c.reason else {})
        for c in changes
    ]
    told = {"serial": author.serial, "commit": author.git_commit, "dirty": author.git_dirty, "changes": lines}
    return dumps(told | ({"reason": author.reason} if author.reason else {}))

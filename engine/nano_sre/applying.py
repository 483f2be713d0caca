"""Wiring of `plan`, `apply`, `rollback`: from a folder or from the past to the one transaction."""

from __future__ import annotations

import getpass
import hashlib
import os
import socket
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nano_sre import __version__
from nano_sre.config.settings import Settings
from nano_sre.core.check import space_of
from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.result import RunReport, TargetResult, utc_now
from nano_sre.service import stored_project
from nano_sre.spec.link import Linkage, Linked, link
from nano_sre.spec.origins import code_hash, every_file
from nano_sre.spec.plan import Change, Plan, make_plan
from nano_sre.spec.plan_file import PlanFile, change_document, what_moved
from nano_sre.spec.project import Project

if TYPE_CHECKING:
    from nano_sre.store.past import ApplyRow
    from nano_sre.store.registry import ApplyOutcome, RegistryChange, RegistrySnapshot, RevisionRow
    from nano_sre.store.store import Store


def plan_folder(linkage: Linkage, snapshot: RegistrySnapshot) -> Plan:
    """What applying a folder would do to the registry."""
    return make_plan(linkage.checks, _beside(linkage), snapshot.checks, serial=snapshot.serial)


def _beside(linkage: Linkage) -> tuple[Linked, ...]:
    """What is registered besides the checks."""
    return (*linkage.stores, *linkage.described, *linkage.arrangements)


def commit_plan(
    store: Store,
    plan: Plan,
    *,
    settings: Settings,
    paths: Sequence[Path],
    prune: bool,
    hold: Collection[str] = (),
    reason: str | None = None,
) -> ApplyOutcome:
    """Carry out a plan in one transaction.

    Without `prune`, what left the folder stays registered; ids in `hold` stay as they are. `reason` is why the
    revisions are made when the folder did not ask for them. Raises `StalePlan`.
    """
    commit, dirty = git_state(paths)
    changes = [
        _registry_change(c, reason)
        for c in plan.effective
        if (prune or c.action != "archive") and c.check_id not in hold
    ]
    return store.commit_apply(
        changes,
        expected_serial=plan.serial,
        who=who(settings),
        git_commit=commit,
        git_dirty=dirty,
        tool_version=__version__,
        reason=reason,
    )


def _registry_change(change: Change, reason: str | None) -> RegistryChange:
    from nano_sre.store.registry import RegistryChange

    if change.linked is None:
        return RegistryChange(
            action="archive",
            check_id=change.check_id,
            kind=change.kind,
            name=change.name,
            reason=reason or "the check left the folder and was archived",
        )
    linked, action = change.linked, change.action
    assert action not in ("unchanged", "archive")
    return RegistryChange(
        action="update" if action == "drift" else action,  # type: ignore[arg-type]
        check_id=change.check_id,
        kind=change.kind,
        name=change.name,
        content_hash=linked.hash,
        canonical=linked.canonical,
        positions=linked.positions,
        source_text=linked.loaded.document.source,
        source_file=linked.loaded.document.file,
        enabled=getattr(linked.check, "enabled", True),
        previous_id=change.previous_id,
        reason="it had been edited in the database" if change.drifted else "",
        code_hash=change.code_hash,
        note=reason,
    )


# A plan that is kept in a file


def plan_file(
    made: Plan,
    *,
    settings: Settings,
    paths: Sequence[Path],
    project: Project,
    linkage: Linkage,
    environment: str | None,
    database: str | None,
    prune: bool,
    allow_mass_prune: bool,
) -> PlanFile:
    """The plan with everything it rests on."""
    files = {
        str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in every_file(project, linkage)
    }
    return PlanFile(
        tool_version=__version__,
        made_at=utc_now().isoformat(timespec="seconds"),
        made_by=who(settings),
        paths=[str(path) for path in paths],
        environment=environment,
        database=database,
        serial=made.serial,
        files=files,
        prune=prune,
        allow_mass_prune=allow_mass_prune,
        changes=[change_document(c) for c in made.effective],
    )


def why_stale(saved: PlanFile, now: PlanFile, applies: Sequence[ApplyRow]) -> list[str]:
    """Phrases about what moved since a plan was made, applies by others with their names; empty: nothing."""
    told = what_moved(saved, now)
    if saved.serial != now.serial and "another database" not in " ".join(told):
        told += [applied_words(each) for each in applies if each.serial > saved.serial]
    return told


def applied_words(each: ApplyRow) -> str:
    """Who applied what and when, in a phrase."""
    what = ", ".join(f"{c['action']} {c['id']}" for c in each.changes[:5]) + (
        ", …" if each.changes[5:] else ""
    )
    return f"{each.who} applied at {each.at.astimezone():%Y-%m-%d %H:%M:%S}: {what}"


# The past


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A way back: the plan that leads there, the revisions it leads to, and which of them are news (by id then)."""

    plan: Plan
    rows: tuple[RevisionRow, ...]
    news: frozenset[str]
    other_code: tuple[
        str, ...
    ]  # sentences about skills whose Python is another today: no way leads back to that
    sources: Mapping[str, str]
    diagnostics: Sequence[Diagnostic]


def way_back(snapshot: RegistrySnapshot, rows: Sequence[RevisionRow], *, whole: bool) -> Return:
    """The plan that registers old revisions again: beside everything else, or (`whole`) instead of it."""
    returning = {(space_of(row.canonical["kind"]), row.check_id) for row in rows}
    others = [
        c
        for c in snapshot.checks
        if not whole
        and c.state != "archived"
        and (space_of(c.canonical["kind"]), c.check_id) not in returning
    ]
    project = stored_project([*others, *rows])
    linkage = link(project)
    moves = {row.id_then: row.check_id for row in rows if row.id_then != row.check_id}
    made = make_plan(linkage.checks, _beside(linkage), snapshot.checks, serial=snapshot.serial, moves=moves)
    back = {(space_of(row.canonical["kind"]), row.id_then) for row in rows}
    changes = tuple(
        _of_today(change)
        for change in made.changes
        if whole or (space_of(change.kind), change.check_id) in back
    )
    return Return(
        plan=replace(made, changes=changes),
        rows=tuple(rows),
        other_code=tuple(_other_code(linkage, rows)),
        news=frozenset(c.check_id for c in changes if c.action not in ("unchanged", "archive")),
        sources=project.sources,
        diagnostics=linkage.diagnostics,
    )


def _other_code(linkage: Linkage, rows: Sequence[RevisionRow]) -> Iterator[str]:
    then = {row.id_then: row for row in rows if row.code_hash}
    for each in linkage.checks:
        row = then.get(each.id)
        if row is not None and row.code_hash != code_hash(each):
            yield f"the Python of r{row.number} was another: “{each.id}” runs what {each.check.skill} is today"


def _of_today(change: Change) -> Change:
    """A return gives back what was written, not the Python beside it: of that only today's is there."""
    fields = tuple(f for f in change.fields if f.path != "code of skill")
    if change.action == "update" and not fields:
        return replace(change, action="unchanged", fields=(), undoes=None)
    return replace(change, fields=fields, undoes=None)


# The canary


def held_back(plan: Plan, linkage: Linkage, report: RunReport) -> dict[str, str]:
    """Ids of changed documents that a canary run could not judge, with the reason.

    A store document is held when nothing on it could be judged; a store that is held and new holds its checks.
    """
    changed = {c.check_id: c for c in plan.effective if c.action != "archive"}
    doubtful = {
        r.check_id: f"{r.target}: {r.inconclusive}" for r in report.results if r.inconclusive is not None
    }
    held = {name: why for name, why in doubtful.items() if name in changed}
    for name, change in changed.items():
        results = [r for r in report.results if r.store_id == name] if change.kind == "store" else []
        if results and all(r.inconclusive is not None for r in results):
            held[name] = f"nothing on it could be judged ({results[0].inconclusive})"
    missing = {name for name in held if changed[name].action == "create" and changed[name].kind == "store"}
    for each in linkage.checks:
        without = missing & {store.id for store in each.stores}
        if without and each.id in changed and each.id not in held:
            held[each.id] = f"its store {without.pop()} is held back"
    return held


def with_revisions(
    report: RunReport, *, outcome: ApplyOutcome, snapshot: RegistrySnapshot, held: Collection[str]
) -> RunReport:
    """The canary's results as they are recorded: of what is registered now, each with its revision."""
    numbers = {c.check_id: c.revision_number for c in snapshot.checks} | dict(outcome.revisions)

    def known(result: TargetResult) -> bool:
        return result.check_id in numbers and not {result.check_id, result.store_id} & set(held)

    kept = (replace(r, revision=numbers[r.check_id]) for r in report.results if known(r))
    return replace(report, results=tuple(kept))


# Who, and from where


def who(settings: Settings) -> str:
    """Who applies: the user's name as git or the system knows it."""
    name = settings.environ.get("GIT_AUTHOR_NAME") or settings.environ.get("USER")
    try:
        return name or getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def holder(settings: Settings) -> str:
    """Who holds the lock, so that whoever waits finds the person and the process."""
    return f"{who(settings)} on {socket.gethostname()}, process {os.getpid()}"


def git_state(paths: Sequence[Path]) -> tuple[str | None, bool]:
    """The commit of the folder and whether something in it is not committed; `(None, False)` outside git."""
    folder = next((p if p.is_dir() else p.parent for p in paths), Path())
    commit = _git(folder, "rev-parse", "HEAD")
    dirty = _git(folder, "status", "--porcelain", "--", ".")
    return (commit or None, bool(dirty))


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - our own words
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""

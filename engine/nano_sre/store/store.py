"""The store: one door to everything that is kept."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from nano_sre.core.check import space_of
from nano_sre.core.result import RunReport, TargetResult
from nano_sre.store import baselines, past, registry, retention, rollups, runs, trends
from nano_sre.store.baselines import BaselineChange, BaselineRow
from nano_sre.store.database import Connections, connect
from nano_sre.store.errors import LockHeld, StalePlan, StoreError
from nano_sre.store.files import ORPHAN_AGE, ArtifactFiles
from nano_sre.store.locks import held
from nano_sre.store.past import ApplyRow, StateRow
from nano_sre.store.registry import ApplyOutcome, Author, RegistryChange, RegistrySnapshot, RevisionRow
from nano_sre.store.rollups import DayRow
from nano_sre.store.runs import LatestRow, RunRow, Then
from nano_sre.store.schema import ensure_schema
from nano_sre.store.sql import SqlDoor
from nano_sre.store.trends import Trend
from nano_sre.store.writer import Writer

T = TypeVar("T")


class Store:
    """Registry, runs, baselines and files of one database. Every method may raise `StoreError`."""

    def __init__(self, connections: Connections, *, data_dir: Path) -> None:
        self._connections = connections
        self._writer = Writer(connections)
        self.files = ArtifactFiles(data_dir)
        self.db = SqlDoor(connections, self._writer)

    @classmethod
    def open(cls, url: str, *, data_dir: Path, create: bool = True, migrate: bool = True) -> Store:
        """Open `sqlite:///file` or `postgresql://…` and bring it to our schema.

        `data_dir` is where artefact files live. With `create` false a missing SQLite file is an error, with
        `migrate` false an older schema is one.
        Raises `StoreError`; `DatabaseTooNew` when a newer program wrote it.
        """
        connections = connect(url, create=create)
        try:
            ensure_schema(connections, migrate=migrate)
        except BaseException as error:
            connections.close()
            if isinstance(error, StoreError) or not isinstance(error, Exception):
                raise
            raise connections.explain(error) from error
        return cls(connections, data_dir=data_dir)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Finish the writes that were handed over, then let go of the database."""
        self._writer.close()
        self._connections.close()

    async def write(self, fn: Callable[[Any], T]) -> T:
        """Run `fn(db)` in one transaction of the writer thread; `db` is a peewee database.

        `fn` only touches `db`: it may run again after a lock or a lost connection.
        """
        return await self._writer.write(fn)

    def write_now(self, fn: Callable[[Any], T]) -> T:
        """`write` for code that is not async."""
        return self._writer.write_now(fn)

    def read(self, fn: Callable[[Any], T]) -> T:
        """Run `fn(db)` on a connection that can only read."""
        return self._connections.read(fn)

    # What is applied

    def serial(self) -> int:
        """How often what is applied has changed: cheap enough to ask every second."""
        return self.read(registry.current_serial)

    def registry(self, *, archived: bool = False) -> RegistrySnapshot:
        """The current revision of everything applied, at one moment; archived ones only when asked for."""
        return self.read(functools.partial(registry.snapshot, archived=archived))

    def commit_apply(
        self,
        changes: Sequence[RegistryChange],
        *,
        expected_serial: int,
        who: str,
        git_commit: str | None,
        git_dirty: bool,
        tool_version: str,
        schema_version: int = 1,
        reason: str | None = None,
    ) -> ApplyOutcome:
        """Carry out a whole plan in one transaction, or nothing of it. No changes write nothing at all.

        `reason` says what asked for it when it was not the folder. Raises `StalePlan` when the registry is no
        longer at `expected_serial`.
        """
        if not changes:
            serial = self.read(registry.current_serial)
            if serial != expected_serial:
                raise StalePlan(expected=expected_serial, actual=serial)
            return ApplyOutcome(serial=serial)
        author = Author(
            who=who,
            git_commit=git_commit,
            git_dirty=git_dirty,
            tool_version=tool_version,
            schema_version=schema_version,
            reason=reason,
        )
        return self.write_now(
            lambda db: registry.commit(db, changes, expected_serial=expected_serial, author=author)
        )

    def apply_lock(self, who: str) -> AbstractContextManager[LockHeld | None]:
        """Hold the lock of a whole apply; it dies with the process. Raises `LockHeld` when another has it.

        Gives the holder before us when its process ended without letting go, where that can be known (SQLite).
        """
        return held(self._connections, "apply", who)

    def agent_lock(self, who: str) -> AbstractContextManager[LockHeld | None]:
        """Hold the lock of the one agent that runs from this database. Raises `LockHeld` when another has it."""
        return held(self._connections, "agent", who)

    def revision(self, check_id: str, number: int, *, kind: str = "check") -> RevisionRow | None:
        """One revision; `kind="store"` for a store document's."""
        space = space_of(kind)
        found = self.read(lambda db: registry.revisions(db, check_id, space=space, number=number))
        return found[0] if found else None

    def revisions(self, check_id: str, *, kind: str = "check") -> list[RevisionRow]:
        """All revisions, newest first."""
        return self.read(lambda db: registry.revisions(db, check_id, space=space_of(kind)))

    def applies(self, *, after: int = 0) -> list[ApplyRow]:
        """Every apply that changed something since the registry was at serial `after`, oldest first."""
        return self.read(functools.partial(past.applies, after=after))

    def registry_at(self, serial: int) -> list[RevisionRow]:
        """The revisions that were applied when the registry was at `serial`; each has the id of today."""
        return self.read(functools.partial(past.registry_at, serial=serial))

    def runtime_state(self) -> list[StateRow]:
        """What people and runs have put beside the checks and no apply touches: baselines, open incidents."""
        return self.read(past.runtime_state)

    # Runs

    async def record_run(
        self, report: RunReport, *, run_key: str | None = None, worker_id: str | None = None
    ) -> list[int]:
        """Record all results of a round in one transaction: rows, last status, artefacts.

        Returns the row ids. With a `run_key` it happens once per target, however often it is called.
        """
        return await self._record(report.results, run_id=report.run_id, run_key=run_key, worker_id=worker_id)

    async def record(
        self,
        result: TargetResult,
        *,
        run_id: str,
        run_key: str | None = None,
        worker_id: str | None = None,
        then: Then | None = None,
    ) -> int:
        """`record_run` for one result; returns its row id.

        `then(db, row_id, result)` is called in the same transaction, unless the result was recorded before. It may
        be called again when the transaction has to be repeated.
        """
        found = await self._record([result], run_id=run_id, run_key=run_key, worker_id=worker_id, then=then)
        return found[0]

    async def _record(
        self,
        results: Sequence[TargetResult],
        *,
        run_id: str,
        run_key: str | None,
        worker_id: str | None,
        then: Then | None = None,
    ) -> list[int]:
        prepare = functools.partial(
            runs.prepare, run_id=run_id, run_key=run_key, worker_id=worker_id, files=self.files
        )
        prepared = await asyncio.to_thread(lambda: [prepare(result) for result in results])
        return await self.write(lambda db: runs.insert(db, prepared, then=then))

    def history(
        self, check_id: str | None = None, *, target: str | None = None, limit: int = 50
    ) -> list[RunRow]:
        """Runs of a check, of one target, or of all; newest first."""
        return self.read(lambda db: runs.history(db, check_id, target=target, limit=limit))

    def latest(self) -> list[LatestRow]:
        """How every target stands now, by target; archived checks are left out."""
        return self.read(runs.latest)

    def run(self, run_id: str) -> list[RunRow]:
        """All results of one round, in the order they were recorded."""
        return self.read(lambda db: runs.of_run(db, run_id))

    def days(
        self, check_id: str | None = None, *, target: str | None = None, since: str = "", limit: int = 10_000
    ) -> list[DayRow]:
        """Days whose runs were removed, from the day `since` (`2026-03-01`) on; newest first."""
        return self.read(
            lambda db: rollups.days(db, check_id=check_id, target=target, since=since, limit=limit)
        )

    def trends(
        self, target: str, *, metric: str | None = None, page: str | None = None, limit: int = 90
    ) -> list[Trend]:
        """What the last `limit` runs of a target measured: a line of points for each page and metric."""
        return self.read(lambda db: trends.trends(db, target, metric=metric, page=page, limit=limit))

    # The owner's door, with `db.execute`

    def update_baseline(
        self,
        skill_name: str | Mapping[str, Any] | None = None,
        store_url: str | None = None,
        baseline_data: Mapping[str, Any] | None = None,
        *,
        target: str = "",
        metric: str = "",
        **metrics: Any,
    ) -> dict[str, Any]:
        """Lay numbers over the baseline of a skill in a store; returns the whole baseline.

        They come as a mapping, as keywords, or both: `update_baseline("headless_probe", url, lcp_ms=1200)`.
        """
        values = {**(baseline_data or {}), **metrics}
        if isinstance(skill_name, Mapping):
            values = {**skill_name, **values}
        key = {
            "skill_name": skill_name if isinstance(skill_name, str) else "",
            "store_url": store_url or "",
            "target": target,
            "metric": metric,
        }
        if not values:
            raise StoreError(
                "update_baseline was given no numbers", hint='for example {"lcp_ms": 1200}, or lcp_ms=1200'
            )
        return self.write_now(lambda db: baselines.update(db, key, values))

    def baseline(
        self, skill_name: str, store_url: str, *, target: str = "", metric: str = ""
    ) -> dict[str, Any]:
        """What `update_baseline` left; empty when nothing did."""
        key = {"skill_name": skill_name, "store_url": store_url, "target": target, "metric": metric}
        return self.read(lambda db: baselines.read(db, key))

    def baselines(self, **key: str) -> list[BaselineRow]:
        """Every baseline with these parts of its key: `skill_name`, `store_url`, `target`, `metric`."""
        return self.read(lambda db: baselines.rows(db, key))

    async def keep_baselines(
        self,
        skill_name: str,
        store_url: str,
        values: Mapping[str, Mapping[str, Any]],
        *,
        target: str,
        known: Mapping[str, str],
    ) -> None:
        """Lay values over the baselines of a target, by what they are about, in one transaction.

        `known` holds the text that each had when it was read: what has changed since is left as it is.
        """
        key = {"skill_name": skill_name, "store_url": store_url, "target": target}

        def work(db: Any) -> None:
            for about, new in values.items():
                baselines.keep(db, {**key, "metric": about}, new, was=known.get(about))

        await self.write(work)

    def decide_baselines(
        self, changes: Sequence[BaselineChange], *, who: str, action: str, because: str | None = None
    ) -> list[BaselineRow]:
        """Carry out what a person decided about baselines, with a row of the audit; returns the rows concerned.

        A baseline that a run has changed since it was read is left as it is.
        """
        return self.write_now(
            lambda db: baselines.decide(db, changes, who=who, action=action, because=because)
        )

    # Keeping house

    def prune(
        self,
        *,
        days: int = retention.KEEP_DAYS,
        patience: float | None = None,
        now: datetime | None = None,
    ) -> retention.Pruned:
        """Roll up and remove what is older than `days`, in small batches; stops after `patience` seconds, if any."""
        return retention.prune(self._writer, self.files, days=days, patience=patience, now=now)

    def sweep(self, *, older_than: timedelta = ORPHAN_AGE) -> int:
        """Remove files that a crash left without a row; returns how many."""
        return retention.sweep(self._connections, self.files, older_than=older_than)

"""What is old goes: rows first, then their files (a crash in between leaves orphans, and those are swept).

Of runs a line for each day stays; it is written in the transaction that removes them. Everything goes in small
batches with a pause between, so that whoever wants to write meanwhile waits for milliseconds.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from peewee import SqliteDatabase, fn

from nano_sre.core.result import utc_now
from nano_sre.store.alert_models import DeliveryRow, OutboxRow, ThreadRow, TriggerEventRow
from nano_sre.store.database import INCREMENTAL, LOCK_PRUNE, LOCK_SPACE, Connections
from nano_sre.store.files import ORPHAN_AGE, ArtifactFiles
from nano_sre.store.models import ArtifactRow, CheckRun, Incident
from nano_sre.store.plain import iso
from nano_sre.store.rollups import ROLLED, roll_up
from nano_sre.store.writer import Writer

KEEP_DAYS = 90
BATCH = 50  # rows of one transaction: another process waits for 40 ms at the 99th percentile
ASKED = 500  # paths of one question
PAUSE = 0.02  # seconds, at least: SQLite's queue is not fair, and a pruner that hurries would starve others
FREED_PAGES = 1_000  # given back to the file system with a batch


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many results, files, and other rows (incidents, messages, events) went.

    `finished` is False when time was up: the next time goes on.
    """

    runs: int = 0
    files: int = 0
    others: int = 0
    finished: bool = True


def prune(
    writer: Writer,
    files: ArtifactFiles,
    *,
    days: int = KEEP_DAYS,
    batch: int = BATCH,
    patience: float | None = None,
    now: datetime | None = None,
) -> Pruned:
    """Roll up and remove what is older than `days`; `last_status` stays, and so does what is open.

    Stops after `patience` seconds, if any. Of several processes one prunes. Blocks; raises `StoreError`.
    """
    cutoff = iso((now or utc_now()) - timedelta(days=days))
    work = _Work(writer, time.monotonic() + patience if patience is not None else None, batch)
    runs = gone = 0
    for count, paths in work.batches(functools.partial(_delete_batch, cutoff=cutoff, batch=batch)):
        runs += count
        gone += files.remove(paths)
    for _, paths in work.batches(functools.partial(_delete_loose, cutoff=cutoff, batch=batch)):
        gone += files.remove(paths)
    others = 0
    for query in _done(cutoff):
        for count, _ in work.batches(functools.partial(_delete_done, query=query, batch=batch)):
            others += count
    return Pruned(runs, gone, others, work.finished)


Deleted = tuple[int, list[str]]


class _Work:
    """Batches one after another, until nothing is left, time is up, or another process turns out to do it."""

    def __init__(self, writer: Writer, until: float | None, batch: int) -> None:
        self._writer, self._until, self._batch = writer, until, batch
        self.finished = True

    def batches(self, delete: Callable[[Any], Deleted]) -> Iterator[Deleted]:
        while self.finished:
            began = time.monotonic()
            made = self._writer.write_now(functools.partial(_alone, delete=delete))
            if made is None:
                self.finished = False
                return
            yield made
            if made[0] < self._batch:
                return
            taken = time.monotonic() - began
            if self._until is not None and time.monotonic() > self._until:
                self.finished = False
            time.sleep(max(PAUSE, min(taken, 1.0)))


def _alone(db: Any, *, delete: Callable[[Any], Deleted]) -> Deleted | None:
    """None when another process prunes: two that roll up the same runs would count them twice."""
    is_sqlite: bool = isinstance(db, SqliteDatabase)
    if not is_sqlite:  # there the transaction itself keeps others out
        lock = "SELECT pg_try_advisory_xact_lock(%s, %s)"
        if not db.execute_sql(lock, (LOCK_SPACE, LOCK_PRUNE)).fetchone()[0]:
            return None
    made = delete(db)
    if made[0] and is_sqlite:
        _give_back(db)
    return made


def _give_back(db: Any) -> None:
    """Free pages go back to the file system. Python's driver takes one step of this pragma, so one page, at a time."""
    free = db.execute_sql("PRAGMA freelist_count").fetchone()[0]
    if db.execute_sql("PRAGMA auto_vacuum").fetchone()[0] == INCREMENTAL:
        for _ in range(min(free, FREED_PAGES)):
            db.execute_sql("PRAGMA incremental_vacuum(1)")


def _delete_batch(db: Any, *, cutoff: str, batch: int) -> Deleted:
    opened = Incident.select(Incident.id).where(
        Incident.status == "open", Incident.run_id == CheckRun.run_id, Incident.target == CheckRun.target
    )
    old = (
        CheckRun.select(*ROLLED)
        .where(CheckRun.timestamp < cutoff, ~fn.EXISTS(opened))
        .order_by(CheckRun.timestamp)
        .limit(batch)
    )
    runs = list(old.dicts().execute(db))
    if not runs:
        return 0, []
    roll_up(db, runs)
    ids = [run["id"] for run in runs]
    paths = {row[0] for row in _paths(ArtifactRow.check_run_id << ids, db)}
    CheckRun.delete().where(CheckRun.id << ids).execute(db)  # the artifact rows go along
    shared = {row[0] for row in _paths(ArtifactRow.path << list(paths), db)} if paths else set()
    return len(ids), sorted(paths - shared)


def _delete_loose(db: Any, *, cutoff: str, batch: int) -> Deleted:
    """Files that belong to a whole round rather than to one of its results."""
    opened = Incident.select(Incident.run_id).where(Incident.status == "open", Incident.run_id.is_null(False))
    old = (
        ArtifactRow.check_run_id.is_null()
        & (ArtifactRow.created_at < cutoff)
        & ~(ArtifactRow.run_id << opened)
    )
    rows = ArtifactRow.select(ArtifactRow.id, ArtifactRow.path).where(old).limit(batch).tuples().execute(db)
    found = list(rows)
    if found:
        ArtifactRow.delete().where(ArtifactRow.id << [row[0] for row in found]).execute(db)
    return len(found), [row[1] for row in found]


def _done(cutoff: str) -> Iterator[tuple[Any, Any]]:
    """What is over and old: a table's key, and the condition. Timelines and lists of notices go along."""
    episodes = Incident.select(Incident.episode).where(
        Incident.status == "open", Incident.episode.is_null(False)
    )
    threads = ThreadRow.select(ThreadRow.thread).where(ThreadRow.open > 0)
    resolved = fn.COALESCE(Incident.resolved_at, Incident.created_at)
    yield Incident.id, (Incident.status == "resolved") & (resolved < cutoff)
    told = fn.COALESCE(OutboxRow.done_at, OutboxRow.created_at) < cutoff
    yield OutboxRow.id, OutboxRow.state.in_(["done", "dropped"]) & told & ~(OutboxRow.episode << episodes)
    sent = fn.COALESCE(DeliveryRow.done_at, DeliveryRow.created_at) < cutoff
    yield (
        DeliveryRow.id,
        DeliveryRow.state.in_(["sent", "dead", "replaced"]) & sent & ~(DeliveryRow.thread << threads),
    )
    yield ThreadRow.thread, (ThreadRow.open == 0) & (ThreadRow.updated_at < cutoff)
    handled = fn.COALESCE(TriggerEventRow.done_at, TriggerEventRow.at) < cutoff
    yield TriggerEventRow.id, (TriggerEventRow.state << ["done", "dead"]) & handled


def _delete_done(db: Any, *, query: tuple[Any, Any], batch: int) -> Deleted:
    key, condition = query
    model = key.model
    keys = [row[0] for row in model.select(key).where(condition).limit(batch).tuples().execute(db)]
    if keys:
        model.delete().where(condition, key << keys).execute(db)
    return len(keys), []


def _paths(condition: Any, db: Any) -> Iterable[tuple[str]]:
    rows: Iterable[tuple[str]] = ArtifactRow.select(ArtifactRow.path).where(condition).tuples().execute(db)
    return rows


def sweep(connections: Connections, files: ArtifactFiles, *, older_than: timedelta = ORPHAN_AGE) -> int:
    """Remove files that have no row; returns how many. Asks the database a few hundred paths at a time."""
    count = 0
    for paths in _chunks(files.stale(older_than)):
        known = connections.read(functools.partial(_known, paths))
        count += files.remove(path for path in paths if path not in known)
    return count


def _known(paths: list[str], db: Any) -> set[str]:
    return {row[0] for row in _paths(ArtifactRow.path << paths, db)}


def _chunks(paths: Iterator[str]) -> Iterator[list[str]]:
    while chunk := list(islice(paths, ASKED)):
        yield chunk

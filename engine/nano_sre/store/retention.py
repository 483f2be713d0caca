"""What is old goes: rows first, then their files (a crash in between leaves orphans, and those are swept)."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from nano_sre.core.result import utc_now
from nano_sre.store.database import Connections
from nano_sre.store.files import ORPHAN_AGE, ArtifactFiles
from nano_sre.store.models import ArtifactRow, CheckRun
from nano_sre.store.plain import iso
from nano_sre.store.writer import Writer

KEEP_DAYS = 90
BATCH = 500  # rows of one transaction: others wait for milliseconds, not for the whole clean-up


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many results and files went."""

    runs: int = 0
    files: int = 0


def prune(writer: Writer, files: ArtifactFiles, *, days: int = KEEP_DAYS, batch: int = BATCH) -> Pruned:
    """Remove results older than `days` with their files; `last_status` stays. Blocks; raises `StoreError`."""
    cutoff = iso(utc_now() - timedelta(days=days))
    runs = gone = 0
    while True:
        count, paths = writer.write_now(lambda db: _delete_batch(db, cutoff, batch))
        gone += files.remove(paths)
        runs += count
        if count < batch:
            break
    loose = writer.write_now(lambda db: _delete_loose(db, cutoff))
    return Pruned(runs, gone + files.remove(loose))


def _delete_batch(db: Any, cutoff: str, batch: int) -> tuple[int, list[str]]:
    old = (
        CheckRun.select(CheckRun.id)
        .where(CheckRun.timestamp < cutoff)
        .order_by(CheckRun.timestamp)
        .limit(batch)
    )
    ids = [row[0] for row in old.tuples().execute(db)]
    if not ids:
        return 0, []
    paths = {row[0] for row in _paths(ArtifactRow.check_run_id << ids, db)}
    CheckRun.delete().where(CheckRun.id << ids).execute(db)  # the artifact rows go along
    shared = {row[0] for row in _paths(ArtifactRow.path << list(paths), db)} if paths else set()
    return len(ids), sorted(paths - shared)


def _delete_loose(db: Any, cutoff: str) -> list[str]:
    """Files that belong to a whole round rather than to one of its results."""
    old = ArtifactRow.check_run_id.is_null() & (ArtifactRow.created_at < cutoff)
    paths = [row[0] for row in _paths(old, db)]
    ArtifactRow.delete().where(old).execute(db)
    return paths


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
    while chunk := list(islice(paths, BATCH)):
        yield chunk

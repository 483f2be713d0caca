"""What is kept: registry, runs, baselines, files. The only place that knows the database library."""

from __future__ import annotations

from nano_sre.store.errors import DatabaseTooNew, LockHeld, StalePlan, StoreError
from nano_sre.store.files import ArtifactFiles
from nano_sre.store.registry import (
    ApplyOutcome,
    RegisteredCheck,
    RegistryChange,
    RegistrySnapshot,
    RevisionRow,
)
from nano_sre.store.runs import LatestRow, RunRow
from nano_sre.store.store import Store

__all__ = [
    "ApplyOutcome",
    "ArtifactFiles",
    "DatabaseTooNew",
    "LatestRow",
    "LockHeld",
    "RegisteredCheck",
    "RegistryChange",
    "RegistrySnapshot",
    "RevisionRow",
    "RunRow",
    "StalePlan",
    "Store",
    "StoreError",
]

"""How a run is made."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nano_sre.core.clock import Clock, SystemClock
from nano_sre.core.redact import Redactor
from nano_sre.runtime.evidence import Artifacts, NoArtifacts


def free_cores() -> int:
    """Visits at once: one per core. More only makes each slower."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How a run is made. Nothing here changes what a check means."""

    run_id: str
    concurrency: int = field(default_factory=free_cores)
    film: bool = False  # a small picture after each step: costs 80 ms of CPU each
    retries: int | None = None  # instead of each check's own
    evidence_rerun: bool = True  # a failure without a retry is visited once more for its trace
    artifacts: Artifacts = field(default_factory=NoArtifacts)
    artifacts_dir: str | None = None  # absolute: what artifact paths are relative to
    secrets: Mapping[str, str] = field(default_factory=dict)  # beside the process environment: the .env file
    settings: Any = None  # given to skills
    skill_store: Any = None  # given to skills as `store`
    folder: Path | None = None  # where skills are imported from; beside each check by default
    sources: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=SystemClock)
    redactor: Redactor = field(default_factory=Redactor)
    tool_version: str = ""
    resolver_rules: tuple[str, ...] = ()  # further rules for the browser, after those for tracking vendors
    gate: asyncio.Semaphore | None = (
        None  # lets visits of several rounds through; one of the round's own by default
    )

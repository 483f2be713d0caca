"""Waiting for what watchers still look for, while the last page is open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from nano_sre.core.program import WatchCall
from nano_sre.core.watcher import PatientWatch, Watch

EVERY = 0.1


async def wait_for_late(
    watches: Sequence[tuple[Any, WatchCall, Watch]],
    *,
    trouble: Callable[[Any, WatchCall], AbstractContextManager[None]],
) -> None:
    """Until no watcher misses anything, or each has waited as long as it wants to; `trouble` takes its errors."""
    started = time.monotonic()
    for each, call, watch in watches:
        if isinstance(watch, PatientWatch):
            with trouble(each, call):
                await _wait_for(watch, until=started + call.watcher.needs(own=each.own).patience)


async def _wait_for(watch: PatientWatch, *, until: float) -> None:
    while watch.is_waiting():
        if time.monotonic() >= until:
            return
        await asyncio.sleep(EVERY)

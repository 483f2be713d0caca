"""Waiting for what a watcher still looks for, while its page is open."""

from __future__ import annotations

import asyncio
import time

from nano_sre.core.watcher import PatientWatch

EVERY = 0.1


async def wait_for(watch: PatientWatch, *, until: float) -> None:
    """Until nothing is missing any more, or the clock of `time.monotonic` says `until`."""
    while watch.is_waiting():
        if time.monotonic() >= until:
            return
        await asyncio.sleep(EVERY)

"""Tasks that must not die: one that raises is said, waited for a little, and begun again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from nano_sre.agent.pulse import Pulse
from nano_sre.core.clock import Pace

PAUSES = (1.0, 5.0, 15.0, 60.0)  # seconds before the next begin, one after the other; the last one stays
WELL = 30.0  # seconds after which what was begun again is taken to work


async def supervised(name: str, begin: Callable[[], Awaitable[None]], *, pulse: Pulse, pace: Pace) -> None:
    """Run `begin()` until it returns; when it raises, begin again. Only a cancellation ends it otherwise.

    Its trouble is over when it has worked for a while.
    """

    async def calm() -> None:
        await pace.sleep(WELL)
        pulse.trouble(name, None)

    failures = 0
    while True:
        started = pace.monotonic()
        calming = asyncio.create_task(calm())
        try:
            await begin()
        except Exception as error:  # noqa: BLE001 - one part of the agent must not take the others with it
            failures = failures + 1 if pace.monotonic() - started < 2 * PAUSES[-1] else 1
            pulse.trouble(name, f"{name} stopped and begins again: {_said(error)}")
        else:
            return pulse.trouble(name, None)
        finally:
            calming.cancel()
        await pace.sleep(PAUSES[min(failures, len(PAUSES)) - 1])


def _said(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    told = str(error) or type(error).__name__
    return told if hasattr(error, "hint") else f"{type(error).__name__}: {told}"

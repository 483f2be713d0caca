"""Changes of files as events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from nano_sre.agent.inbox import Inbox
from nano_sre.core.clock import Clock
from nano_sre.core.trigger import TriggerEvent

SETTLED_MS = 300  # changes come together until it was quiet for so long
PATIENCE_MS = 5_000  # but somebody who never stops is heard, too
SHOWN = 20  # names of changed files that are kept for the timeline


class NothingToWatch(Exception):
    """A path is not there; the message is a sentence."""


async def watch_files(
    trigger: str, paths: Sequence[Path], inbox: Inbox, *, clock: Clock, well: Callable[[], None]
) -> None:
    """Puts in one event for all that changes together. Runs until cancelled; raises `NothingToWatch`."""
    for path in paths:
        if not path.exists() and not path.parent.is_dir():
            raise NothingToWatch(f"There is no {path}, and no folder that it could come to be in.")
    changed: asyncio.Queue[set[Path]] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        for path in paths:
            group.create_task(_listen(path, changed))
        well()
        while True:
            names = await changed.get()
            while not changed.empty():
                names |= changed.get_nowait()
            now = clock.now()
            shown = ", ".join(sorted(map(str, names))[:SHOWN])
            payload = {"changed": shown, "count": len(names)}
            await inbox.put(
                TriggerEvent(trigger=trigger, key=f"changed {now.isoformat()}", at=now, payload=payload)
            )


async def _listen(path: Path, changed: asyncio.Queue[set[Path]]) -> None:
    """A folder with all below it; a file through its folder, for editors put another file in its place."""
    from watchfiles import DefaultFilter, awatch  # noqa: PLC0415 - only this trigger needs it

    where, name = _place(path)
    usual = DefaultFilter()
    async for changes in awatch(
        where,
        watch_filter=lambda change, file: usual(change, file) if name is None else Path(file).name == name,
        debounce=PATIENCE_MS,
        step=SETTLED_MS,
        recursive=name is None,
        ignore_permission_denied=True,
    ):
        await changed.put({Path(file) for _, file in changes})


def _place(path: Path) -> tuple[Path, str | None]:
    """The folder to listen to, and the name of the only file in it that counts."""
    return (path, None) if path.is_dir() else (path.parent, path.name)

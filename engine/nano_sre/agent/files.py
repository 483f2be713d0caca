"""Changes of files as events."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

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
    """Puts in one event for all that changes together, and one for all that changed while nobody watched.

    Runs until cancelled; raises `NothingToWatch`.
    """
    for path in paths:
        if not path.exists() and not path.parent.is_dir():
            raise NothingToWatch(f"There is no {path}, and no folder that it could come to be in.")
    changed: asyncio.Queue[set[Path]] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        for path in paths:
            group.create_task(_listen(path, changed))
        await _catch_up(trigger, paths, inbox, clock=clock)
        well()
        while True:
            names = await changed.get()
            while not changed.empty():
                names |= changed.get_nowait()
            seen = await asyncio.to_thread(contents, paths)
            await inbox.put(_event(trigger, map(str, names), clock=clock), seen=seen)


async def _catch_up(trigger: str, paths: Sequence[Path], inbox: Inbox, *, clock: Clock) -> None:
    """What is another than it was when somebody looked last; a trigger that is new, or looks elsewhere, has no past."""
    before = await inbox.last_look(trigger)
    seen = await asyncio.to_thread(contents, paths)
    known = before if isinstance(before, dict) and before.get("paths") == seen["paths"] else seen
    was, now = known["files"], seen["files"]
    changed = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    if changed:
        await inbox.put(_event(trigger, changed, clock=clock), seen=seen)
    elif before != seen:
        await inbox.looked(trigger, seen)


def _event(trigger: str, names: Iterable[str], *, clock: Clock) -> TriggerEvent:
    now, changed = clock.now(), sorted(names)
    payload = {"changed": ", ".join(changed[:SHOWN]), "count": len(changed)}
    return TriggerEvent(trigger=trigger, key=f"changed {now.isoformat()}", at=now, payload=payload)


def contents(paths: Sequence[Path]) -> dict[str, Any]:
    """What the files hold, as hashes by name: a file that was only touched has not changed."""
    found: dict[str, str] = {}
    for path in paths:
        for file in _files(path):
            with (
                suppress(OSError),
                file.open("rb") as opened,
            ):  # it went away meanwhile, or nobody may read it
                found[str(file)] = hashlib.file_digest(opened, "sha256").hexdigest()
    return {"paths": sorted(map(str, paths)), "files": found}


def _files(path: Path) -> Iterator[Path]:
    from watchfiles import Change, DefaultFilter  # noqa: PLC0415 - only this trigger needs it

    usual = DefaultFilter()
    if not path.is_dir():
        yield path
        return
    for file in path.rglob("*"):
        if file.is_file() and usual(Change.modified, str(file)):
            yield file


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

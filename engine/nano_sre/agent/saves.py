"""Saves of the files that checks are made of: heard below the given folders, and beside and above them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

SETTLED_MS = 100  # an editor's save is several events: its last one is this long ago
PATIENCE_MS = 800  # but a folder that never settles is looked at, too
WATCHED = (".yaml", ".yml", ".py", ".j2")


def places(paths: Iterable[Path]) -> list[tuple[list[Path], bool]]:
    """Folders to listen to: the given ones with all below them; this one, those of files, and those above alone."""
    deep = sorted({path.resolve() for path in paths if path.is_dir()})
    flat = {Path.cwd()} | {path.resolve().parent for path in paths}
    above = {parent for path in paths for parent in list(path.resolve().parents)[:4]}
    near = {folder for folder in above if any(folder.glob("*.y*ml"))}
    flat = {folder for folder in flat | near if not any(folder.is_relative_to(each) for each in deep)}
    return [(deep, True), (sorted(flat), False)]


async def listen(folders: Sequence[Path], saves: asyncio.Queue[set[Path]], *, deep: bool) -> None:
    """Put the files of every save into the queue, until cancelled."""
    from watchfiles import awatch  # noqa: PLC0415 - only who watches needs it

    if not folders:
        return
    async for changes in awatch(
        *folders,
        watch_filter=lambda _change, name: matters(Path(name), folders if deep else ()),
        debounce=PATIENCE_MS,
        step=SETTLED_MS,
        recursive=deep,
        ignore_permission_denied=True,
    ):
        await saves.put({Path(name) for _, name in changes})


def matters(file: Path, folders: Sequence[Path]) -> bool:
    """Whether a file is one that checks are made of; what lies in hidden folders is not."""
    if file.name == ".env":
        return True
    below = next((file.relative_to(each) for each in folders if file.is_relative_to(each)), Path(file.name))
    return file.suffix in WATCHED and not any(part.startswith(".") for part in below.parts)

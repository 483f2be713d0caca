# ruff: noqa: PTH110, PTH113, PTH116, PTH118, PTH119, PTH206, PTH208 - pathlib takes ten times as long for each file
"""Which files a project consists of, and how each is told from what it was. Imports nothing that takes long."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

ARRANGEMENTS = {"alerters.yaml": "alerters", "triggers.yaml": "triggers"}
"""Files that are known by their names: who is told, and when checks run. There is one of each for a project."""
NOT_CHECKS = (*ARRANGEMENTS, "alerters.yml", "triggers.yml")
"""Files of the project that are no checks, wherever they lie."""

Stamp = list[int]
"""Size, time of content, time of inode (both in ns) and inode number: empty for what is not there."""


class Listing:
    """Files in reading order: the name shown, the stamp, and the place (links resolved) of each.

    `beside` are the files that are no checks, in the same form and with their places.
    """

    __slots__ = ("beside", "missing", "places", "rows")

    def __init__(self) -> None:
        self.beside: list[list[object]] = []  # [shown, place, *stamp]
        self.rows: list[list[object]] = []  # [shown, size, time of content, time of inode, inode]
        self.places: list[str] = []
        self.missing: list[str] = []  # given paths that are not there

    def __len__(self) -> int:
        return len(self.rows)


def stamp(path: str) -> Stamp:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return []
    return _stamp_of(found)


def _stamp_of(found: os.stat_result) -> Stamp:
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def list_files(paths: Sequence[str]) -> Listing:
    """The check files below the paths, each once; hidden folders are left alone. A file stands for itself."""
    made = Listing()
    seen: set[str] = set()
    for path in paths:
        if not os.path.exists(path):
            made.missing.append(path)
            continue
        for shown, place, found in below(path):
            if place in seen:
                continue
            seen.add(place)
            if is_check(shown):
                made.rows.append([shown, *found])
                made.places.append(place)
            else:
                made.beside.append([shown, place, *found])
    return made


def is_check(file: str) -> bool:
    """Whether a YAML file may hold checks, by its name."""
    return not file.endswith(NOT_CHECKS) or os.path.basename(file) not in NOT_CHECKS


def arrangement(file: str) -> str | None:
    """What a file is that is known by its name: `alerters`, `triggers`; None for every other one."""
    return ARRANGEMENTS.get(os.path.basename(file)) if file.endswith(NOT_CHECKS) else None


def below(path: str) -> list[tuple[str, str, Stamp]]:
    """Shown name, place and stamp of a file, or of every YAML file of a folder, in the order of their names."""
    if os.path.isfile(path):
        return [(path, os.path.realpath(path), stamp(path))]
    start = "" if path == "." else path if path.endswith(os.sep) else path + os.sep
    found = [(entry, place) for entry, place in _walk(path, os.path.realpath(path))]
    skipped = len(path.rstrip(os.sep)) + 1
    named = [(entry.path[skipped:], entry, place) for entry, place in found]
    named.sort(key=lambda each: each[0].split(os.sep))
    return [(start + inner, place, _stamp_in(entry)) for inner, entry, place in named]


def _walk(folder: str, place: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    try:
        entries = list(os.scandir(folder))
    except OSError:  # a folder that may not be read is as good as empty
        return
    for entry in entries:
        name = entry.name
        if name.startswith("."):
            continue
        if name.endswith((".yaml", ".yml")):
            own = os.path.join(place, name)
            yield entry, os.path.realpath(own) if entry.is_symlink() else own
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, os.path.join(place, name))


def _stamp_in(entry: os.DirEntry[str]) -> Stamp:
    try:
        return _stamp_of(entry.stat())
    except OSError:
        return []


def yaml_names(folder: str) -> list[str]:
    """The names in one folder that may be checks, sorted, hidden ones included: what stands above is looked at so."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return sorted(name for name in names if name.endswith((".yaml", ".yml")) and name not in NOT_CHECKS)


def read_bytes(file: str) -> bytes:
    """Without the layers of `open`, which take as long as the reading of a small file. Raises `OSError`."""
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        parts = [os.read(handle, 1 << 16)]
        while parts[-1]:
            parts.append(os.read(handle, 1 << 20))
        return b"".join(parts)
    finally:
        os.close(handle)

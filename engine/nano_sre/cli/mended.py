"""Changing people's files: whole or not at all, and never over somebody else's edit."""

from __future__ import annotations

import difflib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from nano_sre.cli.common import colorful


class NotWritten(Exception):
    """A file stayed as it was; the message is a sentence for people."""


def replace_file(file: Path, *, before: bytes, after: bytes) -> None:
    """Put `after` in the place of `before`: written beside the file, then renamed. Raises `NotWritten`.

    Permissions stay. A symbolic link stays one: what it points to is changed.
    """
    place = file.resolve()
    try:
        state = place.stat()
        if not state.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
            raise NotWritten(f"{file} is read-only: make it writable (chmod u+w {file}) and try again")
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        try:
            with os.fdopen(handle, "wb") as temporary:
                temporary.write(after)
                temporary.flush()
                os.fsync(temporary.fileno())
            Path(name).chmod(stat.S_IMODE(state.st_mode))
            with suppress(OSError):  # only root may give files away
                os.chown(name, state.st_uid, state.st_gid)
            if place.read_bytes() != before:
                raise NotWritten(
                    f"{file} was changed by somebody else just now, and is left alone: try again"
                )
            Path(name).replace(place)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise NotWritten(f"cannot write {file}: {error.strerror}") from error


def create_file(file: Path, text: str) -> bool:
    """Write a new file and its folders; False when there is one of that name already. Raises `NotWritten`."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as made:
            made.write(text)
    except FileExistsError:
        if not file.exists() and not file.is_symlink():
            raise NotWritten(f"cannot make the folder {file.parent}: there is a file of that name") from None
        return False
    except OSError as error:
        raise NotWritten(f"cannot write {file}: {error.strerror}") from error
    return True


def diff_lines(before: str, after: str, *, file: str) -> list[str]:
    """A unified diff, coloured on a terminal."""
    found = difflib.unified_diff(
        before.splitlines(),
        after.splitlines(),
        f"{file} (as it is)",
        f"{file} (as it would be)",
        lineterm="",
        n=2,
    )
    import sys

    return list(_painted(found)) if colorful(sys.stdout) else list(found)


def _painted(lines: Iterable[str]) -> Iterator[str]:
    colors = {"+": "32", "-": "31", "@": "36"}
    for line in lines:
        color = colors.get(line[:1])
        yield f"\x1b[{color}m{line}\x1b[0m" if color else line

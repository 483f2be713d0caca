"""The files that runs leave behind, under the data folder: `runs/<YYYY-MM>/<run id>/<file>`.

Files come first (temporary, fsync, rename, fsync of the folder), then their rows; what has no row is swept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import time
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from nano_sre.core.result import utc_now
from nano_sre.store.errors import StoreError, file_error

FOLDER = "runs"
MAX_NAME_BYTES = 100
ORPHAN_AGE = timedelta(hours=1)
_SUFFIX = re.compile(r"(\.[A-Za-z0-9]{1,8}){0,2}$")


@dataclass(frozen=True, slots=True)
class ArtifactFiles:
    """Writes, measures and sweeps files. Paths it returns are relative to `data_dir`, with slashes."""

    data_dir: Path
    clock: Callable[[], datetime] = utc_now

    def write(self, run_id: str, name: str, data: bytes) -> str:
        """Store `data` under a safe and unused form of `name`; whole, or not at all. Raises `StoreError`."""
        folder = self.data_dir / FOLDER / f"{self.clock():%Y-%m}" / safe_name(run_id)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = _reserve(folder, safe_name(name))
            try:
                _replace(path, data)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise file_error(error, path=folder) from error
        return path.relative_to(self.data_dir).as_posix()

    def locate(self, path: str) -> Path | None:
        """The absolute path of a file of ours, or None when `path` leads out of the runs folder."""
        pure = PurePosixPath(path)
        if pure.parts[:1] != (FOLDER,) or ".." in pure.parts or "\0" in path:
            return None
        return self.data_dir / pure

    def read(self, path: str) -> bytes | None:
        """The bytes of a file of ours; None when it is not there or not ours."""
        found = self.locate(path)
        try:
            return found.read_bytes() if found else None
        except OSError:
            return None

    def relative(self, path: str) -> str | None:
        """`path` as rows keep it, if it is one of our files, whether it was given relative or absolute."""
        with contextlib.suppress(ValueError):
            given = Path(path)
            inside = given.relative_to(self.data_dir) if given.is_absolute() else given
            if self.locate(inside.as_posix()):
                return inside.as_posix()
        return None

    def measure(self, path: str) -> tuple[int | None, str | None]:
        """Size in bytes and SHA-256 (hex) of a file; nothing of one that is not there."""
        located = self.locate(path)
        try:
            if located is None:
                return None, None
            with located.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256")
                return file.tell(), digest.hexdigest()
        except OSError:
            return None, None

    def stale(self, older_than: timedelta = ORPHAN_AGE) -> Iterator[str]:
        """Every file that nothing touched for that long."""
        limit = time.time() - older_than.total_seconds()
        for folder, _, names in os.walk(self.data_dir / FOLDER):
            for name in names:
                path = Path(folder, name)
                with contextlib.suppress(OSError):
                    if path.lstat().st_mtime < limit:
                        yield path.relative_to(self.data_dir).as_posix()

    def remove(self, paths: Iterable[str]) -> int:
        """Delete files of ours and the folders that this leaves empty; returns how many files went."""
        count = 0
        for path in paths:
            located = self.locate(path)
            if located is None:
                continue
            with contextlib.suppress(OSError):
                located.unlink()
                count += 1
            with contextlib.suppress(OSError):  # not empty, or already gone
                located.parent.rmdir()
                located.parent.parent.rmdir()
        return count

    def sweep(self, known_paths: Collection[str], older_than: timedelta = ORPHAN_AGE) -> int:
        """Remove what a crash left behind: files without a row, temporary ones among them."""
        return self.remove([path for path in self.stale(older_than) if path not in known_paths])


def safe_name(text: str) -> str:
    """A file name from any text: letters, digits, `.-_`; never hidden, never a path, at most 100 bytes."""
    spelled = unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode())
    kept = "".join(char if char.isalnum() or char in "._-" else "-" for char in spelled)
    kept = re.sub(r"-{2,}", "-", re.sub(r"\.{2,}", ".", kept)).strip(".-")
    match = _SUFFIX.search(kept)
    suffix = match.group() if match else ""
    stem = kept[: len(kept) - len(suffix)].encode()[: MAX_NAME_BYTES - len(suffix)].decode("utf-8", "ignore")
    return f"{stem}{suffix}".strip(".-") or "file"


def _reserve(folder: Path, name: str) -> Path:
    """Claim an unused name: an empty file that the rename replaces."""
    stem, dot, suffix = name.partition(".")
    for number in range(1, 10_000):
        path = folder / (name if number == 1 else f"{stem}-{number}{dot}{suffix}")
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            continue
        return path
    raise StoreError(f"too many files named {name} in {folder}")


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

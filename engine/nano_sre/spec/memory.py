# ruff: noqa: PTH100, PTH103, PTH105, PTH108, PTH109, PTH110, PTH111, PTH117, PTH118, PTH120, PTH123 - as in `listing`
"""What `validate` found last time, kept in the user's cache folder, so that what has not changed is not read again.

A record answers one question (these paths, asked from this folder). It holds everything the answer hung on: the
engine, the plug-ins, the stamps and hashes of the files, what was looked at beside them, and which environment
variables were set. It is written whole and moved into place; one that cannot be read is as good as none.
Imports nothing that takes long: an unchanged folder is answered from here alone.
"""

from __future__ import annotations

import os
import sys
import time
import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from nano_sre.spec.listing import list_files, read_bytes, stamp, yaml_names

FORMAT = "nano-sre/memory 1"
SETTLED = 2_000_000_000  # ns; a file that changed shortly before it was read may change again within one tick
OLD = 30 * 24 * 3600  # seconds after which a record that nobody asked for is swept away
ENGINE = ("core", "config", "spec", "kinds")


class Memory:
    """One record. `head` answers when nothing has changed; `body` knows each file, for when something has."""

    __slots__ = ("_text", "began", "head", "listing")

    def __init__(self, head: dict[str, Any], text: str, paths: Sequence[str]) -> None:
        self.began = time.time_ns()
        self.head, self._text, self.listing = head, text, list_files(paths)

    def body(self) -> dict[str, Any]:
        import json  # noqa: PLC0415 - see above: not needed when there is no record

        found: dict[str, Any] = json.loads(self._text)
        return found

    def same_surroundings(self) -> bool:
        """Whether what was looked at besides the files is as it was, and the same variables are set."""
        head = self.head
        return (
            settled([*head["looked"], head["env"]["file"]], head["began"])
            and all(settled(each[2], head["began"]) for each in head["above"])
            and above(each[0] for each in head["above"]) == head["above"]
            and [[path, *stamp(path)] for path, *_ in head["looked"]] == head["looked"]
            and same_environment(head["env"])
        )

    def unchanged(self) -> bool:
        """Whether the answer still holds: every file, what stands above, what was looked at, the environment."""
        head = self.head
        return (
            self.listing.places == head["places"]
            and not self.listing.missing
            and self.same_surroundings()
            and self._same_beside()
            and self._same_files()
        )

    def _same_beside(self) -> bool:
        """Whether alerters.yaml and triggers.yaml are as they were, wherever one could lie."""
        was = self.head["looked_beside"]
        return (
            settled(was, self.head["began"])
            and [[path, *stamp(path)] for path, *_ in was] == was
            and self.listing.beside == self.head["beside"]
        )

    def _same_files(self) -> bool:
        rows, was, began = self.listing.rows, self.head["rows"], self.head["began"]
        if rows == was and settled(rows, began):
            return True
        if [row[0] for row in rows] != [row[0] for row in was]:
            return False
        known = self.body()["files"]
        for now, before in zip(rows, was, strict=True):
            if now != before or not settled([now], began):
                raw = read(str(now[0]))
                if raw is None or hash_of(raw) != known[now[0]][0]:
                    return False
        keep(self.head["asked"][2:], {**self.head, "rows": rows, "began": self.began}, self.body())
        return True


def recall(paths: Sequence[str]) -> Memory | None:
    """The record for these paths, or None. Says nothing yet about what has changed since."""
    folder = place(os.environ)
    if folder is None:
        return None
    try:
        with open(_file(folder, paths), encoding="utf-8") as file:
            first, _, rest = file.read().partition("\n")
        if first != f"{FORMAT} {zlib.crc32(rest.encode())}":
            return None
        import json  # noqa: PLC0415 - not needed when there is no record

        top, _, body = rest.partition("\n")
        head = json.loads(top)
        if head["asked"] != _asked(paths) or head["engine"] != engine():
            return None
        return Memory(head, body, paths)
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def keep(paths: Sequence[str], head: dict[str, Any], body: dict[str, Any]) -> None:
    """Write a record; where that is not possible, there simply is none."""
    folder = place(os.environ)
    if folder is None:
        return
    import json  # noqa: PLC0415 - see above

    whole = {**head, "asked": _asked(paths), "engine": engine()}
    lines = [json.dumps(each, ensure_ascii=True, separators=(",", ":")) for each in (whole, body)]
    rest = "\n".join(lines)
    file = _file(folder, paths)
    own = f"{file}.{os.getpid()}.tmp"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        _sweep(folder)
        handle = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "w", encoding="utf-8") as written:
            written.write(f"{FORMAT} {zlib.crc32(rest.encode())}\n{rest}")
        os.replace(own, file)
    except OSError:
        _forget(own)


def _sweep(folder: str) -> None:
    """Records that nobody has needed for long, and what a process that was killed left behind."""
    now = time.time()
    for entry in list(os.scandir(folder)):
        age = now - entry.stat(follow_symlinks=False).st_mtime
        if entry.is_file(follow_symlinks=False) and age > (3600 if entry.name.endswith(".tmp") else OLD):
            _forget(entry.path)


def _forget(file: str) -> None:
    try:
        os.unlink(file)
    except OSError:
        return


def place(environ: Mapping[str, str]) -> str | None:
    """The folder of the records: `NANO_SRE_CACHE_DIR`, or the one that the system has for such things."""
    chosen = environ.get("NANO_SRE_CACHE_DIR")
    if not chosen:
        if sys.platform == "win32":
            chosen = environ.get("LOCALAPPDATA")
        elif sys.platform == "darwin":
            chosen = os.path.expanduser("~/Library/Caches")
        else:
            chosen = environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        chosen = os.path.join(chosen, "nano-sre") if chosen and os.path.isabs(chosen) else None
    return os.path.join(chosen, "validate") if chosen else None


def _file(folder: str, paths: Sequence[str]) -> str:
    name = zlib.crc32("\0".join(_asked(paths)).encode("utf-8", "surrogatepass"))
    return os.path.join(folder, f"{name:08x}.json")


def _asked(paths: Sequence[str]) -> list[str]:
    user = str(os.geteuid()) if hasattr(os, "geteuid") else ""
    return [user, os.getcwd(), *paths]


def engine() -> list[Any]:
    """What the verdict hangs on besides the files: our own code and schema, Python, every installed package."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    schemas = [
        os.path.join(package, "_schemas"),
        os.path.join(os.path.dirname(os.path.dirname(package)), "schemas"),
    ]
    own = [os.path.join(package, name) for name in ENGINE]
    code = zlib.crc32(repr([*map(_stamps, own), *map(_stamps, schemas)]).encode())
    packages = zlib.crc32(repr([each for folder in sys.path for each in _packages(folder or ".")]).encode())
    return [sys.version, sys.prefix, code, packages]


def _stamps(folder: str) -> list[Any]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return []
    found: list[Any] = []
    for entry in entries:
        if entry.is_dir():
            found += [] if entry.name == "__pycache__" else _stamps(entry.path)
        else:
            about = entry.stat()
            found.append((entry.name, about.st_size, about.st_mtime_ns))
    return found


def _packages(folder: str) -> list[tuple[str, int]]:
    try:
        entries = [entry for entry in os.scandir(folder) if entry.name.endswith(".dist-info")]
    except OSError:
        return []
    return sorted((entry.name, entry.stat().st_mtime_ns) for entry in entries)


def settled(rows: Iterable[Sequence[Any]], began: int) -> bool:
    """Whether rows of [name, *stamp] were at rest when they were read: else the stamp proves nothing."""
    return all(max(row[2], row[3]) < began - SETTLED for row in rows if len(row) > 1)


def above(folders: Iterable[str]) -> list[Any]:
    """What stands in the folders above the given paths: whether a repository ends there, and every check file."""
    return [
        [
            folder,
            os.path.exists(os.path.join(folder, ".git")),
            [[name, *stamp(os.path.join(folder, name))] for name in yaml_names(folder)],
        ]
        for folder in folders
    ]


def environment_asked(names: Iterable[str], environ: Mapping[str, str]) -> dict[str, Any]:
    """Which of the variables are set, and through which file: what `same_environment` compares with."""
    file = os.path.abspath(".env")
    try:
        with open(file, "rb") as opened:
            fixed = b"$" not in opened.read()  # else what it says hangs on other variables
    except OSError:
        fixed = True
    inside = [name for name in names if name in environ and not os.environ.get(name)]
    return {
        "asked": {name: name in environ for name in names},
        "inside": inside,
        "file": [file, *stamp(file)] if fixed else [],
    }


def same_environment(kept: Mapping[str, Any]) -> bool:
    """Whether the same variables are set; only what the file named .env says is taken from the record."""
    if not kept["file"] or kept["file"][1:] != stamp(kept["file"][0]):
        return False
    return all(
        (bool(os.environ.get(name)) or name in kept["inside"]) == there
        for name, there in kept["asked"].items()
    )


def read(file: str) -> bytes | None:
    try:
        return read_bytes(file)
    except OSError:
        return None


def hash_of(text: bytes) -> str:
    return str(_blake2b()(text, digest_size=16).hexdigest())


@cache
def _blake2b() -> Any:
    try:
        from _blake2 import blake2b  # noqa: PLC0415 - hashlib would load OpenSSL for the same function
    except ImportError:
        from hashlib import blake2b  # noqa: PLC0415
    return blake2b

"""Where the values of `${secret.NAME}` come from: the environment or `.env`, a file, or a command.

`NAME` is the value itself; `NAME_FILE` the path of a file that holds it, as containers mount secrets;
`NAME_COMMAND` a command that prints it, such as `op read op://Shop/admin/token`. The first of the three that is
set counts. Nothing is read before a secret is used.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

COMMAND_SECONDS = 30
LARGEST = 100_000  # bytes of a file; a secret of this size is another file


class SecretTrouble(Exception):
    """The value cannot be had; the message is a sentence for people and holds nothing of the value."""


def source_of(name: str, environ: Mapping[str, str]) -> str | None:
    """The variable that says where a secret comes from: NAME, NAME_FILE or NAME_COMMAND; None when none is set."""
    return next((each for each in (name, f"{name}_FILE", f"{name}_COMMAND") if environ.get(each)), None)


class Secrets:
    """Looks secrets up when they are used, and asks a file or a command only once. May be used from any thread."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._known: dict[str, str] = {}
        self._lock = threading.Lock()

    def value(self, name: str) -> str:
        """The secret's value. Raises `SecretTrouble` when it is not set or cannot be read."""
        source = source_of(name, self._environ)
        if source is None:
            raise SecretTrouble(
                f"The environment variable {name} is not set. Set {name}, {name}_FILE or {name}_COMMAND, "
                "or write one of them into the project's .env file."
            )
        if source == name:
            return self._environ[name]
        with self._lock:
            if name not in self._known:
                read = _file if source.endswith("_FILE") else _printed
                self._known[name] = read(source, self._environ[source], self._environ)
            return self._known[name]

    def are_slow(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the names that a command has yet to print."""
        return tuple(
            name
            for name in dict.fromkeys(names)
            if name not in self._known and source_of(name, self._environ) == f"{name}_COMMAND"
        )

    def trouble(self, name: str) -> str | None:
        """Why a secret cannot be used, as far as can be told without reading it or running anything."""
        source = source_of(name, self._environ)
        if source is None or source == name:
            return None
        import shlex  # noqa: PLC0415 - only a run needs it

        said = self._environ[source]
        if source.endswith("_FILE"):
            return (
                None
                if Path(said).expanduser().is_file()
                else f"{source} names {said}, and there is no such file"
            )
        try:
            return None if shlex.split(said) else f"{source} is empty"
        except ValueError as error:
            return f"{source} is not a command: {str(error).lower()}"


def _file(source: str, path: str, _environ: Mapping[str, str]) -> str:
    try:
        with Path(path).expanduser().open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise SecretTrouble(f"{source} names {path}, which cannot be read: {error.strerror}.") from None
    if len(raw) > LARGEST:
        raise SecretTrouble(f"{source} names {path}, which is too large for a secret.")
    return _text(raw, f"{source} names {path}, which")


def _printed(source: str, command: str, environ: Mapping[str, str]) -> str:
    import shlex  # noqa: PLC0415 - only a command needs these
    import subprocess  # noqa: PLC0415

    try:
        done = subprocess.run(  # noqa: S603 -- the words of whoever owns the environment; no shell reads them
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_SECONDS,
            env=dict(environ),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SecretTrouble(f"The command of {source} had not finished after {COMMAND_SECONDS} s.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SecretTrouble(f"The command of {source} cannot be run: {why}.") from None
    if done.returncode:
        raise SecretTrouble(
            f"The command of {source} ended with exit code {done.returncode}. Run it by hand to see what it says."
        )
    return _text(done.stdout, f"The command of {source}")


def _text(raw: bytes, what: str) -> str:
    """What was read, without the line end that files and commands put behind it."""
    try:
        value = raw.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise SecretTrouble(f"{what} gives no text in UTF-8.") from None
    if not value:
        raise SecretTrouble(f"{what} gives nothing.")
    return value

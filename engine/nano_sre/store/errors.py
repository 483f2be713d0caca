"""What can go wrong with the data, told to a person: a sentence, and what to do about it."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Literal

import peewee


class StoreError(Exception):
    """The data could not be read or written. `str()` is one sentence; `hint` says what to try next."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class DatabaseTooNew(StoreError):
    """The database was written by a newer program than this one."""


class DatabaseEmpty(StoreError):
    """The database is there, and nothing of ours is in it yet."""


class StalePlan(StoreError):
    """Somebody applied something after this plan was made."""

    def __init__(self, *, expected: int, actual: int) -> None:
        super().__init__(
            f"the plan was made against registry serial {expected}, but it is now {actual}",
            hint="make the plan again: nano-sre plan",
        )
        self.expected = expected
        self.actual = actual


Held = Literal["apply", "agent"]


class LockHeld(StoreError):
    """Another apply, or agent, is running: `holder` is who, `since` is when it began (UTC), if that is known."""

    def __init__(self, what: Held = "apply", *, holder: str, since: datetime | None) -> None:
        when = f" since {since:%Y-%m-%d %H:%M:%S} UTC" if since else ""
        hints = {
            "apply": "wait until it has finished, then run it again",
            "agent": "one agent runs the checks of a database: stop the other one first",
        }
        super().__init__(f"another {what} is running: {holder}{when}", hint=hints[what])
        self.holder = holder
        self.since = since


_DISK_HINT = "free some space (or raise the quota), then run it again; nothing was half written"
_FILE_HINT = "check that the folder exists and that this user may write to it"
URL_HINT = "it looks like postgresql://user@host:5432/database"
_SERVER_HINT = "check NANO_SRE_DATABASE_URL, and that the server is up and lets this user in"

# (a part of the driver's message, our sentence, hint); the first that matches is told.
_KNOWN: tuple[tuple[str, str, str], ...] = (
    ("unable to open database file", "cannot open the database file {where}", _FILE_HINT),
    (
        "file is not a database",
        "{where} is not a database of ours",
        "point NANO_SRE_DATABASE_URL at another file",
    ),
    ("malformed", "the database {where} is damaged", "restore it from a copy of the data folder"),
    ("disk is full", "the disk is full: {where} could not be written", _DISK_HINT),
    ("no space left", "the disk is full: {where} could not be written", _DISK_HINT),
    ("could not extend file", "the disk of the database server is full ({where})", _DISK_HINT),
    (
        "disk i/o error",
        "the disk refused to write {where}",
        "check for a full disk, a file-size limit or a quota",
    ),
    ("readonly database", "this user may not write to the database {where}", _FILE_HINT),
    (
        "read-only",
        "the database {where} is read-only",
        "connect to the primary server, with a user that may write",
    ),
    (
        "database is locked",
        "the database {where} stayed locked by another program",
        "close it, then run it again",
    ),
    ("authentication failed", "the database server refused the user or password of {where}", _SERVER_HINT),
    ("no password supplied", "the database server wants a password for {where}", _SERVER_HINT),
    ("permission denied", "this user lacks rights in the database {where}", _SERVER_HINT),
    ("connection refused", "cannot reach the database server of {where}", _SERVER_HINT),
    ("could not translate host", "cannot find the database server of {where}", _SERVER_HINT),
    ("failed to resolve host", "cannot find the database server of {where}", _SERVER_HINT),
    ("connection option", "the database URL {where} cannot be read", URL_HINT),
    ("connection timeout", "cannot reach the database server of {where} in time", _SERVER_HINT),
    ("connection failed", "cannot connect to the database server of {where}", _SERVER_HINT),
    ("the connection is closed", "the connection to {where} was lost", _SERVER_HINT),
    ("terminating connection", "the connection to {where} was lost", _SERVER_HINT),
    ("server closed the connection", "the connection to {where} was lost", _SERVER_HINT),
)


def is_database_error(error: BaseException) -> bool:
    """Whether the error came from the database or its driver (and not from the code of a job)."""
    return isinstance(error, (peewee.PeeweeException, sqlite3.Error)) or type(error).__module__.startswith(
        "psycopg"
    )


def is_busy(error: BaseException) -> bool:
    """Whether trying the whole transaction again may help: a lock, a deadlock, a serialization failure."""
    text = str(error).lower()
    return is_database_error(error) and any(
        part in text for part in ("is locked", "deadlock detected", "could not serialize")
    )


def is_read_only(error: BaseException) -> bool:
    """Whether a statement was refused because the connection may only read."""
    text = str(error).lower()
    return is_database_error(error) and ("readonly database" in text or "read-only transaction" in text)


def as_store_error(error: BaseException, *, where: str, secret: str = "") -> StoreError:
    """Translate a driver's error. `where` names the database without its password; `secret` is that
    password, taken out should a driver quote it.
    """
    if isinstance(error, StoreError):
        return error
    # A full disk makes SQLite roll back by itself; the ROLLBACK that follows then hides the reason.
    while "cannot rollback" in str(error) and error.__context__ is not None:
        error = error.__context__
    text = " ".join(str(error).split())
    if secret:
        text = text.replace(secret, "***")
    for part, sentence, hint in _KNOWN:
        if part in text.lower():
            return StoreError(f"{sentence.format(where=where)} ({text})", hint=hint)
    return StoreError(f"the database {where} reports: {text}")


def file_error(error: OSError, *, path: object) -> StoreError:
    """Translate an error of the file system about `path`."""
    reason = error.strerror or str(error)
    full = "space" in reason or "quota" in reason or "too large" in reason
    return StoreError(f"cannot write {path}: {reason}", hint=_DISK_HINT if full else _FILE_HINT)

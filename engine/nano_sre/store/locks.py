"""The lock of a whole `apply`: it vanishes with the process that held it, however that ended."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from peewee import PostgresqlDatabase

from nano_sre.core.result import utc_now
from nano_sre.store.database import LOCK_APPLY, LOCK_SPACE, Connections
from nano_sre.store.errors import LockHeld, file_error, is_database_error
from nano_sre.store.plain import clean, from_iso, iso

_NAME = "nano-sre apply: "
_HOLDER = """
    SELECT activity.application_name, activity.backend_start FROM pg_locks AS locks
    JOIN pg_stat_activity AS activity ON activity.pid = locks.pid
    WHERE locks.locktype = 'advisory' AND locks.granted AND locks.classid = %s AND locks.objid = %s
      AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@contextlib.contextmanager
def apply_lock(connections: Connections, who: str) -> Iterator[LockHeld | None]:
    """Hold the lock. Raises `LockHeld` at once when somebody else does; gives the dead one who did before."""
    with _file_lock(connections.path, who) if connections.path else _server_lock(connections, who) as before:
        yield before


@contextlib.contextmanager
def _file_lock(database: Path, who: str) -> Iterator[LockHeld | None]:
    """`flock` on a file beside the database. The file stays: removing it would race with the next holder."""
    path = database.with_name(f"{database.name}.apply-lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise file_error(error, path=path) from error
    with open(descriptor, "r+b", buffering=0) as file:  # noqa: PTH123 - only open() takes a descriptor
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _held(file.read(4096)) from None
        left = file.read(4096)  # whoever lets go empties the file: this one died
        file.seek(0)
        file.truncate(0)
        file.write(json.dumps({"who": clean(who), "since": iso(utc_now())}).encode())
        try:
            yield _held(left) if left else None
        finally:
            file.truncate(0)


def _held(content: bytes) -> LockHeld:
    holder: str = "another process"
    since: datetime | None = None
    with contextlib.suppress(ValueError, KeyError, TypeError):
        data = json.loads(content)
        holder, since = str(data["who"]), from_iso(data["since"])
    return LockHeld(holder=holder, since=since)


@contextlib.contextmanager
def _server_lock(connections: Connections, who: str) -> Iterator[None]:
    """An advisory lock on a connection of its own; the connection's name says who holds it."""
    db = _own_connection(connections, who)
    try:
        try:
            row = db.execute_sql("SELECT pg_try_advisory_lock(%s, %s)", (LOCK_SPACE, LOCK_APPLY)).fetchone()
            holder = None if row[0] else db.execute_sql(_HOLDER, (LOCK_SPACE, LOCK_APPLY)).fetchone()
        except Exception as error:
            if is_database_error(error):
                raise connections.explain(error) from error
            raise
        if not row[0]:
            name, since = holder or ("another process", None)
            raise LockHeld(holder=str(name).removeprefix(_NAME), since=since)
        yield
    finally:
        with contextlib.suppress(Exception):
            db.close()


def _own_connection(connections: Connections, who: str) -> Any:
    writer = connections.writer
    # The server keeps 63 bytes of the name, and turns what is not ASCII into question marks.
    params = {**writer.connect_params, "application_name": f"{_NAME}{clean(who)}"[:63]}
    return PostgresqlDatabase(writer.database, prefer_psycopg3=True, **params)

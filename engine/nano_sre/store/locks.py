"""The locks of a whole `apply` and of the agent: they vanish with the process that held them, however that ended."""

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
from nano_sre.store.database import LOCK_AGENT, LOCK_APPLY, LOCK_SPACE, Connections
from nano_sre.store.errors import Held, LockHeld, file_error, is_database_error
from nano_sre.store.plain import clean, from_iso, iso

_NUMBERS = {"apply": LOCK_APPLY, "agent": LOCK_AGENT}
_HOLDER = """
    SELECT activity.application_name, activity.backend_start FROM pg_locks AS locks
    JOIN pg_stat_activity AS activity ON activity.pid = locks.pid
    WHERE locks.locktype = 'advisory' AND locks.granted AND locks.classid = %s AND locks.objid = %s
      AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@contextlib.contextmanager
def held(connections: Connections, what: Held, who: str) -> Iterator[LockHeld | None]:
    """Hold a lock. Raises `LockHeld` at once when somebody else does; gives the dead one who did before."""
    path = connections.path
    with _file_lock(path, what, who) if path else _server_lock(connections, what, who) as before:
        yield before


@contextlib.contextmanager
def _file_lock(database: Path, what: Held, who: str) -> Iterator[LockHeld | None]:
    """`flock` on a file beside the database. The file stays: removing it would race with the next holder."""
    path = database.with_name(f"{database.name}.{what}-lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise file_error(error, path=path) from error
    with open(descriptor, "r+b", buffering=0) as file:  # noqa: PTH123 - only open() takes a descriptor
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _holder(what, file.read(4096)) from None
        left = file.read(4096)  # whoever lets go empties the file: this one died
        file.seek(0)
        file.truncate(0)
        file.write(json.dumps({"who": clean(who), "since": iso(utc_now())}).encode())
        try:
            yield _holder(what, left) if left else None
        finally:
            file.truncate(0)


def _holder(what: Held, content: bytes) -> LockHeld:
    holder: str = "another process"
    since: datetime | None = None
    with contextlib.suppress(ValueError, KeyError, TypeError):
        data = json.loads(content)
        holder, since = str(data["who"]), from_iso(data["since"])
    return LockHeld(what, holder=holder, since=since)


@contextlib.contextmanager
def _server_lock(connections: Connections, what: Held, who: str) -> Iterator[None]:
    """An advisory lock on a connection of its own; the connection's name says who holds it."""
    name = f"nano-sre {what}: "
    db = _own_connection(connections, f"{name}{clean(who)}")
    key = (LOCK_SPACE, _NUMBERS[what])
    try:
        try:
            row = db.execute_sql("SELECT pg_try_advisory_lock(%s, %s)", key).fetchone()
            holder = None if row[0] else db.execute_sql(_HOLDER, key).fetchone()
        except Exception as error:
            if is_database_error(error):
                raise connections.explain(error) from error
            raise
        if not row[0]:
            told, since = holder or ("another process", None)
            raise LockHeld(what, holder=str(told).removeprefix(name), since=since)
        yield
    finally:
        with contextlib.suppress(Exception):
            db.close()


def _own_connection(connections: Connections, name: str) -> Any:
    writer = connections.writer
    # The server keeps 63 bytes of the name, and turns what is not ASCII into question marks.
    params = {**writer.connect_params, "application_name": name[:63]}
    return PostgresqlDatabase(writer.database, prefer_psycopg3=True, **params)

"""Open a database by its URL: one connection that writes, a pool that can only read."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

from peewee import PostgresqlDatabase, SqliteDatabase
from playhouse.pool import PooledPostgresqlDatabase, PooledSqliteDatabase

from nano_sre.store.errors import URL_HINT, StoreError, as_store_error, file_error, is_busy, is_database_error

T = TypeVar("T")

# Advisory locks of PostgreSQL are numbers shared by all programs of a database: ours begin with this one.
LOCK_SPACE = 0x6E616E6F
LOCK_MIGRATE = 1
LOCK_REGISTRY = 2
LOCK_APPLY = 3
LOCK_AGENT = 4
LOCK_OUTBOX = 5
LOCK_PRUNE = 9

BUSY_TIMEOUT_MS = 10_000
INCREMENTAL = 2  # of the pragma auto_vacuum
_PRAGMAS = (
    ("busy_timeout", BUSY_TIMEOUT_MS),
    ("journal_mode", "wal"),
    ("synchronous", "full"),
    ("foreign_keys", 1),
)


@dataclass(slots=True)
class Connections:
    """Both sides of one database. `shown` names it in messages; `path` is the file when it is SQLite."""

    writer: Any
    reader: Any
    shown: str
    secret: str = ""
    path: Path | None = None

    @property
    def is_sqlite(self) -> bool:
        return self.path is not None

    def read(self, fn: Callable[[Any], T]) -> T:
        """Run `fn(db)` on a connection that can only read. Raises `StoreError`."""
        try:
            if not self.reader.is_closed():
                return fn(self.reader)
            with self.reader.connection_context():
                return fn(self.reader)
        except Exception as error:
            if is_database_error(error):
                raise self.explain(error) from error
            raise

    def explain(self, error: BaseException) -> StoreError:
        return as_store_error(error, where=self.shown, secret=self.secret)

    def close(self) -> None:
        """Close the pool; the writer's connection belongs to its thread."""
        self.reader.close_all()


def connect(url: str, *, create: bool = True) -> Connections:
    """Open `sqlite:///file` or `postgresql://…`. Raises `StoreError` when that cannot work.

    With `create` false a missing SQLite file is an error instead of an empty database.
    """
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        connections = _sqlite(url, create=create)
    elif scheme in ("postgresql", "postgres"):
        connections = _postgres(url)
    else:
        raise StoreError(
            f"the database URL begins with {scheme!r}, which is not supported",
            hint="use sqlite:///path/to/nano_sre.db or postgresql://user@host/database",
        )
    _first_contact(connections)
    return connections


def _sqlite(url: str, *, create: bool) -> Connections:
    name = unquote(url.removeprefix("sqlite://").partition("?")[0])
    # sqlite:///x is relative and sqlite:////x absolute, as in peewee and SQLAlchemy.
    path = Path(name.removeprefix("/"))
    if name in ("", "/", "/:memory:"):
        raise StoreError("the database URL names no file", hint="use sqlite:///path/to/nano_sre.db")
    # Only a new file learns to give room back when rows go; asked again, SQLite would write to a file that has it.
    is_new = not path.exists()
    if is_new:
        if not create:
            raise StoreError(f"there is no database at {path}", hint="run nano-sre apply first")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise file_error(error, path=path.parent) from error
    timeout = BUSY_TIMEOUT_MS / 1000
    # IMMEDIATE: a deferred transaction that begins to write ignores the busy timeout.
    pragmas = (("auto_vacuum", INCREMENTAL), *_PRAGMAS) if is_new else _PRAGMAS
    writer = SqliteDatabase(str(path), pragmas=pragmas, lock_type="IMMEDIATE", timeout=timeout)
    reader = PooledSqliteDatabase(
        str(path),
        max_connections=None,
        pragmas=(*_PRAGMAS, ("query_only", 1)),
        check_same_thread=False,
    )
    return Connections(writer=writer, reader=reader, shown=str(path), path=path)


def _postgres(url: str) -> Connections:
    try:
        import psycopg  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise StoreError("PostgreSQL needs its driver", hint="pip install 'nano-sre[postgres]'") from error
    shown, secret = _without_password(url)
    try:
        given = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        # The driver quotes the URL, password included.
        raise StoreError(
            f"the database URL {shown} cannot be read",
            hint=URL_HINT,
        ) from None
    params: dict[str, Any] = {"connect_timeout": 10, "application_name": "nano-sre", **given}
    name = params.pop("dbname", None) or params.get("user") or "postgres"
    options = f"{params.pop('options', '')} -c default_transaction_read_only=on".strip()
    writer_params = {**params, "options": given["options"]} if "options" in given else params
    writer = PostgresqlDatabase(name, prefer_psycopg3=True, **writer_params)
    reader = PooledPostgresqlDatabase(
        name, prefer_psycopg3=True, max_connections=8, timeout=30, options=options, **params
    )
    return Connections(writer=writer, reader=reader, shown=shown, secret=secret)


def _without_password(url: str) -> tuple[str, str]:
    """The URL as it may be printed (its query may hold a secret too: dropped), and the password in it."""
    parts = urlsplit(url)
    secret = unquote(parts.password) if parts.password else ""
    host = parts.netloc.rpartition("@")[2]
    user = f"{parts.username}@" if parts.username else ""
    return urlunsplit((parts.scheme, user + host, parts.path, "", "")), secret


def _first_contact(connections: Connections) -> None:
    """Prove that the database opens.

    Two programs that both turn a new file to WAL meet a lock that no timeout waits for: hence the patience.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            with connections.writer.connection_context():
                connections.writer.execute_sql("SELECT 1").fetchone()
        except Exception as error:
            if is_busy(error) and time.monotonic() < deadline:
                time.sleep(0.02)
                continue
            if is_database_error(error):
                raise connections.explain(error) from _safe_cause(error, connections.secret)
            raise
        return


def _safe_cause(error: BaseException, secret: str) -> BaseException | None:
    """A traceback prints the cause as well: one that quotes the password is left out."""
    return None if secret and secret in str(error) else error

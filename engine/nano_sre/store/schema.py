"""Bring a database to the schema this program knows: scripts in order, once, under a lock."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase

from nano_sre.store.database import LOCK_MIGRATE, LOCK_SPACE, Connections
from nano_sre.store.errors import DatabaseEmpty, DatabaseTooNew, StoreError

SCRIPTS = Path(__file__).parent / "migrations"
_TABLE = "schema_migration"


def known_version(scripts: Path = SCRIPTS) -> str:
    """The name of the newest script in the folder."""
    return max(path.stem for path in scripts.glob("[0-9]*.py"))


def ensure_schema(connections: Connections, *, scripts: Path = SCRIPTS, migrate: bool = True) -> None:
    """Apply what is missing. Costs one read of one row when nothing is. Raises `DatabaseTooNew`.

    Without `migrate` an older database is a `StoreError`, an empty one `DatabaseEmpty`: whoever only looks must
    not write.
    """
    known = known_version(scripts)
    current = connections.read(_current_version)
    if current == known:
        return
    _refuse_newer(current, known, where=connections.shown)
    if not migrate and current is None:
        raise DatabaseEmpty(
            f"nothing was applied to the database {connections.shown} yet", hint="nano-sre apply checks/ does"
        )
    if not migrate:
        raise StoreError(
            f"the database {connections.shown} is older than this program",
            hint="nano-sre apply brings it up to date; plan and --dry-run write nothing",
        )
    with connections.writer.connection_context():
        run_scripts(connections.writer, scripts)


def _current_version(db: Any) -> str | None:
    if _is_sqlite(db):
        present = db.execute_sql("SELECT 1 FROM sqlite_master WHERE name = ?", (_TABLE,)).fetchone()
    else:
        present = db.execute_sql("SELECT to_regclass(%s)", (_TABLE,)).fetchone()[0]
    if not present:
        return None
    row = db.execute_sql(f"SELECT name FROM {_TABLE} ORDER BY name DESC LIMIT 1").fetchone()  # noqa: S608
    return str(row[0]) if row else None


def _refuse_newer(current: str | None, known: str, *, where: str) -> None:
    if current is not None and _number(current) > _number(known):
        raise DatabaseTooNew(
            f"the database {where} has schema {current}, newer than the {known} this program knows",
            hint="upgrade nano-sre to the version that the other machines run",
        )


def _is_sqlite(db: Any) -> bool:
    return isinstance(db, SqliteDatabase)


def _number(name: str) -> int:
    match = re.match(r"\d+", name)
    return int(match.group()) if match else 0


def run_scripts(db: Any, scripts: Path = SCRIPTS) -> None:
    """Bring an open database up to date, nobody else's migration beside it."""
    from playhouse.migrations import Runner  # noqa: PLC0415 - needed once in the life of a database

    with _alone(db):
        Runner(db, str(scripts), table_name=_TABLE).up()


@contextlib.contextmanager
def _alone(db: Any) -> Iterator[None]:
    """One transaction that nobody else's migration can enter; the second finds the work done."""
    if _is_sqlite(db):
        with db.atomic("EXCLUSIVE"):
            yield
    else:
        with db.atomic():
            db.execute_sql("SELECT pg_advisory_xact_lock(%s, %s)", (LOCK_SPACE, LOCK_MIGRATE))
            yield

"""Which apply made a revision, what code it ran, why it was made; and a name for the database itself."""

from __future__ import annotations

import json
import uuid
from typing import Any

import peewee

_STATEMENTS = (
    "ALTER TABLE revisions ADD COLUMN serial INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE revisions ADD COLUMN code_hash TEXT",
    "ALTER TABLE revisions ADD COLUMN note TEXT",
    "ALTER TABLE registry ADD COLUMN identity TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX idx_revisions_serial ON revisions (serial)",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001 - the signature of every script
    for statement in _STATEMENTS:
        db.execute_sql(statement)
    mark = "?" if isinstance(db, peewee.SqliteDatabase) else "%s"
    db.execute_sql(f"UPDATE registry SET identity = {mark}", (uuid.uuid4().hex,))  # noqa: S608 - our own words
    # An apply gives its revisions and its line in the audit the same time.
    applied = db.execute_sql("SELECT at, details FROM audit WHERE action = 'apply'").fetchall()
    for at, details in applied:
        serial = json.loads(details)["serial"]
        db.execute_sql(
            f"UPDATE revisions SET serial = {mark} WHERE created_at = {mark}",  # noqa: S608 - our own words
            (serial, at),
        )

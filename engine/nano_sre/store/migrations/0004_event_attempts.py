"""How often an event's run was begun, and why it was put aside; what triggers saw when they looked last."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001 - the signature of every script
    db.execute_sql("ALTER TABLE trigger_events ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0")
    db.execute_sql("ALTER TABLE trigger_events ADD COLUMN last_error TEXT")
    db.execute_sql(
        "CREATE TABLE looks (name TEXT PRIMARY KEY NOT NULL, found TEXT NOT NULL, updated_at TEXT NOT NULL)"
    )
    db.execute_sql("UPDATE trigger_events SET attempts = 1 WHERE state = 'running'")

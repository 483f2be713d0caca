"""Incidents with their states and timelines, the outbox and its deliveries, what triggers brought, and roll-ups."""

from __future__ import annotations

from typing import Any

import peewee

_ID = {True: "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", False: "SERIAL PRIMARY KEY"}

_STATEMENTS = (
    "ALTER TABLE incidents ADD COLUMN episode TEXT",
    "ALTER TABLE incidents ADD COLUMN state TEXT NOT NULL DEFAULT 'firing'",
    "ALTER TABLE incidents ADD COLUMN cause TEXT",
    "ALTER TABLE incidents ADD COLUMN acknowledged_by TEXT",
    "ALTER TABLE incidents ADD COLUMN acknowledged_at TEXT",
    "ALTER TABLE incidents ADD COLUMN snoozed_until TEXT",
    "ALTER TABLE incidents ADD COLUMN snoozed_by TEXT",
    "ALTER TABLE incidents ADD COLUMN flapping BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE incidents ADD COLUMN run_id TEXT",
    "UPDATE incidents SET state = 'resolved' WHERE status = 'resolved'",
    "CREATE UNIQUE INDEX idx_incidents_episode ON incidents (episode) WHERE episode IS NOT NULL",
    "CREATE INDEX idx_incidents_target ON incidents (target, status)",
    """CREATE TABLE incident_events (
        id {id}, incident_id INTEGER NOT NULL REFERENCES incidents (id) ON DELETE CASCADE, at TEXT NOT NULL,
        what TEXT NOT NULL, text TEXT NOT NULL, who TEXT NOT NULL, details TEXT NOT NULL)""",
    "CREATE INDEX idx_incident_events ON incident_events (incident_id, id)",
    """CREATE TABLE alert_states (
        target TEXT PRIMARY KEY NOT NULL, check_id TEXT NOT NULL, phase TEXT NOT NULL, state TEXT NOT NULL,
        updated_at TEXT NOT NULL)""",
    "CREATE INDEX idx_alert_states ON alert_states (check_id)",
    """CREATE TABLE outbox (
        id {id}, notice_key TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, check_id TEXT NOT NULL,
        store_id TEXT NOT NULL, episode TEXT NOT NULL, number INTEGER NOT NULL, incident_id INTEGER,
        severity TEXT NOT NULL, cause TEXT, created_at TEXT NOT NULL, state TEXT NOT NULL, held_by TEXT,
        not_before TEXT, done_at TEXT, payload TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX idx_outbox_key ON outbox (notice_key)",
    "CREATE INDEX idx_outbox_state ON outbox (state, id)",
    "CREATE INDEX idx_outbox_episode ON outbox (episode)",
    """CREATE TABLE deliveries (
        id {id}, key TEXT NOT NULL, alerter TEXT NOT NULL, thread TEXT NOT NULL, kind TEXT NOT NULL,
        state TEXT NOT NULL, attempts INTEGER NOT NULL, created_at TEXT NOT NULL, next_at TEXT NOT NULL,
        done_at TEXT, last_error TEXT, alert TEXT NOT NULL, rendered TEXT, ref TEXT)""",
    "CREATE UNIQUE INDEX idx_deliveries_key ON deliveries (key, alerter)",
    "CREATE INDEX idx_deliveries_due ON deliveries (state, next_at)",
    "CREATE INDEX idx_deliveries_thread ON deliveries (thread, alerter, id)",
    """CREATE TABLE delivery_notices (
        delivery_id INTEGER NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
        outbox_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
        PRIMARY KEY (delivery_id, outbox_id))""",
    "CREATE INDEX idx_delivery_notices ON delivery_notices (outbox_id)",
    """CREATE TABLE threads (
        thread TEXT NOT NULL, alerter TEXT NOT NULL, ref TEXT NOT NULL, told_at TEXT, reminded INTEGER NOT NULL,
        open INTEGER NOT NULL, updated_at TEXT NOT NULL, details TEXT NOT NULL, PRIMARY KEY (thread, alerter))""",
    """CREATE TABLE trigger_events (
        id {id}, key TEXT NOT NULL, trigger_name TEXT NOT NULL, at TEXT NOT NULL, due TEXT, state TEXT NOT NULL,
        run_id TEXT, done_at TEXT, payload TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX idx_trigger_events_key ON trigger_events (trigger_name, key)",
    "CREATE INDEX idx_trigger_events_state ON trigger_events (state, id)",
    "CREATE TABLE schedule_marks (name TEXT PRIMARY KEY NOT NULL, last_due TEXT NOT NULL, updated_at TEXT NOT NULL)",
    """CREATE TABLE rollups (
        id {id}, day TEXT NOT NULL, target TEXT NOT NULL, check_id TEXT NOT NULL, kind TEXT NOT NULL,
        passed INTEGER NOT NULL, warned INTEGER NOT NULL, failed INTEGER NOT NULL, inconclusive INTEGER NOT NULL,
        flaky INTEGER NOT NULL, duration_ms BIGINT NOT NULL, longest_ms INTEGER NOT NULL, details TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX idx_rollups_day ON rollups (target, day)",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001 - the signature of every script
    key = _ID[isinstance(db, peewee.SqliteDatabase)]
    for statement in _STATEMENTS:
        db.execute_sql(statement.replace("{id}", key))

"""The owner's three tables with our columns, and the registry beside them. Never edit: it has shipped."""

from __future__ import annotations

from typing import Any

import peewee

# AUTOINCREMENT: an id is never given twice, also not after the newest rows were pruned.
_ID = {True: "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", False: "SERIAL PRIMARY KEY"}

_STATEMENTS = (
    """CREATE TABLE check_runs (
        id {id}, timestamp TEXT NOT NULL, store_url TEXT NOT NULL, skill_name TEXT NOT NULL,
        status TEXT NOT NULL, summary TEXT NOT NULL, details TEXT NOT NULL DEFAULT '{{}}',
        screenshots TEXT NOT NULL DEFAULT '[]', error TEXT,
        target TEXT NOT NULL DEFAULT '', check_id TEXT NOT NULL DEFAULT '', device TEXT, market TEXT,
        revision INTEGER, inconclusive TEXT, flaky BOOLEAN NOT NULL DEFAULT FALSE,
        duration_ms INTEGER NOT NULL DEFAULT 0, attempt INTEGER NOT NULL DEFAULT 0, run_key TEXT,
        run_id TEXT NOT NULL DEFAULT '', worker_id TEXT, lease_until TEXT)""",
    "CREATE INDEX idx_check_runs ON check_runs (timestamp, store_url, skill_name)",
    "CREATE INDEX idx_check_runs_check ON check_runs (check_id, timestamp)",
    "CREATE INDEX idx_check_runs_run ON check_runs (run_id)",
    "CREATE UNIQUE INDEX idx_check_runs_key ON check_runs (run_key, target) WHERE run_key IS NOT NULL",
    """CREATE TABLE baselines (
        id {id}, skill_name TEXT NOT NULL, store_url TEXT NOT NULL, baseline_data TEXT NOT NULL,
        created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
        target TEXT NOT NULL DEFAULT '', metric TEXT NOT NULL DEFAULT '')""",
    "CREATE UNIQUE INDEX idx_baselines ON baselines (skill_name, store_url, target, metric)",
    """CREATE TABLE incidents (
        id {id}, created_at TEXT NOT NULL, resolved_at TEXT, store_url TEXT NOT NULL,
        skill_name TEXT NOT NULL, severity TEXT NOT NULL, title TEXT NOT NULL,
        details TEXT NOT NULL DEFAULT '{{}}', status TEXT NOT NULL,
        error_context TEXT, check_id TEXT NOT NULL DEFAULT '', target TEXT NOT NULL DEFAULT '')""",
    "CREATE INDEX idx_incidents ON incidents (store_url, status)",
    "CREATE INDEX idx_incidents_check ON incidents (check_id, status)",
    """CREATE TABLE revisions (
        id {id}, space TEXT NOT NULL, check_id TEXT NOT NULL, number INTEGER NOT NULL,
        content_hash TEXT NOT NULL, canonical TEXT NOT NULL, positions TEXT NOT NULL,
        source_text TEXT NOT NULL, source_file TEXT NOT NULL, git_commit TEXT, git_dirty BOOLEAN NOT NULL,
        tool_version TEXT NOT NULL, schema_version INTEGER NOT NULL, author TEXT NOT NULL,
        created_at TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX idx_revisions ON revisions (space, check_id, number)",
    """CREATE TABLE checks (
        id {id}, space TEXT NOT NULL, check_id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'archived')),
        revision_id INTEGER REFERENCES revisions (id), content_hash TEXT NOT NULL,
        updated_at TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX idx_checks ON checks (space, check_id)",
    """CREATE TABLE registry (
        id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1), serial INTEGER NOT NULL, updated_at TEXT)""",
    "INSERT INTO registry (id, serial, updated_at) VALUES (1, 0, NULL)",
    """CREATE TABLE last_status (
        target TEXT PRIMARY KEY NOT NULL, check_id TEXT NOT NULL, check_run_id INTEGER, run_id TEXT NOT NULL,
        status TEXT NOT NULL, inconclusive TEXT, timestamp TEXT NOT NULL)""",
    "CREATE INDEX idx_last_status ON last_status (check_id)",
    """CREATE TABLE artifacts (
        id {id}, run_id TEXT NOT NULL, check_run_id INTEGER REFERENCES check_runs (id) ON DELETE CASCADE,
        kind TEXT NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, media_type TEXT NOT NULL, bytes BIGINT,
        sha256 TEXT, created_at TEXT NOT NULL)""",
    "CREATE INDEX idx_artifacts_path ON artifacts (path)",
    "CREATE INDEX idx_artifacts_check_run ON artifacts (check_run_id)",
    """CREATE TABLE audit (
        id {id}, at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, details TEXT NOT NULL)""",
)


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001 - the signature of every script
    key = _ID[isinstance(db, peewee.SqliteDatabase)]
    for statement in _STATEMENTS:
        db.execute_sql(statement.format(id=key))

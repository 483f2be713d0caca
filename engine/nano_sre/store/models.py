"""The tables, as columns. The scripts in `migrations/` create them and their indexes; a test compares both.

Models are bound to no database: every query is executed on the connection that a reader or the writer hands
out. Times are UTC ISO-8601 text of fixed width, so their order as text is their order in time. JSON is kept
as text, the same on SQLite and PostgreSQL: queries written by hand can count on it.
"""
# ruff: noqa: D106 - `Meta` is how peewee is told a table's name

from __future__ import annotations

from peewee import AutoField, BigIntegerField, BooleanField, IntegerField, Model, TextField


class Table(Model):
    class Meta:
        legacy_table_names = False


class CheckRun(Table):
    id = AutoField()
    timestamp = TextField()
    store_url = TextField()
    skill_name = TextField()
    status = TextField()
    summary = TextField()
    details = TextField()
    screenshots = TextField()
    error = TextField(null=True)
    target = TextField(default="")
    check_id = TextField(default="")
    device = TextField(null=True)
    market = TextField(null=True)
    revision = IntegerField(null=True)
    inconclusive = TextField(null=True)
    flaky = BooleanField(default=False)
    duration_ms = IntegerField(default=0)
    attempt = IntegerField(default=0)
    run_key = TextField(null=True)
    run_id = TextField(default="")
    worker_id = TextField(null=True)
    lease_until = TextField(null=True)

    class Meta:
        table_name = "check_runs"


class Baseline(Table):
    id = AutoField()
    skill_name = TextField()
    store_url = TextField()
    baseline_data = TextField()
    created_at = TextField()
    updated_at = TextField()
    target = TextField(default="")
    metric = TextField(default="")

    class Meta:
        table_name = "baselines"


class Incident(Table):
    id = AutoField()
    created_at = TextField()
    resolved_at = TextField(null=True)
    store_url = TextField()
    skill_name = TextField()
    severity = TextField()
    title = TextField()
    details = TextField()
    status = TextField()
    error_context = TextField(null=True)
    check_id = TextField(default="")
    target = TextField(default="")
    episode = TextField(null=True)
    state = TextField(default="firing")
    cause = TextField(null=True)
    acknowledged_by = TextField(null=True)
    acknowledged_at = TextField(null=True)
    snoozed_until = TextField(null=True)
    snoozed_by = TextField(null=True)
    flapping = BooleanField(default=False)
    run_id = TextField(null=True)

    class Meta:
        table_name = "incidents"


class Check(Table):
    id = AutoField()
    space = TextField()
    check_id = TextField()
    kind = TextField()
    name = TextField()
    state = TextField()
    revision_id = IntegerField(null=True)
    content_hash = TextField()
    updated_at = TextField()

    class Meta:
        table_name = "checks"


class Revision(Table):
    id = AutoField()
    space = TextField()
    check_id = TextField()
    number = IntegerField()
    content_hash = TextField()
    canonical = TextField()
    positions = TextField()
    source_text = TextField()
    source_file = TextField()
    git_commit = TextField(null=True)
    git_dirty = BooleanField()
    tool_version = TextField()
    schema_version = IntegerField()
    author = TextField()
    created_at = TextField()
    serial = IntegerField(default=0)
    code_hash = TextField(null=True)
    note = TextField(null=True)

    class Meta:
        table_name = "revisions"


class Registry(Table):
    id = IntegerField(primary_key=True)
    serial = IntegerField()
    updated_at = TextField(null=True)
    identity = TextField(default="")

    class Meta:
        table_name = "registry"


class LastStatus(Table):
    target = TextField(primary_key=True)
    check_id = TextField()
    check_run_id = IntegerField(null=True)
    run_id = TextField()
    status = TextField()
    inconclusive = TextField(null=True)
    timestamp = TextField()

    class Meta:
        table_name = "last_status"


class ArtifactRow(Table):
    id = AutoField()
    run_id = TextField()
    check_run_id = IntegerField(null=True)
    kind = TextField()
    name = TextField()
    path = TextField()
    media_type = TextField()
    bytes = BigIntegerField(null=True)
    sha256 = TextField(null=True)
    created_at = TextField()

    class Meta:
        table_name = "artifacts"


class Audit(Table):
    id = AutoField()
    at = TextField()
    who = TextField()
    action = TextField()
    details = TextField()

    class Meta:
        table_name = "audit"


TABLES: tuple[type[Table], ...] = (
    CheckRun,
    Baseline,
    Incident,
    Check,
    Revision,
    Registry,
    LastStatus,
    ArtifactRow,
    Audit,
)

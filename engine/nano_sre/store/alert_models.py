"""The tables of incidents, of what is told about them, of triggers and of roll-ups; see `models` for the rules."""
# ruff: noqa: D106 - `Meta` is how peewee is told a table's name

from __future__ import annotations

from peewee import AutoField, BigIntegerField, CompositeKey, IntegerField, TextField

from nano_sre.store.models import Table


class IncidentEventRow(Table):
    id = AutoField()
    incident_id = IntegerField()
    at = TextField()
    what = TextField()
    text = TextField()
    who = TextField()
    details = TextField()

    class Meta:
        table_name = "incident_events"


class AlertStateRow(Table):
    target = TextField(primary_key=True)
    check_id = TextField()
    phase = TextField()
    state = TextField()
    updated_at = TextField()

    class Meta:
        table_name = "alert_states"


class OutboxRow(Table):
    """`state`: waiting, held (`held_by` says why), planned (in a delivery), done, dropped."""

    id = AutoField()
    notice_key = TextField()
    kind = TextField()
    target = TextField()
    check_id = TextField()
    store_id = TextField()
    episode = TextField()
    number = IntegerField()
    incident_id = IntegerField(null=True)
    severity = TextField()
    cause = TextField(null=True)
    created_at = TextField()
    state = TextField()
    held_by = TextField(null=True)
    not_before = TextField(null=True)
    done_at = TextField(null=True)
    payload = TextField()

    class Meta:
        table_name = "outbox"


class DeliveryRow(Table):
    """`state`: waiting, sending (till `next_at`, then it is tried again), sent, dead, replaced (by a newer one).

    What waits is `doubtful` when somebody died over it: it may have been heard, so nothing newer replaces it.
    """

    id = AutoField()
    key = TextField()
    alerter = TextField()
    thread = TextField()
    kind = TextField()
    state = TextField()
    attempts = IntegerField()
    created_at = TextField()
    next_at = TextField()
    done_at = TextField(null=True)
    last_error = TextField(null=True)
    alert = TextField()
    rendered = TextField(null=True)
    ref = TextField(null=True)

    class Meta:
        table_name = "deliveries"


class DeliveryNotice(Table):
    delivery_id = IntegerField()
    outbox_id = IntegerField()

    class Meta:
        table_name = "delivery_notices"
        primary_key = CompositeKey("delivery_id", "outbox_id")


class ThreadRow(Table):
    """One trouble as one alerter knows it: what later messages need, and when it was last told."""

    thread = TextField()
    alerter = TextField()
    ref = TextField()
    told_at = TextField(null=True)
    reminded = IntegerField()
    open = IntegerField()
    updated_at = TextField()
    details = TextField()

    class Meta:
        table_name = "threads"
        primary_key = CompositeKey("thread", "alerter")


class TriggerEventRow(Table):
    """`state`: pending, running, done, dead."""

    id = AutoField()
    key = TextField()
    trigger_name = TextField()
    at = TextField()
    due = TextField(null=True)
    state = TextField()
    run_id = TextField(null=True)
    done_at = TextField(null=True)
    payload = TextField()
    attempts = IntegerField(default=0)
    last_error = TextField(null=True)

    class Meta:
        table_name = "trigger_events"


class ScheduleMark(Table):
    name = TextField(primary_key=True)
    last_due = TextField()
    updated_at = TextField()

    class Meta:
        table_name = "schedule_marks"


class Look(Table):
    """What a trigger saw when it looked last: `found` is JSON."""

    name = TextField(primary_key=True)
    found = TextField()
    updated_at = TextField()

    class Meta:
        table_name = "looks"


class Rollup(Table):
    """One day of one target, after its runs were pruned."""

    id = AutoField()
    day = TextField()
    target = TextField()
    check_id = TextField()
    kind = TextField()
    passed = IntegerField()
    warned = IntegerField()
    failed = IntegerField()
    inconclusive = IntegerField()
    flaky = IntegerField()
    duration_ms = BigIntegerField()
    longest_ms = IntegerField()
    details = TextField()

    class Meta:
        table_name = "rollups"


ALERT_TABLES: tuple[type[Table], ...] = (
    IncidentEventRow,
    AlertStateRow,
    OutboxRow,
    DeliveryRow,
    DeliveryNotice,
    ThreadRow,
    TriggerEventRow,
    ScheduleMark,
    Look,
    Rollup,
)

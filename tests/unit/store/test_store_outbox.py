from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from nano_sre.alerting.tray import plan_in
from nano_sre.alerts.written import read
from nano_sre.core.alert import AlertItem
from nano_sre.core.outbox import Delivery, Receipt
from nano_sre.store import Store, deliveries, outbox
from nano_sre.store.alert_models import DeliveryRow, IncidentEventRow, OutboxRow, ThreadRow
from nano_sre.store.models import Incident
from nano_sre.store.plain import iso
from support.telling import NOON, make_notice, make_rules, minutes, to

LEASE = timedelta(seconds=60)


def put(
    store: Store, check: str = "checkout", *, kind: str = "fired", at: datetime = NOON, **more: Any
) -> bool:
    """A notice of a check's episode, which is named as the check."""
    number = more.pop("number", 1)
    target = f"main/{check}@desktop"
    until = at if kind in ("resolved", "data_back") else None
    notice = make_notice(target, kind=kind, episode=check, number=number, at=at, since=NOON, until=until)
    item = AlertItem(
        target=target,
        check_id=check,
        name=check.capitalize(),
        kind="journey",
        severity="P1",
        store_id="main",
        store_url="https://main.example.com",
        summary=f"{check} is broken",
        tags=("shop",),
    )
    fields: dict[str, Any] = {"incident_id": None, "severity": "P1", "cause": None, "payload": {"item": item}}
    return store.write_now(
        lambda db: outbox.enqueue(db, notice, check_id=check, store_id="main", **{**fields, **more})
    )


def incident(store: Store, check: str = "checkout", **more: Any) -> int:
    row = {
        "created_at": iso(NOON),
        "store_url": "",
        "skill_name": "journey",
        "severity": "P1",
        "title": "x",
        "details": "{}",
        "status": "open",
        "check_id": check,
        "target": f"main/{check}@desktop",
        "episode": check,
    }
    return store.write_now(lambda db: Incident.insert({**row, **more}).execute(db))


def plan_now(store: Store, now: datetime = NOON, **rules: Any) -> Any:
    made = make_rules(*rules.pop("routes", ()), **rules)
    return store.write_now(lambda db: plan_in(db, made, now))


def take(store: Store, alerter: str = "team", now: datetime = NOON, limit: int = 10) -> list[Delivery]:
    return store.write_now(lambda db: deliveries.claim(db, alerter, now=now, lease=LEASE, limit=limit))


def sent(store: Store, delivery: Delivery, now: datetime = NOON, **ref: str) -> None:
    store.write_now(lambda db: deliveries.record_sent(db, delivery, ref=ref, detail="", now=now))


def rows(store: Store, model: Any) -> list[dict[str, Any]]:
    return store.read(
        lambda db: list(
            model.select()
            .order_by(model._meta.primary_key if model is not ThreadRow else model.thread)
            .dicts()
            .execute(db)
        )
    )


def told(store: Store, incident_id: int) -> list[str]:
    query = (
        IncidentEventRow.select()
        .where(IncidentEventRow.incident_id == incident_id)
        .order_by(IncidentEventRow.id)
    )
    return store.read(lambda db: [row["text"] for row in query.dicts().execute(db)])


def test_what_a_channel_took_is_taken_in_once(store: Store) -> None:
    put(store)
    plan_now(store)
    (delivery,) = take(store)
    receipt = Receipt(
        key=delivery.key, alerter="team", at=NOON + minutes(1), detail="HTTP 200", ref={"ts": "1"}
    )
    foreign = [replace(receipt, key="other"), replace(receipt, alerter="pager")]
    for _ in range(2):
        known = store.write_now(lambda db: deliveries.take_in(db, [*foreign, receipt]))
        assert known == [receipt]
    (row,) = rows(store, DeliveryRow)
    assert (row["state"], row["done_at"]) == ("sent", iso(receipt.at))
    (thread,) = rows(store, ThreadRow)
    assert (thread["told_at"], thread["ref"]) == (iso(receipt.at), '{"ts":"1"}')
    assert take(store, now=NOON + minutes(5)) == []


def test_a_receipt_of_what_is_settled_changes_nothing(store: Store) -> None:
    put(store)
    plan_now(store)
    (delivery,) = take(store)
    store.write_now(lambda db: deliveries.record_dead(db, delivery, error="wrong for good", now=NOON))
    receipt = Receipt(key=delivery.key, alerter="team", at=NOON + minutes(1))
    assert store.write_now(lambda db: deliveries.take_in(db, [receipt])) == [receipt]
    assert [row["state"] for row in rows(store, DeliveryRow)] == ["dead"]


@pytest.mark.parametrize(
    ("died", "kinds"), [(True, ["fired", "resolved"]), (False, ["was_down"])], ids=["died", "refused"]
)
def test_what_may_have_been_heard_is_not_replaced(store: Store, died: bool, kinds: list[str]) -> None:
    put(store)
    plan_now(store)
    (first,) = take(store)
    now = NOON + minutes(2)
    if died:  # over the first try; the second is refused
        (first,) = take(store, now=now)
    refused = first
    store.write_now(lambda db: deliveries.record_failed(db, refused, error="429", next_at=now))
    put(store, kind="resolved", number=2, at=now)
    plan_now(store, now)
    heard = []
    while taken := take(store, now=now):
        heard += [each.kind for each in taken]
        for each in taken:
            sent(store, each, now)
    assert heard == kinds


def test_patience_is_also_for_what_may_have_been_heard(store: Store) -> None:
    put(store)
    plan_now(store)
    take(store)
    now = NOON + minutes(2)
    (again,) = take(store, now=now)
    store.write_now(lambda db: deliveries.record_failed(db, again, error="429", next_at=now))
    store.write_now(lambda db: deliveries.pause(db, "team", until=now + minutes(5)))
    assert take(store, now=now + minutes(4)) == []
    assert len(take(store, now=now + minutes(5))) == 1


def test_decided_twice_is_written_once(store: Store) -> None:
    assert put(store) is True
    assert put(store) is False
    assert len(rows(store, OutboxRow)) == 1


def test_a_notice_goes_with_the_transaction_that_wrote_it(store: Store) -> None:
    def fails(db: Any) -> None:
        outbox.enqueue(
            db,
            make_notice(),
            incident_id=None,
            check_id="c",
            store_id="s",
            severity="P1",
            cause=None,
            payload={},
        )
        raise RuntimeError("the power is gone")

    with pytest.raises(RuntimeError):
        store.write_now(fails)
    assert rows(store, OutboxRow) == []


def test_from_a_notice_to_what_was_told(store: Store) -> None:
    number = incident(store)
    put(store, incident_id=number)
    plan_now(store)
    assert [row["state"] for row in rows(store, OutboxRow)] == ["planned"]
    (delivery,) = take(store)
    alert = read(delivery.alert)
    assert (alert.kind, alert.title) == ("fired", "Checkout fails: checkout is broken")
    assert alert.first.tags == ("shop",)
    assert alert.first.since == NOON
    assert alert.silence == f"nano-sre incidents snooze {number} --for 2h"
    sent(store, delivery, ts="1.5")
    (thread,) = rows(store, ThreadRow)
    assert (thread["open"], thread["told_at"], thread["ref"]) == (1, iso(NOON), '{"ts":"1.5"}')
    assert [row["state"] for row in rows(store, OutboxRow)] == ["done"]
    assert told(store, number) == ["Told “team” (fired)."]
    assert take(store, now=NOON + minutes(60)) == []


def test_planning_again_sends_nothing_again(store: Store) -> None:
    put(store)
    plan_now(store)
    plan_now(store, NOON + minutes(1))
    assert len(rows(store, DeliveryRow)) == 1


def test_the_recovery_waits_behind_the_trouble_and_knows_its_ref(store: Store) -> None:
    put(store)
    plan_now(store)
    (fired,) = take(store)
    put(store, kind="resolved", number=2, at=NOON + minutes(1))
    plan_now(store, NOON + minutes(1))
    assert take(store, now=NOON + minutes(0.5)) == []  # the first is still on its way
    sent(store, fired, ts="1.5")
    (resolved,) = take(store, now=NOON + minutes(1))
    assert (resolved.kind, resolved.ref) == ("resolved", {"ts": "1.5"})
    sent(store, resolved, NOON + minutes(1))
    assert [row["open"] for row in rows(store, ThreadRow)] == [0]
    assert store.read(outbox.world).threads == ()


def test_over_before_it_was_sent_replaces_the_first_message(store: Store) -> None:
    put(store)
    plan_now(store)
    put(store, kind="resolved", number=2, at=NOON + minutes(3))
    plan_now(store, NOON + minutes(3))
    assert [(row["kind"], row["state"]) for row in rows(store, DeliveryRow)] == [
        ("fired", "replaced"),
        ("was_down", "waiting"),
    ]
    (delivery,) = take(store, now=NOON + minutes(3))
    assert read(delivery.alert).title == "Checkout failed for 3 min and works again"
    sent(store, delivery, NOON + minutes(3))
    assert {row["state"] for row in rows(store, OutboxRow)} == {"done"}


def test_what_was_taken_and_never_settled_is_taken_again(store: Store) -> None:
    put(store)
    plan_now(store)
    (first,) = take(store)
    assert take(store, now=NOON + minutes(0.9)) == []
    (again,) = take(store, now=NOON + minutes(1))
    assert (again.id, again.attempts, again.alert) == (first.id, 2, first.alert)


def test_a_failure_is_tried_again_at_its_time(store: Store) -> None:
    put(store)
    plan_now(store)
    (delivery,) = take(store)
    store.write_now(
        lambda db: deliveries.record_failed(db, delivery, error="500 \0", next_at=NOON + minutes(2))
    )
    assert take(store, now=NOON + minutes(1)) == []
    assert store.read(deliveries.next_due) == NOON + minutes(2)
    assert [each.attempts for each in take(store, now=NOON + minutes(2))] == [2]


def test_a_pause_is_everybodys_who_waits_for_that_alerter(store: Store) -> None:
    put(store, "cart")
    put(store, "search")
    plan_now(store, routes=(to("team", "pager"),))
    store.write_now(lambda db: deliveries.pause(db, "team", until=NOON + minutes(5)))
    assert take(store) == []
    assert len(take(store, "pager")) == 2
    assert store.read(lambda db: deliveries.due_alerters(db, NOON + minutes(5))) == ["pager", "team"]


def test_a_dead_letter_is_reminded_of_later_and_its_end_is_not_told(store: Store) -> None:
    number = incident(store)
    put(store, incident_id=number)
    plan_now(store)
    (delivery,) = take(store)
    put(store, "cart")
    plan_now(store)
    store.write_now(lambda db: deliveries.record_dead(db, delivery, error="invalid_auth", now=NOON))
    assert told(store, number) == ["Could not tell “team”: invalid_auth"]
    assert store.read(outbox.backlog).dead == 1
    plan_now(store, NOON + minutes(59))
    assert {row["kind"] for row in rows(store, DeliveryRow)} == {"fired"}
    plan_now(store, NOON + minutes(60))
    assert [row["kind"] for row in rows(store, DeliveryRow)][-1] == "reminder"


def test_the_end_of_what_could_not_be_told_is_forgotten(store: Store) -> None:
    put(store)
    plan_now(store)
    (fired,) = take(store)
    put(store, kind="resolved", number=2)
    plan_now(store)
    store.write_now(lambda db: deliveries.record_dead(db, fired, error="gone", now=NOON))
    assert [(row["kind"], row["state"]) for row in rows(store, DeliveryRow)] == [
        ("fired", "dead"),
        ("resolved", "replaced"),
    ]
    assert {row["state"] for row in rows(store, OutboxRow)} == {"done"}


def test_people_and_failing_parents_are_seen(store: Store) -> None:
    number = incident(store, acknowledged_at=iso(NOON), snoozed_until=iso(NOON + minutes(5)))
    put(store, incident_id=number)
    store.write_now(
        lambda db: db.execute_sql(
            "INSERT INTO alert_states VALUES ('main/home@desktop', 'home', 'firing', '{}', ''),"
            " ('main/cart@desktop', 'cart', 'pending', '{}', ''), ('main/x@desktop', 'x', 'ok', '{}', '')"
        )
    )
    world = store.read(outbox.world)
    assert world.failing == {("main", "home"): "firing", ("main", "cart"): "pending"}
    assert world.attention is not None
    assert world.attention["checkout"].acknowledged
    plan_now(store)
    (row,) = rows(store, OutboxRow)
    assert (row["state"], row["held_by"], row["not_before"]) == (
        "held",
        "it is snoozed",
        iso(NOON + minutes(5)),
    )
    assert told(store, number) == ["Not told yet: it is snoozed, until 2026-03-02 12:05 UTC."]


def test_the_backlog(store: Store) -> None:
    assert store.read(outbox.backlog).oldest is None
    put(store, at=NOON - minutes(3))
    backlog = store.read(outbox.backlog)
    assert (backlog.waiting, backlog.unsent, backlog.oldest) == (1, 0, NOON - minutes(3))
    plan_now(store)
    backlog = store.read(outbox.backlog)
    assert (backlog.waiting, backlog.unsent, backlog.oldest) == (0, 1, NOON)

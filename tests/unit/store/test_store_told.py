from __future__ import annotations

import asyncio
from datetime import timedelta

from nano_sre.alerting.tray import plan_in
from nano_sre.core.result import RunReport
from nano_sre.store import Store, deliveries, outbox, told
from nano_sre.store.models import Incident
from support.results import make_failure, make_result
from support.telling import NOON, make_notice, make_rules, minutes


def test_verdicts_come_oldest_first_and_light(store: Store) -> None:
    results = (
        make_result("cart", at=NOON + minutes(2)),
        make_failure("cart", at=NOON),
        make_result("home", at=NOON - minutes(1)),
        make_result("search", at=NOON + minutes(3), inconclusive="the browser died"),
    )
    asyncio.run(store.record_run(RunReport(run_id="r", started=NOON, finished=NOON, results=results)))
    found = store.read(lambda db: list(told.verdicts(db, NOON)))
    assert [(each.check_id, each.seen) for each in found] == [
        ("cart", "fail"),
        ("cart", "pass"),
        ("search", "inconclusive"),
    ]
    assert found[2].summary == "the browser died"


def test_what_arrived_and_what_it_was_caused_by(store: Store) -> None:
    notice = make_notice(at=NOON)
    store.write_now(
        lambda db: outbox.enqueue(
            db,
            notice,
            incident_id=None,
            check_id="checkout",
            store_id="main",
            severity="P1",
            cause=None,
            payload={},
        )
    )
    store.write_now(lambda db: plan_in(db, make_rules(), NOON))
    assert store.read(lambda db: told.messages(db, NOON)) == []
    (delivery,) = store.write_now(
        lambda db: deliveries.claim(db, "team", now=NOON, lease=timedelta(minutes=1), limit=5)
    )
    store.write_now(lambda db: deliveries.record_sent(db, delivery, ref=None, detail="", now=NOON))
    (message,) = store.read(lambda db: told.messages(db, NOON))
    assert (message.alerter, message.kind, message.at) == ("team", "fired", NOON)
    assert store.read(lambda db: told.messages(db, NOON + minutes(1))) == []


def test_causes_of_incidents(store: Store) -> None:
    row = dict.fromkeys(("store_url", "skill_name", "severity", "title", "details"), "{}")
    more = {"created_at": "2026-03-02T12:00:00.000000+00:00", "status": "open", "target": "main/cart@desktop"}
    store.write_now(lambda db: Incident.insert({**row, **more, "cause": "theme-broken"}).execute(db))
    store.write_now(lambda db: Incident.insert({**row, **more}).execute(db))
    assert store.read(lambda db: told.causes(db, NOON)) == {"main/cart@desktop": [(NOON, "theme-broken")]}

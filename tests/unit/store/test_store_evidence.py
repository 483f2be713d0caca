from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from nano_sre.store import Store
from nano_sre.store.evidence import last_pass, standing
from support.results import NOON, make_failure, make_report, make_result


def record(store: Store, *results: Any) -> None:
    asyncio.run(store.record_run(make_report(*results)))


def test_how_the_targets_of_a_store_stand(store: Store) -> None:
    record(store, make_failure("checkout", at=NOON - timedelta(hours=1)), make_result("cart"))
    record(store, make_result("checkout"), make_failure("search", store_id="main-two"))
    found = store.read(lambda db: standing(db, "main"))
    assert [(r.check_id, r.status) for r in found] == [("cart", "PASS"), ("checkout", "PASS")]


def test_a_failure_is_read_back_with_its_findings(store: Store) -> None:
    failure = make_failure("checkout")
    record(store, failure)
    assert store.read(lambda db: standing(db, "main")) == [failure]


def test_when_a_target_passed_last(store: Store) -> None:
    old = make_result("checkout", at=NOON - timedelta(hours=3), revision=1)
    warned = make_result("checkout", status="WARN", at=NOON - timedelta(hours=2), revision=2)
    blind = make_result("checkout", inconclusive="the network was gone", at=NOON - timedelta(hours=1))
    phone = make_result("checkout", device="iphone", at=NOON)
    record(store, old, make_failure("checkout", at=NOON))
    record(store, warned, phone)
    record(store, blind)
    found = store.read(lambda db: last_pass(db, "main/checkout@desktop/us", check_id="checkout"))
    assert found is not None
    assert (found.revision, found.result.timestamp) == (2, NOON - timedelta(hours=2))


def test_what_passed_after_a_failure_explains_nothing_about_it(store: Store) -> None:
    before, after = NOON - timedelta(hours=2), NOON + timedelta(hours=1)
    record(store, make_result("checkout", at=before), make_failure("checkout", at=NOON))
    record(store, make_result("checkout", at=after))
    found = store.read(lambda db: last_pass(db, "main/checkout@desktop/us", check_id="checkout", before=NOON))
    assert found is not None
    assert found.result.timestamp == before


def test_what_never_passed_has_no_last_pass(store: Store) -> None:
    record(store, make_failure("checkout"))
    assert store.read(lambda db: last_pass(db, "main/checkout@desktop/us", check_id="checkout")) is None

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from nano_sre.core.trigger import TriggerEvent
from nano_sre.store import Store, triggers
from support.results import make_report, make_result

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(key: str = "delivery-1", trigger: str = "after-deploy", **more: object) -> TriggerEvent:
    return TriggerEvent(trigger=trigger, key=key, at=NOON, **more)


def keep(store: Store, *events: TriggerEvent) -> list[bool]:
    return [store.write_now(lambda db, each=each: triggers.keep(db, each)) for each in events]


def test_an_event_is_kept_once_per_trigger(store: Store) -> None:
    assert keep(store, event(), event(), event(trigger="other"), event("delivery-2")) == [
        True,
        False,
        True,
        True,
    ]
    assert [kept.event.key for kept in store.read(triggers.waiting)] == [
        "delivery-1",
        "delivery-1",
        "delivery-2",
    ]


def test_an_event_is_read_back_as_it_was(store: Store) -> None:
    said = event(
        due=NOON + timedelta(minutes=1), payload={"sha": "abc", "nested": {"a": [1, None]}, "text": "a\0b"}
    )
    keep(store, said)
    (kept,) = store.read(triggers.waiting)
    assert (kept.event.trigger, kept.event.key, kept.event.at, kept.event.due) == (
        said.trigger,
        said.key,
        said.at,
        said.due,
    )
    assert kept.event.payload == {
        "sha": "abc",
        "nested": {"a": [1, None]},
        "text": "a\N{REPLACEMENT CHARACTER}b",
    }
    assert not kept.began


def test_what_was_begun_and_not_finished_waits_again(store: Store) -> None:
    keep(store, event("1"), event("2"), event("3"))
    ids = [kept.id for kept in store.read(triggers.waiting)]
    store.write_now(lambda db: triggers.begin(db, ids[:2]))
    store.write_now(lambda db: triggers.finish(db, ids[:1], run_id="r1", at=NOON))
    assert [(kept.event.key, kept.began) for kept in store.read(triggers.waiting)] == [
        ("2", True),
        ("3", False),
    ]
    columns = "state, run_id, done_at"
    rows = store.db.execute(f"SELECT {columns} FROM trigger_events ORDER BY id").fetchall()
    assert rows == [
        ("done", "r1", "2026-03-01T12:00:00.000000+00:00"),
        ("running", None, None),
        ("pending", None, None),
    ]


def test_what_ended_the_process_is_counted_and_put_aside(store: Store) -> None:
    keep(store, event("1"), event("2"))
    first, second = store.read(triggers.waiting)
    for _ in range(2):
        store.write_now(lambda db: triggers.begin(db, [first.id, second.id]))
    store.write_now(lambda db: triggers.let_go(db, [second.id]))
    assert [kept.attempts for kept in store.read(triggers.waiting)] == [2, 1]
    store.write_now(lambda db: triggers.put_aside(db, first.id, why="it kills", at=NOON))
    store.write_now(lambda db: triggers.finish(db, [first.id], run_id="r1", at=NOON))
    assert [kept.id for kept in store.read(triggers.waiting)] == [second.id]
    assert store.read(triggers.dead) == 1
    assert store.read(lambda db: triggers.is_done(db, first.event.trigger, "1")), (
        "nobody waits for it any more"
    )
    rows = store.db.execute("SELECT state, run_id, last_error FROM trigger_events ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == [("dead", None, "it kills"), ("pending", None, None)]


def test_what_a_trigger_saw_is_kept(store: Store) -> None:
    assert store.read(lambda db: triggers.last_look(db, "theme")) is None
    for found in ({"files": {"a": "1"}}, {"files": {}}):
        store.write_now(lambda db, found=found: triggers.looked(db, "theme", found))
        assert store.read(lambda db: triggers.last_look(db, "theme")) == found
    assert store.read(lambda db: triggers.last_look(db, "other")) is None


def test_what_is_done_stays_done(store: Store) -> None:
    keep(store, event())
    (kept,) = store.read(triggers.waiting)
    assert not store.read(lambda db: triggers.is_done(db, "after-deploy", "delivery-1"))
    store.write_now(lambda db: triggers.finish(db, [kept.id], run_id="r1"))
    store.write_now(lambda db: triggers.begin(db, [kept.id]))
    assert store.read(lambda db: triggers.is_done(db, "after-deploy", "delivery-1"))
    assert not store.read(lambda db: triggers.is_done(db, "after-deploy", "never seen"))
    assert keep(store, event()) == [False]
    assert store.read(triggers.waiting) == []


def test_of_many_deliveries_at_once_one_is_kept(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda _: keep(store, event())[0], range(16)))
    assert sorted(kept) == [False] * 15 + [True]


def test_marks_are_kept_and_laid_over(store: Store) -> None:
    assert store.read(triggers.marks) == {}
    many = {f"check/shop/{n}": NOON for n in range(1_200)}
    store.write_now(lambda db: triggers.mark(db, many))
    later = NOON + timedelta(milliseconds=900_123)
    store.write_now(lambda db: triggers.mark(db, {"check/shop/7": later, "trigger/nightly": NOON}))
    store.write_now(lambda db: triggers.mark(db, {}))
    assert store.read(triggers.marks) == {**many, "check/shop/7": later, "trigger/nightly": NOON}


def test_a_run_key_tells_which_targets_are_recorded(store: Store) -> None:
    report = make_report(make_result("cart"), make_result("search"), run_id="r1")
    asyncio.run(store.record_run(report, run_key="check/shop/cart@noon"))
    targets = {result.target for result in report.results}
    assert store.read(lambda db: triggers.recorded(db, "check/shop/cart@noon")) == targets
    assert store.read(lambda db: triggers.recorded(db, "another")) == set()

"""What is old is rolled up and goes; nothing is lost or counted twice, and nobody waits for it."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nano_sre.core.result import utc_now
from nano_sre.store import Store, retention
from nano_sre.store.alert_models import (
    DeliveryNotice,
    DeliveryRow,
    IncidentEventRow,
    OutboxRow,
    ThreadRow,
    TriggerEventRow,
)
from nano_sre.store.models import CheckRun, Incident
from nano_sre.store.plain import iso
from nano_sre.store.retention import prune
from nano_sre.store.rollups import Measured
from support.results import make_result

NOW = utc_now()
OLD = (NOW - timedelta(days=120)).replace(hour=9, minute=0)
TARGET = "main/checkout@desktop/us"


def record(store: Store, *results: Any, run_id: str = "r") -> None:
    for number, result in enumerate(results):
        asyncio.run(store.record(result, run_id=f"{run_id}{number}"))


def measured(value: float, at: datetime = OLD, **more: Any) -> Any:
    measures = [{"page": "/", "name": "LCP", "value": value, "unit": "ms"}]
    return make_result(at=at, details={"measures": measures}, **more)


def count(store: Store, table: str) -> int:
    row = store.db.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else -1


def test_runs_become_days(store: Store) -> None:
    record(
        store,
        measured(1_000, duration_ms=1_000),
        measured(3_000, duration_ms=4_000, flaky=True, status="WARN"),
        make_result(status="FAIL", at=OLD),
        make_result(status="WARN", inconclusive="the browser died", at=OLD),
        make_result(at=OLD + timedelta(days=1)),
        make_result(at=OLD, device="iphone"),
        make_result(at=NOW),
    )
    pruned = store.prune()
    assert (pruned.runs, pruned.finished) == (6, True)
    (today,) = store.history()
    assert today.run_id == "r6"
    later, first = store.days("checkout", target=TARGET)
    assert (first.day, later.day) == (f"{OLD:%Y-%m-%d}", f"{OLD + timedelta(days=1):%Y-%m-%d}")
    assert (first.passed, first.warned, first.failed, first.inconclusive, first.flaky) == (1, 1, 1, 1, 1)
    assert (first.runs, first.duration_ms, first.longest_ms, first.kind) == (4, 7_400, 4_000, "journey")
    assert first.measures == {("/", "LCP"): Measured(count=2, mean=2_000.0, most=3_000.0)}
    assert [day.target for day in store.days("checkout", since=later.day)] == [TARGET]
    assert len(store.days(target="main/checkout@iphone/us")) == 1


def test_a_day_that_is_rolled_up_in_several_batches_is_counted_once(store: Store) -> None:
    record(store, *(measured(1_000 + n, at=OLD + timedelta(minutes=n)) for n in range(7)))
    assert prune(store._writer, store.files, batch=3).runs == 7
    assert store.prune().runs == 0
    record(store, measured(9_000, at=OLD), run_id="late")
    assert store.prune().runs == 1
    (day,) = store.days()
    assert (day.passed, day.longest_ms, day.duration_ms) == (8, 1_200, 8 * 1_200)
    assert day.measures["/", "LCP"].count == 8
    assert day.measures["/", "LCP"].most == 9_000


def test_a_crash_in_the_middle_neither_loses_nor_counts_twice(store: Store) -> None:
    record(store, *(make_result(at=OLD) for _ in range(4)))

    def dies(db: Any) -> None:
        retention._delete_batch(db, cutoff=iso(NOW), batch=2)
        raise KeyError("the power is gone")

    with pytest.raises(KeyError):
        store.write_now(dies)
    assert (count(store, "check_runs"), store.days()) == (4, [])
    store.prune()
    assert (count(store, "check_runs"), store.days()[0].passed) == (0, 4)


def test_runs_of_the_owners_own_are_rolled_up_by_their_skill(store: Store) -> None:
    record(store, make_result(at=OLD, target="", check_id=""))
    store.prune()
    assert [(day.target, day.passed) for day in store.days()] == [("journey", 1)]


def test_the_failure_that_opened_an_incident_stays_with_its_files_until_it_is_over(store: Store) -> None:
    def shot(run_id: str) -> list[str]:
        return [store.files.write(run_id, "shot.png", b"x")]

    record(store, make_result(at=OLD, status="FAIL", screenshots=shot("r0")))
    record(store, make_result(at=OLD, device="iphone", screenshots=shot("r0")))
    key = store.write_now(lambda db: incident(db, run_id="r0", status="open"))
    store.prune()
    assert [row.target for row in store.history()] == [TARGET]
    assert len(list(store.files.data_dir.rglob("*.png"))) == 1
    store.write_now(
        lambda db: (
            Incident.update(status="resolved", resolved_at=iso(NOW)).where(Incident.id == key).execute(db)
        )
    )
    assert store.prune().runs == 1
    assert count(store, "incidents") == 1, "it was resolved today"


def incident(db: Any, **more: Any) -> int:
    row = {
        "created_at": iso(OLD),
        "resolved_at": None,
        "store_url": "https://main.example.com",
        "skill_name": "journey",
        "severity": "P1",
        "title": "Checkout",
        "details": "{}",
        "target": TARGET,
        "check_id": "checkout",
    }
    made = int(Incident.insert({**row, **more}).execute(db))
    event = {"incident_id": made, "at": iso(OLD), "what": "fired", "text": "", "who": "", "details": "{}"}
    IncidentEventRow.insert(event).execute(db)
    return made


def notice(db: Any, key: str, *, state: str, episode: str = "e", at: datetime = OLD) -> int:
    row = dict.fromkeys(("kind", "target", "check_id", "store_id", "severity", "payload"), "")
    more = {"notice_key": key, "episode": episode, "number": 1, "created_at": iso(at), "done_at": iso(at)}
    return int(OutboxRow.insert({**row, **more, "state": state}).execute(db))


def delivery(db: Any, key: str, *, state: str, thread: str = "t", at: datetime = OLD) -> int:
    times = {"created_at": iso(at), "next_at": iso(at), "done_at": iso(at)}
    row = {"key": key, "alerter": "team", "thread": thread, "kind": "fired", "attempts": 1, "alert": "{}"}
    return int(DeliveryRow.insert({**row, **times, "state": state}).execute(db))


def test_what_is_over_and_old_goes_and_what_is_open_or_young_stays(store: Store) -> None:
    def fill(db: Any) -> None:
        incident(db, status="resolved", resolved_at=iso(OLD), episode="gone")
        incident(db, status="resolved", resolved_at=iso(NOW), episode="young")
        incident(db, status="open", episode="open")
        old = notice(db, "old", state="done")
        notice(db, "dropped", state="dropped")
        notice(db, "waiting", state="waiting")
        notice(db, "young", state="done", at=NOW)
        notice(db, "open", state="done", episode="open")
        sent = delivery(db, "old", state="sent")
        DeliveryNotice.insert(delivery_id=sent, outbox_id=old).execute(db)
        delivery(db, "waiting", state="waiting")
        delivery(db, "open", state="sent", thread="open")
        for thread, opened in (("t", 0), ("open", 1)):
            row = {"thread": thread, "alerter": "team", "ref": "{}", "reminded": 0, "details": "{}"}
            ThreadRow.insert({**row, "open": opened, "updated_at": iso(OLD)}).execute(db)
        for key, state in (("a", "done"), ("b", "pending")):
            event = {"key": key, "trigger_name": "x", "at": iso(OLD), "state": state, "payload": "{}"}
            TriggerEventRow.insert(event).execute(db)

    store.write_now(fill)
    assert store.prune().others == 6
    left = {
        "incidents": [("young",), ("open",)],
        "outbox": [("waiting",), ("young",), ("open",)],
        "deliveries": [("waiting",), ("open",)],
        "threads": [("open",)],
        "trigger_events": [("b",)],
    }
    names = {"incidents": "episode", "outbox": "notice_key", "threads": "thread"}
    for table, rows in left.items():
        order = names.get(table, "key")
        found = store.db.execute(f"SELECT {order} FROM {table}").fetchall()
        assert sorted(found) == sorted(rows), table
    assert count(store, "incident_events") == 2
    assert count(store, "delivery_notices") == 0


def test_it_stops_when_time_is_up_and_goes_on_the_next_time(store: Store) -> None:
    record(store, *(make_result(at=OLD) for _ in range(5)))
    first = prune(store._writer, store.files, batch=2, patience=0.0)
    assert (first.runs, first.finished) == (2, False)
    assert prune(store._writer, store.files, batch=2).runs == 3
    assert store.days()[0].passed == 5


def test_others_write_while_it_prunes(url: str, data_dir: Path) -> None:
    """Another process's writer gets its turn between the batches, and not only at the end."""
    with Store.open(url, data_dir=data_dir) as pruner, Store.open(url, data_dir=data_dir) as other:
        record_many(pruner, 300)
        left: list[int] = []
        over = threading.Event()

        def write() -> None:
            while not over.is_set():
                record(other, make_result("other", at=NOW))
                left.append(other.read(old_runs))

        thread = threading.Thread(target=write)
        thread.start()
        try:
            pruned = prune(pruner._writer, pruner.files, batch=20)
        finally:
            over.set()
            thread.join()
    assert pruned.runs == 300
    assert len({n for n in left if 0 < n < 300}) >= 2, "writes were made while old runs were still there"


def record_many(store: Store, many: int) -> None:
    record(store, make_result(at=OLD))
    (row,) = store.read(lambda db: list(CheckRun.select().dicts().execute(db)))
    row.pop("id")
    store.write_now(lambda db: CheckRun.insert_many([row] * (many - 1)).execute(db))


def old_runs(db: Any) -> int:
    return int(CheckRun.select().where(CheckRun.timestamp < iso(NOW - timedelta(days=90))).count(db))


def test_two_that_prune_at_once_count_every_run_once(url: str, data_dir: Path) -> None:
    with Store.open(url, data_dir=data_dir) as one, Store.open(url, data_dir=data_dir) as two:
        record_many(one, 200)
        threads = [
            threading.Thread(target=prune, args=(each._writer, each.files), kwargs={"batch": 10})
            for each in (one, two)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        one.prune()
        assert [day.passed for day in one.days()] == [200]


def test_a_new_sqlite_file_gives_room_back(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    with Store.open(f"sqlite:///{file}", data_dir=tmp_path) as store:
        record(store, make_result(at=OLD, summary="x" * 15_000))
        (row,) = store.read(lambda db: list(CheckRun.select().dicts().execute(db)))
        row.pop("id")
        for _ in range(3):
            store.write_now(lambda db: CheckRun.insert_many([row] * 100).execute(db))
        full = pages(store)
        store.prune()
        assert pages(store) < full / 3
        assert store.db.execute("PRAGMA freelist_count").fetchone() == (0,)


def pages(store: Store) -> int:
    row = store.db.execute("PRAGMA page_count").fetchone()
    assert row is not None
    return int(row[0])


def test_a_renamed_target_keeps_its_days(store: Store) -> None:
    from nano_sre.store import rename
    from nano_sre.store.models import Check

    record(store, make_result(at=OLD))
    store.prune()

    def move(db: Any) -> None:
        row = {"space": "check", "kind": "journey", "name": "x", "state": "active", "content_hash": ""}
        Check.insert({**row, "check_id": "checkout", "updated_at": iso(NOW)}).execute(db)
        rename.rename(db, "check", {"checkout": "buy"})

    store.write_now(move)
    (day,) = store.days("buy")
    assert (day.target, day.check_id) == ("main/buy@desktop/us", "buy")


@pytest.fixture
def measuring(store: Store) -> Store:
    for number in range(5):
        at = NOW - timedelta(hours=5 - number)
        measures = [
            {"page": page, "name": name, "value": value + number, "unit": "ms"}
            for page, name, value in (("/", "LCP", 1_000), ("/", "CLS", 0), ("/p", "LCP", 2_000))
        ]
        record(store, make_result(at=at, details={"measures": measures}), run_id=f"n{number}-")
    record(store, make_result(at=NOW, inconclusive="no browser", status="WARN"))
    return store


def test_trends_are_read_oldest_first_by_page_and_metric(measuring: Store) -> None:
    found = {(each.page, each.metric): each.points for each in measuring.trends(TARGET)}
    assert list(found) == [("/", "LCP"), ("/", "CLS"), ("/p", "LCP")]
    points = found["/p", "LCP"]
    assert [point.value for point in points] == [2_000, 2_001, 2_002, 2_003, 2_004]
    assert (points[0].run_id, points[0].status) == ("n0-0", "PASS")
    assert points[0].at < points[-1].at
    (only,) = measuring.trends(TARGET, metric="LCP", page="/", limit=3)
    assert [point.value for point in only.points] == [1_003, 1_004]
    assert measuring.trends("main/none@desktop/us") == []
    assert measuring.trends(TARGET, metric="INP") == []


def test_a_damaged_row_spoils_no_trend_and_no_day(store: Store) -> None:
    for details in ({"measures": "much"}, {"measures": [1, {"page": "/"}]}, {}):
        record(store, replace(make_result(at=OLD), result=make_result(at=OLD, details=details).result))
    store.db.execute("UPDATE check_runs SET details = 'no json' WHERE id = (SELECT max(id) FROM check_runs)")
    assert store.trends(TARGET) == []
    store.prune()
    assert [(day.passed, day.measures) for day in store.days()] == [(3, {})]

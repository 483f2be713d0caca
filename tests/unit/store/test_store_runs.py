from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nano_sre.core.kept_hits import kept
from nano_sre.core.result import Finding, Patch
from nano_sre.store import Store
from nano_sre.store.runs import history_query
from support.results import NOON, make_failure, make_report, make_result
from support.tracked_report import tracked_result, watch_report


def record(store: Store, *results: Any, run_id: str = "r1", **more: Any) -> list[int]:
    return asyncio.run(store.record_run(make_report(*results, run_id=run_id), **more))


def test_a_result_is_read_back_as_it_was(store: Store) -> None:
    failure = make_failure(details={"lcp_ms": 1200, "nested": {"a": [1, None, True]}})
    record(store, failure, make_result("cart", flaky=True, inconclusive="the browser crashed"))
    first, second = store.run("r1")
    assert first.to_result() == failure
    assert first.attempt == 2
    assert (second.flaky, second.inconclusive) == (True, "the browser crashed")


def test_a_proposed_patch_is_read_back_as_it_was(store: Store) -> None:
    patch = Patch(
        file="checks/checkout.yaml",
        document="checkout",
        path=("steps", 3, "press", "any_of"),
        old=("Add to cart", "Buy now"),
        new=("Buy now", "Add to cart"),
        why="“Add to cart” is no longer on the page",
    )
    finding = Finding(code="R501", summary="healed", warn=True, patch=patch)
    record(store, make_result(status="WARN", findings=(finding,)))
    (row,) = store.run("r1")
    assert row.findings[0].patch == patch


def test_hits_are_read_back_and_parameters_of_what_is_fine_are_not_kept(store: Store) -> None:
    failed = tracked_result(kept(watch_report()))
    sound = replace(
        failed.attempts[0],
        status="PASS",
        watched=(replace(kept(watch_report()), findings=(), inconclusive=None),),
    )
    passed = make_result("tracking", attempts=(sound,))
    record(store, failed, passed)
    first, second = store.run("r1")
    assert first.attempts == failed.attempts
    (watched,) = second.attempts[0].watched
    assert [each.decoded.vendor for each in watched.hits] == [
        each.decoded.vendor for each in sound.watched[0].hits
    ]
    assert not any(event.fields for each in watched.hits for event in each.decoded.events)
    assert watched.heard == sound.watched[0].heard


def test_the_owners_columns_hold_what_the_owner_expects(store: Store) -> None:
    record(store, make_failure(details={"lcp_ms": 1200}, screenshots=["runs/2026-03/r1/a.png"]))
    columns = "timestamp, store_url, skill_name, status, details, screenshots, error"
    timestamp, *plain, details, screenshots, error = store.db.execute(
        f"SELECT {columns} FROM check_runs"
    ).fetchall()[0]
    assert timestamp == "2026-03-01T12:00:00.000000+00:00"
    assert plain == ["https://main.example.com", "journey", "FAIL"]
    assert json.loads(details)["lcp_ms"] == 1200
    assert json.loads(screenshots) == ["runs/2026-03/r1/a.png"]
    assert error == "boom"


def test_a_run_key_counts_once_per_target(store: Store) -> None:
    both = (make_result(device="desktop"), make_result(device="iphone"))
    first = record(store, *both, run_key="tick-1")
    again = record(store, make_result(device="desktop", status="FAIL"), run_key="tick-1", run_id="late")
    assert again == first[:1]
    assert [row.status for row in store.history("checkout")] == ["PASS", "PASS"]
    assert {row.status for row in store.latest()} == {"PASS"}
    record(store, *both, run_key="tick-2")
    record(store, *both)
    record(store, *both)
    assert len(store.history("checkout")) == 8


def test_history_is_newest_first_and_bounded(store: Store) -> None:
    for minute in range(5):
        record(store, make_result(at=NOON + timedelta(minutes=minute)), run_id=f"r{minute}")
    record(store, make_result("cart"), make_result(device="iphone"), run_id="other")
    assert [row.run_id for row in store.history("checkout", limit=3)] == ["r4", "r3", "r2"]
    assert [row.run_id for row in store.history(target="main/checkout@iphone/us")] == ["other"]
    assert [row.run_id for row in store.history("cart")] == ["other"]
    assert len(store.history(limit=4)) == 4
    assert store.history("unknown") == []
    assert store.history(target="unknown") == []


def test_the_latest_status_is_never_overwritten_by_a_late_result(store: Store) -> None:
    record(store, make_result(status="FAIL", at=NOON), run_id="new")
    record(store, make_result(status="PASS", at=NOON - timedelta(minutes=5)), run_id="late")
    (row,) = store.latest()
    assert (row.status, row.run_id, row.timestamp) == ("FAIL", "new", NOON)
    assert (row.kind, row.summary, row.duration_ms) == ("journey", "all as promised", 1200)


def test_artifacts_get_rows_with_size_and_hash(store: Store) -> None:
    path = store.files.write("r1", "shot.png", b"pixels")
    absolute = str(store.files.data_dir / path)
    record(store, make_failure(screenshots=[absolute, "/etc/passwd"]))
    rows = store.db.execute("SELECT kind, path, bytes, sha256 FROM artifacts ORDER BY id").fetchall()
    assert rows == [
        ("screenshot", path, 6, hashlib.sha256(b"pixels").hexdigest()),
        ("frame", "runs/2026-03/r1/frame.png", None, None),
    ]
    assert store.history("checkout")[0].screenshots == (path, "/etc/passwd")


def test_what_a_page_says_cannot_break_the_row(store: Store) -> None:
    hostile = "a\0b\ud800c\x1b[31m"
    details = {hostile: hostile, "nan": float("nan"), "raw": b"\xff", "set": {1}, 5: object, "at": NOON}
    record(store, make_result(summary=hostile, error="x" * 100_000, details=details))
    (row,) = store.history("checkout")
    assert row.summary == "a\N{REPLACEMENT CHARACTER}b?c\x1b[31m"
    assert row.error is not None
    assert len(row.error) < 30_000
    assert row.details["nan"] == "nan"
    assert row.details["raw"] == "<1 bytes>"
    assert row.details["set"] == [1]
    assert row.details["at"] == "2026-03-01T12:00:00.000000+00:00"


def test_a_passing_row_stays_small(store: Store) -> None:
    record(store, make_result())
    (size,) = store.db.execute("SELECT length(details) FROM check_runs").fetchone() or (0,)
    assert size < 200


def test_rows_written_by_hand_are_read_as_well(store: Store) -> None:
    store.db.execute(
        "INSERT INTO check_runs (timestamp, store_url, skill_name, status, summary, details)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        ["2026-01-01T00:00:00", "https://a", "my_skill", "WARN", "hm", "not json"],
    )
    (row,) = store.history()
    assert (row.kind, row.status, row.details, row.attempts) == ("my_skill", "WARN", {}, ())
    assert row.timestamp.utcoffset() == timedelta(0)


@pytest.mark.parametrize("by", ["check", "target"])
def test_history_of_a_check_uses_its_index(sqlite_store: Store, by: str) -> None:
    record(sqlite_store, make_result())
    check_id, target = ("checkout", None) if by == "check" else (None, "main/checkout@desktop/us")

    def plan(db: Any) -> str:
        sql, params = db.get_sql_context().sql(history_query(check_id, target=target, limit=5)).query()
        return "\n".join(str(row) for row in db.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params))

    told = sqlite_store.read(plan)
    assert "idx_check_runs_check (check_id=?)" in told
    assert "TEMP B-TREE" not in told


def test_the_latest_rows_never_scan_the_runs(sqlite_store: Store) -> None:
    from nano_sre.store import runs

    seen: list[str] = []

    def explain(db: Any) -> None:
        hook = lambda event: seen.append(event.sql)  # noqa: E731
        db.query_hooks.append(hook)
        runs.latest(db)
        db.query_hooks.remove(hook)
        seen.extend(str(row) for row in db.execute_sql(f"EXPLAIN QUERY PLAN {seen[0].replace('?', 'NULL')}"))

    sqlite_store.read(explain)
    assert any("SEARCH" in line and "INTEGER PRIMARY KEY" in line for line in seen[1:])
    assert not any("SCAN check_runs" in line or "SCAN t2" in line for line in seen[1:])

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from nano_sre.store import LockHeld, StalePlan, Store, StoreError
from nano_sre.store.registry import of_kind
from support import store_programs
from support.changes import apply, make_change
from support.results import make_result


def states(store: Store) -> dict[str, tuple[str, int]]:
    return {c.check_id: (c.state, c.revision_number) for c in store.registry(archived=True).checks}


def record(store: Store, check_id: str, **more: object) -> int:
    return asyncio.run(store.record(make_result(check_id, **more), run_id="r1", run_key="tick"))  # type: ignore[arg-type]


def open_incident(store: Store, check_id: str) -> None:
    store.db.execute(
        "INSERT INTO incidents (created_at, store_url, skill_name, severity, title, details, status,"
        " check_id, target)"
        " VALUES ('2026', 'https://main', 'journey', 'P1', 'broken', '{\"seen\": 3}', 'open', ?, ?)",
        [check_id, f"main/{check_id}@desktop/us"],
    )


def test_an_apply_is_read_back_as_it_was_given(store: Store) -> None:
    change = make_change()
    outcome = apply(store, change, make_change("cart", enabled=False))
    assert (outcome.serial, outcome.revisions) == (1, {"checkout": 1, "cart": 1})
    snapshot = store.registry()
    assert snapshot.serial == 1
    cart, checkout = snapshot.checks
    assert (cart.state, checkout.state) == ("paused", "active")
    assert checkout.canonical == change.canonical
    assert checkout.positions == change.positions
    for name in ("check_id", "kind", "name", "content_hash", "source_text", "source_file"):
        assert getattr(checkout, name) == getattr(change, name)


def test_documents_of_one_kind_can_be_asked_for_alone(store: Store) -> None:
    mine = {"kind": "rules", "canonical": {"kind": "rules", "id": "mine"}}
    apply(store, make_change(), replace(make_change("mine"), **mine), replace(make_change("old"), **mine))
    assert [row.check_id for row in store.read(lambda db: of_kind(db, "rules"))] == ["mine", "old"]
    apply(store, replace(make_change("old", action="archive"), kind="rules"))
    assert [row.check_id for row in store.read(lambda db: of_kind(db, "rules"))] == ["mine"]
    assert store.read(lambda db: of_kind(db, "vendor")) == []


def test_every_content_stays_as_a_revision(store: Store) -> None:
    apply(store, make_change())
    apply(store, make_change(version=2, action="update"))
    apply(store, make_change(version=3, action="pause", enabled=False))
    assert [(r.number, r.content_hash) for r in store.revisions("checkout")] == [
        (3, "v3"),
        (2, "v2"),
        (1, "v1"),
    ]
    first = store.revision("checkout", 1)
    assert first is not None
    assert (first.author, first.git_commit, first.git_dirty) == ("ada@laptop", "abc123", False)
    assert first.source_text == "id: checkout\n# 1\n"
    assert store.revision("checkout", 9) is None
    assert states(store) == {"checkout": ("paused", 3)}


def test_no_changes_write_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    apply(sqlite_store, make_change())
    database = tmp_path / "nano_sre.db"

    def fingerprint() -> list[str]:
        files = [database, database.with_name("nano_sre.db-wal")]
        return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]

    before = fingerprint()
    assert apply(sqlite_store).serial == 1
    assert fingerprint() == before
    assert sqlite_store.db.execute("SELECT count(*) FROM audit").fetchone() == (1,)


def test_a_plan_made_before_another_apply_is_stale(store: Store) -> None:
    apply(store, make_change())
    for changes in ([make_change(version=2)], []):
        with pytest.raises(StalePlan) as caught:
            apply(store, *changes, expected_serial=0)
        assert (caught.value.expected, caught.value.actual) == (0, 1)
    assert states(store) == {"checkout": ("active", 1)}


def test_a_plan_that_cannot_be_carried_out_changes_nothing(store: Store) -> None:
    apply(store, make_change())
    with pytest.raises(StoreError, match="not registered"):
        apply(store, make_change("cart"), make_change("unknown", action="archive"))
    with pytest.raises(StoreError, match="not registered"):
        apply(store, make_change("cart"), make_change("new", action="move", previous_id="unknown"))
    assert states(store) == {"checkout": ("active", 1)}
    assert store.registry().serial == 1


def test_archiving_ends_open_incidents_and_keeps_the_history(store: Store) -> None:
    apply(store, make_change(), make_change("cart"))
    record(store, "checkout")
    open_incident(store, "checkout")
    open_incident(store, "cart")
    apply(store, make_change(action="archive", reason="checks/checkout.yaml is gone"))
    assert [c.check_id for c in store.registry().checks] == ["cart"]
    assert states(store)["checkout"] == ("archived", 1)
    rows = store.db.execute(
        "SELECT check_id, status, resolved_at, details FROM incidents ORDER BY id"
    ).fetchall()
    assert rows[0][1] == "resolved"
    assert rows[0][2].startswith("20")
    assert rows[0][3] == '{"seen":3,"resolution":"checks/checkout.yaml is gone"}'
    assert rows[1][1:3] == ("open", None)
    assert len(store.history("checkout")) == 1
    assert store.latest() == []
    apply(store, make_change(version=2))
    assert states(store)["checkout"] == ("active", 2)


def test_a_move_takes_the_history_along(store: Store) -> None:
    apply(store, make_change("old"))
    record(store, "old")
    record(store, "old", device="iphone")
    open_incident(store, "old")
    store.update_baseline("vitals", "https://main", {"lcp": 1}, target="main/old@desktop/us")
    apply(store, make_change("new", version=2, action="move", previous_id="old"))
    assert states(store) == {"new": ("active", 2)}
    assert store.history("old") == []
    assert {row.target for row in store.history("new")} == {"main/new@desktop/us", "main/new@iphone/us"}
    assert [row.target for row in store.latest()] == ["main/new@desktop/us", "main/new@iphone/us"]
    incident = store.db.execute("SELECT check_id, target, status FROM incidents").fetchone()
    assert incident == ("new", "main/new@desktop/us", "open")
    assert store.baseline("vitals", "https://main", target="main/new@desktop/us") == {"lcp": 1}
    assert [r.number for r in store.revisions("new")] == [2, 1]


def test_checks_may_swap_their_names(store: Store) -> None:
    apply(store, make_change("a", version=1), make_change("b", version=2))
    record(store, "a", summary="was a")
    record(store, "b", summary="was b")
    swap = [("a", "b", 2), ("b", "a", 1)]
    apply(store, *(make_change(new, version=v, action="move", previous_id=old) for old, new, v in swap))
    assert [row.summary for row in store.history("a")] == ["was b"]
    assert [row.summary for row in store.history("b")] == ["was a"]
    assert {row.target: row.summary for row in store.latest()} == {
        "main/a@desktop/us": "was b",
        "main/b@desktop/us": "was a",
    }


def test_a_move_onto_an_archived_namesake_joins_both_histories(store: Store) -> None:
    apply(store, make_change("old"), make_change("new"))
    record(store, "old", summary="old")
    record(store, "new", summary="new")
    for check_id in ("old", "new"):
        store.update_baseline(
            "vitals", "https://main", {"of": check_id}, target=f"main/{check_id}@desktop/us"
        )
    with pytest.raises(StoreError, match="registered already"):
        apply(store, make_change("new", action="move", previous_id="old"))
    apply(store, make_change("new", action="archive"))
    apply(store, make_change("new", action="move", previous_id="old"))
    assert states(store) == {"new": ("active", 3)}
    assert {row.summary for row in store.history("new")} == {"old", "new"}
    assert store.baseline("vitals", "https://main", target="main/new@desktop/us") == {"of": "old"}
    assert len(store.latest()) == 1


def test_a_store_has_its_own_names_and_its_targets_follow_it(store: Store) -> None:
    shop = {"kind": "store", "canonical": {}}
    apply(store, make_change("main", **shop), make_change("main"), make_change("checkout"))
    record(store, "checkout")
    apply(store, make_change("shop", action="move", previous_id="main", **shop))
    assert [row.target for row in store.latest()] == ["shop/checkout@desktop/us"]
    assert store.history("checkout")[0].target == "shop/checkout@desktop/us"
    assert {(c.kind, c.check_id) for c in store.registry().checks} == {
        ("store", "shop"),
        ("journey", "main"),
        ("journey", "checkout"),
    }
    assert len(store.revisions("shop", kind="store")) == 2


def test_only_one_apply_runs_at_a_time(store: Store, url: str, data_dir: Path) -> None:
    with store.apply_lock("ada@laptop"), Store.open(url, data_dir=data_dir) as second:
        with pytest.raises(LockHeld, match="ada@laptop") as caught, second.apply_lock("grace"):
            pass
        assert caught.value.since is not None
    with store.apply_lock("grace"):
        pass


def test_the_lock_of_a_killed_process_is_gone(store: Store, url: str, tmp_path: Path) -> None:
    program = store_programs.start("hold_lock", url, tmp_path)
    assert program.stdout is not None
    with program, program.stdout:
        assert program.stdout.readline() == "held\n"
        with pytest.raises(LockHeld, match="grace@server"), store.apply_lock("ada"):
            pass
        program.kill()
        program.wait()
    deadline = time.monotonic() + 5
    while True:
        try:
            with store.apply_lock("ada"):
                return
        except LockHeld:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_killed_apply_leaves_the_old_registry_or_the_new_one(url: str, tmp_path: Path) -> None:
    serial = kills = 0
    while kills < 10 or serial == 0:  # a busy machine gets more time to apply once
        kills += 1
        program = store_programs.start("apply_for_ever", url, tmp_path)
        assert program.stdout is not None
        with program, program.stdout:
            assert program.stdout.readline() == "at work\n"
            time.sleep(random.uniform(0, 0.12 * max(1, kills - 9)))
            program.kill()
        with Store.open(url, data_dir=tmp_path) as store:
            snapshot = store.registry()
            count = store.db.execute("SELECT count(*) FROM revisions").fetchone()
            audits = store.db.execute("SELECT count(*) FROM audit").fetchone()
        assert {check.content_hash for check in snapshot.checks} <= {f"v{snapshot.serial}"}
        assert len(snapshot.checks) == (store_programs.CHECKS if snapshot.serial else 0)
        assert (count, audits) == ((snapshot.serial * store_programs.CHECKS,), (snapshot.serial,))
        assert snapshot.serial >= serial
        serial = snapshot.serial


def test_files_that_are_known_by_name_have_a_space_of_their_own(store: Store) -> None:
    """A check may be called as nobody would: its incidents are not those of the file."""
    apply(store, make_change("alerters"), make_change("alerters", kind="alerters"))
    apply(store, make_change("alerters", kind="alerters", version=2, action="update"))
    open_incident(store, "alerters")
    assert [r.number for r in store.revisions("alerters", kind="alerters")] == [2, 1]
    assert [r.number for r in store.revisions("alerters")] == [1]
    apply(store, make_change("alerters", kind="alerters", action="archive"))
    assert list(store.db.execute("SELECT status FROM incidents")) == [("open",)]
    assert [(c.kind, c.state) for c in store.registry(archived=True).checks] == [
        ("alerters", "archived"),
        ("journey", "active"),
    ]
    assert [r.id_then for r in store.registry_at(2)] == ["alerters", "alerters"]

from __future__ import annotations

from pathlib import Path

from nano_sre.store import LockHeld, Store
from nano_sre.store.database import connect
from nano_sre.store.schema import SCRIPTS, ensure_schema
from support import store_programs
from support.changes import apply, make_change


def at(store: Store, serial: int) -> dict[str, str]:
    return {row.canonical["id"]: row.content_hash for row in store.registry_at(serial)}


def test_every_serial_is_remembered_through_renames_and_archives(store: Store) -> None:
    apply(store, make_change("a"), make_change("b"), make_change("shop", kind="store"))
    apply(store, make_change("a", version=2, action="update"), make_change("b", action="archive"))
    apply(store, make_change("c", version=3, action="move", previous_id="a"))
    apply(store, make_change("b", version=4))
    assert at(store, 1) == {"a": "v1", "b": "v1", "shop": "v1"}
    assert at(store, 2) == {"a": "v2", "shop": "v1"}
    assert at(store, 3) == {"c": "v3", "shop": "v1"}
    assert at(store, 4) == {"c": "v3", "shop": "v1", "b": "v4"}
    assert at(store, 0) == {}
    assert {row.check_id for row in store.registry_at(1)} == {"c", "b", "shop"}, (
        "found under their ids of today"
    )


def test_two_that_swapped_their_names_are_told_apart(store: Store) -> None:
    apply(store, make_change("a"), make_change("b"))
    apply(
        store,
        make_change("a", version=2, action="move", previous_id="b", content_hash="now-a"),
        make_change("b", version=2, action="move", previous_id="a", content_hash="now-b"),
    )
    assert {r.canonical["id"]: r.check_id for r in store.registry_at(1)} == {"a": "b", "b": "a"}
    assert at(store, 2) == {"a": "now-a", "b": "now-b"}


def test_applies_say_who_what_and_why(store: Store) -> None:
    apply(store, make_change("a"))
    store.commit_apply(
        [make_change("a", version=2, action="update", note="rolled back to r1")],
        expected_serial=1,
        who="grace",
        git_commit=None,
        git_dirty=True,
        tool_version="0.1.0",
        reason="rolled back to r1",
    )
    first, second = store.applies()
    assert (first.serial, first.who, first.reason, first.git_commit) == (1, "ada@laptop", None, "abc123")
    assert (second.serial, second.who, second.reason, second.git_dirty) == (
        2,
        "grace",
        "rolled back to r1",
        True,
    )
    assert [dict(c)["id"] for c in second.changes] == ["a"]
    assert store.applies(after=1) == [second]
    newest = store.revisions("a")[0]
    assert (newest.serial, newest.note) == (2, "rolled back to r1")
    (row,) = store.registry().checks
    assert (row.serial, row.note, row.recorded_hash) == (2, "rolled back to r1", "v2")


def test_what_no_apply_touches_is_listed(store: Store) -> None:
    assert store.runtime_state() == []
    store.update_baseline(
        "vitals", "https://main", {"lcp_ms": 1200}, target="main/buy@desktop/us", metric="lcp"
    )
    store.update_baseline("probe", "https://main", {"b": 1, "a": 2})
    store.db.execute(
        "INSERT INTO incidents (created_at, store_url, skill_name, severity, title, details, status, check_id, target)"
        " VALUES ('2026-01-02', 'https://main', 'journey', 'P1', 'Broken', '{}', ?, 'buy', 'main/buy@desktop/us')",
        ["open"],
    )
    found = [(row.what, row.check_id, row.about) for row in store.runtime_state()]
    assert found == [("baseline", "buy", "lcp"), ("incident", "buy", "Broken"), ("baseline", "probe", "a, b")]
    store.db.execute("UPDATE incidents SET status = ?", ["resolved"])
    assert "incident" not in {row.what for row in store.runtime_state()}


def test_every_database_has_a_name_of_its_own(store: Store, tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/other.db", data_dir=tmp_path) as other:
        assert store.registry().identity
        assert store.registry().identity != other.registry().identity
    assert store.registry().identity == store.registry().identity


def test_what_was_applied_before_gets_its_serials(url: str, data_dir: Path, tmp_path: Path) -> None:
    scripts = tmp_path / "first"
    scripts.mkdir()
    first = SCRIPTS / "0001_initial.py"
    (scripts / first.name).write_text(first.read_text())
    connections = connect(url)
    ensure_schema(connections, scripts=scripts)
    mark = "?" if connections.is_sqlite else "%s"
    with connections.writer.connection_context(), connections.writer.atomic():
        for serial in (1, 2):
            time = f"2026-01-0{serial}T00:00:00.000000+00:00"
            connections.writer.execute_sql(
                "INSERT INTO revisions (space, check_id, number, content_hash, canonical, positions, source_text,"
                " source_file, git_dirty, tool_version, schema_version, author, created_at)"
                f" VALUES ('check', 'a', {serial}, 'h{serial}', '{{}}', '{{}}', '', 'a.yaml', FALSE, '0', 1, 'ada', {mark})",
                (time,),
            )
            details = f'{{"serial": {serial}, "changes": [{{"action": "update", "id": "a", "kind": "api", "hash": "h{serial}"}}]}}'
            connections.writer.execute_sql(
                f"INSERT INTO audit (at, who, action, details) VALUES ({mark}, 'ada', 'apply', {mark})",
                (time, details),
            )
    connections.close()
    with Store.open(url, data_dir=data_dir) as store:
        assert [(r.number, r.serial) for r in store.revisions("a")] == [(2, 2), (1, 1)]
        assert [r.number for r in store.registry_at(1)] == [1]
        assert store.registry().identity


def test_the_one_who_takes_over_learns_whose_lock_it_was(sqlite_store: Store, tmp_path: Path) -> None:
    program = store_programs.start("hold_lock", f"sqlite:///{tmp_path}/nano_sre.db", tmp_path)
    assert program.stdout is not None
    assert program.stdout.readline() == "held\n"
    program.kill()
    program.communicate()
    with sqlite_store.apply_lock("ada") as before:
        assert isinstance(before, LockHeld)
        assert (before.holder, before.since is not None) == ("grace@server", True)
    with sqlite_store.apply_lock("ada") as before:
        assert before is None, "whoever lets go leaves nothing behind"

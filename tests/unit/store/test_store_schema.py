from __future__ import annotations

from pathlib import Path

import pytest

from nano_sre.store import DatabaseTooNew, Store, StoreError
from nano_sre.store.alert_models import ALERT_TABLES
from nano_sre.store.database import connect
from nano_sre.store.errors import DatabaseEmpty
from nano_sre.store.models import TABLES
from nano_sre.store.schema import ensure_schema, known_version
from support import store_programs
from support.postgres import PostgresServer

OWNER = {
    "check_runs": "id timestamp store_url skill_name status summary details screenshots error",
    "baselines": "id skill_name store_url baseline_data created_at updated_at",
    "incidents": "id created_at resolved_at store_url skill_name severity title details status",
}


def test_a_fresh_database_has_the_columns_of_the_models(store: Store) -> None:
    for model in (*TABLES, *ALERT_TABLES):
        table = model._meta.table_name
        columns = store.read(lambda db, table=table: {c.name: c.null for c in db.get_columns(table)})
        assert columns == {f.column_name: f.null for f in model._meta.sorted_fields}, table


@pytest.mark.parametrize("table", OWNER)
def test_the_owners_columns_keep_their_names_and_come_first(store: Store, table: str) -> None:
    columns = store.read(lambda db: [column.name for column in db.get_columns(table)])
    expected = OWNER[table].split()
    assert columns[: len(expected)] == expected


def test_the_owners_indexes_keep_their_names(store: Store) -> None:
    def indexes(table: str) -> dict[str, tuple[list[str], bool]]:
        return store.read(lambda db: {i.name: (i.columns, i.unique) for i in db.get_indexes(table)})

    assert indexes("check_runs")["idx_check_runs"] == (["timestamp", "store_url", "skill_name"], False)
    assert indexes("incidents")["idx_incidents"] == (["store_url", "status"], False)
    assert indexes("baselines")["idx_baselines"] == (["skill_name", "store_url", "target", "metric"], True)


def test_opening_again_changes_nothing(url: str, data_dir: Path) -> None:
    for _ in range(3):
        with Store.open(url, data_dir=data_dir) as store:
            assert store.registry().serial == 0
            applied = store.db.execute("SELECT name FROM schema_migration").fetchall()
    assert applied[-1] == (known_version(),)


def test_processes_may_open_a_fresh_database_at_once(url: str, tmp_path: Path) -> None:
    programs = [store_programs.start("open_only", url, tmp_path) for _ in range(4)]
    outputs = [program.communicate(timeout=60)[0] for program in programs]
    assert outputs == ["serial 0\n"] * 4


def test_who_only_looks_does_not_bring_an_older_database_up_to_date(url: str, data_dir: Path) -> None:
    with Store.open(url, data_dir=data_dir) as store:
        store.db.execute("DELETE FROM schema_migration WHERE name = ?", (known_version(),))
    with pytest.raises(StoreError, match="older than this program"):
        Store.open(url, data_dir=data_dir, migrate=False)


def test_who_only_looks_finds_an_empty_database_empty(url: str, data_dir: Path) -> None:
    connect(url).close()
    with pytest.raises(DatabaseEmpty, match="nothing was applied"):
        Store.open(url, data_dir=data_dir, migrate=False)


def test_an_older_program_refuses_a_newer_database(url: str, data_dir: Path) -> None:
    with Store.open(url, data_dir=data_dir) as store:
        store.db.execute(
            "INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '2030-01-01T00:00:00')"
        )
    with pytest.raises(DatabaseTooNew, match="9999_later") as caught:
        Store.open(url, data_dir=data_dir)
    assert "upgrade" in str(caught.value.hint)


def test_scripts_are_applied_in_order_and_whole(url: str, tmp_path: Path) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "0001_first.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('CREATE TABLE a (x INTEGER)')\n"
    )
    connections = connect(url)
    ensure_schema(connections, scripts=scripts)
    second = "def up(migrator, db):\n    db.execute_sql('CREATE TABLE b (x INTEGER)')\n"
    second += "    raise ValueError('half')\n"
    (scripts / "0002_second.py").write_text(second)
    with pytest.raises(ValueError, match="half"):
        ensure_schema(connections, scripts=scripts)
    assert connections.read(lambda db: db.get_tables()).count("b") == 0
    (scripts / "0002_second.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('ALTER TABLE a ADD y TEXT')\n"
    )
    ensure_schema(connections, scripts=scripts)
    assert connections.read(lambda db: [c.name for c in db.get_columns("a")]) == ["x", "y"]
    connections.close()


def test_sqlite_is_set_up_to_be_shared(sqlite_store: Store) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    for run in (sqlite_store.read, sqlite_store.write_now):
        assert run(lambda db: {name: db.pragma(name) for name in wanted}) == wanted


def test_a_missing_database_is_not_made_unless_asked(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        Store.open(f"sqlite:///{tmp_path}/none.db", data_dir=tmp_path, create=False)
    assert not (tmp_path / "none.db").exists()


def test_a_password_is_never_told(postgres: PostgresServer, tmp_path: Path) -> None:
    wrong = postgres.url("postgres", password="s3cret-word")
    for url in (wrong, wrong.replace(f":{postgres.port}", ":1"), wrong.replace(f":{postgres.port}", ":x")):
        with pytest.raises(StoreError) as caught:
            Store.open(url, data_dir=tmp_path)
        error: BaseException | None = caught.value
        assert "127.0.0.1" in str(error)
        assert caught.value.hint
        while error is not None:
            assert "s3cret" not in str(error)
            error = error.__cause__

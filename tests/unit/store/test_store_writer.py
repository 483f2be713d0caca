from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nano_sre.store import Store, StoreError
from support import store_programs
from support.postgres import PostgresServer


def insert(name: str) -> Callable[[Any], int]:
    mark = "'" + name + "'"
    sql = f"INSERT INTO audit (at, who, action, details) VALUES ('now', {mark}, 'test', '')"
    return lambda db: int(db.execute_sql(sql).rowcount)


def names(store: Store) -> list[str]:
    return [row[0] for row in store.db.execute("SELECT who FROM audit ORDER BY id")]


def test_a_write_returns_what_it_computed(store: Store) -> None:
    assert asyncio.run(store.write(insert("a"))) == 1
    assert store.write_now(insert("b")) == 1
    assert names(store) == ["a", "b"]


def test_a_job_that_raises_is_rolled_back_and_told(store: Store) -> None:
    def half(db: Any) -> None:
        insert("half")(db)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        store.write_now(half)
    with pytest.raises(KeyError, match="mine"):
        asyncio.run(store.write(half))
    assert store.write_now(insert("next")) == 1
    assert names(store) == ["next"]


def test_an_error_of_the_database_arrives_as_a_store_error(store: Store) -> None:
    with pytest.raises(StoreError, match="nonsense"):
        store.write_now(lambda db: db.execute_sql("INSERT INTO nonsense VALUES (1)"))
    with pytest.raises(StoreError):
        store.write_now(lambda db: db.execute_sql("INSERT INTO audit (at) VALUES (NULL)"))
    assert store.write_now(insert("next")) == 1


def test_not_even_an_exit_stops_the_thread(store: Store) -> None:
    def leave(db: Any) -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        store.write_now(leave)
    assert store.write_now(insert("next")) == 1


@pytest.mark.parametrize("bad", ["DELETE FROM nowhere", None])
def test_a_bad_job_does_not_spoil_those_that_wait_with_it(store: Store, bad: str | None) -> None:
    gate = threading.Event()

    def fail(db: Any) -> None:
        insert("bad")(db)
        if bad:
            db.execute_sql(bad)
        raise ValueError("bad")

    async def together() -> list[Any]:
        first = asyncio.ensure_future(store.write(lambda _: gate.wait(5)))
        await asyncio.sleep(0.05)
        jobs = [store.write(fail if n == 3 else insert(f"n{n}")) for n in range(6)]
        rest = asyncio.gather(*jobs, return_exceptions=True)
        await asyncio.sleep(0)
        gate.set()
        await first
        return await rest

    outcomes = asyncio.run(together())
    assert [o for n, o in enumerate(outcomes) if n != 3] == [1] * 5
    assert isinstance(outcomes[3], StoreError if bad else ValueError)
    assert names(store) == [f"n{n}" for n in range(6) if n != 3]


def test_what_was_handed_over_is_written_even_when_the_loop_is_gone(store: Store) -> None:
    gate = threading.Event()

    def slow(db: Any) -> int:
        gate.wait(5)
        return insert("slow")(db)

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(store.write(slow), 0.05)

    asyncio.run(give_up())
    gate.set()
    store.write_now(insert("after"))
    assert names(store) == ["slow", "after"]


def test_closing_finishes_the_work_and_refuses_more(url: str, data_dir: Path) -> None:
    store = Store.open(url, data_dir=data_dir)
    threads = [threading.Thread(target=store.write_now, args=(insert(f"t{n}"),)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.write_now(insert("late"))
    with Store.open(url, data_dir=data_dir) as again:
        assert sorted(names(again)) == sorted(f"t{n}" for n in range(20))


def test_a_job_may_write_through_the_store(store: Store) -> None:
    store.write_now(lambda _: store.update_baseline("probe", "https://a", {"lcp_ms": 1}))
    assert store.baseline("probe", "https://a") == {"lcp_ms": 1}


def test_a_lock_that_lasts_longer_than_the_busy_timeout_is_waited_for(
    sqlite_store: Store, tmp_path: Path
) -> None:
    sqlite_store.write_now(insert("first"))
    sqlite_store._writer._submit(lambda db: db.execute_sql("PRAGMA busy_timeout = 10")).result()
    other = sqlite3.connect(tmp_path / "nano_sre.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.2, lambda: other.execute("COMMIT"))
    timer.start()
    assert sqlite_store.write_now(insert("second")) == 1
    timer.join()
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        sqlite_store.write_now(insert("never"))
    other.close()
    assert names(sqlite_store) == ["first", "second"]


def test_a_dropped_connection_is_opened_again(postgres: PostgresServer, data_dir: Path) -> None:
    with Store.open(postgres.fresh_database(), data_dir=data_dir) as store:
        store.write_now(insert("before"))
        assert names(store) == ["before"]
        postgres.drop_connections()
        assert store.write_now(insert("after")) == 1
        postgres.drop_connections()
        assert names(store) == ["before", "after"]


def test_two_processes_write_while_a_third_reads(url: str, tmp_path: Path) -> None:
    Store.open(url, data_dir=tmp_path).close()
    writers = [store_programs.start("write_for_a_while", url, tmp_path, "1.5", name) for name in ("a", "b")]
    reader = store_programs.start("read_for_a_while", url, tmp_path, "1.5")
    outputs = [program.communicate(timeout=60)[0] for program in (*writers, reader)]
    for output, word in zip(outputs, ("wrote", "wrote", "read"), strict=True):
        assert output.startswith(word), output
    with Store.open(url, data_dir=tmp_path) as store:
        for output, name in zip(outputs, ("a", "b"), strict=False):
            assert len(store.run(name)) == int(output.split()[1]) > 0


def test_the_event_loop_keeps_its_beat_while_much_is_written(store: Store) -> None:
    async def longest_pause() -> float:
        done = asyncio.Event()

        async def beat() -> float:
            longest, last = 0.0, time.perf_counter()
            while not done.is_set():
                await asyncio.sleep(0.001)
                now = time.perf_counter()
                longest, last = max(longest, now - last), now
            return longest

        pulse = asyncio.ensure_future(beat())
        for _ in range(20):
            await asyncio.gather(*(store.write(insert("x")) for _ in range(25)))
        done.set()
        return await pulse

    assert asyncio.run(longest_pause()) < 1
    assert len(names(store)) == 500

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nano_sre.store import Store, StoreError
from nano_sre.store.sql import for_postgres
from support.results import make_result

OWNERS_QUERY = """
    SELECT skill_name, status, timestamp
    FROM check_runs
    WHERE store_url = ? AND timestamp > datetime('now', '-7 days')
    ORDER BY timestamp DESC
"""


def test_the_owners_query_runs(sqlite_store: Store) -> None:
    result = make_result(at=datetime.now(UTC))
    asyncio.run(sqlite_store.record(result, run_id="r1"))
    asyncio.run(sqlite_store.record(make_result(), run_id="long ago"))
    rows = sqlite_store.db.execute(OWNERS_QUERY, [result.store_url])
    assert [row[:2] for row in rows] == [("journey", "PASS")]


def test_a_statement_reads_or_writes_as_it_likes(store: Store) -> None:
    sql = "INSERT INTO audit (at, who, action, details) VALUES (?, ?, 'why? 100%', ?) -- really?"
    assert store.db.execute(sql, ["now", "it's me?", ""]).rowcount == 1
    returned = store.db.execute(f"{sql.partition(' --')[0]} RETURNING who", ("now", "b", "")).fetchone()
    assert returned == ("b",)
    store.db.commit()
    rows = store.db.execute("SELECT who FROM audit WHERE action LIKE 'why? 100%' ORDER BY id")
    assert rows.description[0][0] == "who"
    assert rows.fetchone() == ("it's me?",)
    assert list(rows) == [("b",)]
    assert rows.fetchone() is None
    assert store.db.execute("DELETE FROM audit").rowcount == 2


@pytest.mark.parametrize("sql", ["BEGIN", " commit", "ROLLBACK;", "savepoint x"])
def test_transactions_by_hand_are_refused(store: Store, sql: str) -> None:
    with pytest.raises(StoreError, match="transaction"):
        store.db.execute(sql)
    assert store.db.execute("SELECT 1").fetchone() == (1,)


def test_a_mistake_in_the_sql_is_told(store: Store) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        store.db.execute("SELECT * FROM nowhere")


def test_question_marks_are_translated_where_they_are_placeholders() -> None:
    sql = """SELECT '?', "a?b", 5 % 2, $$?$$ /* ? */ FROM t WHERE a = ? AND b LIKE '%x''?' -- ?
    AND c = ?"""
    assert for_postgres(sql) == (
        """SELECT '?', "a?b", 5 %% 2, $$?$$ /* ? */ FROM t WHERE a = %s AND b LIKE '%%x''?' -- ?
    AND c = %s"""
    )


def test_a_baseline_is_laid_over_what_is_known(store: Store) -> None:
    shop = "https://shop"
    assert store.update_baseline("checkout_validator", shop, {"lcp_ms": 1200}) == {"lcp_ms": 1200}
    assert store.update_baseline("checkout_validator", shop, ttfb_ms=350) == {"lcp_ms": 1200, "ttfb_ms": 350}
    store.update_baseline(skill_name="checkout_validator", store_url=shop, baseline_data={"lcp_ms": 1100})
    assert store.baseline("checkout_validator", shop) == {"lcp_ms": 1100, "ttfb_ms": 350}
    assert store.baseline("checkout_validator", "https://other") == {}
    assert store.db.execute("SELECT count(*) FROM baselines").fetchone() == (1,)
    assert store.update_baseline({"lcp_ms": 5}) == {"lcp_ms": 5}
    with pytest.raises(StoreError, match="no numbers"):
        store.update_baseline("checkout_validator", shop)


def test_a_baseline_updated_by_the_owners_sql(store: Store) -> None:
    store.update_baseline("probe", "https://shop", {"lcp_ms": 1})
    changed = store.db.execute(
        "UPDATE baselines SET baseline_data = ? WHERE skill_name = ? AND store_url = ?",
        ['{"lcp_ms": 2}', "probe", "https://shop"],
    )
    assert changed.rowcount == 1
    assert store.baseline("probe", "https://shop") == {"lcp_ms": 2}


def test_reads_stay_out_of_the_way_of_writes(store: Store, url: str, tmp_path: Path) -> None:
    with Store.open(url, data_dir=tmp_path) as other:
        seen = store.write_now(
            lambda db: (
                db.execute_sql("UPDATE registry SET updated_at = 'half way'").rowcount,
                other.db.execute("SELECT updated_at FROM registry").fetchone(),
            )
        )
    assert seen == (1, (None,))

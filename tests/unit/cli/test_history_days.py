"""`nano-sre history --days`: what stays of runs that were pruned."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from nano_sre.core.result import utc_now
from nano_sre.store import Store
from support.cli import Desk
from support.results import make_result

OLD = (utc_now() - timedelta(days=120)).replace(hour=9)
DAY = f"{OLD:%Y-%m-%d}"


@pytest.fixture
def pruned(desk: Desk) -> Desk:
    """A check with a run of today and two of four months ago, which were pruned."""
    measures = [{"page": "/", "name": "LCP", "value": 1_400.0, "unit": "ms"}]
    with Store.open(desk.environ["NANO_SRE_DATABASE_URL"], data_dir=desk.data) as store:
        for result in (
            make_result(at=OLD, duration_ms=2_000, details={"measures": measures}),
            make_result(at=OLD, status="FAIL", duration_ms=4_000),
            make_result(at=utc_now(), summary="all well today"),
        ):
            asyncio.run(store.record(result, run_id="r"))
        store.prune()
    return desk


def test_days_stand_below_the_runs(pruned: Desk) -> None:
    done = pruned.nano("history", "checkout", "--days", "365")
    first, head, day = done.out.splitlines()
    assert (done.code, first.endswith("all well today")) == (0, True)
    assert head == "Days whose runs were pruned (UTC):"
    assert day == (
        f"{DAY}  main/checkout@desktop/us  2 runs: 1 passed, 1 failed; "
        "3.0 s on average, 4.0 s at most; LCP of / 1.40 s"
    )


def test_without_days_it_says_that_there_are_some(pruned: Desk) -> None:
    done = pruned.nano("history", "checkout")
    assert done.out.splitlines()[1:] == [
        f"Older runs are kept as days, since {DAY}: nano-sre history checkout --days 365"
    ]
    assert "kept as days" not in pruned.nano("history", "checkout", "--limit", "1").out


def test_only_so_many_days(pruned: Desk) -> None:
    assert "Days whose runs" not in pruned.nano("history", "checkout", "--days", "30").out
    assert DAY in pruned.nano("history", "--days", "365").out


def test_the_same_as_a_document(pruned: Desk) -> None:
    document = pruned.nano("history", "checkout", "--days", "365", "--json").json()
    assert len(document["runs"]) == 1
    (day,) = document["days"]
    assert (day["day"], day["runs"], day["failed"], day["longest_ms"]) == (DAY, 2, 1, 4_000)
    assert day["measures"] == [{"page": "/", "name": "LCP", "count": 1, "mean": 1_400.0, "most": 1_400.0}]
    assert "days" not in pruned.nano("history", "checkout", "--json").json()

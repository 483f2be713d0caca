from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from nano_sre.core.result import RunReport, utc_now
from nano_sre.store import Store
from support.cli import Desk
from support.results import make_failure, make_result

ALERTERS = "version: 1\nalerters: [{name: console, stdout: {}}]\nroutes: [{send_to: [console]}]\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two days ago a check failed, and passed ten minutes later."""
    desk = Desk(tmp_path)
    then = utc_now() - timedelta(days=2)
    results = (make_failure(at=then), make_result(at=then + timedelta(minutes=10)))
    with Store.open(f"sqlite:///{desk.database}", data_dir=desk.data) as store:
        asyncio.run(store.record_run(RunReport(run_id="r", started=then, finished=then, results=results)))
    (tmp_path / "alerters.yaml").write_text(ALERTERS)
    return desk


def test_what_would_have_been_told(desk: Desk) -> None:
    done = desk.nano("alerts", "simulate", "--since", "7d", "--messages")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0].endswith("0 messages were sent; this alerters.yaml would have sent 2.")
    assert lines[2] == "day         alerter  sent  would be"
    assert [line.split("  ")[-1] for line in lines[-2:]] == [
        "fired: checkout fails: all as promised",
        "resolved: checkout works again",
    ]


def test_in_json(desk: Desk) -> None:
    found = json.loads(desk.nano("alerts", "simulate", "--json").out)
    assert [each["kind"] for each in found["messages"]] == ["fired", "resolved"]
    assert sum(each["would_be_sent"] for each in found["days"]) == 2


def test_nothing_happened_lately(desk: Desk) -> None:
    assert desk.nano("alerts", "simulate", "--since", "1h").out.endswith("would have sent 0.\n")


def test_a_span_that_is_none(desk: Desk) -> None:
    done = desk.nano("alerts", "simulate", "--since", "a month")
    assert done.code == 2
    assert "--since is “a month”" in done.err

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from nano_sre.core.result import RunReport
from nano_sre.report.json_report import jsonable, report_document
from support.hostile import reports
from support.sample_report import sample_report, target


class Colour(Enum):
    RED = "red"


class Opaque:
    def __repr__(self) -> str:
        raise RuntimeError("not even this works")


def test_the_document_says_what_it_is() -> None:
    document = report_document(sample_report())
    assert (document["format"], document["version"]) == ("nano-sre/run", 1)
    assert document["run_id"] == "20260617-140321-k7f2"
    assert document["started"] == "2026-06-17T14:03:21+00:00"
    assert document["duration_ms"] == 41_300
    assert document["counts"] == {
        "total": 8,
        "pass": 3,
        "warn": 2,
        "fail": 2,
        "inconclusive": 1,
        "flaky": 1,
    }


def test_a_failure_carries_all_that_matters() -> None:
    failure = report_document(sample_report())["results"][2]
    assert (failure["verdict"], failure["status"], failure["severity"]) == ("FAIL", "FAIL", "P1")
    assert failure["target"] == "hydrogen/buy-a-snowboard@desktop/us"
    (finding,) = failure["findings"]
    assert finding["code"] == "R511"
    assert finding["span"] == {
        "file": "checks/checkout.yaml",
        "line": 11,
        "column": 5,
        "end_line": 11,
        "end_column": 16,
    }
    first = failure["attempts"][0]
    assert first["steps"][3]["state"] == "failed"
    assert first["steps"][3]["frame"]["path"] == "fail/1/step-4.jpg"
    assert first["artifacts"][0]["kind"] == "trace"


def test_inconclusive_is_a_verdict_of_its_own() -> None:
    found = report_document(sample_report())["results"][4]
    assert (found["verdict"], found["status"]) == ("INCONCLUSIVE", "WARN")
    assert found["inconclusive"].startswith("the browser could not reach")


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (Decimal("10.50"), "10.50"),
        (datetime(2026, 6, 17, tzinfo=UTC), "2026-06-17T00:00:00+00:00"),
        (date(2026, 6, 17), "2026-06-17"),
        (PurePosixPath("a/b"), "a/b"),
        (Colour.RED, "red"),
        ({"b", "a"}, ["a", "b"]),
        ({1: (2, 3), None: b"x\xff"}, {"1": [2, 3], "None": "x\ufffd"}),
        ("half \ud83d", "half \ufffd"),
        (Opaque(), "<Opaque>"),
        (True, True),
    ],
)
def test_jsonable(value: Any, plain: Any) -> None:
    assert jsonable(value) == plain


def test_an_integer_python_refuses_to_write() -> None:
    assert jsonable(10**5000) == "<int>"


def test_a_circle_ends() -> None:
    circle: dict[str, Any] = {"a": 1}
    circle["me"] = circle["again"] = circle
    assert jsonable(circle) == {"a": 1, "me": "…", "again": "…"}


def test_odd_details_do_not_break_the_document() -> None:
    result = target("Odd", "PASS", "fine")
    result.result.details["odd"] = Opaque()
    assert json.dumps(report_document(replace(sample_report(), results=(result,))))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports())
def test_it_survives_a_round_trip(report: RunReport) -> None:
    document = report_document(report)
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    assert json.loads(text.encode()) == document

from __future__ import annotations

from dataclasses import replace

import pytest

from nano_sre.core.result import RunReport, TargetResult
from nano_sre.report.words import counts, deciding_attempt, duration, findings, headline, place, stop, verdict
from support.sample_report import failing, flaky, inconclusive, price_differs, sample_report, target


def run(*results: TargetResult) -> RunReport:
    return replace(sample_report(), results=results)


def passing(name: str = "Search") -> TargetResult:
    return target(name, "PASS", "fine")


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ((), "Nothing was checked"),
        ((passing(),), "The check passed"),
        ((passing(), passing("Log in")), "All 2 checks passed"),
        (
            (passing(), passing(), passing("Log in")),
            "All 2 checks passed, on 3 targets",
        ),
        ((passing(), passing()), "The check passed, on 2 targets"),
        ((passing(), flaky()), "All 2 checks passed, 1 with a warning"),
        ((passing(), failing()), "1 of 2 checks failed: shoppers cannot add to the cart"),
        ((failing(),), "The check failed: shoppers cannot add to the cart"),
        (
            (passing(), failing(), price_differs()),
            "2 of 3 checks failed: shoppers cannot add to the cart, and 1 more problem",
        ),
        ((failing(), failing()), "2 of 2 targets failed: shoppers cannot add to the cart"),
        (
            (passing(), inconclusive()),
            "1 of 2 checks could not be judged: the browser could not reach the network (DNS does not answer)",
        ),
        ((target("X", "FAIL", ""),), "The check failed"),
    ],
)
def test_headline(results: tuple[TargetResult, ...], expected: str) -> None:
    assert headline(run(*results)) == expected


def test_counts_and_verdicts() -> None:
    assert counts(sample_report()) == {"FAIL": 2, "INCONCLUSIVE": 1, "WARN": 2, "PASS": 3}
    assert verdict(inconclusive()) == "INCONCLUSIVE"
    assert verdict(flaky()) == "WARN"


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0 ms"),
        (-5, "0 ms"),
        (999.4, "999 ms"),
        (1000, "1.0 s"),
        (59_949, "59.9 s"),
        (59_950, "1 min 0 s"),
        (125_000, "2 min 5 s"),
        (7_260_000, "2 h 1 min"),
    ],
)
def test_duration(milliseconds: float, text: str) -> None:
    assert duration(milliseconds) == text


def test_a_flaky_result_is_explained_by_the_attempt_that_failed() -> None:
    attempt = deciding_attempt(flaky())
    stopped = stop(attempt)
    assert attempt is not None
    assert stopped is not None
    assert (attempt.number, stopped.number, stopped.total) == (1, 4, 7)
    assert stopped.step.title == "Add to cart"
    assert [f.code for f in findings(flaky())] == ["R511"]
    assert str(place(flaky())) == "checks/checkout.yaml:11:5"


def test_without_attempts() -> None:
    assert deciding_attempt(passing()) is None
    assert stop(None) is None
    assert str(place(passing())) == "checks/checkout.yaml:3:5"

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings

from nano_sre.core.result import RunReport
from nano_sre.report.junit import render_junit
from nano_sre.report.words import counts
from support.hostile import reports
from support.sample_report import sample_report, target


def parsed(report: RunReport) -> ET.Element:
    return ET.fromstring(render_junit(report).encode())


def case(name: str) -> ET.Element:
    (found,) = [c for c in parsed(sample_report()).iter("testcase") if c.get("name") == name]
    return found


def properties(element: ET.Element) -> dict[str | None, str | None]:
    return {p.get("name"): p.get("value") for p in element.iterfind("properties/property")}


def test_counts() -> None:
    root = parsed(sample_report())
    assert root.tag == "testsuites"
    assert [root.get(key) for key in ("tests", "failures", "errors", "time")] == ["8", "2", "1", "41.300"]
    (suite,) = root.findall("testsuite")
    assert (suite.get("name"), suite.get("tests"), suite.get("timestamp")) == (
        "hydrogen",
        "8",
        "2026-06-17T14:03:21+00:00",
    )
    assert properties(suite)["store_url"] == "https://hydrogen.example"


def test_one_suite_per_store() -> None:
    other = replace(target("Search", "PASS", "fine"), store_id="outlet")
    report = replace(sample_report(), results=(target("Search", "PASS", "fine"), other))
    assert [s.get("name") for s in parsed(report).iter("testsuite")] == ["hydrogen", "outlet"]


def test_a_failure_says_everything() -> None:
    found = case("Buy a snowboard [desktop/us]")
    assert (found.get("classname"), found.get("file"), found.get("line")) == (
        "hydrogen.buy-a-snowboard",
        "checks/checkout.yaml",
        "3",
    )
    failure = found.find("failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("R511", "shoppers cannot add to the cart")
    lines = (failure.text or "").splitlines()
    assert lines[:3] == [
        "checks/checkout.yaml:11:5",
        "shoppers cannot add to the cart",
        "step 4 of 7: Add to cart",
    ]
    assert "  expected: 1 Complete Snowboard, 154cm in the cart" in lines
    assert "  actual: an empty cart, 5 s after pressing “Add to cart”" in lines
    assert lines[-1] == "attempt 2: FAIL after 6.9 s at step 4: Add to cart"


def test_inconclusive_is_an_error() -> None:
    error = case("Checkout in Germany [desktop/us]").find("error")
    assert error is not None
    assert error.get("type") == "inconclusive"
    assert error.get("message") == "the browser could not reach the network (DNS does not answer)"


def test_a_warning_passes_and_says_so() -> None:
    found = case("Cart API answers")
    assert found.find("failure") is None
    assert found.find("error") is None
    assert properties(found)["verdict"] == "WARN"
    assert (found.findtext("system-out") or "").startswith("WARN: slow: GET /cart.js took 1.2 s")


def test_flaky_is_noted() -> None:
    found = case("Buy a snowboard [iphone/us]")
    assert properties(found)["flaky"] == "true"
    assert "attempt 1: FAIL after 6.9 s at step 4: Add to cart" in (found.findtext("system-out") or "")


def test_a_pass_is_quiet() -> None:
    assert [child.tag for child in case("Storefront is up")] == ["properties"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports())
def test_any_text_makes_valid_xml(report: RunReport) -> None:
    root = parsed(report)
    cases = list(root.iter("testcase"))
    found = counts(report)
    assert len(cases) == len(report.results) == int(root.get("tests", "-1"))
    assert len(root.findall(".//failure")) == found["FAIL"] == int(root.get("failures", "-1"))
    assert len(root.findall(".//error")) == found["INCONCLUSIVE"] == int(root.get("errors", "-1"))

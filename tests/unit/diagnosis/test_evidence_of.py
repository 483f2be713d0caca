from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from nano_sre.core.result import Artifact, Attempt
from nano_sre.diagnosis.evidence import evidence_of, neighbour
from support.results import NOON, make_failure, make_result

PAGE = Artifact(kind="snapshot", path="r1/page.aria.txt")


def with_theme(theme: str | None, **more: object):
    return make_result(attempts=(Attempt(number=1, status="PASS", theme=theme),), **more)


def test_others_of_the_same_store_are_neighbours() -> None:
    mine = make_failure("checkout")
    others = [make_result("cart"), make_failure("search"), make_result("cart", store_id="elsewhere"), mine]
    found = evidence_of(mine, now=NOON, standing=others).neighbours
    assert [(each.check_id, each.status) for each in found] == [("cart", "PASS"), ("search", "FAIL")]


def test_a_neighbour_tells_its_finding_and_its_step() -> None:
    found = neighbour(make_failure("search"))
    assert (found.code, found.failing_verb) == ("R501", "press")
    assert found.summary == "the button “Add to cart” is not there"
    assert neighbour(make_result("cart")).code is None


def test_what_changed_since_it_passed() -> None:
    passed = with_theme("1", at=NOON - timedelta(hours=3), revision=4)
    now = with_theme("2", status="FAIL", revision=5)
    found = evidence_of(now, now=NOON, passed=passed)
    assert found.last_pass == NOON - timedelta(hours=3)
    assert found.before == {"theme": "1", "check": "4", "store": "https://main.example.com"}
    assert found.since_then == {
        "theme": "the theme was 1 when it passed, and is 2 now",
        "check": "the check was revision 4 when it passed, and is 5 now",
    }


def test_what_nobody_knows_did_not_change() -> None:
    found = evidence_of(with_theme(None, status="FAIL"), now=NOON, passed=with_theme("1"))
    assert found.since_then == {}
    never = evidence_of(with_theme("1", status="FAIL"), now=NOON)
    assert (never.last_pass, never.before, never.since_then) == (None, None, None)


def test_the_page_is_read_from_the_last_attempt_that_kept_it() -> None:
    attempts = (
        Attempt(number=1, status="FAIL", artifacts=(replace(PAGE, path="r1/old"),)),
        Attempt(number=2, status="FAIL", artifacts=(PAGE,)),
        Attempt(number=3, status="FAIL"),
    )
    files = {"r1/page.aria.txt": "- heading “Sold out”".encode(), "r1/old": b"old"}
    failed = make_result(status="FAIL", attempts=attempts)
    assert evidence_of(failed, now=NOON, read=files.get).page == "- heading “Sold out”"
    assert evidence_of(failed, now=NOON).page == ""


def test_a_page_without_end_is_cut() -> None:
    failed = make_result(status="FAIL", attempts=(Attempt(number=1, status="FAIL", artifacts=(PAGE,)),))
    huge = evidence_of(failed, now=NOON, read=lambda _path: "é".encode() * 1_000_000).page
    assert len(huge) == 20_000

from __future__ import annotations

from datetime import timedelta

from nano_sre.agent.expected import NEVER, Expected
from nano_sre.agent.schedule import Timing
from support.telling import NOON, minutes

HOURLY = Timing(name="check/main/cart", every=3_600_000)
NIGHTLY = Timing(name="check/main/stock", cron="0 3 * * *")
TARGETS = {"check/main/cart": ["main/cart"], "check/main/stock": ["main/stock"]}


def followed(*timings: Timing, seen: dict | None = None) -> Expected:  # type: ignore[type-arg]
    expected = Expected(seen or {})
    expected.follow(timings, TARGETS, now=NOON)
    return expected


def test_the_next_result_comes_at_the_next_moment_of_its_timing() -> None:
    expected = followed(HOURLY, NIGHTLY, seen={"main/cart": NOON, "main/stock": NOON})
    assert NOON < expected.due("main/cart") <= NOON + timedelta(hours=1)
    assert expected.due("main/stock") == NOON + timedelta(hours=15)


def test_of_several_timings_the_first_counts() -> None:
    expected = Expected({"main/cart": NOON})
    expected.follow([HOURLY, NIGHTLY], {name: ["main/cart"] for name in TARGETS}, now=NOON)
    assert expected.due("main/cart") <= NOON + timedelta(hours=1)


def test_what_never_ran_is_waited_for_since_it_is_known() -> None:
    expected = followed(NIGHTLY)
    assert expected.due("main/stock") == NOON + timedelta(hours=15)
    expected.follow([NIGHTLY], TARGETS, now=NOON + timedelta(days=3))
    assert expected.due("main/stock") == NOON + timedelta(hours=15)


def test_what_nobody_runs_is_never_missed() -> None:
    expected = followed(HOURLY)
    assert expected.due("main/by-hand") == NEVER
    expected.follow([], {}, now=NOON)
    assert expected.due("main/cart") == NEVER


def test_a_late_result_does_not_turn_time_back() -> None:
    expected = followed(HOURLY)
    expected.saw("main/cart", NOON + minutes(90))
    due = expected.due("main/cart")
    expected.saw("main/cart", NOON)
    assert expected.due("main/cart") == due > NOON + minutes(90)

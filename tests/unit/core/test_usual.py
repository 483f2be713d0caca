"""What is usual, what is slower, and that nothing slow is ever learned in silence."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.drift import Noise, false_alarms, runs_to_notice
from nano_sre.core.usual import LATE, WARM_UP, WINDOW, Usual, accepted, following, recalled

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def values(around: float, count: int, *, seed: int = 0, spread: float = 0.05) -> list[float]:
    chance = random.Random(seed)
    return [around * chance.lognormvariate(0, spread) for _ in range(count)]


def after(usual: Usual, times: Iterable[float]) -> Usual:
    for each in times:
        usual = following(usual, each, NOON + HOUR * usual.runs)
    return usual


@pytest.fixture
def calm() -> Usual:
    """A page that takes 1.2 s, give or take 5 %, for 300 hours."""
    return after(Usual(), [*values(1_200, 297), 1_190, 1_190, 1_190])


def test_there_is_no_verdict_before_enough_runs() -> None:
    young = after(Usual(), [100, 5_000] * ((WARM_UP - 1) // 2))
    assert young.state == "learning"
    assert after(young, values(1_000, 2)).state != "learning"


def test_what_is_usual_follows_late_and_is_bounded(calm: Usual) -> None:
    assert calm.state == "fine"
    assert calm.centre == pytest.approx(1_200, rel=0.02)
    assert calm.spread == pytest.approx(0.05, rel=0.3)
    assert (len(calm.window), calm.runs) == (WINDOW, 300)
    assert LATE <= len(calm.waiting) <= LATE + 10


def test_a_jump_is_told_with_its_size_and_its_beginning(calm: Usual) -> None:
    slow = after(calm, values(1_500, 8, seed=1))
    assert (slow.state, slow.streak) == ("jump", 8)
    assert slow.begun == (NOON + HOUR * 300).isoformat(timespec="seconds")
    assert slow.slower == pytest.approx(0.25, abs=0.05)
    assert slow.before == calm.centre


def test_one_terrible_visit_is_none(calm: Usual) -> None:
    assert after(calm, [60_000]).state == "suspicious"
    assert after(calm, [60_000, *[1_190] * 5]).state == "fine"


def test_a_slowdown_is_never_learned_however_long_it_lasts(calm: Usual) -> None:
    slow = after(calm, values(1_450, 2_000, seed=3))
    assert slow.state == "jump"
    assert slow.window == calm.window
    assert slow.begun.startswith("2026-03-1")


def test_it_ends_when_the_page_is_fast_again_and_leaves_no_trace(calm: Usual) -> None:
    slow = after(calm, values(1_500, 60, seed=4))
    fast = after(slow, values(1_200, 8, seed=5))
    assert fast.state in ("fine", "suspicious")
    assert max(fast.waiting) < 1_450
    assert after(fast, values(1_500, 8, seed=6)).state == "jump"


def test_what_is_accepted_is_usual_at_once_and_can_be_slower_again(calm: Usual) -> None:
    slow = after(calm, values(1_500, 30, seed=7))
    usual = accepted(slow, NOON, words="eve: a new video")
    assert (usual.state, usual.accepted) == ("fine", "eve: a new video")
    assert usual.centre == pytest.approx(1_500, rel=0.03)
    assert usual.spread == pytest.approx(calm.spread, rel=0.4)
    assert after(usual, values(1_500, 100, seed=8)).state in ("fine", "suspicious")
    assert after(usual, values(1_850, 8, seed=9)).state == "jump"


def test_a_page_that_creeps_up_is_told_as_a_trend_until_accepted() -> None:
    creeping = Usual()
    for number in range(2_500):
        time = 1_200 * (1 + number / 8_000) * random.Random(number).lognormvariate(0, 0.1)
        creeping = following(creeping, time, NOON)
        if creeping.state == "trend":
            break
    assert creeping.state == "trend"
    assert 0.05 < creeping.slower < 0.4
    assert accepted(creeping, NOON, words="").state in ("fine", "suspicious")


def test_what_is_usual_and_crept_up_is_held_against_what_it_was(calm: Usual) -> None:
    risen = replace(calm, anchor=calm.centre / 1.2, anchored="2026-01-01T00:00:00+00:00")
    seen = after(risen, [1_200])
    assert (seen.state, round(seen.slower, 2), seen.begun) == ("trend", 0.2, risen.anchored)
    assert accepted(seen, NOON, words="").waiting == seen.waiting


def test_a_page_that_got_faster_is_simply_faster(calm: Usual) -> None:
    fast = after(calm, values(700, 300, seed=10))
    assert fast.state in ("fine", "suspicious")
    assert fast.centre == pytest.approx(700, rel=0.02)
    assert after(fast, values(1_200, 8, seed=11)).state == "jump"


def test_a_page_that_never_varies_is_not_more_exact_than_its_clock() -> None:
    still = after(Usual(), [24.0] * 60)
    assert after(still, [32.0] * 2).state != "jump"
    assert after(still, [80.0] * 12).state == "jump"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(min_value=1, max_value=60_000), max_size=120))
def test_the_state_survives_being_written_down(times: list[float]) -> None:
    usual = after(Usual(), times)
    assert recalled(usual.as_json()) == usual
    assert usual.excess >= 0


@pytest.mark.parametrize(
    "damage",
    [
        {"window": "abc"},
        {"window": [1, None]},
        {"window": [-1.0]},
        {"waiting": [float("nan")]},
        {"streak": -3},
        {"excess": "much"},
        {"trouble": "worse"},
        {"anchor": 0},
    ],
)
def test_what_somebody_damaged_by_hand_is_learned_anew(calm: Usual, damage: dict[str, object]) -> None:
    assert recalled({**calm.as_json(), **damage}) == Usual()
    assert recalled({**calm.as_json(), "of_a_newer_version": 1}) == calm


def test_chance_is_not_cried_out_and_slowness_is_found_soon() -> None:
    """A seeded sample of `make bench ARGS=drift`."""
    noise = Noise()
    assert false_alarms(noise, streams=3) <= 1
    for by, runs in ((0.2, 10), (0.5, 5)):
        found = runs_to_notice(noise, by, streams=9, before=150)
        assert found[len(found) // 2] <= runs

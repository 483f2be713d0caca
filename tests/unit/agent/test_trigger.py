from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nano_sre.agent.trigger import IntervalTrigger


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def pass_by(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def test_it_is_due_at_once_and_then_on_the_beat() -> None:
    clock = Clock()
    trigger = IntervalTrigger(60, clock=clock)
    assert trigger.has_pending_events()
    assert trigger.pop_event() == {"trigger": "interval", "due": "2026-03-29T00:30:00+00:00"}
    assert not trigger.has_pending_events()
    clock.pass_by(59.9)
    assert not trigger.has_pending_events()
    clock.pass_by(0.1)
    assert trigger.has_pending_events()
    assert trigger.pop_event()["due"] == "2026-03-29T00:31:00+00:00"


def test_looking_changes_nothing() -> None:
    trigger = IntervalTrigger(60, clock=Clock())
    assert [trigger.has_pending_events() for _ in range(3)] == [True] * 3


def test_popping_when_nothing_is_due_is_an_empty_event() -> None:
    clock = Clock()
    trigger = IntervalTrigger(60, clock=clock)
    trigger.pop_event()
    before = trigger.due
    assert trigger.pop_event() == {}
    assert trigger.due == before


def test_missed_beats_are_one_event_and_the_beat_is_kept() -> None:
    clock = Clock()
    trigger = IntervalTrigger(60, clock=clock)
    trigger.pop_event()
    clock.pass_by(60 * 5 + 17)
    assert trigger.pop_event()["due"] == "2026-03-29T00:31:00+00:00"
    assert not trigger.has_pending_events()
    assert trigger.due == datetime(2026, 3, 29, 0, 36, tzinfo=UTC)


def test_a_clock_that_is_set_back_delays_and_repeats_nothing() -> None:
    clock = Clock()
    trigger = IntervalTrigger(60, clock=clock)
    trigger.pop_event()
    clock.pass_by(-3600)
    assert not trigger.has_pending_events()
    assert trigger.pop_event() == {}


@pytest.mark.parametrize("interval", [0, -1, -0.001])
def test_an_interval_that_never_ends_is_refused(interval: float) -> None:
    with pytest.raises(ValueError, match="more than 0 seconds"):
        IntervalTrigger(interval)


def test_the_default_is_half_an_hour() -> None:
    assert IntervalTrigger().interval == timedelta(minutes=30)

"""Thirty simulated days of a timetable, in several zones, over both changes of the clock."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from nano_sre.agent.schedule import EPOCH, MILLISECOND, CronLine, Fire, Timetable, Timing
from nano_sre.core.forms import cron_trouble

ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Santiago",  # changes at midnight
        "Africa/Cairo",
        "Australia/Lord_Howe",  # by half an hour
        "Asia/Kathmandu",
    ]
)
WHOLE_HOURS = ZONES.filter(lambda zone: zone not in {"Australia/Lord_Howe", "Asia/Kathmandu"})
# Thirty days from any of these hold one change of the clock or the other, in one of the zones or several.
STARTS = st.integers(0, 330).map(lambda day: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day))
DAYS = timedelta(days=30)
MANY = settings(deadline=None, max_examples=15)
HOUR = timedelta(hours=1)
LOOK = timedelta(minutes=5)  # at least so often


def passes(start: datetime, seed: int, *, asleep: int | None = None) -> Iterator[datetime]:
    """When the agent looks: every few minutes, and on one day not for three hours."""
    chance, now, sleep = random.Random(seed), start, asleep
    while now < start + DAYS:
        yield now
        now += timedelta(seconds=chance.uniform(1, LOOK.seconds))
        if sleep is not None and now >= start + timedelta(hours=sleep):
            now, sleep = now + 3 * HOUR, None


def fires(table: Timetable, moments: Iterator[datetime]) -> list[Fire]:
    return [fire for now in moments for fire in table.due(now)]


def first_real(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime:
    """When that time of day comes first, or the end of the gap that swallows it: walked minute by minute in UTC."""
    wanted = datetime.combine(day, time(hour, minute))
    moment = wanted.replace(tzinfo=UTC) - timedelta(hours=15)
    while moment.astimezone(zone).replace(tzinfo=None) < wanted:
        moment += timedelta(minutes=1)
    return moment


@MANY
@given(STARTS, st.sampled_from([1, 5, 7, 15, 60, 1440]), st.text(min_size=1, max_size=8), st.integers(0, 9))
def test_an_interval_keeps_its_grid_for_thirty_days(
    start: datetime, minutes: int, name: str, seed: int
) -> None:
    every = timedelta(minutes=minutes)
    table = Timetable([Timing(name=name, every=every // MILLISECOND)], now=start)
    found = fires(table, passes(start, seed, asleep=100))
    gaps = [b.due - a.due for a, b in itertools.pairwise(found)]
    assert all(gap % every == timedelta(0) and gap > timedelta(0) for gap in gaps)
    assert sum(gap > every + LOOK for gap in gaps) <= 1  # the sleep
    assert max(gaps) <= every + LOOK + 3 * HOUR
    assert every < LOOK or sum(gap != every for gap in gaps) <= 1
    assert start + DAYS - found[-1].due <= every + LOOK


@MANY
@given(STARTS, ZONES, st.integers(0, 23), st.integers(0, 59), st.integers(0, 9))
def test_a_time_of_day_comes_once_on_every_day(
    start: datetime, zone: str, hour: int, minute: int, seed: int
) -> None:
    clock = ZoneInfo(zone)
    table = Timetable([Timing(name="job", cron=f"{minute} {hour} * * *", timezone=zone)], now=start)
    found = [fire.due for fire in fires(table, passes(start, seed))]
    first = start.astimezone(clock).date()
    expected = (first_real(first + timedelta(days=n), hour, minute, clock) for n in range(32))
    assert found == [each for each in expected if start < each < start + DAYS][: len(found)]
    assert len(found) >= 29


@MANY
@given(STARTS, WHOLE_HOURS, st.integers(0, 59), st.integers(0, 719), st.integers(0, 9))
def test_an_hourly_job_runs_every_real_hour(
    start: datetime, zone: str, minute: int, asleep: int, seed: int
) -> None:
    table = Timetable([Timing(name="job", cron=f"{minute} * * * *", timezone=zone)], now=start)
    found = fires(table, passes(start, seed, asleep=asleep))
    gaps = Counter(b.due - a.due for a, b in itertools.pairwise(found))
    assert gaps.pop(HOUR) >= 700
    assert sum(gaps.values()) <= 1
    assert all(gap <= 4 * HOUR for gap in gaps)


LINES = st.tuples(
    st.sampled_from(["*", "*/15", "0", "30", "5,35", "0-10"]),
    st.sampled_from(["*", "*/3", "2", "1-3", "0,12", "22"]),
    st.sampled_from(["*", "1", "15-20", "*/7"]),
    st.sampled_from(["*", "3-4", "10,11"]),
    st.sampled_from(["*", "sun", "1-5", "0"]),
).map(" ".join)


@settings(deadline=None, max_examples=80)
@given(LINES, ZONES, STARTS, st.integers(0, 30 * 24 * 60))
def test_the_last_moment_is_one_that_comes(line: str, zone: str, start: datetime, minutes: int) -> None:
    rule = CronLine(line, zone)
    moment = (start - EPOCH) // MILLISECOND + minutes * 60_000
    latest = rule.latest(moment)
    assert latest is not None
    assert latest <= moment
    following, after = rule.after(latest), rule.after(moment)
    assert following == after  # none lies between
    assert after is not None
    assert rule.latest(after) == after
    assert rule.after(latest - 1) == latest


def field(low: int, high: int, *names: str) -> st.SearchStrategy[str]:
    """Any of the ways in which a field of a schedule can be written."""
    value = st.integers(low, high).map(str) | (st.sampled_from(names) if names else st.nothing())
    span = st.tuples(st.integers(low, high), st.integers(low, high)).map(
        lambda ends: f"{min(ends)}-{max(ends)}"
    )
    whole = value | span | st.just("*")
    step = st.tuples(whole, st.integers(1, high)).map(lambda parts: f"{parts[0]}/{parts[1]}")
    return st.lists(whole | step, min_size=1, max_size=3).map(",".join)


WRITTEN = st.tuples(
    field(0, 59), field(0, 23), field(1, 31), field(1, 12, "feb", "Jun"), field(0, 7, "sun", "Fri")
).map(" ".join)


@settings(deadline=None, max_examples=200)
@given(WRITTEN, ZONES)
def test_every_schedule_that_can_be_written_comes_or_is_refused(line: str, zone: str) -> None:
    comes = CronLine(line, zone).after(0) is not None
    assert comes == (cron_trouble(line) is None)


@MANY
@given(STARTS, ZONES, st.lists(st.integers(0, 43_000), max_size=6, unique=True))
def test_restarts_and_applies_change_nothing(start: datetime, zone: str, restarts: list[int]) -> None:
    timings = [
        Timing(name="beat", every=3_600_000),
        Timing(name="night", cron="30 2 * * *", timezone=zone),
        Timing(name="hour", cron="10 * * * *", timezone=zone),
    ]

    def run(at: set[int]) -> list[str]:
        table, marks, keys = Timetable(timings, now=start), {}, []
        for number in range(30 * 24 * 12):
            now = start + number * timedelta(minutes=5)
            if number in at and number % 2:
                table = Timetable(timings, now=now, marks=marks)
            elif number in at:
                table.replace(timings[::-1], now=now)
            for fire in table.due(now):
                marks[fire.name] = fire.due
                keys.append(fire.key)
        return keys

    assert run({each // 5 for each in restarts if each > 60}) == run(set())


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(-90_000, 90_000), min_size=1, max_size=60), st.integers(0, 9))
def test_a_clock_gone_mad_never_storms_and_is_forgiven(leaps: list[int], seed: int) -> None:
    start = datetime(2026, 10, 20, tzinfo=UTC)
    timings = [
        Timing(name="beat", every=600_000),
        Timing(name="slow", every=86_400_000),
        Timing(name="night", cron="30 2 * * *", timezone="Europe/Berlin"),
        Timing(name="hour", cron="10 * * * *", timezone="Europe/Berlin"),
    ]
    table, now = Timetable(timings, now=start), start
    keys: Counter[str] = Counter()
    for leap in leaps:
        now += timedelta(seconds=leap)
        told = table.due(now)
        assert len({fire.name for fire in told}) == len(told)
        assert table.due(now) == []
        assert all(fire.due <= now for fire in told)
        keys.update(fire.key for fire in told)
    assert set(keys.values()) <= {1}
    after = Counter(fire.name for n in range(49 * 60) for fire in table.due(now + n * timedelta(minutes=1)))
    assert 291 <= after["beat"] <= 296
    assert 47 <= after["hour"] <= 51
    assert 1 <= after["slow"] <= 3
    assert 1 <= after["night"] <= 3

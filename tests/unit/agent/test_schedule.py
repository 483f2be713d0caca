from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nano_sre.agent.schedule import Fire, Timetable, Timing, shared_out

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EVERY_15 = Timing(name="check/shop/cart", every=900_000)
NIGHTLY = Timing(name="trigger/nightly", cron="0 3 * * *", timezone="Europe/Berlin")


def fires(table: Timetable, start: datetime, end: datetime, step: timedelta = MINUTE) -> list[Fire]:
    found, now = [], start
    while now <= end:
        found += table.due(now)
        now += step
    return found


def local(fire: Fire, zone: str) -> str:
    return f"{fire.due.astimezone(ZoneInfo(zone)):%m-%d %H:%M}"


def test_an_interval_is_due_at_once_and_then_on_its_grid() -> None:
    found = fires(Timetable([EVERY_15], now=NOON), NOON, NOON + 2 * HOUR)
    assert found[0].due <= NOON < found[1].due
    assert {b.due - a.due for a, b in itertools.pairwise(found)} == {15 * MINUTE}
    assert len(found) == 9


def test_a_cron_line_waits_for_its_moment() -> None:
    table = Timetable([NIGHTLY], now=NOON)
    assert table.due(NOON) == []
    assert table.next_due() == datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert [fire.due for fire in fires(table, NOON, NOON + 24 * HOUR)] == [table.next_due() - 24 * HOUR]  # type: ignore[operator]


def test_the_place_on_the_grid_depends_on_the_name_alone() -> None:
    again = Timetable([EVERY_15], now=NOON + timedelta(days=90))
    first, second = (
        table.due(NOON + timedelta(days=90))[0] for table in (Timetable([EVERY_15], now=NOON), again)
    )
    assert first == second
    assert first.key == second.key == f"check/shop/cart@{first.due:%Y-%m-%dT%H:%M:%S}.{first.at % 1000:03d}Z"


def test_thousands_spread_over_their_interval() -> None:
    table = Timetable((Timing(name=f"check/shop/{n}", every=600_000) for n in range(6_000)), now=NOON)
    table.due(NOON)
    counts = [len(table.due(NOON + n * MINUTE)) for n in range(1, 11)]
    assert sum(counts) == 6_000
    assert all(450 < count < 750 for count in counts)


def test_what_belongs_together_is_due_together() -> None:
    pair = [
        Timing(name=name, every=900_000, together="shop/buy")
        for name in ("check/shop/buy", "check/shop/pixels")
    ]
    table = Timetable(pair, now=NOON)
    assert [len(table.due(NOON + n * 15 * MINUTE)) for n in range(4)] == [2, 2, 2, 2]


def test_missed_moments_are_one_fire_with_the_last_of_them() -> None:
    table = Timetable([EVERY_15, NIGHTLY], now=NOON)
    (first,) = table.due(NOON)
    woken = NOON + 5 * 24 * HOUR + 7 * MINUTE
    check, night = sorted(table.due(woken), key=lambda fire: fire.name)
    assert night.due == datetime(2026, 3, 6, 2, tzinfo=UTC)
    assert woken - 15 * MINUTE < check.due <= woken
    assert (check.due - first.due) % (15 * MINUTE) == timedelta(0)
    assert table.due(woken) == []


def test_a_restart_neither_repeats_nor_forgets() -> None:
    table = Timetable([EVERY_15, NIGHTLY], now=NOON)
    marks = {fire.name: fire.due for fire in fires(table, NOON, NOON + 20 * HOUR)}
    assert marks.keys() == {EVERY_15.name, NIGHTLY.name}
    at_once = Timetable([EVERY_15, NIGHTLY], now=NOON + 20 * HOUR, marks=marks)
    assert at_once.due(NOON + 20 * HOUR) == []
    assert at_once.next_due() == table.next_due()
    later = NOON + 40 * HOUR
    assert sorted(
        fire.name for fire in Timetable([EVERY_15, NIGHTLY], now=later, marks=marks).due(later)
    ) == [
        EVERY_15.name,
        NIGHTLY.name,
    ]


def test_a_run_that_was_not_recorded_has_the_same_key_again() -> None:
    (lost,) = Timetable([EVERY_15], now=NOON).due(NOON)
    (again,) = Timetable([EVERY_15], now=NOON + MINUTE).due(NOON + timedelta(seconds=1))
    assert lost.key == again.key


def test_other_timings_keep_what_stays_and_drop_what_goes() -> None:
    table = Timetable([EVERY_15, NIGHTLY], now=NOON)
    table.due(NOON)
    before = table.next_due()
    more = Timing(name="check/shop/new", every=3_600_000)
    table.replace([EVERY_15, more], now=NOON + MINUTE)
    assert [fire.name for fire in table.due(NOON + MINUTE)] == [more.name]
    assert table.next_due() == before
    table.replace([], now=NOON + 2 * MINUTE)
    assert table.next_due() is None
    assert table.due(NOON + 24 * HOUR) == []


def test_a_shorter_interval_counts_from_the_last_run() -> None:
    table = Timetable([Timing(name=EVERY_15.name, every=86_400_000)], now=NOON)
    (first,) = table.due(NOON)
    later = first.due + 20 * HOUR
    assert table.due(later) == []
    table.replace([EVERY_15], now=later)
    (fire,) = table.due(later)
    assert later - fire.due < 15 * MINUTE


@pytest.mark.parametrize(
    ("zone", "line", "start", "expected"),
    [
        ("Europe/Berlin", "30 2 * * *", "2026-03-28T10", ["03-29 03:00", "03-30 02:30"]),
        ("Europe/Berlin", "30 2 * * *", "2026-10-24T10", ["10-25 02:30", "10-26 02:30"]),
        ("America/Santiago", "0 0 * * *", "2026-09-05T10", ["09-06 01:00", "09-07 00:00"]),
        ("Australia/Lord_Howe", "45 1 * * *", "2026-04-04T00", ["04-05 01:45", "04-06 01:45"]),
    ],
)
def test_a_fixed_hour_comes_once_on_the_days_when_the_clock_changes(
    zone: str, line: str, start: str, expected: list[str]
) -> None:
    begun = datetime.fromisoformat(f"{start}:00:00+00:00")
    table = Timetable([Timing(name="job", cron=line, timezone=zone)], now=begun)
    assert [local(fire, zone) for fire in fires(table, begun, begun + 48 * HOUR)] == expected


@pytest.mark.parametrize("line", ["30 * * * *", "30 0-23 * * *", "30 */1 * * *"])
@pytest.mark.parametrize("start", ["2026-03-28T20", "2026-10-24T20"])
def test_an_hourly_job_follows_real_hours(line: str, start: str) -> None:
    begun = datetime.fromisoformat(f"{start}:00:00+00:00")
    table = Timetable([Timing(name="job", cron=line, timezone="Europe/Berlin")], now=begun)
    found = fires(table, begun, begun + 12 * HOUR)
    assert len(found) == 12
    assert {b.due - a.due for a, b in itertools.pairwise(found)} == {HOUR}


def test_asked_in_the_hour_that_comes_twice_a_job_is_not_run_again() -> None:
    second_two_ten = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    table = Timetable([Timing(name="job", cron="30 2 * * *", timezone="Europe/Berlin")], now=second_two_ten)
    assert table.next_due() == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_day_that_never_comes_is_never_due() -> None:
    table = Timetable([Timing(name="job", cron="0 0 31 2 *")], now=NOON)
    assert table.next_due() is None
    assert table.due(NOON + timedelta(days=800)) == []


def test_a_job_of_leap_days_is_found_years_back() -> None:
    job = Timing(name="job", cron="0 0 29 2 *")
    table = Timetable([job], now=NOON, marks={"job": datetime(2016, 2, 29, tzinfo=UTC)})
    (fire,) = table.due(NOON)
    assert fire.due == datetime(2024, 2, 29, tzinfo=UTC)


def test_a_clock_set_back_a_little_repeats_nothing() -> None:
    table = Timetable([EVERY_15], now=NOON)
    (first,) = table.due(NOON)
    (second,) = table.due(first.due + 15 * MINUTE)
    assert table.due(second.due - timedelta(seconds=2)) == []
    assert table.due(second.due + timedelta(seconds=2)) == []
    assert len(table.due(second.due + 15 * MINUTE)) == 1


def test_a_clock_set_back_a_lot_neither_storms_nor_falls_silent() -> None:
    table = Timetable([EVERY_15, NIGHTLY], now=NOON)
    before = fires(table, NOON, NOON + 6 * HOUR)
    after = fires(table, NOON + HOUR, NOON + 7 * HOUR)
    assert 23 <= len(after) <= 25
    assert len({fire.key for fire in before + after}) == len(before + after)
    assert sum("~" in fire.key for fire in after) == 20
    assert len(fires(table, NOON + 7 * HOUR, NOON + 8 * HOUR)) in {3, 4, 5}


def test_a_nightly_job_is_not_repeated_when_the_clock_goes_back_an_hour() -> None:
    table = Timetable([NIGHTLY], now=NOON)
    three = datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert len(table.due(three)) == 1
    assert fires(table, three - HOUR, three + HOUR) == []
    assert len(table.due(three + 24 * HOUR)) == 1


def test_marks_of_a_clock_that_ran_ahead_silence_nobody() -> None:
    table = Timetable(
        [EVERY_15, NIGHTLY],
        now=NOON,
        marks=dict.fromkeys((EVERY_15.name, NIGHTLY.name), NOON + timedelta(days=365)),
    )
    found = fires(table, NOON, NOON + 24 * HOUR)
    assert sum(fire.name == EVERY_15.name for fire in found) == 96
    assert sum(fire.name == NIGHTLY.name for fire in found) == 1


def test_a_clock_that_leaps_ahead_is_one_fire_each() -> None:
    table = Timetable([EVERY_15, NIGHTLY], now=NOON)
    assert len(table.due(NOON + timedelta(days=3_650))) == 2


def test_no_interval_is_a_storm() -> None:
    table = Timetable([Timing(name="mad", every=0)], now=NOON)
    assert [len(table.due(NOON + n * timedelta(milliseconds=100))) for n in range(31)].count(1) == 4


def test_a_timing_says_when() -> None:
    with pytest.raises(ValueError, match="neither"):
        Timetable([Timing(name="never")], now=NOON)


def test_due_twice_at_once_is_run_once() -> None:
    shares = shared_out([("cart@noon", ["a", "b", "a"]), ("heartbeat", ["a", "b", "c"]), ("hook", ["b"])])
    assert shares == [("cart@noon", ["a", "b"]), ("heartbeat", ["c"]), ("hook", [])]

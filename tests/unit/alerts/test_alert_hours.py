from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nano_sre.alerts.hours import is_open, next_opening, window
from nano_sre.core.policy import Maintenance, OpenHours

WORK = OpenHours(days=("mon", "tue", "wed", "thu", "fri"), from_="09:00", to="18:00")  # type: ignore[arg-type]
NIGHT = OpenHours(days=("fri",), from_="22:00", to="06:00")  # type: ignore[arg-type]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-03-02T07:59", False),  # Monday, 08:59 in Berlin
        ("2026-03-02T08:00", True),
        ("2026-03-02T16:59", True),
        ("2026-03-02T17:00", False),
        ("2026-03-07T10:00", False),  # Saturday
        ("2026-03-30T07:00", True),  # summer time has begun: 09:00
    ],
)
def test_hours_are_those_of_the_town(moment: str, open_: bool) -> None:
    assert is_open([WORK], utc(moment), zone="Europe/Berlin") is open_


def test_the_next_opening_skips_the_weekend_and_follows_summer_time() -> None:
    assert next_opening([WORK], utc("2026-03-27T18:00"), zone="Europe/Berlin") == utc("2026-03-30T07:00")


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-03-06T23:00", True),
        ("2026-03-07T05:59", True),
        ("2026-03-07T06:00", False),
        ("2026-03-06T05:00", False),
    ],
)
def test_hours_past_midnight_belong_to_the_day_they_begin_on(moment: str, open_: bool) -> None:
    assert is_open([NIGHT], utc(moment), zone="UTC") is open_


@pytest.mark.parametrize(
    ("zone", "begin"),
    [(None, "2026-11-01T04:30"), ("America/New_York", "2026-11-01T05:30")],
    ids=["the file's", "its own"],
)
def test_a_maintenance_is_on_its_own_clock(zone: str | None, begin: str) -> None:
    given = Maintenance(name="x", from_="2026-11-01 01:30", to="2026-11-01 03:00", timezone=zone)  # type: ignore[arg-type]
    first, last = window(given, zone="America/Halifax")
    assert first == utc(begin)
    assert (last - first).total_seconds() == 2.5 * 3600  # the night has one hour more

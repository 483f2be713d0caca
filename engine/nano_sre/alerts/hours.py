"""Hours of the week and windows of maintenance, on the clock of a town. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nano_sre.core.policy import Maintenance, OpenHours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def window(maintenance: Maintenance, *, zone: str) -> tuple[datetime, datetime]:
    """When a maintenance begins and ends, in UTC. `zone` is meant where it names none."""
    there = ZoneInfo(maintenance.timezone or zone)
    begin, end = (datetime.fromisoformat(f"{at}") for at in (maintenance.from_, maintenance.to))
    return begin.replace(tzinfo=there).astimezone(UTC), end.replace(tzinfo=there).astimezone(UTC)


def is_open(hours: Sequence[OpenHours], now: datetime, *, zone: str) -> bool:
    """Whether now is within any of the hours, those that run past midnight included."""
    return any(begin <= now < end for begin, end in _spans(hours, now, zone=zone))


def next_opening(hours: Sequence[OpenHours], now: datetime, *, zone: str) -> datetime | None:
    """The next time, in UTC, at which any of the hours begins; None when there are no hours."""
    return min((begin for begin, _ in _spans(hours, now, zone=zone) if begin > now), default=None)


def _spans(hours: Sequence[OpenHours], now: datetime, *, zone: str) -> list[tuple[datetime, datetime]]:
    """Every span from yesterday (its night may reach into today) to this day next week."""
    there = ZoneInfo(zone)
    today = now.astimezone(there).date()
    days = [today + timedelta(days=offset) for offset in range(-1, 9)]
    return [_span(each, day, there) for each in hours for day in days if DAYS[day.weekday()] in each.days]


def _span(hours: OpenHours, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    begin, end = time.fromisoformat(hours.from_), time.fromisoformat(hours.to)
    last = day if end > begin else day + timedelta(days=1)
    return (
        datetime.combine(day, begin, tzinfo=zone).astimezone(UTC),
        datetime.combine(last, end, tzinfo=zone).astimezone(UTC),
    )

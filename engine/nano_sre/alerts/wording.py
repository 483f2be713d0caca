"""What a message says in words: when, how long, how sure, and how it begins."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from nano_sre.core.alert import Alert
from nano_sre.core.diagnosis import Cause

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def moment(at: datetime, zone: ZoneInfo, *, seen_from: datetime) -> str:
    """`14:05` on the same day, else with the day; the year only when it is another one."""
    here, there = at.astimezone(zone), seen_from.astimezone(zone)
    clock = f"{here:%H:%M}"
    if here.date() == there.date():
        return clock
    day = f"{DAYS[here.weekday()]}, {here.day} {MONTHS[here.month - 1]}"
    return f"{clock} on {day}" if here.year == there.year else f"{clock} on {day} {here.year}"


def length(time: timedelta) -> str:
    """How long, in the two units that matter: `25 minutes`, `2 hours 5 minutes`, `3 days`."""
    seconds = max(0, round(time.total_seconds()))
    if seconds < 60:
        return _count(seconds, "second")
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if hours < 1:
        return _count(minutes, "minute")
    if days < 1:
        return _two(_count(hours, "hour"), minutes % 60, "minute")
    return _two(_count(days, "day"), hours % 24, "hour")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _two(first: str, number: int, unit: str) -> str:
    return f"{first} {_count(number, unit)}" if number else first


def sure(cause: Cause) -> str:
    """How sure a cause is, as a word and a number."""
    words = ((0.9, "almost certain"), (0.7, "very likely"), (0.5, "likely"))
    word = next((word for least, word in words if cause.confidence >= least), "a guess")
    return f"{word}, {round(cause.confidence * 100)} %"


def began(alert: Alert) -> datetime | None:
    """When the trouble began: of all targets the first."""
    return min((item.since for item in alert.items if item.since), default=None)


def ended(alert: Alert) -> datetime | None:
    """When the last target recovered."""
    return max((item.until for item in alert.items if item.until), default=None)


def times(alert: Alert, zone: ZoneInfo) -> dict[str, Any]:
    """`since`, `until` and `lasted` as words, empty where nobody knows; `timezone` says whose clock."""
    start, end = began(alert), ended(alert)
    return {
        "since": moment(start, zone, seen_from=alert.at) if start else "",
        "until": moment(end, zone, seen_from=alert.at) if end else "",
        "lasted": length((end or alert.at) - start) if start else "",
        "now": moment(alert.at, zone, seen_from=alert.at),
        "timezone": zone.key,
    }

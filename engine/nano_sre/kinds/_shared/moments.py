"""Moments as people say them: in the store's own time, and no more exact than they need."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def moment(text: str, timezone: str, *, now: datetime) -> str:
    """A moment (UTC ISO-8601) as “Tuesday 14:00”, or as “3 March 14:00” when that is longer ago."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return "some time ago"
    zone = _zone(timezone)
    there = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(zone)
    today = now.astimezone(zone)
    if there.date() == today.date():
        return f"{there:%H:%M} today"
    if today - there < timedelta(days=6):
        return f"{there:%A %H:%M}"
    year = "" if there.year == today.year else f" {there.year}"
    return f"{there.day} {there:%B}{year} {there:%H:%M}"


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC

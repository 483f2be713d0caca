"""Days whose runs were pruned, as `history` shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nano_sre.store.rollups import DayRow

WORDS = ("passed", "warned", "failed", "inconclusive", "flaky")


def print_days(days: Sequence[DayRow]) -> None:
    """A line for each day and target, and one for the speed of its pages."""
    if days:
        print("Days whose runs were pruned (UTC):")
    for day in days:
        print(_line(day))


def tell_older(check: str | None, days: Sequence[DayRow]) -> None:
    """That there is more than the runs that are still there."""
    if days:
        first = min(day.day for day in days)
        print(f"Older runs are kept as days, since {first}: nano-sre history {check} --days 365")


def day_document(day: DayRow) -> dict[str, Any]:
    """The same for `--json`."""
    names = ("day", "target", "check_id", "kind", "runs", *WORDS, "duration_ms", "longest_ms")
    measures = [
        {"page": page, "name": name, "count": each.count, "mean": round(each.mean, 4), "most": each.most}
        for (page, name), each in day.measures.items()
    ]
    return {name: getattr(day, name) for name in names} | {"measures": measures}


def _line(day: DayRow) -> str:
    from nano_sre.core.visible import clean

    counts = ", ".join(f"{count} {word}" for word in WORDS if (count := getattr(day, word)))
    runs = f"{day.runs} run{'' if day.runs == 1 else 's'}"
    mean = day.duration_ms / day.runs / 1000 if day.runs else 0
    took = f"{mean:.1f} s on average, {day.longest_ms / 1000:.1f} s at most"
    speed = "; ".join(
        f"{name} of {page} {_shown(each.mean)}"
        for (page, name), each in day.measures.items()
        if name == "LCP"
    )
    line = f"{clean(day.day)}  {clean(day.target)}  {runs}: {counts}; {took}"
    return f"{line}; {clean(speed)}" if speed else line


def _shown(value: float) -> str:
    return f"{value:.0f} ms" if value < 1000 else f"{value / 1000:.2f} s"

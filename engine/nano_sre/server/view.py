"""The status page as plain data for its templates, whose work it is to escape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from markupsafe import Markup

from nano_sre.report.words import GLYPHS, VERDICTS, Verdict, plural
from nano_sre.server.desk import Health
from nano_sre.store.overview import RUNS_SHOWN, PastRun, Standing

MARK_WIDTH = 5  # of one run in the strip, gap included, in pixels
MARK_HEIGHT = 22
_WORDS: dict[Verdict, str] = {
    "PASS": "passed",
    "WARN": "passed with a warning",
    "FAIL": "failed",
    "INCONCLUSIVE": "could not be judged",
}


def verdict_of(run: Any) -> Verdict:
    """The verdict of a row that has `status` and `inconclusive`."""
    return "INCONCLUSIVE" if run.inconclusive is not None else run.status


def ago(when: datetime | None, now: datetime) -> str:
    """`just now`, `12 min ago`, `3 h ago`, `5 days ago`; in future `in 4 min`."""
    if when is None:
        return "never"
    gap = (now - when).total_seconds()
    words = lasting(timedelta(seconds=abs(gap)))
    if abs(gap) < 5:
        return "just now"
    return f"{words} ago" if gap > 0 else f"in {words}"


def lasting(span: timedelta) -> str:
    """`40 s`, `12 min`, `3 h`, `5 days`."""
    seconds = max(0, round(span.total_seconds()))
    for size, word in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or (word != "days" and seconds >= size):
            return f"{seconds // size} {word}"
    return f"{seconds // 3_600} h" if seconds >= 3_600 else f"{seconds} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """The last runs of a target as one small picture. `words` say the same to whoever cannot see it."""

    paths: tuple[tuple[str, Markup], ...]
    words: str
    width: int
    height: int = MARK_HEIGHT


def strip(runs: Sequence[PastRun], *, most: int = RUNS_SHOWN) -> Strip:
    """The newest run stands at the right; one path for each verdict keeps a page of a thousand targets small."""
    shown = runs[-most:]
    marks: dict[str, list[str]] = {}
    for place, run in enumerate(shown, start=most - len(shown)):
        word = "flaky" if run.flaky else verdict_of(run)
        marks.setdefault(word, []).append(
            f"M{place * MARK_WIDTH} 0h{MARK_WIDTH - 1}v{MARK_HEIGHT}h-{MARK_WIDTH - 1}z"
        )
    counts = {word: sum(1 for run in shown if verdict_of(run) == word) for word in VERDICTS}
    told = ", ".join(f"{count} {_WORDS[word]}" for word, count in counts.items() if count)
    return Strip(
        paths=tuple((word, Markup("".join(drawn))) for word, drawn in sorted(marks.items())),  # noqa: S704 - numbers of ours
        words=f"The last {plural(len(shown), 'run')}: {told}" if shown else "No runs yet",
        width=most * MARK_WIDTH,
    )


def row(standing: Standing, now: datetime) -> dict[str, Any]:
    """One target in the list of checks."""
    latest = standing.now
    word = verdict_of(latest)
    return {
        "target": latest.target,
        "check_id": latest.check_id,
        "place": latest.target.partition("@")[2],
        "store": latest.target.partition("/")[0],
        "name": latest.name or latest.check_id,
        "word": word,
        "glyph": GLYPHS[word],
        "said": _WORDS[word],
        "summary": latest.inconclusive or latest.summary or "",
        "when": ago(latest.timestamp, now),
        "at": latest.timestamp,
        "run_id": latest.run_id,
        "duration": "" if latest.duration_ms is None else f"{latest.duration_ms / 1000:.1f} s",
        "strip": strip(standing.runs),
    }


def grouped(standings: Iterable[Standing], now: datetime) -> list[dict[str, Any]]:
    """Stores, each with its checks, each with its targets; what is worst comes first."""
    rows = sorted((row(each, now) for each in standings), key=lambda each: (each["store"], each["check_id"]))
    stores = []
    for store, of_store in groupby(rows, key=lambda each: each["store"]):
        checks = [
            {"check_id": check, "name": members[0]["name"], "rows": members, "worst": _worst(members)}
            for check, grouped_rows in groupby(of_store, key=lambda each: each["check_id"])
            for members in (list(grouped_rows),)
        ]
        checks.sort(key=lambda each: (VERDICTS.index(each["worst"]), each["check_id"]))
        stores.append({"store": store, "checks": checks})
    return sorted(stores, key=lambda each: VERDICTS.index(each["checks"][0]["worst"]))


def _worst(rows: Sequence[dict[str, Any]]) -> Verdict:
    return min((each["word"] for each in rows), key=VERDICTS.index)


def tally(standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """How many targets stand how."""
    counts = {word: sum(1 for each in standings if verdict_of(each.now) == word) for word in VERDICTS}
    return [
        {"word": word, "glyph": GLYPHS[word], "count": counts[word], "said": _WORDS[word]}
        for word in VERDICTS
    ]


def headline(standings: Sequence[Standing], incidents: int) -> str:
    """The page's first words."""
    failing = sum(1 for each in standings if verdict_of(each.now) == "FAIL")
    if incidents:
        return f"{plural(incidents, 'open incident')}"
    if failing:
        return f"{plural(failing, 'target')} failed last time"
    return "Everything shoppers need works" if standings else "Nothing has run yet"


def wellness(health: Health) -> str:
    """One sentence about the monitor itself."""
    if not health.well:
        return " ".join(health.troubles)
    cycle = ago(health.last_cycle, health.now) if health.last_cycle else "not yet"
    following = f"; the next run is due {ago(health.next_due, health.now)}" if health.next_due else ""
    aside = f" {plural(health.dead_events, 'event')} put aside." if health.dead_events else ""
    return f"The monitor is well. Its last full cycle ended {cycle}{following}.{aside}"


def past_run(run: PastRun) -> dict[str, Any]:
    """One run in the list of a check."""
    word = verdict_of(run)
    return {
        "word": word,
        "glyph": GLYPHS[word],
        "said": _WORDS[word],
        "run_id": run.run_id,
        "at": run.timestamp,
        "flaky": run.flaky,
        "duration": f"{run.duration_ms / 1000:.1f} s",
    }

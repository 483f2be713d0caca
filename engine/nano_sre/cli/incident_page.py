"""How incidents are shown: a line each, or one of them whole."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from nano_sre.cli.common import colorful
from nano_sre.core.incident import Incident, IncidentEvent
from nano_sre.core.visible import clean, cut

STATES = {"firing": "failing", "recovering": "recovering", "resolved": "over"}
COLORS = {"firing": 31, "recovering": 33, "resolved": 32, "flapping": 35}
MOST = 8  # lines of a list; the run holds the rest
WIDTH = 15


def incident_line(incident: Incident, *, now: datetime) -> str:
    """`   12  P1  failing 25 min   shop/buy@desktop/us  Buy: the button is not there`."""
    state, color = _state(incident)
    head = f"{incident.id:>5}  {incident.severity}  "
    said = f"{state} {_length(incident, now)}"
    rest = f"{incident.target or incident.check_id}{_attention(incident, now)}  {clean(incident.title)}"
    if sys.stdout.isatty():
        rest = cut(rest, shutil.get_terminal_size().columns - len(head) - 22)
    padding = " " * max(20 - len(said), 0)
    return f"{head}{_colored(said, color)}{padding}  {rest}"


def incident_lines(incident: Incident, events: Sequence[IncidentEvent], *, now: datetime) -> Iterator[str]:
    """One incident, whole."""
    state, color = _state(incident)
    yield f"Incident {incident.id}  {incident.severity}  {_colored(f'{state} {_length(incident, now)}', color)}"
    yield clean(incident.title)
    yield ""
    yield from _rows(_where(incident, now))
    details = incident.details or {}
    yield from _section("Likely cause", cause_lines(_mapping(details.get("diagnosis"))))
    yield from _section("Evidence", _rows(_evidence(incident)))
    yield from _section("What happened", (_event(each) for each in events))
    if incident.state != "resolved":
        yield ""
        yield f"To say that you look after it: nano-sre incidents ack {incident.id}"
        yield f"To be left alone for a while:  nano-sre incidents snooze {incident.id} --for 2h"


def _state(incident: Incident) -> tuple[str, int]:
    if incident.flapping:
        return "flapping", COLORS["flapping"]
    if (incident.details or {}).get("no_verdict") and incident.state != "resolved":
        return "no verdict", COLORS["flapping"]
    return STATES[incident.state], COLORS[incident.state]


def _length(incident: Incident, now: datetime) -> str:
    """How long it has lasted, or had lasted."""
    if incident.state != "resolved":
        return f"for {_words(now - _began(incident))}"
    if incident.resolved_at is None:
        return ""
    return f"after {_words(incident.resolved_at - _began(incident))}"


def _began(incident: Incident) -> datetime:
    """When the trouble began, which may be some failures before it was opened."""
    since = _mapping((incident.details or {}).get("item")).get("since")
    try:
        return min(datetime.fromisoformat(str(since)), incident.opened_at)
    except (ValueError, TypeError):
        return incident.opened_at


def _words(length: timedelta) -> str:
    minutes = max(int(length.total_seconds() // 60), 0)
    if minutes < 1:
        return "a moment"
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


def _attention(incident: Incident, now: datetime) -> str:
    said = [f"{word} {text}" for word, text in _said(incident, now) if text]
    return f" [{', '.join(said)}]" if said else ""


def _said(incident: Incident, now: datetime) -> Iterator[tuple[str, str]]:
    """What people have said of it, as far as that still counts."""
    if incident.state == "resolved":
        return
    yield "cared for by", clean(incident.acknowledged_by or "")
    if incident.snoozed_until is not None and incident.snoozed_until > now:
        yield "snoozed until", _when(incident.snoozed_until)


def _where(incident: Incident, now: datetime) -> Iterator[tuple[str, str]]:
    about = _mapping((incident.details or {}).get("item"))
    yield "target", incident.target
    yield "store", incident.store_url
    yield "check", incident.check_id
    yield "written at", str(about.get("place") or "")
    yield "since", _when(_began(incident))
    if incident.resolved_at is not None:
        yield "over", _when(incident.resolved_at)
    yield "because", str((incident.details or {}).get("resolution") or "")
    yield "owner", str(about.get("owner") or "")
    yield "runbook", str(about.get("runbook") or "")
    yield from _said(incident, now)


def cause_lines(diagnosis: Mapping[str, Any]) -> Iterator[str]:
    """The likely causes of a diagnosis, as plain data, for a terminal."""
    causes = [_mapping(each) for each in diagnosis.get("causes") or ()]
    for number, cause in enumerate(causes):
        sure = (
            f" ({float(cause['confidence']) * 100:.0f} % sure)" if _is_number(cause.get("confidence")) else ""
        )
        also = "Also possible: " if number else ""
        yield f"  {also}{clean(str(cause.get('title')))}{sure}"
        if number:
            continue
        yield from _rows(
            [("shoppers", cause.get("shoppers") or ""), ("try first", cause.get("remedy") or "")]
        )
        yield from (f"    - {clean(str(line))}" for line in list(cause.get("evidence") or ())[:MOST])
        yield from (f"    {clean(str(link))}" for link in list(cause.get("links") or ())[:MOST])


def _evidence(incident: Incident) -> Iterator[tuple[str, str]]:
    context = incident.error_context or {}
    finding, step = _mapping(context.get("finding")), _mapping(context.get("step"))
    yield "step", str(step.get("title") or "")
    for name in ("code", "expected", "actual", "difference", "hint"):
        yield name, str(finding.get(name) or "")
    if not finding:
        yield "error", str(context.get("error") or context.get("inconclusive") or "")
    yield "page", str(context.get("page") or "")
    for name, word in (
        ("screenshots", "picture"),
        ("console", "console"),
        ("failed_requests", "requests"),
        ("also_failing", "also fails"),
    ):
        yield from _several(word, context.get(name))
    yield from _several("seen", finding.get("evidence"))
    yield "theme", str(context.get("theme") or "")
    yield "revision", _revision(context)
    yield "run", str(context.get("run") or "")


def _revision(context: Mapping[str, Any]) -> str:
    if context.get("revision") is None:
        return ""
    commit = context.get("git_commit")
    return f"r{context['revision']}" + (f", commit {str(commit)[:12]}" if commit else "")


def _several(word: str, values: Any) -> Iterator[tuple[str, str]]:
    lines = list(values) if isinstance(values, list) else []
    yield from ((word, str(line)) for line in lines[:MOST])
    if len(lines) > MOST:
        yield word, f"and {len(lines) - MOST} more"


def _rows(pairs: Any) -> Iterator[str]:
    """`  step       Press Add to cart`; a word that comes again is not repeated, an empty value is left out."""
    before = ""
    for word, value in pairs:
        text = clean(value)
        if text:
            yield f"  {'' if word == before else word:<{WIDTH}}{text}"
            before = word


def _section(heading: str, lines: Iterator[str]) -> Iterator[str]:
    first = next(lines, None)
    if first is not None:
        yield ""
        yield heading
        yield first
        yield from lines


def _event(event: IncidentEvent) -> str:
    by = "" if event.who in ("", "monitor") or event.who in event.text else f" ({clean(event.who)})"
    return f"  {_when(event.at)}  {clean(event.text)}{by}"


def _when(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _colored(text: str, color: int) -> str:
    return f"\033[{color}m{text}\033[0m" if colorful(sys.stdout) else text


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# For programs


def incident_document(incident: Incident, *, whole: bool = False) -> dict[str, Any]:
    """An incident as JSON; `whole` with all that is known of it."""
    names = [
        "id",
        "state",
        "severity",
        "title",
        "target",
        "check_id",
        "kind",
        "store_url",
        "cause",
        "episode",
    ]
    names += ["opened_at", "resolved_at", "flapping", "acknowledged_by", "acknowledged_at"]
    names += ["snoozed_until", "snoozed_by", "run_id"]
    names += ["details", "error_context"] if whole else []
    found = {name: getattr(incident, name) for name in names}
    return {name: _plain(value) for name, value in found.items()}


def event_document(event: IncidentEvent) -> dict[str, Any]:
    """A line of a timeline as JSON."""
    return {
        "at": event.at.isoformat(),
        "what": event.what,
        "text": event.text,
        "who": event.who,
        "details": event.details,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

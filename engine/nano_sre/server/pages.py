"""The pages, whole. Each reads the database and comes back as HTML; None when there is nothing of that name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nano_sre.core.incident import Incident
from nano_sre.core.result import RunReport
from nano_sre.core.visible import clean
from nano_sre.report.html import render_html
from nano_sre.server import view
from nano_sre.server.desk import Desk
from nano_sre.server.incident_view import card, shown
from nano_sre.store.incident_desk import NoIncident, listed, one, timeline
from nano_sre.store.overview import RUNS_SHOWN, standings, unrun

RECENT = 10  # incidents that are over, on the first page
MOST_OPEN = 200
LISTED = 30  # runs of a target by their times; the strip shows all


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("nano_sre.server"),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["moment"] = moment
    return made


def _finalize(value: Any) -> Any:
    """The one door through which every value enters a page: what came from elsewhere loses its controls."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value, newlines=True)
    return "" if value is None else value


def moment(when: datetime) -> str:
    """A time on the clock of the machine that the monitor runs on."""
    return f"{when.astimezone():%a %d %b %Y, %H:%M:%S %Z}"


@cache
def style() -> str:
    """The report's own style, and what the live pages have besides."""
    report = files("nano_sre.report") / "templates" / "style.css"
    live = files("nano_sre.server") / "templates" / "live.css"
    return report.read_text("utf-8") + live.read_text("utf-8")


def login(*, wrong: bool) -> str:
    """The question for the token."""
    return _environment().get_template("login.html.j2").render(wrong=wrong)


def acknowledge(incidents: Sequence[Incident], *, done: bool) -> str:
    """Whether somebody is at the incidents of a message, and a button to say so. `done`: it was just pressed."""
    open_ones = [each for each in incidents if each.state != "resolved"]
    free = [each for each in open_ones if each.acknowledged_at is None]
    headline = "Somebody is at it" if not free else "Will you look after it?"
    if not open_ones:
        headline = "It is over"
    template = _environment().get_template("acknowledge.html.j2")
    return template.render(headline=headline, incidents=incidents, free=free, done=done)


def status(desk: Desk) -> str:
    """Every check with its last runs, and what is wrong now."""
    health = desk.health()
    found = desk.store.read(standings)
    open_ones = desk.store.read(lambda db: listed(db, limit=MOST_OPEN))
    known = desk.store.read(lambda db: listed(db, resolved=True, limit=len(open_ones) + RECENT))
    past = [each for each in known if each.state == "resolved"][:RECENT]
    return _render(
        desk,
        "status.html.j2",
        headline=view.headline(found, len(open_ones)),
        tally=view.tally(found),
        stores=view.grouped(found, health.now),
        unrun=desk.store.read(unrun),
        incidents=[card(each, health.now) for each in open_ones],
        past=[card(each, health.now) for each in past],
        most=RUNS_SHOWN,
    )


def check(desk: Desk, check_id: str) -> str | None:
    """One check: its targets with their last runs, and its incidents."""
    found = desk.store.read(lambda db: standings(db, check_id=check_id))
    if not found:
        return None
    now = desk.health().now
    rows = [
        view.row(each, now) | {"past": [view.past_run(run) for run in list(reversed(each.runs))[:LISTED]]}
        for each in found
    ]
    of_check = desk.store.read(lambda db: listed(db, resolved=True, check=check_id, limit=50))
    return _render(
        desk,
        "check.html.j2",
        headline=rows[0]["name"],
        check_id=check_id,
        name=rows[0]["name"],
        rows=rows,
        incidents=[card(each, now) for each in of_check],
    )


def incident(desk: Desk, number: int) -> str | None:
    """One incident with its diagnosis, the visit in pictures, and its timeline."""
    try:
        known = desk.store.read(lambda db: one(db, number))
    except NoIncident:
        return None
    events = desk.store.read(lambda db: timeline(db, number))
    rows = desk.store.run(known.run_id) if known.run_id else []
    failed = next((each for each in rows if each.target == known.target), None)
    now = desk.health().now
    return _render(desk, "incident.html.j2", headline=known.title, events=events, **shown(known, failed, now))


def run(desk: Desk, run_id: str) -> str | None:
    """One round as the HTML report that `run` writes: steps, filmstrip, evidence."""
    rows = desk.store.run(run_id)
    if not rows:
        return None
    results = tuple(row.to_result() for row in rows)
    times = [row.timestamp for row in rows]
    report = RunReport(
        run_id=run_id,
        started=min(times),
        finished=max(times),
        results=results,
        artifacts_dir=str(desk.store.files.data_dir.absolute()),
    )
    return render_html(report, read=desk.store.files.read, prefix="/artifacts/")


def _render(desk: Desk, template: str, **given: Any) -> str:
    health = desk.health()
    words = view.wellness(health)
    return _environment().get_template(template).render(health=health, wellness=words, **given)

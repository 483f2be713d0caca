"""What `alerters.yaml` says about telling people, asked one question at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from nano_sre.alerts.hours import is_open, next_opening, window
from nano_sre.core.fields import Duration, Slug
from nano_sre.core.incident import MONITOR
from nano_sre.core.outbox import About
from nano_sre.core.policy import Maintenance, Matching, OpenHours, Policy, Route
from nano_sre.core.values import frozen

NO_DATA = f"{MONITOR}/no-data"
"""A monitor that is blind has one trouble, however many stores it looks at."""


@frozen
class Rules:
    """The parts of `alerters.yaml` that planning follows, and which checks depend on which.

    `fallback` is the alerter that hears of the others' troubles; `link` the address of the status page.
    """

    routes: tuple[Route, ...] = ()
    policy: Policy = Policy()
    maintenance: tuple[Maintenance, ...] = ()
    hours: Mapping[str, tuple[OpenHours, ...]] | None = None
    timezone: str = "UTC"
    fallback: str | None = None
    link: str | None = None
    environment: str | None = None
    depends_on: Mapping[str, tuple[str, ...]] | None = None

    def route(self, about: About) -> Route | None:
        """The first route that fits. The monitor's own troubles go to the fallback, and never about itself."""
        if is_own(about):
            if self.fallback is None or about.target == own_target(self.fallback):
                return None
            return Route(send_to=(Slug(self.fallback),))
        return next((route for route in self.routes if fits(route.for_, about)), None)

    def recipients(self, about: About) -> tuple[str, ...]:
        route = self.route(about)
        return tuple(dict.fromkeys(route.send_to)) if route else ()

    def maintained(self, about: About, now: datetime) -> tuple[str, datetime] | None:
        """The maintenance that a trouble falls into now, by name, and when the last of them ends."""
        if is_own(about):
            return None
        found = [
            (end, m.name) for m, begin, end in self._windows() if begin <= now < end and fits(m.for_, about)
        ]
        if not found:
            return None
        end, name = max(found)
        return str(name), end

    def _windows(self) -> Iterator[tuple[Maintenance, datetime, datetime]]:
        for each in self.maintenance:
            begin, end = window(each, zone=self.timezone)
            yield each, begin, end

    def opening(self, about: About, now: datetime) -> datetime | None:
        """When the hours of the route begin; None when they are now, or when there are none."""
        route = self.route(about)
        if route is None or route.during_hours is None:
            return None
        hours = (self.hours or {}).get(route.during_hours, ())
        if not hours or is_open(hours, now, zone=self.timezone):
            return None
        return next_opening(hours, now, zone=self.timezone)

    def drops_outside(self, about: About) -> bool:
        route = self.route(about)
        return route is not None and route.outside_hours == "drop"

    def remind_every(self, about: About) -> timedelta:
        """How often a lasting trouble is said again; zero is never."""
        route = self.route(about)
        asked = route.remind_every if route and route.remind_every is not None else self.policy.remind_every
        return timedelta(milliseconds=int(asked))

    def group(self, about: About, *, no_data: bool) -> str:
        """What one message is about. An unknown cause is the check's own, so that strangers are not thrown together."""
        if is_own(about):
            return about.target
        if no_data:
            return NO_DATA
        parts = {
            "store": about.store_id,
            "cause": about.cause or f"check:{about.check_id}",
            "check": about.check_id,
            "severity": about.severity,
        }
        return "/".join(parts[name] for name in self.policy.group_by) or "everything"


def at_once(rules: Rules) -> Rules:
    """The same rules without waiting for others."""
    return replace(rules, policy=replace(rules.policy, group_wait=Duration(0)))


def is_own(about: About) -> bool:
    """Whether it is a trouble of the monitor itself: one of its alerters or triggers, and not a store."""
    return is_own_target(about.target)


def is_own_target(target: str) -> bool:
    return target.startswith((f"{MONITOR}/alerts/", f"{MONITOR}/triggers/"))


def own_trigger(trigger: str) -> str:
    """The target that stands for a trigger, as if it were a check."""
    return f"{MONITOR}/triggers/{trigger}"


def own_target(alerter: str) -> str:
    """The target that stands for an alerter, as if it were a check."""
    return f"{MONITOR}/alerts/{alerter}"


def fits(matching: Matching, about: About) -> bool:
    """Whether a trouble is meant."""
    return matching.fits(
        severity=about.severity,
        tags=about.tags,
        kind=about.kind,
        store=about.store_id,
        check=about.check_id,
        owner=about.owner,
        cause=about.cause,
    )

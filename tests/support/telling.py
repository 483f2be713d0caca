"""Notices, worlds and channels for tests of alerting, with everything they do not care about filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from nano_sre.alerts.rules import Rules
from nano_sre.core.fields import Duration, Slug
from nano_sre.core.incident import Notice
from nano_sre.core.outbox import About, Member, Pending, Plan, Queued, Thread
from nano_sre.core.policy import Matching, Policy, Route

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
TEAM = Route(send_to=(Slug("team"),))


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def make_rules(*routes: Route, policy: Policy | None = None, **more: Any) -> Rules:
    """Rules with one route to `team` and no waiting for others, unless said otherwise."""
    return Rules(routes=routes or (TEAM,), policy=policy or Policy(group_wait=Duration(0)), **more)


def to(*names: str, **more: Any) -> Route:
    """A route; `severity`, `tags`, … are what it is for."""
    matching = {key: more.pop(key) for key in list(more) if key in Matching.__dataclass_fields__}
    return Route(for_=Matching(**matching), send_to=tuple(Slug(name) for name in names), **more)


def about(check_id: str = "checkout", *, store: str = "main", device: str = "desktop", **more: Any) -> About:
    return About(
        target=f"{store}/{check_id}@{device}", check_id=check_id, store_id=store, kind="journey", **more
    )


def pending(
    row: int, check_id: str = "checkout", *, kind: str = "fired", at: datetime = NOON, **more: Any
) -> Pending:
    """A notice in the outbox, of an episode named as its check, unless said otherwise."""
    facts = {
        key: more.pop(key) for key in list(more) if key in ("store", "device", "cause", "severity", "tags")
    }
    fields: dict[str, Any] = {
        "episode": check_id,
        "number": 1,
        "incident": row,
        "over": kind in ("resolved", "data_back"),
    }
    return Pending(
        id=row, kind=kind, about=about(check_id, **facts), at=at, created_at=at, **{**fields, **more}
    )  # type: ignore[arg-type]


def thread(*checks: str, alerter: str = "team", told_at: datetime | None = NOON, **more: Any) -> Thread:
    """An open thread in which these checks fail; `told` unless `told_at` is None."""
    members = tuple(
        Member(
            episode=check,
            opening=100 + number,
            about=about(check, **more.get("facts", {})),
            incident=number,
            told=told_at is not None,
        )
        for number, check in enumerate(checks)
    )
    queued: tuple[Queued, ...] = more.get("queued", ())
    group = more.get("group", f"main/check:{checks[0]}")
    return Thread(
        name=more.get("name", f"{group}/{checks[0]}"),
        alerter=alerter,
        group=group,
        told_at=told_at,
        members=members,
        queued=queued,
    )


def said(plan: Plan) -> list[tuple[str, str, int]]:
    """What is planned: to whom, what, and how many targets it lists."""
    return [(draft.alerter, draft.kind, len(draft.shown)) for draft in plan.drafts]


def make_notice(
    target: str = "main/checkout@desktop",
    *,
    kind: str = "fired",
    episode: str = "E1",
    number: int = 1,
    at: datetime = NOON,
    **more: Any,
) -> Notice:
    return Notice(kind=kind, target=target, episode=episode, number=number, at=at, **more)  # type: ignore[arg-type]


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def move(self, by: timedelta) -> None:
        self.at += by

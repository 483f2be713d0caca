"""When something is run: an event that was received, and what a trigger is to the agent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol

from nano_sre.core.fields import Doc, OneOrMany, Slug, record
from nano_sre.core.values import frozen


@record(short="everything")
class RunChoice:
    """Which checks a trigger runs: `all`, or those that fit everything said here."""

    everything: Annotated[Literal["all"] | None, Doc("`all`: every check that is not paused.")] = None
    checks: Annotated[tuple[str, ...], OneOrMany, Doc("Ids of checks, or globs of them.")] = ()
    tags: Annotated[tuple[str, ...], OneOrMany, Doc("Checks with all of these tags.")] = ()
    kinds: Annotated[tuple[Slug, ...], OneOrMany, Doc("Checks of these kinds.")] = ()
    stores: Annotated[tuple[Slug, ...], OneOrMany, Doc("Checks on these stores.")] = ()


@frozen
class TriggerEvent:
    """Something happened that asks for a run. `key` names it for ever: the same event runs once.

    `payload` is plain data, kept for the timeline; `due` the moment that was meant, for timetables.
    """

    trigger: str
    key: str
    at: datetime
    due: datetime | None = None
    payload: Mapping[str, Any] | None = None


class Trigger(Protocol):
    """The agent's view of any trigger, duck-typed ones included. `start` and `stop` may be missing there."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def has_pending_events(self) -> bool: ...

    def pop_event(self) -> Any: ...

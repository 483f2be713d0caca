"""When something is run: an event that was received, and what a trigger is to the agent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol

from nano_sre.core.fields import Doc, OneOrMany, Slug, Text, record
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

    @property
    def run_key(self) -> str:
        """Names its run for ever: what is recorded under it counts once per target."""
        return f"trigger/{self.trigger}@{self.key}"


@frozen
class NamedTrigger:
    """One entry of triggers.yaml: the kind, and what stands beside it."""

    name: str
    kind: Any  # a registered trigger; Any because plug-ins bring their own
    run: RunChoice = RunChoice(everything="all")
    timezone: str = "UTC"


Comes = Literal["timetable", "request", "queue", "files", "hand", "live"]
"""How a kind of trigger learns that something happened. `live`: by an object of its own (`Live`)."""

Reveal = Callable[[Text], str]
"""The value of a text with `${env.…}` or `${secret.…}` in it, looked up at the moment of use."""


@frozen
class Delivery:
    """A request that came in for a trigger. Header names are lower-case; `body` is the bytes as they came."""

    trigger: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime


@frozen
class Reply:
    """What a sender is told, as an HTTP status and a sentence; as the answer of a kind it means: nothing runs."""

    status: int
    text: str


class Receiver(Protocol):
    """A kind of trigger that is called over HTTP (`comes` is `request`)."""

    def accepts(self, delivery: Delivery, *, reveal: Reveal) -> TriggerEvent | Reply:
        """What the request is: an event to run for, or what the sender is told instead. Judges and does nothing."""
        ...


class Live(Protocol):
    """A kind of trigger of somebody's own (`comes` is `live`): it makes the object that has the events."""

    def watch(self, *, reveal: Reveal) -> Trigger: ...


class Trigger(Protocol):
    """The agent's view of any trigger, duck-typed ones included. `start` and `stop` may be missing there."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def has_pending_events(self) -> bool: ...

    def pop_event(self) -> Any: ...

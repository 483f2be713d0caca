"""When something is run: an event that was received, and what a trigger is to the agent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Annotated, Any, ClassVar, Literal, Protocol

from nano_sre.core.chosen import Chosen
from nano_sre.core.fields import Cron, Doc, Example, KindOf, OneOrMany, Slug, Text, Unfit, record
from nano_sre.core.forms import TimeZone
from nano_sre.core.program import Program
from nano_sre.core.values import frozen


@record(short="everything")
class RunChoice:
    """Which checks a trigger runs: `all`, or those that fit everything said here."""

    everything: Annotated[Literal["all"] | None, Doc("`all`: every check that is not paused.")] = None
    checks: Annotated[
        tuple[str, ...], OneOrMany, Doc("Ids of checks, or globs of them."), Example('["buy-*"]')
    ] = ()
    tags: Annotated[
        tuple[str, ...], OneOrMany, Doc("Checks with all of these tags."), Example("[critical]")
    ] = ()
    kinds: Annotated[tuple[Slug, ...], OneOrMany, Doc("Checks of these kinds."), Example("[journey]")] = ()
    stores: Annotated[tuple[Slug, ...], OneOrMany, Doc("Checks on these stores."), Example("[my-store]")] = ()

    def __post_init__(self) -> None:
        chosen = [name for name in ("checks", "tags", "kinds", "stores") if getattr(self, name)]
        if self.everything and chosen:
            raise Unfit(
                f"“everything” and “{chosen[0]}” are said together: keep one of them", chosen[0], key=True
            )
        if not self.everything and not chosen:
            raise Unfit("this runs nothing", hint="write “run: all”, or say which: “run: {tags: [critical]}”")

    def takes(self, program: Program) -> bool:
        """Whether the program is one of those to run."""
        return (
            (not self.checks or any(fnmatchcase(program.check_id, pattern) for pattern in self.checks))
            and set(self.tags) <= set(program.tags)
            and (not self.kinds or program.kind in self.kinds)
            and (not self.stores or program.store.id in self.stores)
        )


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


@record()
class TriggerEntry:
    """One occasion on which checks run, under a name."""

    name: Annotated[Slug, Doc("Its lasting name, under which its events are kept."), Example("nightly")]
    chosen: Annotated[Chosen, KindOf("trigger")]
    run: Annotated[RunChoice, Doc("What it runs: `all`, or those that fit."), Example("{tags: [critical]}")]
    timezone: Annotated[
        TimeZone | None, Doc("Whose clock a `cron` follows; UTC by default."), Example("Europe/Berlin")
    ] = None

    def __post_init__(self) -> None:
        held = [getattr(self.trigger, each.name) for each in fields(self.trigger)]
        if self.timezone is not None and not any(isinstance(value, Cron) for value in held):
            raise Unfit(
                f"“{self.word}” follows no clock, so it has no time zone",
                "timezone",
                key=True,
                hint="take “timezone” out; it belongs to “cron”",
            )

    @property
    def word(self) -> str:
        """The kind, as it is written: `every`."""
        return self.chosen.word

    @property
    def trigger(self) -> Any:
        """The registered kind itself."""
        return self.chosen.kind


@record()
class TriggersFile:
    """When checks run besides their own `every` and `cron`: the file `triggers.yaml`.

    There is one for a project, beside the folder of the checks or in it. `${secret.NAME}` and `${env.NAME}` may stand
    in every text. It is registered by `nano-sre apply`, and the agent follows what is registered. A check that is due
    twice at once runs once.
    """

    kind_name: ClassVar[str] = "triggers"
    id: ClassVar[str] = "triggers.yaml"  # no slug, so that no check can be called so
    name: ClassVar[str] = ""
    example: ClassVar[str] = """\
version: 1
triggers:
  - {name: heartbeat, every: 30m, run: all}
  - {name: the-critical-ones, every: 5m, run: {tags: [critical]}}
"""

    version: Annotated[Literal[1], Doc("The version of the language: 1.")]
    triggers: Annotated[
        tuple[TriggerEntry, ...],
        Doc("The occasions: each has a name, one key that says what it is, and `run`."),
        Example("[{name: heartbeat, every: 30m, run: all}]"),
    ]
